package frame

import (
	"fmt"
	"math"
	"strconv"

	"goscore/magics/datatype"
)

// layout determines the length of every buffer: a row of the table of types, and
// the width in the format's parameter.
type layout struct {
	row   *datatype.Type
	width int64
}

// byteBool holds booleans of one byte each, Arrow's canonical arrow.bool8.
const byteBool = "b8"

// layoutOf reads a format string.
//
// Errors: a type that is not supported is named.
func layoutOf(format string) (layout, error) {
	t := datatype.Of(format)
	l := layout{t, t.Width}
	ok := t.Layout != datatype.Unsupported
	switch t.Parameter {
	case datatype.Size:
		n, err := strconv.ParseInt(datatype.ParameterOf(format), 10, 32)
		l.width, ok = n, ok && err == nil && n > 0
	case datatype.Digits:
		dt, err := decimalType(datatype.ParameterOf(format))
		if ok = err == nil; ok {
			l.width = int64(dt.BitWidth() / 8)
		}
	}
	if !ok {
		return layout{}, fmt.Errorf("type %q is not supported", format)
	}
	return l, nil
}

// bytes is the size of n values (of n offsets for text and lists), and false
// when no memory could hold them.
func (l layout) bytes(n int64) (int64, bool) {
	switch l.row.Layout {
	case datatype.NoBuffers, datatype.FixedLists, datatype.Fields:
		return 0, true
	case datatype.Bits:
		return bitmapBytes(n), true
	}
	if l.width > 0 && n > math.MaxInt64/l.width {
		return 0, false
	}
	return n * l.width, true
}

// unit is the alignment of buffer i: the size of the values that Go reads there.
// Arrow recommends 64 bytes, but a slice of a column can begin anywhere.
func (l layout) unit(i int) int64 {
	switch {
	case i == 0:
		return 8 // its bits are counted by words
	case i == 1 && l.width > 0:
		return min(l.width&-l.width, 8)
	}
	return 1
}

// offsets reports whether buffer 1 has one more entry than there are rows.
func (l layout) offsets() bool {
	return l.row.Layout == datatype.Offsets || l.row.Layout == datatype.Lists
}

// buffers is the number of buffers; for views the least number.
func (l layout) buffers() int {
	switch l.row.Layout {
	case datatype.NoBuffers:
		return 0
	case datatype.FixedLists, datatype.Fields:
		return 1
	case datatype.Offsets:
		return 3
	}
	return 2
}

func bitmapBytes(n int64) int64 { return (n + 7) / 8 }
