package frame

import (
	"fmt"

	"goscore/magics/datatype"
)

// emptyRows is how many rows arrays may have that no bytes stand for: nulls
// without a type, structs without fields. A few bytes of a message could
// otherwise make whoever visits the rows work for ever.
const emptyRows = 1 << 26

// CheckBacked says whether bytes stand for the rows of arrays of one frame, or
// for those of an array beside them, where there are many. Check has seen each.
func CheckBacked(arrays ...*Array) error {
	limit := emptyRows
	for _, a := range arrays {
		if backed(a) {
			limit = max(limit, a.Length)
		}
	}
	for _, a := range arrays {
		if err := checkBacked(a, limit); err != nil {
			return err
		}
	}
	return nil
}

func checkBacked(a *Array, limit int) error {
	if a == nil {
		return nil
	}
	has := backed(a)
	if a.Length > limit && !has {
		return fmt.Errorf("array: type %s: %d rows, and no bytes for them", a.Type, a.Length)
	}
	limit = emptyRows
	if has && datatype.Of(a.Type).Layout == datatype.Fields {
		limit = max(limit, a.Length)
	}
	for _, child := range a.Children {
		if err := checkBacked(child, limit); err != nil {
			return err
		}
	}
	return checkBacked(a.Dictionary, emptyRows)
}

// backed says whether there are bytes for as many rows as the array has.
func backed(a *Array) bool {
	if a == nil {
		return false
	}
	for _, b := range a.Buffers {
		if b != nil && b.Length >= bitmapBytes(int64(a.Length)) {
			return true
		}
	}
	if layout := datatype.Of(a.Type).Layout; layout != datatype.Fields && layout != datatype.FixedLists {
		return false
	}
	for _, child := range a.Children {
		if child != nil && child.Length >= a.Length && backed(child) {
			return true
		}
	}
	return false
}
