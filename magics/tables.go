package magics

import (
	"slices"
	"strings"
	"sync"

	"goscore/magics/frame"
	"goscore/magics/protocol"
)

// sentTables are tables that came inline, so that a later call only names them. What
// shares a segment with Python finds them there.
type sentTables struct {
	mu   sync.Mutex
	free func(offset int64)
	kept []*sentTable // the one that was used last at the end
}

type sentTable struct {
	digest string
	arrays []*frame.Array
	offset int64 // in segment 2
	bytes  int64
	users  int
	gone   bool
}

// How many tables are kept, and how many bytes of them.
const (
	sentMost      = 64
	sentMostBytes = 1 << 30
)

// find returns a table for a run that releases it; nil if it is not there.
func (s *sentTables) find(digest string) *sentTable {
	s.mu.Lock()
	defer s.mu.Unlock()
	i := slices.IndexFunc(s.kept, func(t *sentTable) bool { return t.digest == digest })
	if i < 0 {
		return nil
	}
	t := s.kept[i]
	s.kept = append(slices.Delete(s.kept, i, i+1), t)
	t.users++
	return t
}

// keep takes a table in, for a run that releases it.
func (s *sentTables) keep(digest string, arrays []*frame.Array, offset int64) *sentTable {
	t := &sentTable{digest: digest, arrays: arrays, offset: offset, users: 1}
	for _, a := range arrays {
		t.bytes += protocol.BytesOf(a)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	all := t.bytes
	s.kept = slices.DeleteFunc(s.kept, func(other *sentTable) bool {
		if all += other.bytes; other.digest == digest {
			s.drop(other)
			all -= other.bytes
		}
		return other.gone
	})
	for len(s.kept) > 0 && (len(s.kept) >= sentMost || all > sentMostBytes) {
		all -= s.kept[0].bytes
		s.drop(s.kept[0])
		s.kept = s.kept[1:]
	}
	s.kept = append(s.kept, t)
	return t
}

// drop frees a table, as soon as no run uses it. The caller has the lock.
func (s *sentTables) drop(t *sentTable) {
	if t.gone = true; t.users == 0 {
		s.free(t.offset)
	}
}

func (s *sentTables) release(t *sentTable) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if t.users--; t.users == 0 && t.gone {
		s.free(t.offset)
	}
}

// tableGone is the class of the error on which Python sends its tables again.
const tableGone = "TableGone"

// tableFault words a fault in a goroutine of the function's own: in those the program
// gets no panic that it could word itself.
func (r *run) tableFault(message string) string {
	var labels []string
	for _, in := range r.meta.Inputs {
		if in.Digest != "" {
			labels = append(labels, in.Label)
		}
	}
	if labels == nil {
		return message
	}
	return "a goroutine writes to the " + strings.Join(labels, " or the ") + ", which is the same for every row and cannot be changed: work on a copy, such as one by slices.Clone"
}

// tableArrays gives the arrays of a table that came before.
func (r *run) tableArrays(digest string) ([]*frame.Array, error) {
	t := r.w.tables.find(digest)
	if t == nil {
		return nil, &protocol.ArgumentError{Class: tableGone, Text: "the table " + digest + " is not here any more", Offset: -1}
	}
	r.tables = append(r.tables, t)
	return t.arrays, nil
}
