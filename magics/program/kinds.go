package program

import (
	"reflect"
	"strings"

	"goscore/magics/datatype"
)

func typeFor[T any]() reflect.Type { return reflect.TypeFor[T]() }

// loose returns a name without case, blanks and underscores, for comparing fields
// with columns.
func loose(name string) string {
	return strings.ToLower(strings.NewReplacer("_", "", " ", "", "-", "", ".", "").Replace(name))
}

// row is what the table of types says of an array; of a dictionary's indices, where it has one.
func (a *Array) row() *datatype.Type { return datatype.Of(a.Type) }

// values is what the table of types says of an array's values.
func (a *Array) values() *datatype.Type {
	if a.Dictionary != nil {
		return a.Dictionary.row()
	}
	return a.row()
}

func isText(a *Array) bool { return a.values().Class == datatype.Text }

// kindOf returns the type of a column in words, for a refused argument.
func kindOf(a *Array) string {
	if a.Dictionary != nil {
		return "categories of " + kindOf(a.Dictionary)
	}
	if holds := a.row().Holds; holds != "" {
		return holds
	}
	return "values of Arrow type " + a.Type
}
