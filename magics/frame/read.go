package frame

import (
	"errors"
	"fmt"
	"io"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/ipc"
	"github.com/apache/arrow-go/v18/arrow/memory"
)

// ReadIPC decodes an Arrow IPC stream with one record batch into seg, with one
// copy. A stream without a batch has no rows. Extension types are read as their
// storage types, arrow.bool8 as "b8".
//
// Owner: all arrays lie in base; seg.Free(base.Offset) frees it. After an error
// there is nothing to free.
//
// Errors: data that are truncated, corrupt, compressed or big-endian, more than
// one record batch, and types that are not supported, with the column's name.
func ReadIPC(data []byte, seg *Segment) (names []string, arrays []*Array, base Range, err error) {
	fail := func(err error) ([]string, []*Array, Range, error) {
		return nil, nil, Range{}, fmt.Errorf("read Arrow IPC stream: %w", err)
	}
	p := plan{at: make(map[span]int64)}
	if names, arrays, err = decode(data, memory.NewGoAllocator(), &p); err != nil {
		return fail(err)
	}
	if base, err = p.copy(seg, arrays); err != nil {
		return fail(err)
	}
	st := NewStore(seg)
	for i, a := range arrays {
		if err := st.Check(a, Own{}); err != nil {
			seg.Free(base.Offset)
			return fail(fmt.Errorf("column %q: %w", names[i], err))
		}
	}
	if err := CheckBacked(arrays...); err != nil {
		seg.Free(base.Offset)
		return fail(err)
	}
	return names, arrays, base, nil
}

// decode plans the copies in p. The sources are parts of data or of mem's
// memory, and Go's collector keeps both.
func decode(data []byte, mem memory.Allocator, p *plan) (names []string, arrays []*Array, err error) {
	// arrow-go panics on some corrupt data.
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("corrupt: %v", r)
		}
	}()
	list, err := messages(data)
	if err != nil {
		return nil, nil, err
	}
	mem = &limited{Allocator: mem, left: 2*int64(len(data)) + 1<<16}
	source := &reader{list: list}
	defer source.drop()
	r, err := ipc.NewReaderFromMessageReader(source, ipc.WithAllocator(mem), ipc.WithEnsureNativeEndian(false))
	if err != nil {
		return nil, nil, err
	}
	defer r.Release()
	schema := r.Schema()
	if !schema.IsNativeEndian() {
		return nil, nil, errors.New("big-endian data are not supported")
	}
	for _, f := range schema.Fields() {
		if err := supported(f); err != nil {
			return nil, nil, fmt.Errorf("column %q: %w", f.Name, err)
		}
	}
	if err := complete(list, schema); err != nil {
		return nil, nil, err
	}
	batch, err := oneBatch(r, list[len(list)-1].header == headerBatch, mem)
	if err != nil {
		return nil, nil, err
	}
	defer batch.Release()
	for i, f := range schema.Fields() {
		a, err := p.array(f, batch.Column(i).Data())
		if err != nil {
			return nil, nil, fmt.Errorf("column %q: %w", f.Name, err)
		}
		names, arrays = append(names, f.Name), append(arrays, a)
	}
	return names, arrays, nil
}

// oneBatch reads the record batch, or makes one without rows.
//
// Owner: the caller releases it.
func oneBatch(r *ipc.Reader, expected bool, mem memory.Allocator) (arrow.RecordBatch, error) {
	if r.Next() {
		batch := r.RecordBatch()
		batch.Retain()
		return batch, nil
	}
	if r.Err() != nil {
		return nil, r.Err()
	}
	if expected {
		return nil, errors.New("no record batch where there should be one")
	}
	schema := r.Schema()
	columns := make([]arrow.Array, schema.NumFields())
	for i, f := range schema.Fields() {
		columns[i] = array.MakeArrayOfNull(mem, f.Type, 0)
		defer columns[i].Release()
	}
	return array.NewRecordBatch(schema, columns, 0), nil
}

// reader hands verified messages to arrow-go without copying them. It is an
// ipc.MessageReader.
type reader struct {
	list    []message
	current *ipc.Message
}

func (r *reader) Message() (*ipc.Message, error) {
	if len(r.list) == 0 {
		return nil, io.EOF
	}
	m := r.list[0]
	r.list = r.list[1:]
	r.drop()
	r.current = ipc.NewMessage(memory.NewBufferBytes(m.meta), memory.NewBufferBytes(m.body))
	return r.current, nil
}

func (r *reader) drop() {
	if r.current != nil {
		r.current.Release()
		r.current = nil
	}
}

// Retain and Release do nothing: the reader lives within one call.
func (r *reader) Retain()  {}
func (r *reader) Release() {}
