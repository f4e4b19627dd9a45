package protocol

import (
	"fmt"

	"goscore/magics/compile"
)

// An ArgumentError is the caller's mistake about an input or an option.
type ArgumentError struct {
	Class, Text string
	Cell        *compile.Cell
	Offset      int // -1 without a place
}

func (e *ArgumentError) Error() string { return e.Text }

// BadValue is an argument that cannot be taken, without a place in a cell.
func BadValue(format string, args ...any) *ArgumentError {
	return &ArgumentError{Class: "ArgumentValueError", Text: fmt.Sprintf(format, args...), Offset: -1}
}

// BadType is an argument of a type that cannot be taken, without a place in a cell.
func BadType(format string, args ...any) *ArgumentError {
	return &ArgumentError{Class: "ArgumentTypeError", Text: fmt.Sprintf(format, args...), Offset: -1}
}

// Count words a number of things, as in "1 row" or "1,000 rows".
func Count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	digits := fmt.Sprint(n)
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + "," + digits[i:]
	}
	return digits + " " + what + "s"
}
