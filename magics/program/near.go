package program

import (
	"reflect"
	"sync"
	"unsafe"

	"goscore/compute/parallel"
	"goscore/magics/datatype"
)

// streams reports whether a column can be copied and read as T block by block:
// its buffers lie in Python's memory, and no value changes its type. A column
// that changes its type is checked as a whole before anything runs.
func streams(example any, a *Array) bool {
	t := reflect.TypeOf(example)
	if len(a.Buffers) < 2 || a.Buffers[1].Segment != PythonMemory || a.Dictionary != nil {
		return false
	}
	for _, r := range a.Buffers[2:] {
		if r.Segment != PythonMemory && r.Length > 0 {
			return false
		}
	}
	switch row := a.row(); row.Class {
	case datatype.Integer, datatype.Float:
		return row.Raw && row.Go == rawOf(t).Go && t != durationType
	case datatype.Text:
		return t.Kind() == reflect.String
	case datatype.Bytes:
		return row.Layout == datatype.Offsets && t.Kind() == reflect.Slice
	case datatype.Bool:
		return row.Layout == datatype.Fixed
	case datatype.Timestamp, datatype.Date:
		return row.Unit != second // of those, some are refused
	}
	return false
}

// errChanged is the panic of reading a column with inconsistent offsets or
// views: another thread has written to it during the run.
const errChanged = parallel.ArgumentError("a column changed while it was read")

// within checks that a part of a buffer lies inside it, before memory is
// allocated for the part.
func (a *Array) within(buffer int, at, n int64) {
	if buffer >= len(a.Buffers) || at < 0 || n < 0 || at > a.Buffers[buffer].Length-n {
		panic(errChanged)
	}
}

// fetch copies part of a buffer of Python's memory.
func (a *Array) fetch(dst []byte, buffer int, at int64) []byte {
	a.within(buffer, at, int64(len(dst)))
	if len(dst) > 0 {
		if err := (Reach{job.Python}).Read(dst, a.Buffers[buffer].Offset+at); err != nil {
			panic(err)
		}
	}
	return dst
}

// near copies rows of a column into a new array without validity; kept asks for
// memory that no other block gets.
func (a *Array) near(w *Window, slot, lo, hi int, kept bool) *Array {
	out := &Array{Type: a.Type, Length: hi - lo}
	row := a.row()
	switch n := int(row.Width); {
	case row.Layout == datatype.Offsets && n == 4:
		offsets, data := nearBytes[int32](a, w, slot, lo, hi)
		out.bytes = [][]byte{nil, offsets, data}
	case row.Layout == datatype.Offsets:
		offsets, data := nearBytes[int64](a, w, slot, lo, hi)
		out.bytes = [][]byte{nil, offsets, data}
	default:
		out.bytes = [][]byte{nil, a.fetch(w.room(slot, (hi-lo)*n, kept), 1, int64(lo*n))}
	}
	return out
}

// nearBytes copies the offsets of rows, made to begin at 0, and their bytes. The
// bytes get new memory: the values that a function keeps must outlive the block.
func nearBytes[O int32 | int64](a *Array, w *Window, slot, lo, hi int) (offsets, data []byte) {
	size := int(unsafe.Sizeof(O(0)))
	offsets = a.fetch(scratch(&w.in, slot, (hi-lo+1)*size), 1, int64(lo*size))
	ends := cast[O](offsets, hi-lo+1)
	first, last := ends[0], ends[hi-lo]
	a.within(2, int64(first), int64(last)-int64(first))
	data = make([]byte, last-first)
	a.fetch(data, 2, int64(first))
	for i := range ends {
		ends[i] -= first
	}
	return offsets, data
}

