package builtin

import (
	"errors"
	"slices"
	"unsafe"

	"goscore/compute/parallel"
	"goscore/magics/datatype"
	"goscore/magics/frame"
	"goscore/magics/protocol"
)

// readError is what fetching rows panics with: drivers have no errors.
type readError struct{ error }

var errChanged = readError{errors.New("a column changed while it was read")}

// texts reads a column of strings. They point to memory that stays until the
// run ends.
func (p *Place) texts(a *frame.Array) (column[string], error) {
	out := column[string]{n: a.Length, nulls: a.Nulls, rows: parallel.InPlace([]string{})}
	if a.Length == 0 {
		return out, nil
	}
	var err error
	if out.valid, err = p.validity(a); err != nil {
		return out, err
	}
	switch row := datatype.Of(a.Type); {
	case row.Class == datatype.Null:
		return allNull[string](p, a)
	case row.Class == datatype.Text && row.Layout == datatype.Views:
		out.rows, err = p.views(a, out.valid)
	case row.Class == datatype.Text && row.Width == 4:
		out.rows = contiguous[int32](p, a)
	case row.Class == datatype.Text:
		out.rows = contiguous[int64](p, a)
	default:
		return out, protocol.BadType("%s is not strings", protocol.ColumnType(a))
	}
	out.rows = stoppable(p, out.rows)
	return out, err
}

// bytesAt gives bytes of a buffer: where they lie, or a copy of what lies in
// Python's memory.
func (p *Place) bytesAt(of *frame.Range, at, n int64) []byte {
	if n == 0 {
		return nil
	}
	if of == nil || at < 0 || n < 0 || at+n > of.Length {
		panic(errChanged)
	}
	if of.Segment != frame.OwnMemory {
		b, err := p.Store.Bytes(*of)
		if err != nil {
			panic(readError{err})
		}
		return b[at : at+n]
	}
	b := make([]byte, n)
	if err := p.Python.Read(b, of.Offset+at); err != nil {
		panic(readError{err})
	}
	return b
}

// contiguous gives strings that lie one behind the other.
func contiguous[O int32 | int64](p *Place, a *frame.Array) parallel.Rows[string] {
	size := int64(unsafe.Sizeof(O(0)))
	return func() func(lo, hi int) []string {
		var block []string
		return func(lo, hi int) []string {
			block = block[:0]
			if lo == hi {
				return block
			}
			ends := view[O](p.bytesAt(a.Buffers[1], int64(lo)*size, int64(hi-lo+1)*size), hi-lo+1)
			first := ends[0]
			data := p.bytesAt(a.Buffers[2], int64(first), int64(ends[hi-lo]-first))
			for i := range hi - lo {
				from, to := ends[i]-first, ends[i+1]-first
				if from < 0 || to < from || int(to) > len(data) {
					panic(errChanged)
				}
				block = append(block, unsafe.String(unsafe.SliceData(data[from:]), to-from))
			}
			return block
		}
	}
}

// view of a string is Arrow's: the text itself where it is short, else a place
// in a data buffer.
type textView struct {
	length         uint32
	prefix         [4]byte
	buffer, offset uint32
}

const shortText = 12

// views gives strings that are spread over data buffers.
func (p *Place) views(a *frame.Array, valid []byte) (rows parallel.Rows[string], err error) {
	data := make([][]byte, len(a.Buffers)-2)
	for i, b := range a.Buffers[2:] {
		if b == nil {
			continue
		}
		if b.Segment != frame.OwnMemory {
			if data[i], err = p.Store.Bytes(*b); err != nil {
				return nil, err
			}
			continue
		}
		data[i] = make([]byte, b.Length)
		p.Python.ReadAll(data[i], b.Offset, p.Threads)
	}
	return func() func(lo, hi int) []string {
		var block []string
		return func(lo, hi int) []string {
			block = block[:0]
			texts := view[textView](p.bytesAt(a.Buffers[1], int64(lo)*16, int64(hi-lo)*16), hi-lo)
			if a.Buffers[1].Segment != frame.OwnMemory { // which somebody may write to between two looks
				texts = slices.Clone(texts)
			}
			for i := range texts {
				block = append(block, texts[i].text(data, isValid(valid, lo+i)))
			}
			return block
		}
	}, nil
}

func (v *textView) text(data [][]byte, valid bool) string {
	switch {
	case !valid: // may hold anything
		return ""
	case v.length <= shortText:
		return unsafe.String(&v.prefix[0], v.length)
	case int(v.buffer) >= len(data) || uint64(v.offset)+uint64(v.length) > uint64(len(data[v.buffer])):
		panic(errChanged)
	}
	b := data[v.buffer][v.offset:]
	return unsafe.String(unsafe.SliceData(b), v.length)
}

func isValid(valid []byte, i int) bool { return valid == nil || valid[i>>3]>>(i&7)&1 == 1 }

// putValidity sets which rows of a are there.
func (p *Place) putValidity(a *frame.Array, valid []byte) (err error) {
	nulls := 0
	for i := range a.Length {
		if !isValid(valid, i) {
			nulls++
		}
	}
	if a.Nulls = nulls; nulls > 0 {
		a.Buffers[0], err = p.put(valid)
	}
	return err
}
