package program

import (
	"fmt"
	"slices"
	"strings"
)

// A DataFrame is the hidden part of a frame's generated struct: all sent columns
// with their validity, for goscore.Nullable.
type DataFrame struct {
	in     *Input
	values func(i int) any
}

// NewDataFrame makes one of an input; values returns the Go slice of a column.
func NewDataFrame(in *Input, values func(i int) any) *DataFrame { return &DataFrame{in, values} }

// Rows counts the frame's rows, whether or not any column was sent.
func (d *DataFrame) Rows() int {
	if d == nil {
		return 0
	}
	return d.in.Rows
}

// Column returns the values and the validity bitmap of the column with that
// name in Python, else in Go.
func (d *DataFrame) Column(name string) (values any, valid []byte, err error) {
	if d == nil {
		return nil, nil, fmt.Errorf("%q: this frame was made in the cell and has no columns of Python's", name)
	}
	i := slices.Index(d.in.Columns, name)
	if i < 0 {
		i = slices.Index(d.in.Fields, name)
	}
	if i < 0 {
		return nil, nil, fmt.Errorf("no column %q in %s: it has %s", name, d.in.Name, strings.Join(d.in.Columns, ", "))
	}
	if a := d.in.Arrays[i]; a.Nulls > 0 {
		valid = a.buffer(0)
	}
	return d.values(i), valid, nil
}
