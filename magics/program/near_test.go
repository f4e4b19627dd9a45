package program

import (
	"math"
	"os"
	"slices"
	"testing"
	"unsafe"
)

// mine describes slices of this process as buffers of Python's memory.
func mine[T any](v []T) Range {
	size := int64(unsafe.Sizeof(*new(T)))
	return Range{PythonMemory, int64(uintptr(unsafe.Pointer(unsafe.SliceData(v)))), int64(len(v)) * size}
}

// TestNearOfChangedColumn reads texts whose offsets and views somebody has written nonsense to.
func TestNearOfChangedColumn(t *testing.T) {
	if readCall == 0 {
		t.Skip("no way to another process's memory here")
	}
	job = &Job{Python: os.Getpid()}
	data := []byte("onetwothree and more")
	check := func(what string, a *Array, want []string) {
		t.Helper()
		defer func() {
			if r := recover(); r != nil && r != errChanged || (r == nil) != (want != nil) {
				t.Errorf("%s: panic %v", what, r)
			}
		}()
		if got := a.nearTexts(&Window{}, 0, 0, a.Length, false); !slices.Equal(got, want) {
			t.Errorf("%s: %q", what, got)
		}
		if got := Strings(&Array{Type: a.Type, Length: a.Length, Buffers: a.Buffers}); !slices.Equal(got, want) {
			t.Errorf("%s, whole: %q", what, got)
		}
		keys := textReader(&Array{Type: a.Type, Length: a.Length, Buffers: a.Buffers})
		for lo := range a.Length { // each block of rows gives those rows, whatever lies in its memory
			if got := keys(slices.Repeat([]string{"before"}, a.Length), lo, a.Length); !slices.Equal(got, want[lo:]) {
				t.Errorf("%s, keys from %d: %q", what, lo, got)
			}
		}
	}
	narrow := func(what string, want []string, offsets ...int32) {
		t.Helper()
		check(what, &Array{Type: "u", Length: len(offsets) - 1, Buffers: []Range{{Segment: -1}, mine(offsets), mine(data)}}, want)
	}
	wide := func(what string, offsets ...int64) {
		t.Helper()
		check(what, &Array{Type: "U", Length: len(offsets) - 1, Buffers: []Range{{Segment: -1}, mine(offsets), mine(data)}}, nil)
	}
	narrow("right", []string{"one", "two", "three"}, 0, 3, 6, 11)
	narrow("falling", nil, 0, 6, 3, 11)
	narrow("falling at the end", nil, 6, 7, 3)
	narrow("beyond", nil, 0, 3, 1<<30)
	narrow("beyond within", nil, 0, 1<<30, 6)
	narrow("negative", nil, -4, 3, 6)
	narrow("negative end", nil, 0, 3, -6)
	narrow("overflowing", nil, math.MinInt32, 3, math.MaxInt32)
	wide("far beyond", 0, 3, 1<<62)
	wide("overflowing", math.MinInt64, 3, math.MaxInt64)
	long := func(what string, buffer, offset uint32, n uint32, want []string) {
		t.Helper()
		views := []view{{n, [4]byte{}, buffer, offset}}
		check(what, &Array{Type: "vu", Length: 1, Buffers: []Range{{Segment: -1}, mine(views), mine(data)}}, want)
	}
	long("right view", 0, 3, 15, []string{"twothree and mo"})
	long("another buffer", 1, 0, 15, nil)
	long("no buffer", math.MaxUint32, 0, 15, nil)
	long("view beyond", 0, 10, 15, nil)
	long("view far beyond", 0, math.MaxUint32, 15, nil)
	long("long view", 0, 0, math.MaxUint32, nil)
}
