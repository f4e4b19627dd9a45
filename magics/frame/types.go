package frame

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/apache/arrow-go/v18/arrow"

	"goscore/magics/datatype"
)

// plain has arrow-go's types of the formats that have no parameter and no children.
var plain = map[string]arrow.DataType{
	"n":      arrow.Null,
	"b":      arrow.FixedWidthTypes.Boolean,
	byteBool: arrow.FixedWidthTypes.Boolean,
	"c":      arrow.PrimitiveTypes.Int8,
	"C":      arrow.PrimitiveTypes.Uint8,
	"s":      arrow.PrimitiveTypes.Int16,
	"S":      arrow.PrimitiveTypes.Uint16,
	"i":      arrow.PrimitiveTypes.Int32,
	"I":      arrow.PrimitiveTypes.Uint32,
	"l":      arrow.PrimitiveTypes.Int64,
	"L":      arrow.PrimitiveTypes.Uint64,
	"e":      arrow.FixedWidthTypes.Float16,
	"f":      arrow.PrimitiveTypes.Float32,
	"g":      arrow.PrimitiveTypes.Float64,
	"z":      arrow.BinaryTypes.Binary,
	"Z":      arrow.BinaryTypes.LargeBinary,
	"u":      arrow.BinaryTypes.String,
	"U":      arrow.BinaryTypes.LargeString,
	"vz":     arrow.BinaryTypes.BinaryView,
	"vu":     arrow.BinaryTypes.StringView,
	"tdD":    arrow.FixedWidthTypes.Date32,
	"tdm":    arrow.FixedWidthTypes.Date64,
	"tts":    arrow.FixedWidthTypes.Time32s,
	"ttm":    arrow.FixedWidthTypes.Time32ms,
	"ttu":    arrow.FixedWidthTypes.Time64us,
	"ttn":    arrow.FixedWidthTypes.Time64ns,
	"tDs":    arrow.FixedWidthTypes.Duration_s,
	"tDm":    arrow.FixedWidthTypes.Duration_ms,
	"tDu":    arrow.FixedWidthTypes.Duration_us,
	"tDn":    arrow.FixedWidthTypes.Duration_ns,
}

// formats has the format string of each Arrow type without parameters.
var formats = func() map[string]string {
	m := make(map[string]string, len(plain))
	for format, dt := range plain {
		if format != byteBool {
			m[dt.Fingerprint()] = format
		}
	}
	return m
}()

// units are the letters of timestamps, in the order of arrow.TimeUnit.
const units = "smun"

// formatOf is the format string of dt, that of its indices for a dictionary.
//
// Errors: a type that is not supported is named.
func formatOf(dt arrow.DataType) (string, error) {
	var format string
	switch dt := dt.(type) {
	case *arrow.DictionaryType:
		return formatOf(dt.IndexType)
	case *arrow.TimestampType:
		format = "ts" + units[dt.Unit:dt.Unit+1] + ":" + dt.TimeZone
	case *arrow.FixedSizeBinaryType:
		format = "w:" + strconv.Itoa(dt.ByteWidth)
	case arrow.DecimalType:
		format = fmt.Sprintf("d:%d,%d", dt.GetPrecision(), dt.GetScale())
		if dt.BitWidth() != 128 {
			format += "," + strconv.Itoa(dt.BitWidth())
		}
	case *arrow.ListType:
		format = "+l"
	case *arrow.LargeListType:
		format = "+L"
	case *arrow.FixedSizeListType:
		format = "+w:" + strconv.Itoa(int(dt.Len()))
	case *arrow.StructType:
		format = "+s"
	default:
		format = formats[dt.Fingerprint()]
	}
	if _, err := layoutOf(format); err != nil {
		return "", fmt.Errorf("type %s is not supported", dt)
	}
	return format, nil
}

// supported checks a type and its children.
func supported(f arrow.Field) error {
	dt := storage(f.Type)
	if _, err := formatOf(dt); err != nil {
		return err
	}
	if d, ok := dt.(*arrow.DictionaryType); ok {
		return supported(arrow.Field{Type: d.ValueType})
	}
	if nested, ok := dt.(arrow.NestedType); ok {
		for _, child := range nested.Fields() {
			if err := supported(child); err != nil {
				return err
			}
		}
	}
	return nil
}

// storage is the storage type of an extension type, such as int8 for arrow.bool8
// or string for arrow.json; other types are their own.
func storage(dt arrow.DataType) arrow.DataType {
	for {
		ext, ok := dt.(arrow.ExtensionType)
		if !ok {
			return dt
		}
		dt = ext.StorageType()
	}
}

// isByteBool recognises arrow.bool8. Without a registered extension type,
// arrow-go leaves its name in the field's metadata.
func isByteBool(f arrow.Field) bool {
	if ext, ok := f.Type.(arrow.ExtensionType); ok {
		return ext.ExtensionName() == "arrow.bool8"
	}
	name, _ := f.Metadata.GetValue("ARROW:extension:name")
	return name == "arrow.bool8" && f.Type.ID() == arrow.INT8
}

// typeOf is the Arrow type of a checked array; byte booleans become bits.
func typeOf(a *Array) (arrow.DataType, error) {
	l, err := layoutOf(a.Type)
	if err != nil {
		return nil, err
	}
	if a.Dictionary != nil {
		values, err := typeOf(a.Dictionary)
		if err != nil {
			return nil, err
		}
		return &arrow.DictionaryType{IndexType: plain[a.Type], ValueType: values}, nil
	}
	children := make([]arrow.Field, len(a.Children))
	for i, child := range a.Children {
		dt, err := typeOf(child)
		if err != nil {
			return nil, err
		}
		children[i] = arrow.Field{Name: child.Name, Type: dt, Nullable: true}
	}
	return l.arrow(a.Type, children)
}

// arrow is arrow-go's type of a format.
func (l layout) arrow(format string, children []arrow.Field) (arrow.DataType, error) {
	parameter := datatype.ParameterOf(format)
	if l.row.Class == datatype.List {
		children[0].Name = "item"
	}
	switch {
	case l.row.Layout == datatype.Fields:
		return arrow.StructOf(children...), nil
	case l.row.Layout == datatype.FixedLists:
		return arrow.FixedSizeListOfField(int32(l.width), children[0]), nil
	case l.row.Layout == datatype.Lists && l.width == 4:
		return arrow.ListOfField(children[0]), nil
	case l.row.Layout == datatype.Lists:
		return arrow.LargeListOfField(children[0]), nil
	case l.row.Parameter == datatype.Zone:
		return &arrow.TimestampType{Unit: arrow.TimeUnit(strings.IndexByte(units, format[2])), TimeZone: parameter}, nil
	case l.row.Parameter == datatype.Size:
		return &arrow.FixedSizeBinaryType{ByteWidth: int(l.width)}, nil
	case l.row.Parameter == datatype.Digits:
		return decimalType(parameter)
	}
	if dt := plain[format]; dt != nil {
		return dt, nil
	}
	return nil, fmt.Errorf("type %q has no counterpart in arrow-go", format)
}

// decimalType reads the parameter of a decimal.
func decimalType(parameter string) (arrow.DecimalType, error) {
	precision, scale, bits, ok := datatype.ReadDigits(parameter)
	id := map[int]arrow.Type{32: arrow.DECIMAL32, 64: arrow.DECIMAL64, 128: arrow.DECIMAL128, 256: arrow.DECIMAL256}[bits]
	if !ok || id == arrow.NULL || precision < 1 {
		return nil, fmt.Errorf("decimal(%s) is not supported", parameter)
	}
	return arrow.NewDecimalType(id, int32(precision), int32(scale))
}
