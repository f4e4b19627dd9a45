package compile

import (
	"cmp"
	"go/types"
)

var errorType = types.Universe.Lookup("error").Type()

// results reads the results of a signature.
func (k *checker) results(f *Function, sig *types.Signature) string {
	n := sig.Results().Len()
	if n == 0 {
		return "it has no result"
	}
	for i := range n {
		t := sig.Results().At(i).Type()
		if types.Identical(t, errorType) {
			if i < n-1 {
				return "an error stands before its last result"
			}
			f.Error = true
			return ""
		}
		if reason := resultReason(t, 0); reason != "" {
			return "its result " + types.TypeString(t, qualifier) + " " + reason
		}
		f.Results = append(f.Results, types.TypeString(t, qualifier))
		f.Nullable = append(f.Nullable, mayBeMissing(t))
		f.resultTypes = append(f.resultTypes, t)
		if inner := uncolumned(t, 0); inner != nil && f.Single == "" {
			f.Single = types.TypeString(inner, qualifier)
		}
	}
	return ""
}

// mayBeMissing reports whether a result has a missing value.
func mayBeMissing(t types.Type) bool {
	if s, ok := t.Underlying().(*types.Slice); ok {
		t = s.Elem()
	}
	_, pointer := t.Underlying().(*types.Pointer)
	_, isNull := ours(t, "Null")
	_, isColumn := ours(t, "Column")
	return pointer || isNull || isColumn
}

// resultReason returns the reason why a type has no form in Python; empty if it has
// one.
func resultReason(t types.Type, depth int) string {
	if depth > 8 {
		return "nests too deep"
	}
	if named(t).Go != "" {
		return ""
	}
	if args, ok := ours(t, "Null"); ok {
		return resultReason(args[0], depth+1)
	}
	if args, ok := ours(t, "Column"); ok {
		return resultReason(args[0], depth+1)
	}
	switch u := t.Underlying().(type) {
	case *types.Basic:
		if u.Info()&types.IsComplex != 0 || u.Kind() == types.UnsafePointer || u.Kind() == types.Uintptr {
			return "has no form in Python"
		}
		return ""
	case *types.Pointer:
		return resultReason(u.Elem(), depth+1)
	case *types.Slice:
		return resultReason(u.Elem(), depth+1)
	case *types.Array:
		return resultReason(u.Elem(), depth+1)
	case *types.Struct:
		for i := range u.NumFields() {
			if reason := resultReason(u.Field(i).Type(), depth+1); reason != "" {
				return reason
			}
		}
		return ""
	case *types.Map:
		if _, basic := u.Key().Underlying().(*types.Basic); !basic && named(u.Key()).Go == "" {
			return "has keys of type " + types.TypeString(u.Key(), qualifier) + ", which have no form in Python"
		}
		return cmp.Or(resultReason(u.Key(), depth+1), resultReason(u.Elem(), depth+1))
	case *types.Interface:
		if !types.Implements(t, errorType.Underlying().(*types.Interface)) {
			return ""
		}
	}
	return "has no form in Python"
}

// uncolumned returns the first part of a result's type that no column holds: what
// has it comes back as a single value only. It is nil where there is none.
func uncolumned(t types.Type, depth int) types.Type {
	if depth > 8 || named(t).Go != "" {
		return nil
	}
	switch u := t.Underlying().(type) {
	case *types.Map, *types.Interface:
		return t
	case interface{ Elem() types.Type }: // of pointers, slices and arrays
		return uncolumned(u.Elem(), depth+1)
	case *types.Struct:
		for f := range u.Fields() {
			if inner := uncolumned(f.Type(), depth+1); inner != nil {
				return inner
			}
		}
	}
	return nil
}
