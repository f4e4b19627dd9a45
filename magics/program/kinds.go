package program

import (
	"reflect"
	"strings"
)

func typeFor[T any]() reflect.Type { return reflect.TypeFor[T]() }

// loose is a name as fields and columns are compared: without case, blanks and underscores.
func loose(name string) string {
	return strings.ToLower(strings.NewReplacer("_", "", " ", "", "-", "", ".", "").Replace(name))
}

var numberNames = map[string]string{
	"c": "int8", "s": "int16", "i": "int32", "l": "int64", "C": "uint8", "S": "uint16", "I": "uint32", "L": "uint64",
	"e": "float16", "f": "float32", "g": "float64",
}

// kindOf words what a column holds, for a refused argument.
func kindOf(a *Array) string {
	if a.Dictionary != nil {
		return "categories of " + kindOf(a.Dictionary)
	}
	if n, ok := numberNames[a.Type]; ok {
		return n
	}
	switch t := a.Type; {
	case t == "b" || t == "b8":
		return "booleans"
	case isText(a):
		return "strings"
	case t == "z" || t == "Z" || t == "vz" || strings.HasPrefix(t, "w:"):
		return "byte strings"
	case strings.HasPrefix(t, "ts"):
		return "timestamps"
	case strings.HasPrefix(t, "tD"):
		return "durations"
	case strings.HasPrefix(t, "td"):
		return "dates"
	case strings.HasPrefix(t, "d:"):
		return "decimals"
	case t == "+s":
		return "structs"
	case strings.HasPrefix(t, "+"):
		return "lists"
	case t == "n":
		return "nothing but missing values"
	}
	return "values of Arrow type " + a.Type
}
