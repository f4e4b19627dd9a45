package compile

import (
	"errors"
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"goscore/magics/datatype"
)

// A Function is an exported function of a cell, as Python can call it.
type Function struct {
	Name, Kind, Reason     string
	Doc, Signature, Source string
	Params, Fields         []Param
	Results                []string
	Error                  bool   // the last result is an error
	Init                   string // of a scan: the Go expression of its first state
	Serial                 bool   // it may write package variables: it runs on one core
	SerialAt               string // what and where: "package variables (line 3)"
	Instance               string // explicit type arguments, such as "[float64]"
	Struct                 string // of a row function: the Go type of its parameter
	Nullable               []bool // one per result: it may be missing
	Single                 string // the first type of a result that no column holds
	Sources                []Source
	Merge                  *Merge   // of an aggregate: combines its partial results; may be nil
	Merges                 []string // the aggregates whose partial results this one combines
	Total, Inlines         bool     // a scan's step may be tried on guessed states; it is small enough to inline
	grouped                bool     // the call has keys
	reduces                bool     // the call combines a column of results
	resultTypes            []types.Type
}

// A Param is a parameter of a function, or a field of a row function's struct.
type Param struct {
	Name     string
	Go       string // its whole type
	Elem     string // the type of one value, without pointer, Column or slice
	Shape    string // value, column, row or table
	Column   string // of a field: the tag's column
	Nullable bool
	Wide     bool // *T or []*T; else Column[T]
	Table    *TableType
	Written  bool   // of a table: a map that the function may write
	Default  string // as JSON; empty without
}

// functions describes the cell's exported functions.
func (k *checker) functions() (out []Function) {
	for _, d := range k.unit.Cell.Decls {
		f, ok := d.Node.(*ast.FuncDecl)
		if !ok || d.Recv != "" || !token.IsExported(f.Name.Name) {
			continue
		}
		obj, ok := k.pkg.Scope().Lookup(f.Name.Name).(*types.Func)
		if !ok {
			continue
		}
		out = append(out, k.function(d, f, obj))
	}
	k.merges(out)
	return out
}

func (k *checker) function(d *Decl, f *ast.FuncDecl, obj *types.Func) Function {
	directives := directivesOf(f)
	out := Function{
		Name: f.Name.Name, Doc: docOf(f), Source: strings.TrimSpace(d.Text()),
	}
	sig := obj.Signature()
	out.Signature = strings.Join(strings.Fields(d.Cell.Text[int(f.Type.Func-d.base):int(f.Type.End()-d.base)]), " ")
	if args, ok := directives["instantiate"]; ok {
		inst, err := k.instantiate(sig, args)
		if err != nil {
			out.Reason = err.Error()
			return out
		}
		sig, out.Instance = inst, "["+strings.ReplaceAll(args, " ", "")+"]"
	}
	if sig.TypeParams().Len() > 0 {
		out.Reason = "it is generic: write //goscore:instantiate " +
			strings.Join(slices.Repeat([]string{"float64"}, sig.TypeParams().Len()), ", ") + " above it to choose its types"
		return out
	}
	switch out.Name {
	case "None", "True", "False": // Python's only keywords that Go would export
		out.Reason = "its name is a keyword there"
		return out
	}
	if out.Reason = k.unit.inputReason(d); out.Reason == "" {
		out.Reason = k.classify(&out, sig, directives)
	}
	if out.Reason != "" {
		out.Kind = ""
		return out
	}
	k.setDefaults(&out, d, f, obj)
	if table, at := k.writtenTables(&out, obj); table != "" {
		out.Serial, out.SerialAt = true, fmt.Sprintf("its table %s (%s)", table, k.placeName(at))
	}
	if t := k.touchesState(obj); t != nil {
		out.Serial, out.SerialAt = true, fmt.Sprintf("package variables (%s)", k.placeName(t.at))
	}
	if out.Kind == "scan" && !out.Error {
		out.Total = plainState(out.resultTypes[0], 0) && !out.Serial && k.total(obj)
		out.Inlines = inlines(f)
	}
	return out
}

// placeName words a place in the unit's cells.
func (k *checker) placeName(p token.Pos) string {
	s, off := k.where(p)
	if s == nil || s.cell == nil || off < s.base {
		return ""
	}
	line, _ := s.cell.Place(off - s.base)
	if s.cell != k.unit.Cell {
		return fmt.Sprintf("%s, line %d", s.cell.Name, line)
	}
	return fmt.Sprintf("line %d", line)
}

// directivesOf reads the //goscore: comments above a function.
func directivesOf(f *ast.FuncDecl) map[string]string {
	out := map[string]string{}
	if f.Doc == nil {
		return out
	}
	for _, c := range f.Doc.List {
		if name, args := directiveOf(c.Text); name != "" {
			out[name] = strings.TrimSpace(out[name] + " " + args)
		}
	}
	return out
}

