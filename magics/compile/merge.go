package compile

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
)

// A Merge is the function that combines partial results of an aggregate, such
// as those of the batches of a stream: func Merge(a, b S) S, where S is the
// aggregate's result.
type Merge struct {
	Function string
	Reason   string // why it cannot combine them; empty if it can
	Sources  []Source
}

// merges finds the function that combines the partial results of each aggregate:
// the cell's MergeF for F, else its Merge.
func (k *checker) merges(all []Function) {
	for i := range all {
		f := &all[i]
		if f.Kind != "aggregate" {
			continue
		}
		if f.Merge = k.merge(f, all); f.Merge == nil {
			continue
		}
		if f.Merge.Reason == "" {
			f.Merge.Reason = k.partialReason(f)
		}
		for j := range all {
			if g := &all[j]; g.Name == f.Merge.Function && f.Merge.Reason == "" {
				g.Merges = append(g.Merges, f.Name)
			}
		}
	}
}

func (k *checker) merge(f *Function, all []Function) *Merge {
	own := "Merge" + f.Name
	if sig := k.ownFunc(own); sig != nil {
		out := &Merge{Function: own}
		if !f.merged(sig) {
			out.Reason = fmt.Sprintf("%s is %s, and has to be %s", own, types.TypeString(sig, qualifier), f.mergeForm())
		}
		return out
	}
	sig := k.ownFunc("Merge")
	if sig == nil {
		return nil
	}
	out := &Merge{Function: "Merge"}
	if !f.merged(sig) {
		out.Reason = fmt.Sprintf("Merge is %s: write func %s%s", types.TypeString(sig, qualifier), own, f.mergeForm()[len("func"):])
		return out
	}
	for _, g := range all {
		if g.Name != f.Name && g.Kind == "aggregate" && g.merged(sig) && k.ownFunc("Merge"+g.Name) == nil && !ofMain(f.resultTypes[0]) {
			out.Reason = fmt.Sprintf("Merge could combine results of %s and of %s, both %s: write Merge%s and Merge%s in its place",
				f.Name, g.Name, f.Results[0], f.Name, g.Name)
		}
	}
	return out
}

// ownFunc returns the signature of a function that the cell itself declares.
func (k *checker) ownFunc(name string) *types.Signature {
	for _, d := range k.unit.Cell.Decls {
		if f, ok := d.Node.(*ast.FuncDecl); ok && d.Recv == "" && f.Name.Name == name {
			if obj, ok := k.pkg.Scope().Lookup(name).(*types.Func); ok {
				return obj.Signature()
			}
		}
	}
	return nil
}

// merged reports whether a function of that signature combines results of f.
func (f *Function) merged(sig *types.Signature) bool {
	if len(f.resultTypes) != 1 || sig.TypeParams().Len() > 0 || sig.Variadic() || sig.Params().Len() != 2 || sig.Results().Len() != 1 {
		return false
	}
	t := f.resultTypes[0]
	return types.Identical(sig.Params().At(0).Type(), t) && types.Identical(sig.Params().At(1).Type(), t) && types.Identical(sig.Results().At(0).Type(), t)
}

func (f *Function) mergeForm() string {
	if len(f.Results) != 1 {
		return "func(a, b S) S, where " + f.Name + " gives one S"
	}
	return fmt.Sprintf("func(a, b %[1]s) %[1]s", f.Results[0])
}

// ofMain reports whether a cell declares t. Values of such a type belong together,
// while sums and maxima are both float64.
func ofMain(t types.Type) bool {
	n, ok := types.Unalias(t).(*types.Named)
	return ok && n.Obj().Pkg() != nil && n.Obj().Pkg().Path() == "main"
}

// partialReason returns the reason why results of f cannot be stored in a column
// until they are combined; empty if they can.
func (k *checker) partialReason(f *Function) string {
	if f.Error {
		return "the last result of " + f.Name + " is an error, which cannot be combined"
	}
	t := f.resultTypes[0]
	what := "the result " + f.Results[0] + " of " + f.Name
	if p, ok := t.Underlying().(*types.Pointer); ok {
		if _, named := types.Unalias(t).(*types.Named); named {
			return what + " is a pointer with a name: give the value itself"
		}
		if t = p.Elem(); isRow(t) {
			return what + " is a pointer to a struct: give the struct itself"
		}
	}
	return partReason(what, t, 0)
}

func isRow(t types.Type) bool {
	_, ok := rowStruct(t)
	return ok
}

// partReason returns the reason why a part of a result would change in a column;
// empty if it would not.
func partReason(what string, t types.Type, depth int) string {
	for _, name := range []string{"Null", "Column"} {
		if args, ok := ours(t, name); ok {
			return fmt.Sprintf("%s is a goscore.%s: take *%s", what, name, types.TypeString(args[0], qualifier))
		}
	}
	if st, ok := rowStruct(t); ok && depth < 8 {
		if st.NumFields() == 0 {
			return what + " has no fields"
		}
		for field := range st.Fields() {
			part := fmt.Sprintf("the field %s of %s", field.Name(), types.TypeString(t, qualifier))
			reason := partReason(part, field.Type(), depth+1)
			switch {
			case field.Name() == "_":
				reason = ""
			case field.Embedded():
				reason = part + " is embedded: give it a name"
			case !token.IsExported(field.Name()):
				reason = part + " is not exported, so that it does not reach Python: write it with a capital"
			}
			if reason != "" {
				return reason
			}
		}
		return ""
	}
	switch u := t.Underlying().(type) {
	case *types.Array:
		return fmt.Sprintf("%s is an array: take a slice, []%s", what, types.TypeString(u.Elem(), qualifier))
	case *types.Slice:
		return partReason(what, u.Elem(), depth+1)
	case *types.Pointer:
		return partReason(what, u.Elem(), depth+1)
	}
	if reason := elemReason(t, depth); reason != "" {
		return fmt.Sprintf("%s has type %s, %s", what, types.TypeString(t, qualifier), reason)
	}
	return ""
}

// reduction turns a Merge into an aggregate of a column of partial results, and
// returns the name by which the driver calls it.
func (f *Function) reduction(sig *types.Signature) (name string, whole *types.Signature, source string, err error) {
	t := sig.Results().At(0).Type()
	partials := types.NewVar(token.NoPos, nil, "partials", types.NewSlice(t))
	p, reason := param(partials, 0)
	if reason != "" {
		return "", nil, "", fmt.Errorf("%s: %s", f.Name, reason)
	}
	f.Kind, f.Params = "aggregate", []Param{p}
	whole = types.NewSignatureType(nil, nil, nil, types.NewTuple(partials), types.NewTuple(types.NewVar(token.NoPos, nil, "", t)), false)
	name = f.Name + "__all"
	source = fmt.Sprintf("\nfunc %[1]s(partials []%[2]s) %[2]s {\n\tmerged := partials[0]\n\tfor _, next := range partials[1:] {\n\t\tmerged = %[3]s(merged, next)\n\t}\n\treturn merged\n}\n",
		name, typeName(t), f.Name)
	return name, whole, source, nil
}
