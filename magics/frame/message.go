package frame

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"

	"github.com/apache/arrow-go/v18/arrow/ipc"
	"github.com/apache/arrow-go/v18/arrow/memory"
)

// message is one message of an IPC stream, in the bytes it came in.
type message struct {
	header     byte
	meta, body []byte
}

// messages cuts a stream and checks all of its metadata: one schema,
// dictionaries, at most one record batch, and the mark at the end, without
// which a truncated stream could pass for an empty one.
func messages(data []byte) (list []message, err error) {
	batches := 0
	for {
		m, rest, err := nextMessage(data)
		if err != nil {
			return nil, fmt.Errorf("message %d: %w", len(list), err)
		}
		if m == nil {
			break
		}
		list, data = append(list, *m), rest
		if first := len(list) == 1; first != (m.header == headerSchema) {
			return nil, errors.New("a stream begins with its one schema")
		}
		if m.header == headerBatch {
			batches++
		}
	}
	if len(list) == 0 {
		return nil, errors.New("no schema")
	}
	if batches > 1 {
		return nil, fmt.Errorf("%d record batches, want one", batches)
	}
	return list, nil
}

// nextMessage reads the first message of data; it is nil at the end mark.
func nextMessage(data []byte) (m *message, rest []byte, err error) {
	const continuation = math.MaxUint32
	if len(data) < 8 {
		return nil, nil, fmt.Errorf("the stream ends without its end mark: %w", io.ErrUnexpectedEOF)
	}
	if binary.LittleEndian.Uint32(data) != continuation {
		return nil, nil, errors.New("not an Arrow IPC stream")
	}
	size := int64(binary.LittleEndian.Uint32(data[4:]))
	data = data[8:]
	if size == 0 {
		return nil, nil, nil
	}
	if size > int64(len(data)) {
		return nil, nil, fmt.Errorf("%d bytes of metadata in %d: %w", size, len(data), io.ErrUnexpectedEOF)
	}
	m = &message{meta: data[:size:size]}
	data = data[size:]
	length, err := m.verify(int64(len(data)))
	if err != nil {
		return nil, nil, err
	}
	m.body = data[:length:length]
	return m, data[length:], nil
}

// verify checks the metadata and returns the length of the body, of which at
// most available bytes are there.
func (m *message) verify(available int64) (length int64, err error) {
	f := newFlatbuffer(m.meta)
	root, err := f.root()
	if err != nil {
		return 0, err
	}
	if err := f.verify(root, &fbMessage, 0); err != nil {
		return 0, err
	}
	if m.header, err = f.byte(root, 1); err != nil {
		return 0, err
	}
	if length, err = f.int64(root, 3); err != nil {
		return 0, err
	}
	if length < 0 || length > available {
		return 0, fmt.Errorf("a body of %d bytes in %d: %w", length, available, io.ErrUnexpectedEOF)
	}
	at, err := f.field(root, 2)
	if err != nil || at == 0 {
		return 0, errors.Join(errMetadata, err)
	}
	header, err := f.target(at)
	if err != nil {
		return 0, err
	}
	switch m.header {
	case headerSchema:
		return length, nil
	case headerDictionary:
		if at, err = f.field(header, 1); err != nil || at == 0 {
			return 0, errors.Join(errMetadata, err)
		}
		if header, err = f.target(at); err != nil {
			return 0, err
		}
		return length, f.batch(header, length)
	case headerBatch:
		return length, f.batch(header, length)
	}
	return 0, fmt.Errorf("message type %d is not supported", m.header)
}

// batch checks the table of a record batch against a body of so many bytes.
func (f *flatbuffer) batch(pos int, body int64) error {
	if at, err := f.field(pos, 3); err != nil || at != 0 {
		return errors.Join(errors.New("compressed record batches are not supported: write them uncompressed"), err)
	}
	if err := f.pairs(pos, 1, func(length, nulls int64) bool {
		return length >= 0 && length <= maxLength && nulls >= 0 && nulls <= length
	}); err != nil {
		return fmt.Errorf("nodes: %w", err)
	}
	buffers, sum := int64(0), int64(0)
	if err := f.pairs(pos, 2, func(offset, length int64) bool {
		if offset < 0 || length < 0 || length > body || offset > body-length {
			return false
		}
		buffers, sum = buffers+1, sum+length
		// Honest buffers do not overlap; others could make little data large.
		return sum <= body
	}); err != nil {
		return fmt.Errorf("buffers: %w", err)
	}
	return f.variadic(pos, buffers)
}

// variadic checks the numbers of data buffers that views have.
func (f *flatbuffer) variadic(pos int, buffers int64) error {
	at, err := f.field(pos, 4)
	if err != nil || at == 0 {
		return err
	}
	start, n, err := f.vector(at, 8)
	if err != nil {
		return err
	}
	for i := range n {
		count := int64(binary.LittleEndian.Uint64(f.data[start+8*i:]))
		if count < 0 || count > buffers {
			return fmt.Errorf("%w: %d data buffers of %d buffers", errMetadata, count, buffers)
		}
	}
	return nil
}

// pairs visits a vector of structs of two numbers.
func (f *flatbuffer) pairs(pos, slot int, ok func(a, b int64) bool) error {
	at, err := f.field(pos, slot)
	if err != nil || at == 0 {
		return err
	}
	start, n, err := f.vector(at, 16)
	if err != nil {
		return err
	}
	for i := range n {
		pair := f.data[start+16*i:]
		a, b := int64(binary.LittleEndian.Uint64(pair)), int64(binary.LittleEndian.Uint64(pair[8:]))
		if !ok(a, b) {
			return fmt.Errorf("%w: pair %d is (%d, %d)", errMetadata, i, a, b)
		}
	}
	return nil
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

// Retain and Release do not count: the reader lives within one call.
func (r *reader) Retain()  {}
func (r *reader) Release() {}
