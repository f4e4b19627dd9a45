package program

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math"
	"time"
	"unsafe"

	"goscore/compute/parallel"
	"goscore/magics/datatype"
)

// Number is the Go type of an Arrow column of numbers.
type Number interface {
	~int | ~int8 | ~int16 | ~int32 | ~int64 | ~uint | ~uint8 | ~uint16 | ~uint32 | ~uint64 | ~float32 | ~float64
}

// In returns the input with that name in the generated code.
func In(name string) *Input {
	for i := range job.Inputs {
		if job.Inputs[i].Name == name {
			return &job.Inputs[i]
		}
	}
	panic("no input " + name)
}

// cast returns b as n values of T, in the same memory.
func cast[T any](b []byte, n int) []T {
	if n == 0 {
		return []T{}
	}
	return unsafe.Slice((*T)(unsafe.Pointer(unsafe.SliceData(b))), n)
}

// Numbers returns a column of fixed-width numbers, without a copy.
func Numbers[T Number](a *Array) []T { return cast[T](a.buffer(1), a.Length) }

// Halves returns a column of float16 as float32, which holds each exactly.
func Halves(a *Array) []float32 {
	out := make([]float32, a.Length)
	for i, h := range cast[uint16](a.buffer(1), a.Length) {
		out[i] = Half(h)
	}
	return out
}

// Half returns a float16's value from its bits.
func Half(h uint16) float32 {
	sign, exp, frac := uint32(h>>15)<<31, int(h>>10&31), uint32(h&1023)
	switch {
	case exp == 31:
		return math.Float32frombits(sign | 255<<23 | frac<<13)
	case exp > 0:
		return math.Float32frombits(sign | uint32(exp+112)<<23 | frac<<13)
	}
	return math.Float32frombits(sign | math.Float32bits(float32(frac)*0x1p-24)) // subnormal or zero
}

// Bools returns a column of booleans, one byte each.
func Bools(a *Array) []bool {
	if a.row().Layout == datatype.Fixed {
		b := a.buffer(1)
		for i, v := range b { // NumPy takes any byte, Go only 0 and 1
			if v > 1 {
				b[i] = 1
			}
		}
		return cast[bool](b, a.Length)
	}
	bits, out := a.buffer(1), make([]bool, a.Length)
	for i := range out {
		out[i] = bits[i/8]>>(i%8)&1 != 0
	}
	return out
}

// each calls put with every value of a column of strings or bytes, in the memory
// of the column. A null is empty.
func each(a *Array, put func(i int, b []byte)) {
	switch {
	case a.Dictionary != nil:
		values := make([][]byte, a.Dictionary.Length)
		each(a.Dictionary, func(i int, b []byte) { values[i] = b })
		for i, k := range indices(a) {
			if k >= 0 {
				put(i, values[k])
			}
		}
	case a.row().Layout == datatype.Views:
		eachView(a, put)
	case a.row().Width == 8:
		eachBetween(cast[int64](a.buffer(1), a.Length+1), a, put)
	default:
		eachBetween(cast[int32](a.buffer(1), a.Length+1), a, put)
	}
}

func eachBetween[O int32 | int64](offsets []O, a *Array, put func(int, []byte)) {
	if a.Length == 0 {
		return
	}
	data := a.buffer(2)
	for i := range a.Length {
		put(i, bytesBetween(data, offsets[i], offsets[i+1]))
	}
}

func eachView(a *Array, put func(int, []byte)) {
	views := a.buffer(1)
	data := make([][]byte, max(len(a.Buffers)-2, 0))
	for i := range data {
		data[i] = a.buffer(2 + i)
	}
	valid := a.buffer(0)
	for i := range a.Length {
		if valid != nil && valid[i/8]>>(i%8)&1 == 0 {
			continue // a null's view may hold anything
		}
		v := views[i*16 : i*16+16 : i*16+16]
		n := binary.LittleEndian.Uint32(v)
		if n <= inlineText {
			put(i, v[4:4+n:4+n])
			continue
		}
		buffer, at := binary.LittleEndian.Uint32(v[8:]), int64(binary.LittleEndian.Uint32(v[12:]))
		if int64(buffer) >= int64(len(data)) {
			panic(errChanged)
		}
		put(i, bytesBetween(data[buffer], at, at+int64(n)))
	}
}

// indices returns a dictionary column's keys as ints; a null's is -1.
func indices(a *Array) []int {
	out := make([]int, a.Length)
	switch a.row().Go {
	case "int8":
		widen(out, Numbers[int8](a))
	case "uint8":
		widen(out, Numbers[uint8](a))
	case "int16":
		widen(out, Numbers[int16](a))
	case "uint16":
		widen(out, Numbers[uint16](a))
	case "int32":
		widen(out, Numbers[int32](a))
	case "uint32":
		widen(out, Numbers[uint32](a))
	default:
		widen(out, Numbers[int64](a))
	}
	if valid := a.buffer(0); valid != nil && a.Nulls > 0 {
		for i := range out {
			if valid[i/8]>>(i%8)&1 == 0 {
				out[i] = -1
			}
		}
	}
	return out
}

func widen[T Number](dst []int, src []T) {
	for i, v := range src {
		dst[i] = int(v)
	}
}

// Strings returns a column of strings. In a process that ends after its run,
// they point into the mapped column.
func Strings(a *Array) []string {
	out := make([]string, a.Length)
	switch {
	case a.Dictionary != nil || a.row().Layout == datatype.Views:
		h := heap{}
		each(a, func(i int, b []byte) {
			if job.Stays {
				b = h.keep(b)
			}
			out[i] = unsafe.String(unsafe.SliceData(b), len(b))
		})
	case a.row().Width == 8:
		stringsBetween(out, cast[int64](a.buffer(1), a.Length+1), a.buffer(2))
	default:
		stringsBetween(out, cast[int32](a.buffer(1), a.Length+1), a.buffer(2))
	}
	return out
}

