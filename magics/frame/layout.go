package frame

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/apache/arrow-go/v18/arrow"
)

// kind is how the buffers of an array are arranged.
type kind uint8

const (
	noBuffers  kind = iota // the null type
	bitBools               // validity, one bit per value
	fixed                  // validity, width bytes per value
	integers               // as fixed; may index a dictionary
	text                   // validity, offsets of width bytes, data
	views                  // validity, views, data buffers
	lists                  // validity, offsets of width bytes; one child
	fixedLists             // validity; one child of width values per list
	fields                 // validity; one child per field of a struct
)

// layout is what the length of every buffer follows from.
type layout struct {
	kind  kind
	width int64
	// arrow is nil where the type depends on the children.
	arrow arrow.DataType
}

// byteBool holds booleans of one byte each, Arrow's canonical arrow.bool8.
const byteBool = "b8"

// viewWidth is the size of a view: length, then the bytes or prefix, buffer and offset.
const viewWidth = 16

// simple has the types whose format string has no parameters.
var simple = map[string]layout{
	"n":      {noBuffers, 0, arrow.Null},
	"b":      {bitBools, 0, arrow.FixedWidthTypes.Boolean},
	byteBool: {fixed, 1, arrow.FixedWidthTypes.Boolean},
	"c":      {integers, 1, arrow.PrimitiveTypes.Int8},
	"C":      {integers, 1, arrow.PrimitiveTypes.Uint8},
	"s":      {integers, 2, arrow.PrimitiveTypes.Int16},
	"S":      {integers, 2, arrow.PrimitiveTypes.Uint16},
	"i":      {integers, 4, arrow.PrimitiveTypes.Int32},
	"I":      {integers, 4, arrow.PrimitiveTypes.Uint32},
	"l":      {integers, 8, arrow.PrimitiveTypes.Int64},
	"L":      {integers, 8, arrow.PrimitiveTypes.Uint64},
	"e":      {fixed, 2, arrow.FixedWidthTypes.Float16},
	"f":      {fixed, 4, arrow.PrimitiveTypes.Float32},
	"g":      {fixed, 8, arrow.PrimitiveTypes.Float64},
	"z":      {text, 4, arrow.BinaryTypes.Binary},
	"Z":      {text, 8, arrow.BinaryTypes.LargeBinary},
	"u":      {text, 4, arrow.BinaryTypes.String},
	"U":      {text, 8, arrow.BinaryTypes.LargeString},
	"vz":     {views, viewWidth, arrow.BinaryTypes.BinaryView},
	"vu":     {views, viewWidth, arrow.BinaryTypes.StringView},
	"tdD":    {fixed, 4, arrow.FixedWidthTypes.Date32},
	"tdm":    {fixed, 8, arrow.FixedWidthTypes.Date64},
	"tts":    {fixed, 4, arrow.FixedWidthTypes.Time32s},
	"ttm":    {fixed, 4, arrow.FixedWidthTypes.Time32ms},
	"ttu":    {fixed, 8, arrow.FixedWidthTypes.Time64us},
	"ttn":    {fixed, 8, arrow.FixedWidthTypes.Time64ns},
	"tDs":    {fixed, 8, arrow.FixedWidthTypes.Duration_s},
	"tDm":    {fixed, 8, arrow.FixedWidthTypes.Duration_ms},
	"tDu":    {fixed, 8, arrow.FixedWidthTypes.Duration_us},
	"tDn":    {fixed, 8, arrow.FixedWidthTypes.Duration_ns},
	"+l":     {lists, 4, nil},
	"+L":     {lists, 8, nil},
	"+s":     {fields, 0, nil},
}

// units are the letters of timestamps, in the order of arrow.TimeUnit.
const units = "smun"

// layoutOf reads a format string.
//
// Errors: a type that is not supported is named.
func layoutOf(format string) (layout, error) {
	if l, ok := simple[format]; ok {
		return l, nil
	}
	key, parameter, ok := strings.Cut(format, ":")
	switch {
	case !ok:
	case len(key) == 3 && strings.HasPrefix(key, "ts") && strings.Contains(units, key[2:]):
		unit := arrow.TimeUnit(strings.Index(units, key[2:]))
		return layout{fixed, 8, &arrow.TimestampType{Unit: unit, TimeZone: parameter}}, nil
	case key == "w":
		if n, err := strconv.ParseInt(parameter, 10, 32); err == nil && n > 0 {
			return layout{fixed, n, &arrow.FixedSizeBinaryType{ByteWidth: int(n)}}, nil
		}
	case key == "+w":
		if n, err := strconv.ParseInt(parameter, 10, 32); err == nil && n > 0 {
			return layout{fixedLists, n, nil}, nil
		}
	case key == "d":
		if l, ok := decimalLayout(parameter); ok {
			return l, nil
		}
	}
	return layout{}, fmt.Errorf("type %q is not supported", format)
}

// decimalLayout reads "precision,scale" or "precision,scale,bits".
func decimalLayout(parameter string) (layout, bool) {
	var numbers [3]int
	parts := strings.Split(parameter, ",")
	if len(parts) < 2 || len(parts) > 3 {
		return layout{}, false
	}
	numbers[2] = 128
	for i, part := range parts {
		n, err := strconv.ParseInt(part, 10, 32)
		if err != nil {
			return layout{}, false
		}
		numbers[i] = int(n)
	}
	precision, scale := int32(numbers[0]), int32(numbers[1])
	id, ok := map[int]arrow.Type{32: arrow.DECIMAL32, 64: arrow.DECIMAL64, 128: arrow.DECIMAL128, 256: arrow.DECIMAL256}[numbers[2]]
	if !ok || precision < 1 {
		return layout{}, false
	}
	dt, err := arrow.NewDecimalType(id, precision, scale)
	if err != nil {
		return layout{}, false
	}
	return layout{fixed, int64(numbers[2] / 8), dt}, true
}

// bytes is the size of n values (of n offsets for text and lists), and false
// when no memory could hold them.
func (l layout) bytes(n int64) (int64, bool) {
	switch l.kind {
	case noBuffers, fixedLists, fields:
		return 0, true
	case bitBools:
		return bitmapBytes(n), true
	}
	if l.width > 0 && n > math.MaxInt64/l.width {
		return 0, false
	}
	return n * l.width, true
}

// unit is what the offset of buffer i is a multiple of: the size of what Go
// reads there. Arrow recommends 64 bytes, but a slice of a column begins anywhere.
func (l layout) unit(i int) int64 {
	switch {
	case i == 0:
		return 8 // its bits are counted by words
	case i == 1 && l.width > 0:
		return min(l.width&-l.width, 8)
	}
	return 1
}

// offsets says that buffer 1 holds one more entry than there are rows.
func (l layout) offsets() bool { return l.kind == text || l.kind == lists }

// buffers is the number of buffers; for views the least number.
func (l layout) buffers() int {
	switch l.kind {
	case noBuffers:
		return 0
	case fixedLists, fields:
		return 1
	case text:
		return 3
	}
	return 2
}

func bitmapBytes(n int64) int64 { return (n + 7) / 8 }
