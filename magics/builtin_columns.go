package magics

import (
	"unsafe"

	"goscore/compute"
	"goscore/magics/compile"
	"goscore/magics/frame"
	"goscore/magics/program"
)

// A column is what a built-in function takes: rows in a segment, or in Python's
// own memory.
type column[T any] struct {
	n    int
	rows compute.Rows[T]
}

// roomOf gives room for a column of n results, and the array that it will be.
type roomOf func(n int) (compute.Room[float64], *frame.Array, error)

// column reads an array of numbers.
func (r *run) column(a *frame.Array) (any, error) {
	if a.Dictionary != nil {
		return nil, badType("categories are not numbers")
	}
	switch a.Type {
	case "c":
		return columnOf[int8](r, a)
	case "s":
		return columnOf[int16](r, a)
	case "i":
		return columnOf[int32](r, a)
	case "l":
		return columnOf[int64](r, a)
	case "C":
		return columnOf[uint8](r, a)
	case "S":
		return columnOf[uint16](r, a)
	case "I":
		return columnOf[uint32](r, a)
	case "L":
		return columnOf[uint64](r, a)
	case "e":
		halves, err := columnOf[uint16](r, a)
		return column[float32]{halves.n, widened(halves.rows)}, err
	case "f":
		return columnOf[float32](r, a)
	case "g":
		return columnOf[float64](r, a)
	}
	elem, err := compile.Type{Format: a.Type}.Go()
	if err != nil {
		elem = compile.Describe(a.Type)
	}
	return nil, badType("a column of %s is not one of numbers", elem)
}

func columnOf[T any](r *run, a *frame.Array) (column[T], error) {
	if a.Length == 0 || len(a.Buffers) < 2 || a.Buffers[1] == nil {
		return column[T]{0, compute.InPlace([]T{})}, nil
	}
	if a.Buffers[1].Segment == frame.OwnMemory {
		return column[T]{a.Length, reached[T](r, a.Buffers[1].Offset)}, nil
	}
	b, err := r.w.store.Bytes(*a.Buffers[1])
	return column[T]{a.Length, compute.InPlace(view[T](b, a.Length))}, err
}

// view sees n values in bytes.
func view[T any](b []byte, n int) []T {
	if n == 0 {
		return []T{}
	}
	return unsafe.Slice((*T)(unsafe.Pointer(unsafe.SliceData(b))), n)
}

// bytesIn sees the bytes of values.
func bytesIn[T any](v []T) []byte {
	return unsafe.Slice((*byte)(unsafe.Pointer(unsafe.SliceData(v))), len(v)*int(unsafe.Sizeof(*new(T))))
}

// nearby gives a thread's memory for a block of rows: what an earlier run used,
// whose pages are warm.
func nearby[T any](r *run) func(n int) []T {
	var b []byte
	return func(n int) []T {
		size := n * int(unsafe.Sizeof(*new(T)))
		if size > len(b) {
			b = r.scratch(size)
		}
		return view[T](b, n)
	}
}

// scratch takes a buffer of the worker's until the end of the run.
func (r *run) scratch(size int) (b []byte) {
	w := r.w
	w.mu.Lock()
	defer w.mu.Unlock()
	if last := len(w.scratch) - 1; last >= 0 && len(w.scratch[last]) >= size {
		b, w.scratch = w.scratch[last], w.scratch[:last]
	} else {
		b = make([]byte, max(size, scratchBytes))
	}
	r.taken = append(r.taken, b)
	return b
}

// giveScratch takes the run's buffers back.
func (r *run) giveScratch() {
	w := r.w
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, b := range r.taken {
		if len(b) == scratchBytes && len(w.scratch) < scratchMost {
			w.scratch = append(w.scratch, b)
		}
	}
	r.taken = nil
}

const (
	scratchBytes = 1 << 20 // more than a block of any built-in function has
	scratchMost  = 16
)

// reached gives rows that lie at an address in Python's memory: each thread
// copies them, block by block, to memory that stays warm.
func reached[T any](r *run, address int64) compute.Rows[T] {
	return func() func(lo, hi int) []T {
		near := nearby[T](r)
		return func(lo, hi int) []T {
			near := near(hi - lo)
			if err := r.w.python.Read(bytesIn(near), address+int64(lo)*int64(unsafe.Sizeof(*new(T)))); err != nil {
				panic(err)
			}
			return near
		}
	}
}

// widened gives float16 as float32, which holds each exactly.
func widened(halves compute.Rows[uint16]) compute.Rows[float32] {
	return func() func(lo, hi int) []float32 {
		rows := halves()
		var near []float32
		return func(lo, hi int) []float32 {
			near = near[:0]
			for _, h := range rows(lo, hi) {
				near = append(near, program.Half(h))
			}
			return near
		}
	}
}

// room takes place for n results: where Python wants them, else in segment 1.
func (r *run) room(n int) (compute.Room[float64], *frame.Array, error) {
	size := int64(n) * 8
	place := &frame.Array{Type: "g", Length: n, Buffers: []*frame.Range{nil, {Segment: 1, Length: size}}}
	if n == 0 {
		return compute.Into([]float64{}), place, nil
	}
	if free := r.landing(); size > program.LandedBytes && size <= free.Length-r.landed {
		*place.Buffers[1] = frame.Range{Segment: frame.OwnMemory, Offset: free.Offset + r.landed, Length: size}
		r.landed += (size + 63) &^ 63
		return landing(r, place.Buffers[1].Offset), place, nil
	}
	offset, err := r.alloc(size)
	if err != nil {
		return nil, nil, err
	}
	place.Buffers[1].Offset = offset
	b, err := r.w.results.Bytes(offset, size)
	return compute.Into(view[float64](b, n)), place, err
}

// landing gives room that is written to Python's memory block by block.
func landing(r *run, address int64) compute.Room[float64] {
	return func() (func(lo, hi int) []float64, func(lo int, rows []float64)) {
		near := nearby[float64](r)
		room := func(lo, hi int) []float64 { return near(hi - lo) }
		return room, func(lo int, rows []float64) {
			if err := r.w.python.Write(address+int64(lo)*8, bytesIn(rows)); err != nil {
				panic(err)
			}
		}
	}
}

// builtinResult describes a value for Python.
func (r *run) builtinResult(v any) (*result, error) {
	if place, ok := v.(*frame.Array); ok {
		return &result{Kind: "column", Go: "[]float64", Rows: place.Length, Array: place}, nil
	}
	offset, err := r.alloc(8)
	if err != nil {
		return nil, err
	}
	b, err := r.w.results.Bytes(offset, 8)
	if err != nil {
		return nil, err
	}
	view[float64](b, 1)[0] = v.(float64)
	place := &frame.Array{Type: "g", Length: 1, Buffers: []*frame.Range{nil, {Segment: 1, Offset: offset, Length: 8}}}
	return &result{Kind: "scalar", Go: "float64", Array: place}, nil
}
