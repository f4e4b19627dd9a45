package compute

import (
	"fmt"

	"goscore/compute/parallel"
)

// Column is a column of a DataFrame together with its validity: which of its
// values are missing. A Column is a view; copies of it share the same values.
//
//goscore:cell
type Column[T any] struct {
	values []T
	valid  []byte // one bit a row, least significant first; nil when nothing is missing
	nulls  int
}

// NewColumn joins values with valid, an Arrow validity bitmap: bit i%8 of byte
// i/8 is 1 where value i is there. A nil bitmap means that nothing is missing.
// It panics when valid has fewer bits than there are values.
//
//goscore:cell
func NewColumn[T any](values []T, valid []byte) Column[T] {
	if valid == nil {
		return Column[T]{values: values}
	}
	if len(valid) < (len(values)+7)/8 {
		panic(fmt.Sprintf("compute.NewColumn: %d bytes of validity for %d values", len(valid), len(values)))
	}
	nulls := len(values) - parallel.CountBits(valid, len(values))
	if nulls == 0 {
		valid = nil
	}
	return Column[T]{values: values, valid: valid, nulls: nulls}
}

// Len returns the number of rows, missing ones included.
func (c Column[T]) Len() int { return len(c.values) }

// NullCount returns the number of missing values.
func (c Column[T]) NullCount() int { return c.nulls }

// Valid reports whether the value of row i is there.
func (c Column[T]) Valid(i int) bool {
	return c.valid == nil || c.valid[i>>3]>>(i&7)&1 == 1
}

// At returns the place of row i's value, nil when it is missing. Writing
// through it changes the column, for this run only.
func (c Column[T]) At(i int) *T {
	p := &c.values[i]
	if !c.Valid(i) {
		return nil
	}
	return p
}

// Get returns the value of row i and true, or a zero value and false when it
// is missing.
func (c Column[T]) Get(i int) (T, bool) {
	v := c.values[i]
	if !c.Valid(i) {
		var zero T
		return zero, false
	}
	return v, true
}

// Values returns the values of all rows, without a copy. What stands in the
// rows that are missing means nothing.
func (c Column[T]) Values() []T { return c.values }

// Arrow returns the column's values, a slice, and its validity bitmap, nil
// when nothing is missing: what a program needs to bring a Column of any type
// back to Python.
func (c Column[T]) Arrow() (values any, valid []byte) { return c.values, c.valid }
