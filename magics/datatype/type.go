// Package datatype is the table of Arrow types: what goscore knows of a type is
// one row, for the worker and for the programs that it runs.
//
// To add a type, add its row; where no reader of magics/program fits its
// buffers, add that too, and name it in the row.
package datatype

import (
	"strconv"
	"strings"
)

// A Type is one row of the table.
type Type struct {
	// Format is the format string of Arrow's C data interface up to the colon
	// before its parameter, or "b8" for booleans of one byte each.
	Format    string
	Parameter Parameter

	Layout Layout
	Width  int64 // bytes of a value, a view or an offset; 0 where the parameter says it
	Class  Class
	Unit   int64 // nanoseconds in one unit of a time or duration

	// Go is the type of a value in Go; empty where no cell can have one. A
	// result has the format of the first row with its Go type.
	Go string
	// Reader is the function of magics/program that reads a column in a cell.
	Reader string
	// Raw says that a Go value has the same bytes, so that results are written
	// as they lie.
	Raw bool
	Key Key // how rows are grouped by such a column

	Holds  string // what a column holds, for messages
	Advice string // where Go is empty: what the type is, and what to do about it
}

// Parameter is what follows the colon of a format.
type Parameter uint8

// The parameters.
const (
	NoParameter Parameter = iota
	Zone                  // of a timestamp; empty for a naive one
	Size                  // bytes of a value, or values of a list
	Digits                // of a decimal: precision, scale, bits; see Decimal
	IDs                   // of a union's types
)

// Layout is how the buffers of an array are arranged.
type Layout uint8

// The layouts. An array of an Unsupported one is refused as it comes.
const (
	Unsupported Layout = iota
	NoBuffers          // the null type
	Bits               // validity, one bit per value
	Fixed              // validity, Width bytes per value
	Offsets            // validity, offsets of Width bytes, data
	Views              // validity, views, data buffers
	Lists              // validity, offsets of Width bytes; one child
	FixedLists         // validity; one child with so many values per list
	Fields             // validity; one child per field of a struct
)

// Class is what a value is.
type Class uint8

// The classes.
const (
	Other   Class = iota
	Null          // every row is missing
	Integer       // which may index a dictionary
	Float
	Bool
	Text
	Bytes
	Timestamp
	Date
	Duration
	Decimal
	List
	Struct
)

// Key is how rows are grouped by a column.
type Key uint8

// The keys.
const (
	NoKey Key = iota
	IntKey
	UintKey // integers that int64 does not hold
	FloatKey
	BoolKey
	TextKey
)

// KeyAdvice says which columns have a Key.
const KeyAdvice = "group by integers, floats, strings, times or booleans"

var unknown Type

// byFormat is the one map that each program makes as it starts. OfGo, which is
// asked once for a column, walks the table.
var byFormat = func() map[string]*Type {
	rows := make(map[string]*Type, len(Table))
	for i := range Table {
		rows[Table[i].Format] = &Table[i]
	}
	return rows
}()

// Of gives the row of a format string, and one that is Unsupported for a format
// that the table does not have.
func Of(format string) *Type {
	t := byFormat[format]
	if t != nil && t.Parameter == NoParameter {
		return t
	}
	if i := strings.IndexByte(format, ':'); i >= 0 {
		if t = byFormat[format[:i]]; t != nil && t.Parameter != NoParameter {
			return t
		}
	}
	return &unknown
}

// ParameterOf gives what follows the colon of a format string.
func ParameterOf(format string) string {
	_, parameter, _ := strings.Cut(format, ":")
	return parameter
}

// OfGo gives the row of a Go type's results, and an Unsupported one for a type
// that has none.
func OfGo(name string) *Type { return ofGo(name, false) }

// RawOfGo gives the row whose values have the bytes that Go's have, if the table has one.
func RawOfGo(name string) *Type { return ofGo(name, true) }

func ofGo(name string, raw bool) *Type {
	switch name {
	case "int", "uint": // of 64 bits on all systems that goscore runs on
		name += "64"
	case "":
		return &unknown
	}
	for i := range Table {
		if t := &Table[i]; t.Go == name && (t.Raw || !raw) {
			return t
		}
	}
	return &unknown
}

// IsNumber says whether values are integers or floats.
func (t *Type) IsNumber() bool { return t.Class == Integer || t.Class == Float }

// mostScale is the most digits behind the point, or zeros before it: powers of ten
// beyond take ever longer to make, and no library has such decimals.
const mostScale = 1000

// ReadDigits reads the parameter of a decimal: "precision,scale" or "precision,scale,bits".
func ReadDigits(parameter string) (precision, scale, bits int, ok bool) {
	numbers := [3]int{2: 128}
	parts := strings.Split(parameter, ",")
	if len(parts) < 2 || len(parts) > 3 {
		return 0, 0, 0, false
	}
	for i, part := range parts {
		n, err := strconv.ParseInt(part, 10, 32)
		if err != nil {
			return 0, 0, 0, false
		}
		numbers[i] = int(n)
	}
	scale = numbers[1]
	return numbers[0], scale, numbers[2], -mostScale <= scale && scale <= mostScale
}
