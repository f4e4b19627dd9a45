package frame

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
)

// message is one message of an IPC stream; it shares the stream's bytes.
type message struct {
	header     byte
	meta, body []byte
	dictionary int64 // the id, in a dictionary batch
	parts
}

// parts are the numbers of nodes, buffers and columns of views in a batch. The
// buffers include the data buffers of views, whose number the type does not tell.
type parts struct {
	nodes, buffers, views, viewBuffers int64
}

// messages splits a stream and checks all of its metadata: one schema,
// dictionaries, at most one record batch, and the end mark, without which a
// truncated stream could pass for an empty one.
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
	const (
		continuation = math.MaxUint32
		mostMetadata = 64 << 20 // as in arrow-go; flatbuffers' own offsets have 31 bits
	)
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
	if size > mostMetadata {
		return nil, nil, fmt.Errorf("%d bytes of metadata", size)
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

// verify checks the metadata and returns the length of the body, which is at
// most available.
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
	return length, m.verifyHeader(f, header, length)
}

// verifyHeader checks the schema or batch at pos, of a message with a body of
// so many bytes.
func (m *message) verifyHeader(f *flatbuffer, pos int, body int64) (err error) {
	switch m.header {
	case headerSchema:
		return nil
	case headerBatch:
		m.parts, err = f.batch(pos, body)
		return err
	case headerDictionary:
		if m.dictionary, err = f.int64(pos, 0); err != nil {
			return err
		}
		at, err := f.field(pos, 1)
		if err != nil || at == 0 {
			return errors.Join(errMetadata, err)
		}
		if pos, err = f.target(at); err != nil {
			return err
		}
		m.parts, err = f.batch(pos, body)
		return err
	}
	return fmt.Errorf("message type %d is not supported", m.header)
}

// batch checks the table of a record batch against a body of so many bytes.
func (f *flatbuffer) batch(pos int, body int64) (p parts, err error) {
	if at, err := f.field(pos, 3); err != nil || at != 0 {
		return p, errors.Join(errors.New("compressed record batches are not supported: write them uncompressed"), err)
	}
	p.nodes, err = f.pairs(pos, 1, func(length, nulls int64) bool {
		return length >= 0 && length <= maxLength && nulls >= 0 && nulls <= length
	})
	if err != nil {
		return p, fmt.Errorf("nodes: %w", err)
	}
	sum := int64(0)
	p.buffers, err = f.pairs(pos, 2, func(offset, length int64) bool {
		if offset < 0 || length < 0 || length > body || offset > body-length {
			return false
		}
		// Valid buffers do not overlap; with overlaps, little data could get large.
		sum += length
		return sum <= body
	})
	if err != nil {
		return p, fmt.Errorf("buffers: %w", err)
	}
	p.views, p.viewBuffers, err = f.variadic(pos, p.buffers)
	return p, err
}

// variadic counts the columns of views and their data buffers, of which there
// are at most so many.
func (f *flatbuffer) variadic(pos int, buffers int64) (views, sum int64, err error) {
	at, err := f.field(pos, 4)
	if err != nil || at == 0 {
		return 0, 0, err
	}
	start, n, err := f.vector(at, 8)
	if err != nil {
		return 0, 0, err
	}
	for i := range n {
		count := int64(binary.LittleEndian.Uint64(f.data[start+8*i:]))
		if count < 0 || count > buffers-sum {
			return 0, 0, fmt.Errorf("%w: %d data buffers of %d buffers", errMetadata, count, buffers)
		}
		sum += count
	}
	return int64(n), sum, nil
}

// pairs visits a vector of structs of two numbers, and counts them.
func (f *flatbuffer) pairs(pos, slot int, ok func(a, b int64) bool) (int64, error) {
	at, err := f.field(pos, slot)
	if err != nil || at == 0 {
		return 0, err
	}
	start, n, err := f.vector(at, 16)
	if err != nil {
		return 0, err
	}
	for i := range n {
		pair := f.data[start+16*i:]
		a, b := int64(binary.LittleEndian.Uint64(pair)), int64(binary.LittleEndian.Uint64(pair[8:]))
		if !ok(a, b) {
			return 0, fmt.Errorf("%w: pair %d is (%d, %d)", errMetadata, i, a, b)
		}
	}
	return int64(n), nil
}
