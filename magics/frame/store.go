package frame

import "fmt"

// OwnMemory, as the segment of a Range, is the memory of the Python process
// itself: the offset is an address there. A Store does not read it.
const OwnMemory = 3

// Own is a part of Python's own memory. Read reads its bytes; without it they are
// not read.
type Own struct {
	Range
	Read func(Range) ([]byte, error)
}

// Store has the segments by number, and resolves a Range to bytes.
type Store struct {
	segments map[int]*Segment
}

// NewStore makes a store of segments. The caller closes them.
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