// nearTexts copies strings. The next block reuses their headers, unless the
// function gets pointers to them.
func (a *Array) nearTexts(w *Window, slot, lo, hi int, kept bool) []string {
	list := grown(&w.texts, slot)
	if cap(*list) < hi-lo || kept {
		*list = make([]string, hi-lo)
	}
	out := (*list)[:hi-lo]
	switch row := a.row(); {
	case row.Layout == datatype.Views:
		a.nearViews(out, lo, hi)
	case row.Width == 4:
		offsets, data := nearBytes[int32](a, w, slot, lo, hi)
		cutTexts(out, cast[int32](offsets, hi-lo+1), data)
	default:
		offsets, data := nearBytes[int64](a, w, slot, lo, hi)
		cutTexts(out, cast[int64](offsets, hi-lo+1), data)
	}
	return out
}

// cutTexts makes strings of consecutive bytes; offsets that fall are a panic.
func cutTexts[O int32 | int64](out []string, offsets []O, data []byte) {
	offsets = offsets[:len(out)+1]
	for i := range out {
		b := bytesBetween(data, offsets[i], offsets[i+1])
		out[i] = unsafe.String(unsafe.SliceData(b), len(b))
	}
}

// bytesBetween returns the bytes of one row.
func bytesBetween[O int32 | int64](data []byte, lo, hi O) []byte {
	if lo < 0 || lo > hi || int64(hi) > int64(len(data)) {
		panic(errChanged)
	}
	return data[lo:hi:hi]
}

// A stretch is a part of one of the data buffers that views point into.
type stretch struct {
	from, to, named int64
	data            []byte
}

// nearViews copies string views, and of each data buffer the part that they
// point into. If they use little of that part, it copies the whole buffer, once
// for all blocks.
func (a *Array) nearViews(out []string, lo, hi int) {
	texts := cast[view](a.fetch(make([]byte, (hi-lo)*16), 1, int64(lo*16)), hi-lo) // short ones lie in the view itself
	parts := make([]stretch, len(a.Buffers)-2)
	if valid := a.buffer(0); valid != nil {
		for i := range texts { // a null's view may hold anything
			if at := lo + i; valid[at/8]>>(at%8)&1 == 0 {
				texts[i].length = 0
			}
		}
	}
	for i := range texts {
		if v := &texts[i]; v.length > inlineText {
			if int(v.buffer) >= len(parts) {
				panic(errChanged)
			}
			p, at := &parts[v.buffer], int64(v.offset)
			if p.named == 0 {
				p.from = at
			}
			p.from, p.to, p.named = min(p.from, at), max(p.to, at+int64(v.length)), p.named+int64(v.length)
		}
	}
	for i := range parts {
		if p := &parts[i]; p.named > 0 {
			a.part(p, i+2)
		}
	}
	for i := range texts {
		v := &texts[i]
		if v.length <= inlineText {
			out[i] = unsafe.String(&v.prefix[0], v.length)
			continue
		}
		p, at := &parts[v.buffer], int64(v.offset)
		b := p.data[at-p.from : at-p.from+int64(v.length)]
		out[i] = unsafe.String(unsafe.SliceData(b), len(b))
	}
}

// view is Arrow's view of a string: a short text itself, else a place in a data
// buffer.
type view struct {
	length         uint32
	prefix         [4]byte
	buffer, offset uint32
}

const inlineText = 12

// scattered is the ratio, of a part's bytes to those that views use, from which
// the whole buffer is copied.
const scattered = 8

var (
	wholeMu sync.Mutex
	whole   = map[*Array]map[int][]byte{}
)

// part fetches a stretch of a data buffer.
func (a *Array) part(p *stretch, buffer int) {
	a.within(buffer, p.from, p.to-p.from)
	if p.to-p.from <= scattered*p.named+4096 {
		p.data = a.fetch(make([]byte, p.to-p.from), buffer, p.from)
		return
	}
	wholeMu.Lock()
	defer wholeMu.Unlock()
	if whole[a] == nil {
		whole[a] = map[int][]byte{}
	}
	if whole[a][buffer] == nil {
		whole[a][buffer] = a.fetch(make([]byte, a.Buffers[buffer].Length), buffer, 0)
	}
	p.from, p.data = 0, whole[a][buffer]
}