func docOf(f *ast.FuncDecl) string {
	if f.Doc == nil {
		return ""
	}
	return strings.TrimSpace(f.Doc.Text())
}

// qualifier writes types as the cell does.
func qualifier(p *types.Package) string {
	switch p.Path() {
	case "main":
		return ""
	case functionsPath:
		return "goscore"
	}
	return p.Name()
}

func (k *checker) instantiate(sig *types.Signature, args string) (*types.Signature, error) {
	if args == "" {
		return nil, errors.New("//goscore:instantiate names no type: write //goscore:instantiate float64")
	}
	var list []types.Type
	for a := range strings.SplitSeq(args, ",") {
		tv, err := types.Eval(k.fset, k.pkg, token.NoPos, strings.TrimSpace(a))
		if err != nil || !tv.IsType() {
			return nil, fmt.Errorf("//goscore:instantiate %s: %q is no type", args, strings.TrimSpace(a))
		}
		list = append(list, tv.Type)
	}
	inst, err := types.Instantiate(types.NewContext(), sig, list, true)
	if err != nil {
		return nil, fmt.Errorf("//goscore:instantiate %s: %s", args, strings.ReplaceAll(err.Error(), "main.", ""))
	}
	return inst.(*types.Signature), nil
}

// classify decides the kind of a function from its signature. It sets the reason if
// Python cannot call it.
func (k *checker) classify(f *Function, sig *types.Signature, directives map[string]string) string {
	if sig.Variadic() {
		return "it takes any number of arguments: take a slice"
	}
	if reason := k.results(f, sig); reason != "" {
		return reason
	}
	params := sig.Params()
	if params.Len() == 0 {
		return "it takes no argument: there is nothing to apply it to"
	}
	tables, reason := k.tables(sig, directives["table"])
	if reason != "" {
		return reason
	}
	if row := slices.Index(tables, nil); row >= 0 && !slices.Contains(tables[row+1:], nil) {
		if st, ok := rowStruct(params.At(row).Type()); ok {
			f.Kind, f.Struct = "row", types.TypeString(params.At(row).Type(), qualifier)
			return k.rowFields(f, st, sig, tables)
		}
	}
	columns := 0
	for i := range params.Len() {
		if t := tables[i]; t != nil {
			f.Params = append(f.Params, tableParam(params.At(i), i, t))
			continue
		}
		p, reason := param(params.At(i), i)
		if reason != "" {
			return reason
		}
		if p.Shape == "column" {
			columns++
		}
		f.Params = append(f.Params, p)
	}
	if args, ok := directives["scan"]; ok {
		return k.scan(f, sig, args)
	}
	switch {
	case columns == 0:
		f.Kind = "scalar"
		return noSlices(f, sig)
	case len(f.Results) > 0 && allSlices(f, sig):
		f.Kind = "vector"
		if f.Single != "" {
			return "its result has a value for each row, and no column holds values of type " + f.Single + ": return structs, or a map of slices"
		}
	default:
		f.Kind = "aggregate"
		if reason := noSlices(f, sig); reason != "" {
			return reason
		}
	}
	return ""
}

// ours reports whether t is an instance of a generic type of compute, and returns
// its argument.
func ours(t types.Type, name string) ([]types.Type, bool) {
	n, ok := types.Unalias(t).(*types.Named)
	if !ok || n.Obj().Pkg() == nil || n.Obj().Pkg().Path() != functionsPath || n.Obj().Name() != name {
		return nil, false
	}
	var args []types.Type
	for a := range n.TypeArgs().Types() {
		args = append(args, a)
	}
	return args, true
}

// named is the row of the table of types that has t by its name, as time.Time; else one
// that is empty.
func named(t types.Type) *datatype.Type {
	n, ok := types.Unalias(t).(*types.Named)
	if !ok || n.Obj().Pkg() == nil {
		return datatype.OfGo("")
	}
	switch n.Obj().Pkg().Path() {
	case "time", functionsPath:
		return datatype.OfGo(types.TypeString(n, qualifier))
	}
	return datatype.OfGo("")
}

// rowStruct reports whether t is the struct of a row function.
func rowStruct(t types.Type) (*types.Struct, bool) {
	if named(t).Go != "" {
		return nil, false
	}
	n, ok := types.Unalias(t).(*types.Named)
	if ok && n.Obj().Pkg() != nil && n.Obj().Pkg().Path() == functionsPath {
		return nil, false
	}
	st, ok := t.Underlying().(*types.Struct)
	return st, ok
}

