// Package compute holds the built-in functions, the columns that know which
// of their values are missing, and the drivers that run work over rows on
// several cores. Cells see it under the name goscore.
//
// Everything here works on plain slices. Results are the same bits on any
// number of cores: work is cut at places that depend on the number of rows
// alone, or is checked, bit by bit, against what one core would have done.
//
// What cells are meant to use has //goscore:cell above it, and is what completion offers. All
// else that is exported is for the worker and for programs.
//
// Wherever a number of threads is taken, 0 or less means all cores that Go
// may use.
package compute

// Number is any numeric type that a column can have.
//
//goscore:cell
type Number interface {
	~int | ~int8 | ~int16 | ~int32 | ~int64 |
		~uint | ~uint8 | ~uint16 | ~uint32 | ~uint64 | ~uintptr |
		~float32 | ~float64
}

// ArgumentError is what a built-in function panics with, or returns, when the
// cell called it with arguments that do not fit. It is the user's mistake,
// not goscore's, and is reported as such with the cell's line.
type ArgumentError string

func (e ArgumentError) Error() string { return string(e) }
