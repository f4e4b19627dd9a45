package frame

import "fmt"

// OwnMemory stands in a Range for the number of a segment: the bytes lie in the
// memory of the Python process itself, the offset is an address there, and
// nobody here looks at them by way of a Store.
const OwnMemory = 3

// Own is a part of Python's own memory, and how its bytes are read; without Read
// nobody looks at them.
type Own struct {
	Range
	Read func(Range) ([]byte, error)
}

// Store is the segments by number, so that a Range resolves to bytes.
type Store struct {
	segments map[int]*Segment
}

// NewStore makes a store of segments, which stay the caller's to close.
func NewStore(segments ...*Segment) *Store {
	st := &Store{segments: make(map[int]*Segment, len(segments))}
	for _, s := range segments {
		st.segments[s.number] = s
	}
	return st
}

// Bytes is a view of r, as Segment.Bytes gives it.
func (st *Store) Bytes(r Range) ([]byte, error) {
	s := st.segments[r.Segment]
	if s == nil {
		return nil, fmt.Errorf("there is no segment %d", r.Segment)
	}
	return s.Bytes(r.Offset, r.Length)
}

// buffer is the view of a buffer whose offset is a multiple of unit; none for a nil range.
func (st *Store) buffer(r *Range, unit int64) ([]byte, error) {
	if r == nil || r.Length == 0 {
		return nil, nil
	}
	if r.Offset%unit != 0 {
		return nil, fmt.Errorf("offset %d is not a multiple of %d", r.Offset, unit)
	}
	return st.Bytes(*r)
}
