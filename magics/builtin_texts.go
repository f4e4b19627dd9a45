package magics

import (
	"errors"
	"slices"
	"unsafe"

	"goscore/compute"
	"goscore/magics/frame"
	"goscore/magics/protocol"
)

// unread is what fetching rows panics with: drivers have no errors.
type unread struct{ error }

var errChanged = unread{errors.New("a column changed while it was read")}

// texts reads a column of strings. They point to memory that stays until the
// run ends.
func (r *run) texts(a *frame.Array) (column[string], error) {
	out := column[string]{n: a.Length, nulls: a.Nulls, rows: compute.InPlace([]string{})}
	if a.Length == 0 {
		return out, nil
	}
	var err error
	if out.valid, err = r.validity(a); err != nil {
		return out, err
	}
	switch a.Type {
	case "n":
		return nothing[string](r, a)
	case "u":
		out.rows = between[int32](r, a)
	case "U":
		out.rows = between[int64](r, a)
	case "vu":
		out.rows, err = r.views(a, out.valid)
	default:
		return out, protocol.BadType("%s is not strings", protocol.ColumnType(a))
	}
	out.rows = watched(r, out.rows)
	return out, err
}

// part gives bytes of a buffer: where they lie, or a copy of what lies in
// Python's memory.
func (r *run) part(of *frame.Range, at, n int64) []byte {
	if n == 0 {
		return nil
	}
	if of == nil || at < 0 || n < 0 || at+n > of.Length {
		panic(errChanged)
	}
	if of.Segment != frame.OwnMemory {
		b, err := r.w.store.Bytes(*of)
		if err != nil {
			panic(unread{err})
		}
		return b[at : at+n]
	}
	b := make([]byte, n)
	if err := r.w.python.Read(b, of.Offset+at); err != nil {
		panic(unread{err})
	}
	return b
}

// between gives strings that lie one behind the other.
func between[O int32 | int64](r *run, a *frame.Array) compute.Rows[string] {
	size := int64(unsafe.Sizeof(O(0)))
	return func() func(lo, hi int) []string {
		var near []string
		return func(lo, hi int) []string {
			near = near[:0]
			if lo == hi {
				return near
			}
			ends := view[O](r.part(a.Buffers[1], int64(lo)*size, int64(hi-lo+1)*size), hi-lo+1)
			first := ends[0]
			data := r.part(a.Buffers[2], int64(first), int64(ends[hi-lo]-first))
			for i := range hi - lo {
				from, to := ends[i]-first, ends[i+1]-first
				if from < 0 || to < from || int(to) > len(data) {
					panic(errChanged)
				}
				near = append(near, unsafe.String(unsafe.SliceData(data[from:]), to-from))
			}
			return near
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
func (r *run) views(a *frame.Array, valid []byte) (rows compute.Rows[string], err error) {
	data := make([][]byte, len(a.Buffers)-2)
	for i, b := range a.Buffers[2:] {
		if b == nil {
			continue
		}
		if b.Segment != frame.OwnMemory {
			if data[i], err = r.w.store.Bytes(*b); err != nil {
				return nil, err
			}
			continue
		}
		data[i] = make([]byte, b.Length)
		r.w.python.ReadAll(data[i], b.Offset, r.threads())
	}
	return func() func(lo, hi int) []string {
		var near []string
		return func(lo, hi int) []string {
			near = near[:0]
			texts := view[textView](r.part(a.Buffers[1], int64(lo)*16, int64(hi-lo)*16), hi-lo)
			if a.Buffers[1].Segment != frame.OwnMemory { // which somebody may write to between two looks
				texts = slices.Clone(texts)
			}
			for i := range texts {
				near = append(near, texts[i].text(data, isValid(valid, lo+i)))
			}
			return near
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
func (r *run) putValidity(a *frame.Array, valid []byte) (err error) {
	nulls := 0
	for i := range a.Length {
		if !isValid(valid, i) {
			nulls++
		}
	}
	if a.Nulls = nulls; nulls > 0 {
		a.Buffers[0], err = r.put(valid)
	}
	return err
}