// stringsBetween makes strings of consecutive bytes, on several cores.
func stringsBetween[O int32 | int64](out []string, offsets []O, data []byte) {
	parallel.Blocks(len(out), 0, func(lo, hi int) {
		first := offsets[lo]
		block := bytesBetween(data, first, offsets[hi])
		if job.Stays {
			block = bytes.Clone(block)
		}
		for i := lo; i < hi; i++ {
			b := bytesBetween(block, offsets[i]-first, offsets[i+1]-first)
			out[i] = unsafe.String(unsafe.SliceData(b), len(b))
		}
	})
}

// A heap copies bytes out of the mapped columns, in large blocks. In a process
// that stays, a function's values must outlive the run.
type heap struct{ block []byte }

const heapBlock = 1 << 20

func (h *heap) keep(b []byte) []byte {
	if len(h.block)+len(b) > cap(h.block) {
		h.block = make([]byte, 0, max(heapBlock, len(b)))
	}
	at := len(h.block)
	h.block = append(h.block, b...)
	return h.block[at:len(h.block):len(h.block)]
}

// Binaries returns a column of byte strings, each its own slice.
func Binaries(a *Array) [][]byte {
	out := make([][]byte, a.Length)
	h := heap{}
	each(a, func(i int, b []byte) {
		if job.Stays {
			b = h.keep(b)
		}
		out[i] = b
	})
	return out
}

// Decoded returns a dictionary column as its values.
func Decoded[T any](a *Array, values []T) []T {
	out := make([]T, a.Length)
	for i, k := range indices(a) {
		if k >= 0 {
			out[i] = values[k]
		}
	}
	return out
}

// Times returns a column of timestamps or dates. A timestamp has its column's
// zone; naive ones and dates are in UTC.
func Times(a *Array) []time.Time {
	if a.Dictionary != nil {
		return Decoded(a, Times(a.Dictionary))
	}
	row := a.row()
	if row.Class != datatype.Timestamp && row.Class != datatype.Date {
		panic(mismatch(timeType, a))
	}
	out := make([]time.Time, a.Length)
	where := location(datatype.ParameterOf(a.Type))
	if row.Width == 4 {
		for i, v := range cast[int32](a.buffer(1), a.Length) {
			out[i] = instant(int64(v), row.Unit).In(where)
		}
		return out
	}
	valid := a.buffer(0)
	for i, v := range cast[int64](a.buffer(1), a.Length) {
		if row.Unit == second && v > lastSecond && (valid == nil || valid[i/8]>>(i%8)&1 == 1) {
			panic(ArgumentMismatch(fmt.Sprintf("row %d: the time is too far off for Go's time.Time", i)))
		}
		out[i] = instant(v, row.Unit).In(where)
	}
	return out
}

const (
	second = 1e9 // in nanoseconds
	// lastSecond since 1970 is the last that time.Time holds: it counts from the year 1.
	lastSecond = math.MaxInt64 - 62135596800
)

// instant divides before it multiplies, so that no year overflows.
func instant(v, per int64) time.Time {
	if per > second {
		return time.Unix(v*(per/second), 0)
	}
	sec, rest := v/(second/per), v%(second/per)
	return time.Unix(sec, rest*per)
}

func location(zone string) *time.Location {
	where := zoned(zone)
	if where == nil {
		panic(ArgumentMismatch(fmt.Sprintf("time zone %q is not known on this machine", zone)))
	}
	return where
}

// zoned finds a time zone, nil where this machine does not know it.
func zoned(zone string) *time.Location {
	if zone == "" || zone == "UTC" {
		return time.UTC
	}
	if where, err := time.LoadLocation(zone); err == nil {
		return where
	}
	if t, err := time.Parse("-07:00", zone); err == nil { // Arrow allows fixed offsets
		_, offset := t.Zone()
		return time.FixedZone(zone, offset)
	}
	return nil
}

// Durations returns a column of durations.
func Durations(a *Array) []time.Duration {
	if a.Dictionary != nil {
		return Decoded(a, Durations(a.Dictionary))
	}
	row := a.row()
	if row.Class != datatype.Duration {
		panic(mismatch(durationType, a))
	}
	out := Numbers[time.Duration](a)
	per := time.Duration(row.Unit)
	if per == 1 {
		return out
	}
	valid := a.buffer(0)
	for i, v := range out {
		if valid != nil && valid[i/8]>>(i%8)&1 == 0 {
			out[i] = 0
			continue // NaT is the least int64
		}
		if v > math.MaxInt64/per || v < math.MinInt64/per {
			panic(ArgumentMismatch(fmt.Sprintf("row %d: the duration does not fit Go's time.Duration of 292 years", i)))
		}
		out[i] = v * per
	}
	return out
}

// Rows cuts a column into the rows of a matrix.
func Rows[T any](in *Input, flat []T) [][]T {
	rows, columns := in.Shape[0], in.Shape[1]
	out := make([][]T, rows)
	for i := range out {
		out[i] = flat[i*columns : (i+1)*columns : (i+1)*columns]
	}
	return out
}

// Dict pairs the keys and values of a Python dict.
func Dict[V any](keys []string, values []V) map[string]V {
	out := make(map[string]V, len(keys))
	for i, k := range keys {
		out[k] = values[i]
	}
	return out
}
