package magics

import (
	"unsafe"

	"goscore/compute"
	"goscore/magics/frame"
	"goscore/magics/program"
	"goscore/magics/protocol"
)

// A column is what a built-in function takes: rows in a segment, or in Python's
// own memory.
type column[T any] struct {
	n     int
	rows  compute.Rows[T]
	nulls int
	valid []byte // nil without nulls
}

// column reads an array of numbers.
func (r *run) column(a *frame.Array) (any, error) {
	if a.Dictionary != nil {
		return nil, protocol.BadType("categories are not numbers")
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
		return column[float32]{halves.n, widened(halves.rows), halves.nulls, halves.valid}, err
	case "f":
		return columnOf[float32](r, a)
	case "g":
		return columnOf[float64](r, a)
	case "n":
		return nothing[float64](r, a)
	}
	return nil, protocol.BadType("%s is not one of numbers", protocol.ColumnType(a))
}

// maxNothing bounds a column of nulls alone, whose length nothing else proves.
const maxNothing = 1 << 32

// nothing is a column that has no value at all.
func nothing[T any](r *run, a *frame.Array) (column[T], error) {
	if a.Length > maxNothing {
		return column[T]{}, protocol.BadValue("a column without values has %d rows, at most %d can be taken", a.Length, maxNothing)
	}
	rows := func() func(lo, hi int) []T {
		var near []T
		return func(lo, hi int) []T {
			near = append(near[:0], make([]T, hi-lo)...)
			return near
		}
	}
	return column[T]{a.Length, watched(r, rows), a.Length, make([]byte, (a.Length+7)/8)}, nil
}

func columnOf[T any](r *run, a *frame.Array) (column[T], error) {
	if a.Length == 0 || len(a.Buffers) < 2 || a.Buffers[1] == nil {
		return column[T]{rows: compute.InPlace([]T{})}, nil
	}
	out := column[T]{n: a.Length, nulls: a.Nulls}
	var err error
	if out.valid, err = r.validity(a); err != nil {
		return out, err
	}
	if a.Buffers[1].Segment == frame.OwnMemory {
		out.rows = watched(r, reached[T](r, a.Buffers[1].Offset))
		return out, nil
	}
	b, err := r.w.store.Bytes(*a.Buffers[1])
	out.rows = watched(r, compute.InPlace(view[T](b, a.Length)))
	return out, err
}

// validity gives an array's bitmap; nil without nulls.
func (r *run) validity(a *frame.Array) ([]byte, error) {
	if a.Nulls == 0 || len(a.Buffers) == 0 || a.Buffers[0] == nil {
		return nil, nil
	}
	return r.w.store.Bytes(*a.Buffers[0])
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
func room[T any](r *run, n int, format string) (compute.Room[T], *frame.Array, error) {
	width := int64(unsafe.Sizeof(*new(T)))
	size := int64(n) * width
	place := &frame.Array{Type: format, Length: n, Buffers: []*frame.Range{nil, {Segment: 1, Length: size}}}
	if n == 0 {
		return compute.Into([]T{}), place, nil
	}
	if free := r.landing(); size > program.LandedBytes && size <= free.Length-r.landed {
		*place.Buffers[1] = frame.Range{Segment: frame.OwnMemory, Offset: free.Offset + r.landed, Length: size}
		r.landed += (size + 63) &^ 63
		return landing[T](r, place.Buffers[1].Offset), place, nil
	}
	offset, err := r.alloc(size)
	if err != nil {
		return nil, nil, err
	}
	place.Buffers[1].Offset = offset
	b, err := r.w.results.Bytes(offset, size)
	return compute.Into(view[T](b, n)), place, err
}

// landing gives room that is written to Python's memory block by block.
func landing[T any](r *run, address int64) compute.Room[T] {
	return func() (func(lo, hi int) []T, func(lo int, rows []T)) {
		near := nearby[T](r)
		room := func(lo, hi int) []T { return near(hi - lo) }
		return room, func(lo int, rows []T) {
			if err := r.w.python.Write(address+int64(lo)*int64(unsafe.Sizeof(*new(T))), bytesIn(rows)); err != nil {
				panic(err)
			}
		}
	}
}

// put copies results that lie elsewhere to segment 1.
func (r *run) put(b []byte) (*frame.Range, error) {
	if len(b) == 0 {
		return &frame.Range{Segment: 1}, nil
	}
	offset, err := r.alloc(int64(len(b)))
	if err != nil {
		return nil, err
	}
	to, err := r.w.results.Bytes(offset, int64(len(b)))
	copy(to, b)
	return &frame.Range{Segment: 1, Offset: offset, Length: int64(len(b))}, err
}

// putColumn makes an array of results, all there.
func putColumn[T any](r *run, format string, rows []T) (*frame.Array, error) {
	place, err := r.put(bytesIn(rows))
	return &frame.Array{Type: format, Length: len(rows), Buffers: []*frame.Range{nil, place}}, err
}

// putTexts makes an array of strings.
func (r *run) putTexts(texts []string) (*frame.Array, error) {
	offsets, data := []int64{0}, []byte(nil)
	for _, s := range texts {
		data = append(data, s...)
		offsets = append(offsets, int64(len(data)))
	}
	a, err := putColumn(r, "U", offsets)
	if err != nil {
		return nil, err
	}
	a.Length = len(texts)
	place, err := r.put(data)
	a.Buffers = append(a.Buffers, place)
	return a, err
}

// goTypes are those of results.
var goTypes = map[string]string{"g": "float64", "l": "int64"}

// builtinResult describes a value for Python.
func (r *run) builtinResult(v any) (*protocol.Result, error) {
	switch v := v.(type) {
	case *protocol.Result:
		return v, nil
	case *frame.Array:
		return &protocol.Result{Kind: "column", Go: "[]" + goTypes[v.Type], Rows: v.Length, Array: v}, nil
	}
	place, err := putColumn(r, "g", []float64{v.(float64)})
	return &protocol.Result{Kind: "scalar", Go: "float64", Array: place}, err
}
