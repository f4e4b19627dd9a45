package builtin

import (
	"unsafe"

	"goscore/compute"
	"goscore/compute/parallel"
	"goscore/magics/datatype"
	"goscore/magics/frame"
	"goscore/magics/program"
	"goscore/magics/protocol"
)

// A column is what a built-in function takes: rows in a segment, or in Python's
// own memory.
type column[T any] struct {
	n     int
	rows  parallel.Rows[T]
	nulls int
	valid []byte // nil without nulls
}

// column reads an array of numbers.
func (p *Place) column(a *frame.Array) (numbers, error) {
	if a.Dictionary != nil {
		return nil, protocol.BadType("categories are not numbers")
	}
	row := datatype.Of(a.Type)
	switch {
	case row.Class == datatype.Null:
		v, err := allNull[float64](p, a)
		return numbersOf[float64]{v}, err
	case row.Class == datatype.Float && !row.Raw:
		halves, err := columnOf[uint16](p, a)
		return numbersOf[float32]{column[float32]{halves.n, widened(halves.rows), halves.nulls, halves.valid}}, err
	case row.IsNumber():
		return readers[row.Go](p, a)
	}
	return nil, protocol.BadType("%s is not one of numbers", protocol.ColumnType(a))
}

// readers read columns of numbers, by their Go type.
var readers = map[string]func(*Place, *frame.Array) (numbers, error){
	"int8": readNumbers[int8], "int16": readNumbers[int16], "int32": readNumbers[int32], "int64": readNumbers[int64],
	"uint8": readNumbers[uint8], "uint16": readNumbers[uint16], "uint32": readNumbers[uint32], "uint64": readNumbers[uint64],
	"float32": readNumbers[float32], "float64": readNumbers[float64],
}

func readNumbers[T compute.Number](p *Place, a *frame.Array) (numbers, error) {
	v, err := columnOf[T](p, a)
	return numbersOf[T]{v}, err
}

// maxAllNull bounds a column of nulls alone, whose length nothing else proves.
const maxAllNull = 1 << 32

// allNull is a column that has no value at all.
func allNull[T any](p *Place, a *frame.Array) (column[T], error) {
	if a.Length > maxAllNull {
		return column[T]{}, protocol.BadValue("a column without values has %d rows, at most %d can be taken", a.Length, maxAllNull)
	}
	rows := func() func(lo, hi int) []T {
		var block []T
		return func(lo, hi int) []T {
			block = append(block[:0], make([]T, hi-lo)...)
			return block
		}
	}
	return column[T]{a.Length, stoppable(p, rows), a.Length, make([]byte, (a.Length+7)/8)}, nil
}

func columnOf[T any](p *Place, a *frame.Array) (column[T], error) {
	if a.Length == 0 || len(a.Buffers) < 2 || a.Buffers[1] == nil {
		return column[T]{rows: parallel.InPlace([]T{})}, nil
	}
	out := column[T]{n: a.Length, nulls: a.Nulls}
	var err error
	if out.valid, err = p.validity(a); err != nil {
		return out, err
	}
	if a.Buffers[1].Segment == frame.OwnMemory {
		out.rows = stoppable(p, fromPython[T](p, a.Buffers[1].Offset))
		return out, nil
	}
	b, err := p.Store.Bytes(*a.Buffers[1])
	out.rows = stoppable(p, parallel.InPlace(view[T](b, a.Length)))
	return out, err
}

