package compute

import (
	"fmt"
	"strings"
)

// Frame is a DataFrame as a cell sees it. The struct that stands for an input
// frame implements it; a cell has no need to.
type Frame interface {
	// GoscoreColumn returns the values of the column of that name, a slice,
	// and its validity bitmap, nil when nothing is missing.
	GoscoreColumn(name string) (values any, valid []byte, err error)
}

// Nullable returns a column of f together with its validity, so that a cell
// can work on a column that has missing values:
//
//	price := goscore.Nullable[float64](df, "price")
//
// Nulls: kept; At gives nil for them.
// Owner: the values are those of f, without a copy.
// Errors: a name that f does not have, and a T that is not the column's type,
// stop the cell with an ArgumentError.
//
//goscore:cell
func Nullable[T any](f Frame, column string) Column[T] {
	values, valid, err := f.GoscoreColumn(column)
	if err != nil {
		panic(ArgumentError(fmt.Sprintf("goscore.Nullable: column %q: %v", column, err)))
	}
	typed, ok := values.([]T)
	if !ok {
		has, wants := elementName(values), elementName([]T(nil))
		panic(ArgumentError(fmt.Sprintf("goscore.Nullable: column %q holds %s, not %s: write goscore.Nullable[%s](..., %q)",
			column, has, wants, has, column)))
	}
	return NewColumn(typed, valid)
}

// elementName names the element type of a slice as the cell would write it.
func elementName(slice any) string {
	name := strings.TrimPrefix(fmt.Sprintf("%T", slice), "[]")
	switch name {
	case "[]uint8":
		return "[]byte"
	}
	return strings.TrimPrefix(name, "main.")
}

// Null is a result that may be missing: Value, where Valid is true. Its zero
// value is missing.
//
//goscore:cell
type Null[T any] struct {
	Value T
	Valid bool
}
