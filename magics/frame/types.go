package frame

import (
	"fmt"
	"strconv"

	"github.com/apache/arrow-go/v18/arrow"
)

// formats leads from an Arrow type without parameters to its format string.
var formats = func() map[string]string {
	m := make(map[string]string, len(simple))
	for format, l := range simple {
		if l.arrow != nil && format != byteBool {
			m[l.arrow.Fingerprint()] = format
		}
	}
	return m
}()

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

// supported visits a type and all it is made of.
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

// storage is what lies in memory for an extension type, such as int8 for
// arrow.bool8 or string for arrow.json.
func storage(dt arrow.DataType) arrow.DataType {
	for {
		ext, ok := dt.(arrow.ExtensionType)
		if !ok {
			return dt
		}
		dt = ext.StorageType()
	}
}

// isByteBool recognises arrow.bool8, which arrow-go leaves in the field's
// metadata unless somebody registered the extension type.
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
		return &arrow.DictionaryType{IndexType: l.arrow, ValueType: values}, nil
	}
	children := make([]arrow.Field, len(a.Children))
	for i, child := range a.Children {
		dt, err := typeOf(child)
		if err != nil {
			return nil, err
		}
		children[i] = arrow.Field{Name: child.Name, Type: dt, Nullable: true}
	}
	switch l.kind {
	case fields:
		return arrow.StructOf(children...), nil
	case lists, fixedLists:
		children[0].Name = "item"
	}
	switch {
	case l.kind == lists && l.width == 4:
		return arrow.ListOfField(children[0]), nil
	case l.kind == lists:
		return arrow.LargeListOfField(children[0]), nil
	case l.kind == fixedLists:
		return arrow.FixedSizeListOfField(int32(l.width), children[0]), nil
	}
	return l.arrow, nil
}