// validity gives an array's bitmap; nil without nulls.
func (p *Place) validity(a *frame.Array) ([]byte, error) {
	if a.Nulls == 0 || len(a.Buffers) == 0 || a.Buffers[0] == nil {
		return nil, nil
	}
	return p.Store.Bytes(*a.Buffers[0])
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

// scratchOf gives a thread's memory for a block of rows: what an earlier run used,
// whose pages are warm.
func scratchOf[T any](p *Place) func(n int) []T {
	var b []byte
	return func(n int) []T {
		size := n * int(unsafe.Sizeof(*new(T)))
		if size > len(b) {
			b = p.scratch(size)
		}
		return view[T](b, n)
	}
}

// fromPython gives rows that lie at an address in Python's memory: each thread
// copies them, block by block, to memory that stays warm.
func fromPython[T any](p *Place, address int64) parallel.Rows[T] {
	return func() func(lo, hi int) []T {
		buffer := scratchOf[T](p)
		return func(lo, hi int) []T {
			block := buffer(hi - lo)
			if err := p.Python.Read(bytesIn(block), address+int64(lo)*int64(unsafe.Sizeof(*new(T)))); err != nil {
				panic(err)
			}
			return block
		}
	}
}

// widened gives float16 as float32, which holds each exactly.
func widened(halves parallel.Rows[uint16]) parallel.Rows[float32] {
	return func() func(lo, hi int) []float32 {
		rows := halves()
		var block []float32
		return func(lo, hi int) []float32 {
			block = block[:0]
			for _, h := range rows(lo, hi) {
				block = append(block, program.Half(h))
			}
			return block
		}
	}
}

// room takes memory for n results: where Python wants them, else in segment 1.
func room[T any](p *Place, n int, format string) (parallel.Room[T], *frame.Array, error) {
	width := int64(unsafe.Sizeof(*new(T)))
	size := int64(n) * width
	array := &frame.Array{Type: format, Length: n, Buffers: []*frame.Range{nil, {Segment: 1, Length: size}}}
	if n == 0 {
		return parallel.Into([]T{}), array, nil
	}
	if free := p.OutputRegion; size > program.OutputRegionBytes && size <= free.Length-p.regionUsed {
		*array.Buffers[1] = frame.Range{Segment: frame.OwnMemory, Offset: free.Offset + p.regionUsed, Length: size}
		p.regionUsed += (size + 63) &^ 63
		return toPython[T](p, array.Buffers[1].Offset), array, nil
	}
	offset, err := p.Alloc(size)
	if err != nil {
		return nil, nil, err
	}
	array.Buffers[1].Offset = offset
	b, err := p.Results.Bytes(offset, size)
	return parallel.Into(view[T](b, n)), array, err
}

// toPython gives room that is written to Python's memory block by block.
func toPython[T any](p *Place, address int64) parallel.Room[T] {
	return func() (func(lo, hi int) []T, func(lo int, rows []T)) {
		buffer := scratchOf[T](p)
		room := func(lo, hi int) []T { return buffer(hi - lo) }
		return room, func(lo int, rows []T) {
			if err := p.Python.Write(address+int64(lo)*int64(unsafe.Sizeof(*new(T))), bytesIn(rows)); err != nil {
				panic(err)
			}
		}
	}
}

// put copies results that lie elsewhere to segment 1.
func (p *Place) put(b []byte) (*frame.Range, error) {
	if len(b) == 0 {
		return &frame.Range{Segment: 1}, nil
	}
	offset, err := p.Alloc(int64(len(b)))
	if err != nil {
		return nil, err
	}
	to, err := p.Results.Bytes(offset, int64(len(b)))
	copy(to, b)
	return &frame.Range{Segment: 1, Offset: offset, Length: int64(len(b))}, err
}

// putColumn makes an array of results, all there.
func putColumn[T any](p *Place, format string, rows []T) (*frame.Array, error) {
	values, err := p.put(bytesIn(rows))
	return &frame.Array{Type: format, Length: len(rows), Buffers: []*frame.Range{nil, values}}, err
}

// putTexts makes an array of strings.
func (p *Place) putTexts(texts []string) (*frame.Array, error) {
	offsets, data := []int64{0}, []byte(nil)
	for _, s := range texts {
		data = append(data, s...)
		offsets = append(offsets, int64(len(data)))
	}
	a, err := putColumn(p, "U", offsets)
	if err != nil {
		return nil, err
	}
	a.Length = len(texts)
	text, err := p.put(data)
	a.Buffers = append(a.Buffers, text)
	return a, err
}

// Result describes a value for Python.
func (p *Place) Result(v any) (*protocol.Result, error) {
	switch v := v.(type) {
	case *protocol.Result:
		return v, nil
	case *frame.Array:
		return &protocol.Result{Kind: "column", Go: "[]" + datatype.Of(v.Type).Go, Rows: v.Length, Array: v}, nil
	}
	array, err := putColumn(p, "g", []float64{v.(float64)})
	return &protocol.Result{Kind: "scalar", Go: "float64", Array: array}, err
}
