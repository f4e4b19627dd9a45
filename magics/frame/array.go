// Package frame reads Arrow IPC streams into segments, and writes arrays in
// segments as Arrow IPC streams.
//
// A segment is memory that Python, worker and programs all map. An array names
// its buffers by segment, offset and length, so that a message of a few hundred
// bytes describes a column of any size.
//
// Bytes and descriptions come from other processes. For any of them the package
// returns an error and does not crash, and it allocates no more than a small
// multiple of their size.
package frame

import (
	"encoding/json"
	"fmt"
)

// Range is the place of bytes. Its JSON is [segment, offset, length].
type Range struct {
	Segment        int
	Offset, Length int64
}

// MarshalJSON writes [segment, offset, length].
func (r Range) MarshalJSON() ([]byte, error) {
	return json.Marshal([3]int64{int64(r.Segment), r.Offset, r.Length})
}

// UnmarshalJSON reads [segment, offset, length].
func (r *Range) UnmarshalJSON(data []byte) error {
	var numbers []int64
	if err := json.Unmarshal(data, &numbers); err != nil {
		return fmt.Errorf("read range: %w", err)
	}
	if len(numbers) != 3 {
		return fmt.Errorf("read range: %d numbers, want segment, offset and length", len(numbers))
	}
	*r = Range{Segment: int(numbers[0]), Offset: numbers[1], Length: numbers[2]}
	return nil
}

// Array describes an Arrow array: its type, its rows and the places of its buffers.
//
// Type is the format string of Arrow's C data interface, or "b8" for booleans
// of one byte each. Buffers are in Arrow's order: validity bitmap (nil without
// nulls), then offsets or views, then data. The array's offset is 0.
//
// Nulls: the view or dictionary index of a null row is not checked and must not
// be followed.
type Array struct {
	// Name is set for the fields of a struct only.
	Name       string   `json:"name,omitempty"`
	Type       string   `json:"type"`
	Length     int      `json:"length"`
	Nulls      int      `json:"nulls"`
	Buffers    []*Range `json:"buffers"`
	Children   []*Array `json:"children,omitempty"`
	Dictionary *Array   `json:"dictionary,omitempty"`
}
