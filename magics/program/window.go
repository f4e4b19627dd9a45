package program

import (
	"reflect"
	"runtime"
	"time"
	"unsafe"

	"goscore/compute/parallel"
)

// A Window is the current block of one goroutine of a driver. All blocks use the
// same memory, so that it stays small and warm for a column of any length.
type Window struct {
	in, out [][]byte   // by argument and by result
	texts   [][]string // headers, by argument
}

// idleWindows are the windows that wait for the next block or call.
var idleWindows = make(chan *Window, 64)

// TakeWindow returns a window; GiveWindow returns it to the pool.
func TakeWindow() *Window {
	select {
	case w := <-idleWindows:
		return w
	default:
		return &Window{}
	}
}

// GiveWindow returns a window whose rows are no longer used.
func GiveWindow(w *Window) {
	select {
	case idleWindows <- w:
	default:
	}
}

// grown returns item i of a list, and extends the list if needed.
func grown[T any](list *[]T, i int) *T {
	for len(*list) <= i {
		*list = append(*list, *new(T))
	}
	return &(*list)[i]
}

// room returns n bytes of a buffer that the next block reuses, or, if kept, of
// new memory.
func (w *Window) room(slot, n int, kept bool) []byte {
	if kept {
		return make([]byte, n)
	}
	return scratch(&w.in, slot, n)
}

// scratch returns n bytes of a reused buffer.
func scratch(list *[][]byte, i, n int) []byte {
	b := grown(list, i)
	if cap(*b) < n {
		*b = make([]byte, n)
	}
	return (*b)[:n]
}

// blockBytes is the size of a block of all columns together, which fits into the
// cache of one core.
const (
	blockBytes   = 512 << 10
	minBlockRows = 1 << 10
	maxBlockRows = 1 << 14
)

// Blocks runs block over all rows, on several cores.
func (c *Call) Blocks(block func(w *Window, lo, hi int)) {
	begin := 0
	if onLane {
		begin = c.alone(block)
	}
	parallel.Pieces(c.n-begin, c.blockRows(), c.threads(), func(lo, hi int) {
		lo, hi = begin+lo, begin+hi
		w := TakeWindow()
		block(w, lo, hi)
		GiveWindow(w)
		Done(hi - lo)
	})
}

// alone runs block over the first rows, for as long as it would take to wake other cores, and
// returns how many these are.
func (c *Call) alone(block func(w *Window, lo, hi int)) (lo int) {
	w, rows, began := TakeWindow(), c.blockRows(), time.Now()
	for lo < c.n && time.Since(began) < wakingTime {
		hi := min(lo+rows, c.n)
		block(w, lo, hi)
		Done(hi - lo)
		lo = hi
	}
	GiveWindow(w)
	return lo
}

// wakingTime is how long it takes at most until other cores work, too.
const wakingTime = 50 * time.Microsecond

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
	if !c.Serial { // rows may be slow, so even a few are distributed over the cores
		rows = min(rows, c.n/(runtime.GOMAXPROCS(0)*blocksEach)+8)
	}
	return rows &^ 7
}

// blocksEach is the least number of blocks for each core, if there are few rows.
const blocksEach = 16

// Near copies the rows from lo up to hi, without hi, into the window. The result
// begins with row lo.
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

// A ResultColumn is a column of results of a row-wise function.
type ResultColumn[T any] struct {
	V      []T           // all rows
	column *pythonColumn // in place of V, for results that go into Python's memory
}

// Results allocates the results of all rows.
func Results[T any](c *Call) ResultColumn[T] {
	size := int(unsafe.Sizeof(*new(T)))
	if l := c.pythonColumn(*new(T), size); l != nil {
		return ResultColumn[T]{column: l}
	}
	return ResultColumn[T]{V: Make[T](c.n)}
}

// Room returns memory for the results of the rows from lo up to hi, without hi.
// It is not cleared.
func Room[T any](m ResultColumn[T], w *Window, slot, lo, hi int) []T {
	if m.column == nil {
		return m.V[lo:hi:hi]
	}
	return cast[T](scratch(&w.out, slot, (hi-lo)*m.column.size), hi-lo)
}

// Store stores the results of a block that begins with row lo.
func Store[T any](m ResultColumn[T], lo int, rows []T) {
	if m.column != nil {
		m.column.store(lo, unsafe.Pointer(unsafe.SliceData(rows)), len(rows))
	}
}

// All is the whole column, for ReturnRows.
func All[T any](m ResultColumn[T]) any {
	if m.column != nil {
		return m.column
	}
	return m.V
}

// A pythonColumn is a column of results in Python's memory.
type pythonColumn struct {
	typ   string // of the column in Go
	size  int    // of a row
	array *Array
}

// pythonColumn allocates a column in Python's memory for results that need no
// conversion; nil if there is no memory for it.
func (c *Call) pythonColumn(example any, size int) *pythonColumn {
	c.width += size
	t := reflect.TypeOf(example)
	format, ok := writtenFormat(t)
	if !ok || size*c.n <= OutputRegionBytes {
		return nil
	}
	at, ok := takeOutputRegion(int64(size * c.n))
	if !ok {
		return nil
	}
	return &pythonColumn{"[]" + goName(t), size, &Array{
		Type: format, Length: c.n,
		Buffers: []Range{{Segment: -1}, {Segment: PythonMemory, Offset: at, Length: int64(size * c.n)}},
	}}
}

func (l *pythonColumn) store(lo int, rows unsafe.Pointer, n int) {
	if n == 0 {
		return
	}
	b := unsafe.Slice((*byte)(rows), n*l.size)
	if err := (Reach{job.Python}).Write(l.array.Buffers[1].Offset+int64(lo*l.size), b); err != nil {
		panic(err)
	}
}

// writtenFormat returns the Arrow type of results that need no conversion.
func writtenFormat(t reflect.Type) (format string, ok bool) {
	if t == nil { // an interface
		return "", false
	}
	row := rawOf(t)
	return row.Format, row.Raw
}

// OutputRegionBytes is the size from which results are written into Python's own memory.
const OutputRegionBytes = 64 << 10

// takeOutputRegion takes n bytes of the job's OutputRegion.
func takeOutputRegion(n int64) (address int64, ok bool) {
	n = (n + align - 1) &^ (align - 1)
	if n > job.OutputRegion.Length {
		return 0, false
	}
	address = job.OutputRegion.Offset
	job.OutputRegion.Offset, job.OutputRegion.Length = address+n, job.OutputRegion.Length-n
	return address, true
}
