package program

import (
	"reflect"
	"runtime"
	"unsafe"

	"goscore/compute/parallel"
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

// room gives n bytes of a buffer that is kept for the next block, or new ones.
func (w *Window) room(slot, n int, kept bool) []byte {
	if kept {
		return make([]byte, n)
	}
	return scratch(&w.in, slot, n)
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
	parallel.Pieces(c.n, c.blockRows(), c.threads(), func(lo, hi int) {
		w := TakeWindow()
		block(w, lo, hi)
		GiveWindow(w)
		Done(hi - lo)
	})
}

// InOrder runs block over all rows, one block after the other.
func (c *Call) InOrder(block func(w *Window, lo, hi int)) {
	w, rows := TakeWindow(), c.blockRows()
	for lo := 0; lo < c.n; lo += rows {
		hi := min(lo+rows, c.n)
		block(w, lo, hi)
		Done(hi - lo)
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
func Near[T any](c Col[T], w *Window, slot, lo, hi int) Col[T] {
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
		texts := c.far.nearTexts(w, slot, lo, hi, c.kept)
		out.V = unsafe.Slice((*T)(unsafe.Pointer(unsafe.SliceData(texts))), len(texts))
	default:
		out.V = c.read(c.far.near(w, slot, lo, hi, c.kept))
	}
	return out
}

// A Made is a column of results of a row-wise function.
type Made[T any] struct {
	V       []T      // all rows
	landing *landing // in place of them: where blocks go as they are done
}

// Results gives room for the results of all rows.
func Results[T any](c *Call) Made[T] {
	size := int(unsafe.Sizeof(*new(T)))
	if l := c.landing(*new(T), size); l != nil {
		return Made[T]{landing: l}
	}
	return Made[T]{V: Make[T](c.n)}
}

// Room gives room for the results of the rows from lo up to and without hi,
// which may hold anything.
func Room[T any](m Made[T], w *Window, slot, lo, hi int) []T {
	if m.landing == nil {
		return m.V[lo:hi:hi]
	}
	return cast[T](scratch(&w.out, slot, (hi-lo)*m.landing.size), hi-lo)
}

// Store takes the results from row lo on.
func Store[T any](m Made[T], lo int, rows []T) {
	if m.landing != nil {
		m.landing.store(lo, unsafe.Pointer(unsafe.SliceData(rows)), len(rows))
	}
}

// All is the whole column, for ReturnRows.
func All[T any](m Made[T]) any {
	if m.landing != nil {
		return m.landing
	}
	return m.V
}

// A landing is a column of results in Python's memory.
type landing struct {
	typ   string // of the column in Go
	size  int    // of a row
	array *Array
}

// landing takes room for a column of results that can be written as they are;
// nil where there is none.
func (c *Call) landing(example any, size int) *landing {
	c.width += size
	t := reflect.TypeOf(example)
	format, ok := landedFormat(t)
	if !ok || size*c.n <= LandedBytes {
		return nil
	}
	at, ok := land(int64(size * c.n))
	if !ok {
		return nil
	}
	return &landing{"[]" + goName(t), size, &Array{
		Type: format, Length: c.n,
		Buffers: []Range{{Segment: -1}, {Segment: PythonMemory, Offset: at, Length: int64(size * c.n)}},
	}}
}

func (l *landing) store(lo int, rows unsafe.Pointer, n int) {
	if n == 0 {
		return
	}
	b := unsafe.Slice((*byte)(rows), n*l.size)
	if err := (Reach{job.Python}).Write(l.array.Buffers[1].Offset+int64(lo*l.size), b); err != nil {
		panic(err)
	}
}

// landedFormat names Arrow's type of results that can be written as they are.
func landedFormat(t reflect.Type) (format string, ok bool) {
	if t == nil { // an interface
		return "", false
	}
	row := rawOf(t)
	return row.Format, row.Raw
}

// LandedBytes is from what size on results are written into Python's own memory.
const LandedBytes = 64 << 10

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
