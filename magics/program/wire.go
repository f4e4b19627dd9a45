package program

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
)

// errShort is the error of a message that ends before its last field.
var errShort = errors.New("message ends too early")

// errDeepMessage is the error of a message that nests deeper than any valid one.
var errDeepMessage = errors.New("message nests too deep")

// maxNesting is far above the depth of values and types.
const maxNesting = 1000

// A writer appends fields to a message: integers as varints, strings with
// their length in front.
type writer struct{ b []byte }

func (w *writer) int(v int64) { w.b = binary.AppendVarint(w.b, v) }

func (w *writer) str(s string) {
	w.int(int64(len(s)))
	w.b = append(w.b, s...)
}

func (w *writer) bool(v bool) {
	n := int64(0)
	if v {
		n = 1
	}
	w.int(n)
}

// list writes the length of s and then each item with put.
func list[T any](w *writer, s []T, put func(*writer, T)) {
	w.int(int64(len(s)))
	for _, v := range s {
		put(w, v)
	}
}

// A reader reads the fields; err keeps the first error.
type reader struct {
	b     []byte
	err   error
	depth int
}

// enter begins a level of nesting, and leave ends it.
func (r *reader) enter() bool {
	if r.depth++; r.depth > maxNesting && r.err == nil {
		r.err, r.b = errDeepMessage, nil
	}
	return r.err == nil
}

func (r *reader) leave() { r.depth-- }

func (r *reader) int() int64 {
	v, n := binary.Varint(r.b)
	if n <= 0 {
		r.fail()
		return 0
	}
	r.b = r.b[n:]
	return v
}

func (r *reader) str() string {
	n := r.int()
	if n < 0 || n > int64(len(r.b)) {
		r.fail()
		return ""
	}
	s := string(r.b[:n])
	r.b = r.b[n:]
	return s
}

func (r *reader) fail() {
	if r.err == nil {
		r.err, r.b = errShort, nil
	}
}

func (r *reader) bool() bool { return r.int() != 0 }

func readList[T any](r *reader, get func(*reader) T) []T {
	n := r.int()
	if n < 0 || n > int64(len(r.b)) { // every item takes at least a byte
		r.fail()
		return nil
	}
	s := make([]T, 0, min(n, 16)) // grows with the items read, since lists nest
	for range n {
		s = append(s, get(r))
		if r.err != nil {
			return nil
		}
	}
	return s
}

// maxMessage bounds a message on the pipe: results have places, not data.
const maxMessage = 1 << 28

// WriteMessage writes one message: its kind, its length, its bytes.
func WriteMessage(w io.Writer, kind byte, body []byte) error {
	_, err := w.Write(appendMessage(make([]byte, 0, 5+len(body)), kind, body))
	return err
}

func appendMessage(to []byte, kind byte, body []byte) []byte {
	to = binary.LittleEndian.AppendUint32(append(to, kind), uint32(len(body)))
	return append(to, body...)
}

// An outbox sends messages to the worker. A message that is not urgent goes with
// the next one, since each write wakes the worker.
type outbox struct {
	to      io.Writer
	waiting []byte
}

func (o *outbox) later(kind byte, body []byte) { o.waiting = appendMessage(o.waiting, kind, body) }

func (o *outbox) send(kind byte, body []byte) error {
	all := appendMessage(o.waiting, kind, body)
	o.waiting = all[:0]
	_, err := o.to.Write(all)
	return err
}

// ReadMessage reads what WriteMessage wrote.
func ReadMessage(r io.Reader) (kind byte, body []byte, err error) {
	var head [5]byte
	if _, err := io.ReadFull(r, head[:]); err != nil {
		return 0, nil, err
	}
	n := binary.LittleEndian.Uint32(head[1:])
	if n > maxMessage {
		return 0, nil, fmt.Errorf("message of %d bytes: longer than %d", n, maxMessage)
	}
	body, err = readBody(r, int(n))
	return head[0], body, err
}

// creditBytes are allocated for a message before any of it arrives.
const creditBytes = 64 << 10

func readBody(r io.Reader, n int) (body []byte, err error) {
	if n <= creditBytes {
		body = make([]byte, n)
		_, err = io.ReadFull(r, body)
		return body, err
	}
	body, err = io.ReadAll(io.LimitReader(r, int64(n)))
	if err == nil && len(body) < n {
		err = io.ErrUnexpectedEOF
	}
	return body, err
}
