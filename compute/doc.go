// Package compute holds the built-in functions and the columns that know which
// of their values are missing. Cells see it under the name goscore.
//
// Everything here, in parallel and in group works on plain slices. Results are the same bits on any
// number of cores: work is cut at places that depend on the number of rows
// alone, or is checked, bit by bit, against what one core would have done.
//
// What cells are meant to use has //goscore:cell above it, and is what completion offers. All
// else that is exported is for the worker and for programs.
//
// Wherever a number of threads is taken, 0 or less means all cores that Go
// may use.
//
// # Directives
//
// A comment that begins with //goscore: says something of the function that
// it stands above, as a line of its comment. There is no blank before or in
// it; a misspelt one is an error.
//
//	//goscore:scan init=0
//	func F(prev, v float64) float64
//
// A scan's step: the first argument is the function's result for the row
// before, and init for the first row. A call may begin elsewhere, with init=.
//
//	//goscore:table slat slon
//	func F(lat, lon float64, slat, slon []float64) int
//
// Parameters that are the same for every row, and no columns. Those of map types
// are so without it.
//
//	//goscore:default cap=10 unit="km"
//	func F(x float64, cap int, unit string) float64
//
// The values of parameters that a call from Python leaves out: constants.
//
//	//goscore:requires x > 0
//	func F(x float64) float64
//
// A condition on the parameters: goscore.check tries nothing else. A call does not look at it.
//
//	//goscore:instantiate float64
//	func F[T Number](v T) T
//
// The types of a generic function when Python calls it: one for each type
// parameter, with commas between them.
//
// # Struct tags
//
//	type Row struct {
//		Price float64 `goscore:"Unit Price"`
//	}
//
// The column that a field is: which one a function of a row reads it from, and
// which one it becomes in a result. Without a tag that is the field's name; a
// function of a row also finds a column that differs from it in case, blanks
// and underscores alone.
package compute

import "goscore/compute/parallel"

// Number is any numeric type that a column can have.
//
//goscore:cell
type Number interface {
	~int | ~int8 | ~int16 | ~int32 | ~int64 |
		~uint | ~uint8 | ~uint16 | ~uint32 | ~uint64 | ~uintptr |
		~float32 | ~float64
}

// ArgumentError is what a built-in function panics with, or returns, when the
// cell called it with arguments that do not fit.
type ArgumentError = parallel.ArgumentError
