package parallel

// ArgumentError is what a built-in function panics with, or returns, when the
// cell called it with arguments that do not fit. It is the user's mistake,
// not goscore's, and is reported as such with the cell's line.
type ArgumentError string

func (e ArgumentError) Error() string { return string(e) }
