package builtin

// A Kind is what a parameter of a built-in function takes.
type Kind int

const (
	Numbers    Kind = iota // a column of numbers
	Texts                  // a column of strings
	Values                 // a column of numbers or strings
	Ordered                // a column of numbers, strings, times, durations or decimals
	Any                    // a column of any type
	NumberList             // numbers that belong to no rows; from Python also as text, exact
	ValueList              // numbers or strings that belong to no rows
	Float
	Int
	String
)

// kinds say what Go takes for each, and in which shape, as of a cell's function.
var kinds = [...]struct{ elem, shape string }{
	Numbers:    {"float64", "column"},
	Texts:      {"string", "column"},
	Values:     {"string", "column"},
	Ordered:    {"T", "column"},
	Any:        {"T", "column"},
	NumberList: {"float64", "list"},
	ValueList:  {"T", "list"},
	Float:      {"float64", "value"},
	Int:        {"int", "value"},
	String:     {"string", "value"},
}

// isColumn says whether an argument has the rows of the call.
func (k Kind) isColumn() bool { return kinds[k].shape == "column" }
