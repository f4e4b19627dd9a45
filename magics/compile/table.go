package compile

import (
	"fmt"
	"go/token"
	"go/types"
	"reflect"
	"slices"

	"goscore/magics/datatype"
)

// A TableType is the type of a parameter that is the same for every row: what Python
// needs to know of it, to find out whether a value fits.
type TableType struct {
	Kind     string      `json:"kind"` // slice, map, struct or value
	Go       string      `json:"go"`
	Nullable bool        `json:"nullable,omitempty"` // a missing value is nil
	Key      *TableType  `json:"key,omitempty"`      // of a map
	Elem     *TableType  `json:"elem,omitempty"`     // of a slice or map
	Fields   []TableType `json:"fields,omitempty"`   // of a struct
	Name     string      `json:"name,omitempty"`     // as a field
	Column   string      `json:"column,omitempty"`   // of the field's tag
}

// tables describes the parameters that are tables: maps, and those that a directive
// names. All others are nil.
func (k *checker) tables(sig *types.Signature, directive string) ([]*TableType, string) {
	named := nameLike.FindAllString(directive, -1)
	out := make([]*TableType, sig.Params().Len())
	for i := range out {
		p := sig.Params().At(i)
		if _, isMap := p.Type().Underlying().(*types.Map); !isMap && !slices.Contains(named, p.Name()) {
			continue
		}
		t, reason := tableOf(p.Type(), 0)
		if reason != "" {
			return nil, fmt.Sprintf("its table %s has type %s: %s", p.Name(), types.TypeString(p.Type(), qualifier), reason)
		}
		out[i] = t
	}
	return out, ""
}

// tableParam describes a table as a parameter.
func tableParam(v *types.Var, i int, t *TableType) Param {
	name := v.Name()
	if name == "" || name == "_" {
		name = fmt.Sprintf("arg%d", i)
	}
	return Param{Name: name, Go: t.Go, Elem: t.Go, Shape: "table", Table: t}
}

// tableOf describes a type, or gives the reason why no table has it.
func tableOf(t types.Type, depth int) (*TableType, string) {
	out := &TableType{Kind: "value", Go: types.TypeString(t, qualifier)}
	if depth > 8 {
		return nil, "it nests too deep"
	}
	if args, ok := ours(t, "Column"); ok {
		elem, reason := tableOf(args[0], depth+1)
		if reason == "" {
			elem.Nullable = true
		}
		out.Kind, out.Elem = "slice", elem
		return out, reason
	}
	if named(t).Go != "" {
		return out, ""
	}
	switch u := t.Underlying().(type) {
	case *types.Basic:
		return out, elemReasonOf(t, out.Go)
	case *types.Pointer:
		elem, reason := tableOf(u.Elem(), depth+1)
		if reason == "" && elem.Kind != "value" {
			return nil, "only single values are taken by pointer"
		}
		if reason == "" {
			elem.Nullable, elem.Go = true, out.Go
		}
		return elem, reason
	case *types.Slice:
		if isByteWord(u.Elem()) {
			return out, ""
		}
		elem, reason := tableOf(u.Elem(), depth+1)
		out.Kind, out.Elem = "slice", elem
		return out, reason
	case *types.Map:
		if !isTableKey(u.Key()) {
			return nil, "the keys of a map from Python are strings, numbers or booleans"
		}
		key, reason := tableOf(u.Key(), depth+1)
		if reason == "" {
			out.Kind, out.Key = "map", key
			out.Elem, reason = tableOf(u.Elem(), depth+1)
		}
		return out, reason
	case *types.Struct:
		out.Kind = "struct"
		reason := out.addFields(u, depth)
		return out, reason
	}
	return nil, "Python has no such values"
}

func (t *TableType) addFields(st *types.Struct, depth int) string {
	for i := range st.NumFields() {
		f := st.Field(i)
		if f.Name() == "_" {
			continue
		}
		field, reason := tableOf(f.Type(), depth+1)
		if reason != "" {
			return "its field " + f.Name() + ": " + reason
		}
		field.Name, field.Column = f.Name(), reflect.StructTag(st.Tag(i)).Get("goscore")
		t.Fields = append(t.Fields, *field)
	}
	if len(t.Fields) == 0 {
		return "its struct has no fields"
	}
	return ""
}

// elemReasonOf is the reason why no column has values of a basic type.
func elemReasonOf(t types.Type, name string) string {
	if elemReason(t, 0) == "" {
		return ""
	}
	return "Python has no values of type " + name
}

// isTableKey reports whether equal keys in Python are equal in Go. Times are not:
// == of Go compares their zones, too.
func isTableKey(t types.Type) bool {
	b, ok := t.Underlying().(*types.Basic)
	return ok && named(t).Class != datatype.Timestamp && b.Info()&(types.IsInteger|types.IsFloat|types.IsString|types.IsBoolean) != 0
}

// hasMap reports whether a value of type t has a map in it, which Go cannot make
// read-only.
func hasMap(t types.Type, depth int) bool {
	if depth > 8 {
		return false
	}
	switch u := t.Underlying().(type) {
	case *types.Map:
		return true
	case *types.Slice:
		return hasMap(u.Elem(), depth+1)
	case *types.Pointer:
		return hasMap(u.Elem(), depth+1)
	case *types.Struct:
		for f := range u.Fields() {
			if hasMap(f.Type(), depth+1) {
				return true
			}
		}
	}
	return false
}

// writtenTables notes the maps among the tables that a function may write: each call
// gets its own copy of those, and runs on one core. It returns where the first is
// written.
func (k *checker) writtenTables(f *Function, obj *types.Func) (table string, at token.Pos) {
	params := obj.Signature().Params()
	maps := map[*types.Var]bool{}
	for i := range f.Params {
		if f.Params[i].Shape == "table" && hasMap(params.At(i).Type(), 0) {
			maps[params.At(i)] = true
		}
	}
	if len(maps) == 0 {
		return "", token.NoPos
	}
	s := k.stateFinder()
	s.extra = maps
	s.function(obj, nil, nil)
	for _, t := range s.touches {
		for i := range f.Params {
			if t.what != params.At(i) {
				continue
			}
			f.Params[i].Written = true
			if table == "" {
				table, at = f.Params[i].Name, t.at
			}
		}
	}
	return table, at
}