func (k *checker) rowFields(f *Function, st *types.Struct, sig *types.Signature, tables []*TableType) string {
	if st.NumFields() == 0 {
		return "its struct has no fields to match with columns"
	}
	for i := range st.NumFields() {
		field := st.Field(i)
		if field.Name() == "_" {
			continue
		}
		p, reason := param(field, i)
		if _, isColumn := ours(field.Type(), "Column"); isColumn {
			reason = "the field " + p.Name + " is a whole column: a row holds single values"
		} else if p.Shape == "column" { // a list in each row
			p.Nullable, p.Wide, p.Elem = false, false, p.Go
		}
		if reason != "" {
			return reason
		}
		p.Shape = "row"
		p.Column = reflect.StructTag(st.Tag(i)).Get("goscore")
		f.Fields = append(f.Fields, p)
	}
	for i, t := range tables {
		p := Param{Name: "row", Go: f.Struct, Shape: "row"}
		if t != nil {
			p = tableParam(sig.Params().At(i), i, t)
		}
		f.Params = append(f.Params, p)
	}
	return noSlicesOf(f.resultTypes)
}

// param reads a parameter or a field.
func param(v *types.Var, i int) (Param, string) {
	p := Param{Name: v.Name(), Go: types.TypeString(v.Type(), qualifier), Shape: "value"}
	if p.Name == "" || p.Name == "_" {
		p.Name = "arg" + strconv.Itoa(i)
	}
	t := v.Type()
	if args, ok := ours(t, "Column"); ok {
		p.Shape, p.Nullable, t = "column", true, args[0]
	} else if s, ok := t.Underlying().(*types.Slice); ok && !isByteWord(s.Elem()) {
		p.Shape, t = "column", s.Elem()
	}
	if ptr, ok := t.Underlying().(*types.Pointer); ok {
		p.Nullable, p.Wide, t = true, true, ptr.Elem()
	}
	p.Elem = types.TypeString(t, qualifier)
	if reason := elemReason(t, 0); reason != "" {
		return p, "its parameter " + p.Name + " has type " + p.Go + ", " + reason
	}
	return p, ""
}

// isByteWord reports whether the cell spells t as byte: []byte is one value, []uint8
// a column of numbers.
func isByteWord(t types.Type) bool {
	b, ok := t.(*types.Basic)
	return ok && b.Name() == "byte"
}

func isByte(t types.Type) bool {
	b, ok := t.Underlying().(*types.Basic)
	return ok && b.Kind() == types.Uint8
}

// elemReason returns the reason why no column has values of type t; empty if one
// can.
func elemReason(t types.Type, depth int) string {
	if depth > 8 {
		return "which nests too deep for a column"
	}
	if named(t).Go != "" {
		return ""
	}
	switch u := t.Underlying().(type) {
	case *types.Basic:
		if u.Info()&(types.IsInteger|types.IsFloat|types.IsString|types.IsBoolean) != 0 && u.Kind() != types.Uintptr {
			return ""
		}
	case *types.Slice:
		return elemReason(u.Elem(), depth+1)
	case *types.Struct:
		for i := range u.NumFields() {
			if reason := elemReason(u.Field(i).Type(), depth+1); reason != "" {
				return reason
			}
		}
		return ""
	case *types.Pointer:
		return elemReason(u.Elem(), depth+1)
	}
	return "which no column holds"
}

// scan checks the step of a scan.
func (k *checker) scan(f *Function, sig *types.Signature, args string) string {
	init, ok := strings.CutPrefix(args, "init=")
	if args != "" && !ok {
		return fmt.Sprintf("//goscore:scan %s: write //goscore:scan init=0", args)
	}
	f.Init = init
	p := sig.Params()
	switch {
	case f.Params[0].Shape == "table":
		return f.Params[0].Name + " is the state of the scan, which no table can be"
	case !slices.ContainsFunc(f.Params[1:], func(p Param) bool { return p.Shape != "table" }):
		return "a scan takes the result of the row before and at least one column"
	case len(f.Results) != 1 || !types.Identical(p.At(0).Type(), f.resultTypes[0]):
		return "a scan's result has the type of its first parameter"
	case slices.ContainsFunc(f.Params, func(p Param) bool { return p.Shape == "column" }):
		return "a scan takes single values, not slices"
	}
	if init != "" {
		if _, err := types.Eval(k.fset, k.pkg, token.NoPos, f.Results[0]+"("+init+")"); err != nil {
			return fmt.Sprintf("//goscore:scan init=%s is no %s", init, f.Results[0])
		}
	}
	f.Kind = "scan"
	return ""
}

func noSlices(f *Function, sig *types.Signature) string { return noSlicesOf(f.resultTypes) }

func noSlicesOf(results []types.Type) string {
	for _, t := range results {
		if _, ok := ours(t, "Column"); ok {
			return "it gives a whole column for one value"
		}
	}
	return ""
}

func allSlices(f *Function, sig *types.Signature) bool {
	for _, t := range f.resultTypes {
		s, ok := t.Underlying().(*types.Slice)
		_, isColumn := ours(t, "Column")
		if !isColumn && (!ok || isByteWord(s.Elem())) {
			return false
		}
	}
	return true
}
