package program

import (
	"fmt"
	"math"
	"reflect"
	"sync"
	"unicode/utf8"
	"unsafe"

	"goscore/compute/parallel"
)

// strings makes an array of text. Python's strings are Unicode: text that is
// not valid UTF-8 is an error with its row.
func (e *encoder) strings(a *Array, s []string) error {
	var mu sync.Mutex
	bad := -1
	parallel.Blocks(len(s), 0, func(lo, hi int) {
		for i := lo; i < hi; i++ {
			if !utf8.ValidString(s[i]) {
				mu.Lock()
				if bad < 0 || i < bad {
					bad = i
				}
				mu.Unlock()
				return
			}
		}
	})
	if bad >= 0 {
		return fmt.Errorf("row %d: %.40q is not valid UTF-8, which a Python string must be: use []byte, or strings.ToValidUTF8", bad, s[bad])
	}
	e.bytes(a, "uU", len(s), func(i int) []byte { return unsafe.Slice(unsafe.StringData(s[i]), len(s[i])) })
	return nil
}

// bytes makes a string or binary array; from 2 GiB on its offsets have 64 bits.
func (e *encoder) bytes(a *Array, format string, n int, at func(int) []byte) {
	total := 0
	for i := range n {
		total += len(at(i))
	}
	if total <= math.MaxInt32 {
		a.Type = format[:1]
		between[int32](e, a, n, total, at)
		return
	}
	a.Type = format[1:]
	between[int64](e, a, n, total, at)
}

// between writes offsets, then the bytes on all cores.
func between[O int32 | int64](e *encoder, a *Array, n, total int, at func(int) []byte) {
	offsets, data := Make[O](n+1), Make[uint8](total)
	end := O(0)
	offsets[0] = 0
	for i := range n {
		end += O(len(at(i)))
		offsets[i+1] = end
	}
	parallel.Blocks(n, 0, func(lo, hi int) {
		for i := lo; i < hi; i++ {
			copy(data[offsets[i]:], at(i))
		}
	})
	e.put(a, 1, raw(reflect.ValueOf(offsets)))
	e.put(a, 2, data)
}
