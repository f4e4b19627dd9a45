package program

import (
	"reflect"
	"runtime"
	"unsafe"

	"goscore/compute"
)

// A Window is the rows that one goroutine of a driver has within reach. Their
// memory stays from block to block, so that a column of any length needs no
// more of it, and is warm.
type Window struct {
	in, out [][]byte   // by argument and by result
	texts   [][]string // headers, by argument
}

// idleWindows wait for the next block, or the next call: their memory is warm.
var idleWindows = make(chan *Window, 64)

// TakeWindow gives a window, which GiveWindow takes back.
func TakeWindow() *Window {
	select {
	case w := <-idleWindows:
		return w
	default:
		return &Window{}
	}
}

// GiveWindow takes a window whose rows nobody looks at any more.
func GiveWindow(w *Window) {
	select {
	case idleWindows <- w:
	default:
	}
}

// grown gives item i of a list, which becomes as long as that takes.
func grown[T any](list *[]T, i int) *T {
	for len(*list) <= i {
		*list = append(*list, *new(T))
	}
	return &(*list)[i]
}

// scratch gives n bytes of a buffer that is kept.
func scratch(list *[][]byte, i, n int) []byte {
	b := grown(list, i)
	if cap(*b) < n {
		*b = make([]byte, n)
	}
	return (*b)[:n]
}

// blockBytes is how much of all columns together a block has: it lies in the
// cache of one core from the copy in to the copy out.
const (
	blockBytes   = 512 << 10
	minBlockRows = 1 << 10
	maxBlockRows = 1 << 14
)

// Blocks runs block over all rows, on several cores.
func (c *Call) Blocks(block func(w *Window, lo, hi int)) {
	compute.Pieces(c.n, c.blockRows(), c.threads(), func(lo, hi int) {
		w := TakeWindow()
		block(w, lo, hi)
		GiveWindow(w)
	})
}

// InOrder runs block over all rows, one block after the other.
func (c *Call) InOrder(block func(w *Window, lo, hi int)) {
	w, rows := TakeWindow(), c.blockRows()
	for lo := 0; lo < c.n; lo += rows {
		block(w, lo, min(lo+rows, c.n))
	}
	GiveWindow(w)
}

// blockRows is a multiple of 8, so that blocks never share a byte of a bitmap.
func (c *Call) blockRows() int {
	rows := min(max(blockBytes/max(c.width, 1), minBlockRows), maxBlockRows)
	if !c.Serial { // rows may be slow: a few of them are spread over the cores too
		rows = min(rows, c.n/(runtime.GOMAXPROCS(0)*blocksEach)+8)
	}
	return rows &^ 7
}

// blocksEach is how many blocks a core gets at least, where the rows are few.
const blocksEach = 16

// Near brings the rows from lo up to and without hi within reach, in place of
// those before them. What it gives begins with row lo.
func (c Col[T]) Near(w *Window, slot, lo, hi int) Col[T] {
	if c.M == 0 {
		return c
	}
	out := Col[T]{M: -1}
	if c.valid != nil {
		out.valid = c.valid[lo>>3:]
	}
	switch {
	case c.far == nil:
		out.V = c.V[lo:hi:hi]
	case isText(c.far) && typeFor[T]().Kind() == reflect.String:
		texts := c.far.nearTexts(w, slot, lo, hi)
		out.V = unsafe.Slice((*T)(unsafe.Pointer(unsafe.SliceData(texts))), len(texts))
	default:
		out.V = c.read(c.far.near(w, slot, lo, hi))
	}
	return out
}

// A Made is a column of results of a row-wise function.
type Made[T any] struct {
	V  []T // all rows; nil where blocks go to Python as they are done
	n  int
	at int64 // where in Python's memory
}

// Results gives room for the results of all rows.
func Results[T any](c *Call) Made[T] {
	o := Made[T]{n: c.n}
	size := int(unsafe.Sizeof(*new(T)))
	c.width += size
	if _, ok := landedFormat[T](); ok && size*c.n > landedBytes {
		if at, ok := land(int64(size * c.n)); ok {
			o.at = at
			return o
		}
	}
	o.V = Make[T](c.n)
	return o
}

// Near gives room for the results of the rows from lo up to and without hi,
// which may hold anything.
func (o Made[T]) Near(w *Window, slot, lo, hi int) []T {
	if o.at == 0 {
		return o.V[lo:hi:hi]
	}
	return cast[T](scratch(&w.out, slot, (hi-lo)*int(unsafe.Sizeof(*new(T)))), hi-lo)
}

// Store takes the results from row lo on.
func (o Made[T]) Store(lo int, rows []T) {
	if o.at == 0 || len(rows) == 0 {
		return
	}
	size := int(unsafe.Sizeof(*new(T)))
	b := unsafe.Slice((*byte)(unsafe.Pointer(unsafe.SliceData(rows))), len(rows)*size)
	if err := (Reach{job.Python}).Write(o.at+int64(lo*size), b); err != nil {
		panic(err)
	}
}

// All is the whole column, for ReturnRows.
func (o Made[T]) All() any {
	if o.at == 0 {
		return o.V
	}
	format, _ := landedFormat[T]()
	size := int64(unsafe.Sizeof(*new(T))) * int64(o.n)
	return landed{goName(typeFor[[]T]()), &Array{
		Type: format, Length: o.n,
		Buffers: []Range{{Segment: -1}, {Segment: PythonMemory, Offset: o.at, Length: size}},
	}}
}

// landed is a column of results that lies in Python's memory already.
type landed struct {
	typ   string
	array *Array
}

// landedFormat names Arrow's type of results that can be written as they are.
func landedFormat[T any]() (format string, ok bool) {
	kind := typeFor[T]().Kind()
	if kind == reflect.Bool {
		return "b8", true
	}
	if typeFor[T]() == durationType {
		return "tDn", true
	}
	format, ok = formats[kind]
	return format, ok
}

// landedBytes is from what size on results are written into Python's own memory.
const landedBytes = 64 << 10

// land takes room in the memory that Python holds ready for results.
func land(n int64) (address int64, ok bool) {
	n = (n + align - 1) &^ (align - 1)
	if n > job.Landing.Length {
		return 0, false
	}
	address = job.Landing.Offset
	job.Landing.Offset, job.Landing.Length = address+n, job.Landing.Length-n
	return address, true
}
