package frame

import (
	"errors"
	"fmt"
	"unsafe"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"

	"goscore/magics/datatype"
)

// plan lists copies, with targets relative to a base that is not known yet.
type plan struct {
	sources []source
	at      map[span]int64
	size    int64
}

// source is bytes to copy; zeros fill the rest of size.
type source struct {
	data []byte
	size int64
}

// span identifies bytes by their place, so that a dictionary shared by several
// columns is copied once.
type span struct {
	start *byte
	size  int
}

// add plans to copy data, and zeros up to a length of at least n.
func (p *plan) add(data []byte, n int64) *Range {
	r := &Range{Length: max(n, int64(len(data)))}
	if r.Length == 0 {
		return r
	}
	key := span{unsafe.SliceData(data), len(data)}
	if at, ok := p.at[key]; ok {
		r.Offset = at
		return r
	}
	r.Offset = p.size
	if len(data) > 0 {
		p.at[key] = p.size
	}
	p.sources = append(p.sources, source{data, align(r.Length)})
	p.size += align(r.Length)
	return r
}

// array plans the copies of one array and its children. Buffers that are too
// short stay so; Check finds them.
func (p *plan) array(f arrow.Field, data arrow.ArrayData) (*Array, error) {
	dt := storage(f.Type)
	format, err := formatOf(dt)
	if err != nil {
		return nil, err
	}
	if isByteBool(f) {
		format = byteBool
	}
	l, err := layoutOf(format)
	if err != nil {
		return nil, err
	}
	if data.Offset() != 0 {
		return nil, errors.New("the array has an offset, which IPC does not know")
	}
	a := &Array{Type: format, Length: data.Len(), Nulls: data.NullN(), Buffers: []*Range{}}
	if l.row.Layout == datatype.NoBuffers {
		a.Nulls = a.Length
		return a, nil
	}
	p.buffers(a, l, data.Buffers())
	if nested, ok := dt.(arrow.NestedType); ok {
		return a, p.children(a, nested.Fields(), data.Children(), l.row.Layout == datatype.Fields)
	}
	if d, ok := dt.(*arrow.DictionaryType); ok {
		values, _ := data.Dictionary().(*array.Data)
		if values == nil {
			return nil, errors.New("the stream has no dictionary")
		}
		a.Dictionary, err = p.array(arrow.Field{Type: d.ValueType}, values)
	}
	return a, err
}

func (p *plan) children(a *Array, fields []arrow.Field, data []arrow.ArrayData, named bool) error {
	if len(fields) != len(data) {
		return fmt.Errorf("%d children, want %d", len(data), len(fields))
	}
	for i, f := range fields {
		child, err := p.array(f, data[i])
		if err != nil {
			return fmt.Errorf("field %q: %w", f.Name, err)
		}
		if named {
			child.Name = f.Name
		}
		a.Children = append(a.Children, child)
	}
	return nil
}

// buffers plans the copies of the buffers, without IPC's padding. Offsets get at
// least one entry, although some libraries omit it for zero rows.
func (p *plan) buffers(a *Array, l layout, buffers []*memory.Buffer) {
	raw := func(i int) []byte {
		if i >= len(buffers) || buffers[i] == nil {
			return nil
		}
		return buffers[i].Bytes()
	}
	a.Buffers = append(a.Buffers, nil)
	if a.Nulls > 0 {
		a.Buffers[0] = p.add(trim(raw(0), bitmapBytes(int64(a.Length))), 0)
	}
	if l.buffers() == 1 {
		return
	}
	n, least := int64(a.Length), int64(0)
	if l.offsets() {
		n++
		if a.Length == 0 {
			least = l.width
		}
	}
	if want, ok := l.bytes(n); ok {
		a.Buffers = append(a.Buffers, p.add(trim(raw(1), want), least))
	} else {
		a.Buffers = append(a.Buffers, &Range{})
	}
	for i := 2; i < max(len(buffers), l.buffers()); i++ {
		a.Buffers = append(a.Buffers, p.add(raw(i), 0))
	}
}

func trim(data []byte, n int64) []byte { return data[:min(n, int64(len(data)))] }

// copy allocates memory in seg, copies everything there and makes the arrays'
// ranges absolute.
//
// Owner: the caller frees base.
func (p *plan) copy(seg *Segment, arrays []*Array) (base Range, err error) {
	base = Range{Segment: seg.number, Length: p.size}
	if base.Offset, err = seg.Alloc(p.size); err != nil {
		return Range{}, err
	}
	to, err := seg.Bytes(base.Offset, p.size)
	if err != nil {
		seg.Free(base.Offset)
		return Range{}, err
	}
	for _, s := range p.sources {
		n := copy(to, s.data)
		clear(to[n:s.size])
		to = to[s.size:]
	}
	for _, a := range arrays {
		a.move(base)
	}
	return base, nil
}

// move makes ranges relative to base absolute.
func (a *Array) move(base Range) {
	for _, r := range a.Buffers {
		if r != nil {
			r.Segment, r.Offset = base.Segment, r.Offset+base.Offset
		}
	}
	for _, child := range a.Children {
		child.move(base)
	}
	if a.Dictionary != nil {
		a.Dictionary.move(base)
	}
}

// limited panics, and decode recovers, when arrow-go allocates more memory than
// valid data need.
type limited struct {
	memory.Allocator
	left int64
}

func (m *limited) Allocate(size int) []byte {
	m.spend(size)
	return m.Allocator.Allocate(size)
}

func (m *limited) Reallocate(size int, b []byte) []byte {
	m.spend(size - len(b))
	return m.Allocator.Reallocate(size, b)
}

func (m *limited) spend(size int) {
	if int64(size) > m.left {
		panic(fmt.Errorf("%d bytes of memory asked for", size))
	}
	m.left -= int64(max(0, size))
}
