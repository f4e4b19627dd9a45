package frame

import (
	"bytes"
	"fmt"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/ipc"
	"github.com/apache/arrow-go/v18/arrow/memory"
)

// WriteIPC makes an Arrow IPC stream with one record batch. Byte booleans
// become Arrow's booleans.
//
// Errors: arrays that Check refuses, or of different lengths.
func WriteIPC(names []string, arrays []*Array, st *Store) ([]byte, error) {
	data, err := encode(names, arrays, st, memory.NewGoAllocator())
	if err != nil {
		return nil, fmt.Errorf("write Arrow IPC stream: %w", err)
	}
	return data, nil
}

func encode(names []string, arrays []*Array, st *Store, mem memory.Allocator) (data []byte, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("%v", r)
		}
	}()
	if len(names) != len(arrays) {
		return nil, fmt.Errorf("%d names for %d arrays", len(names), len(arrays))
	}
	fields, columns := make([]arrow.Field, len(arrays)), make([]arrow.Array, len(arrays))
	rows, size := 0, int64(4096)
	for i, a := range arrays {
		if err := st.Check(a, Own{}); err != nil {
			return nil, fmt.Errorf("column %q: %w", names[i], err)
		}
		if i == 0 {
			rows = a.Length
		}
		if a.Length != rows {
			return nil, fmt.Errorf("column %q has %d rows, not %d", names[i], a.Length, rows)
		}
		d, err := st.view(a, mem)
		if err != nil {
			return nil, fmt.Errorf("column %q: %w", names[i], err)
		}
		columns[i] = array.MakeFromData(d)
		d.Release()
		defer columns[i].Release()
		size += a.size()
		fields[i] = arrow.Field{Name: names[i], Type: columns[i].DataType(), Nullable: true}
	}
	batch := array.NewRecordBatch(arrow.NewSchema(fields, nil), columns, int64(rows))
	defer batch.Release()
	if err := affordable(size); err != nil {
		return nil, err
	}
	var out bytes.Buffer
	out.Grow(int(size))
	w := ipc.NewWriter(&out, ipc.WithSchema(batch.Schema()), ipc.WithAllocator(mem))
	if err := w.Write(batch); err != nil {
		w.Close()
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

// affordable returns an error if a stream of so many bytes takes too much
// memory. Ranges may overlap, so nothing else bounds their sum.
func affordable(size int64) error {
	const small = 64 << 20 // asking for the headroom takes 80 µs
	if size <= small {
		return nil
	}
	if room, ok := Headroom(); ok && size > room/2 {
		return fmt.Errorf("%d MiB of arrays, with %d MiB of memory left", size>>20, room>>20)
	}
	return nil
}

// size estimates the bytes of an array in a stream: its padded buffers and
// their metadata.
func (a *Array) size() (n int64) {
	for _, r := range a.Buffers {
		n += 128
		if r != nil {
			n += r.Length
		}
	}
	for _, child := range a.Children {
		n += child.size()
	}
	if a.Dictionary != nil {
		n += a.Dictionary.size()
	}
	return n
}

// view returns a checked array for arrow-go, on the segment's own bytes except
// for byte booleans, which are packed.
//
// Owner: the caller releases it, before the segments are closed.
func (st *Store) view(a *Array, mem memory.Allocator) (*array.Data, error) {
	dt, err := typeOf(a)
	if err != nil {
		return nil, err
	}
	buffers, err := st.buffers(a)
	if err != nil {
		return nil, err
	}
	if a.Type == byteBool {
		buffers[1] = pack(buffers[1], a.Length, mem)
		defer buffers[1].Release()
	}
	if a.Dictionary != nil {
		values, err := st.view(a.Dictionary, mem)
		if err != nil {
			return nil, err
		}
		defer values.Release()
		return array.NewDataWithDictionary(dt, a.Length, buffers, a.Nulls, 0, values), nil
	}
	var children []arrow.ArrayData
	for _, child := range a.Children {
		d, err := st.view(child, mem)
		if err != nil {
			return nil, err
		}
		defer d.Release()
		children = append(children, d)
	}
	return array.NewData(dt, a.Length, buffers, children, a.Nulls, 0), nil
}

// buffers returns the buffers of a checked array for arrow-go. Without rows they
// are empty: Check does not read their offsets, but arrow-go does.
func (st *Store) buffers(a *Array) ([]*memory.Buffer, error) {
	buffers := make([]*memory.Buffer, len(a.Buffers))
	for i, r := range a.Buffers {
		raw, err := st.buffer(r, 1)
		if err != nil {
			return nil, err
		}
		switch {
		case a.Length == 0 && i > 0:
			buffers[i] = memory.NewBufferBytes(nil)
		case r != nil:
			buffers[i] = memory.NewBufferBytes(raw)
		}
	}
	return buffers, nil
}

// pack packs booleans of one byte into bits.
//
// Owner: the caller releases the result.
func pack(from *memory.Buffer, n int, mem memory.Allocator) *memory.Buffer {
	to := memory.NewResizableBuffer(mem)
	to.Resize(int(bitmapBytes(int64(n))))
	set := to.Bytes()
	clear(set)
	if n == 0 {
		return to
	}
	for row, b := range from.Bytes()[:n] {
		set[row/8] |= b << (row % 8)
	}
	return to
}
