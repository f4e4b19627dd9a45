package compile

import (
	"fmt"
	"go/types"
	"reflect"
	"slices"
	"strings"
)

// A driver is the generated Go that calls one function on the columns of a
// job. It names the function inside the loop, so that it inlines.
type driver struct {
	b    strings.Builder
	f    *Function
	name string // of the called function, or of its copy with marked returns
	sig  *types.Signature
}

// listed turns slice parameters into per-row ones if the arguments are columns of
// lists of the same depth; see Call.Depths.
func (f *Function) listed(depths []int, sig *types.Signature) {
	perRow := false
	for i, p := range f.Params[min(len(f.Params), f.skipped()):] {
		if p.Shape != "column" || i >= len(depths) || p.Nullable && !p.Wide {
			continue
		}
		want := sliceDepth(sig.Params().At(i + f.skipped()).Type())
		perRow = perRow || depths[i] >= want || depths[i] == Binary && p.Elem == "uint8"
	}
	if perRow {
		f.perRow()
	}
}

// skipped counts the parameters that get no argument: the state of a scan.
func (f *Function) skipped() int {
	if f.Kind == "scan" {
		return 1
	}
	return 0
}

func sliceDepth(t types.Type) int {
	if p, ok := t.Underlying().(*types.Pointer); ok {
		t = p.Elem()
	}
	s, ok := t.Underlying().(*types.Slice)
	if !ok || isByteWord(s.Elem()) {
		return 0
	}
	return 1 + sliceDepth(s.Elem())
}

func (f *Function) perRow() {
	for i, p := range f.Params {
		if p.Shape == "column" {
			f.Params[i].Shape, f.Params[i].Nullable, f.Params[i].Wide = "value", false, false
		}
	}
	f.Kind = "scalar"
}

// driverSource writes the driver of a function.
func driverSource(f *Function, sig *types.Signature, name string) (string, error) {
	d := &driver{f: f, name: name + f.Instance, sig: sig}
	d.line("func %s() {", entry)
	d.line("\tc := goscore__.NewCall()")
	var err error
	switch f.Kind {
	case "scalar":
		err = d.scalar()
	case "row":
		err = d.row()
	case "scan":
		err = d.scan()
	case "aggregate":
		err = d.aggregate()
	case "vector":
		err = d.vector()
	default:
		err = fmt.Errorf("%s cannot be called from Python: %s", f.Name, f.Reason)
	}
	d.line("}")
	return d.b.String(), err
}

func (d *driver) line(format string, args ...any) { fmt.Fprintf(&d.b, format+"\n", args...) }

// params reads every argument into p0, p1, ...
func (d *driver) params(params []Param, typeOf func(i int) types.Type, rows bool) error {
	for i, p := range params {
		if p.Shape == "table" {
			continue
		}
		r, err := reader(elemOf(typeOf(i), p))
		if err != nil {
			return err
		}
		d.line("\tp%d := goscore__.Param(c, %d, %q, %v, %v, %s)", i, i, p.Name, p.Nullable, rows, r)
	}
	return d.tables()
}

// tables reads the tables into t0, t1, ..., by the position of their parameters.
func (d *driver) tables() error {
	for i, p := range d.f.Params {
		if p.Shape != "table" {
			continue
		}
		r, err := reader(d.paramType(i))
		if err != nil {
			return err
		}
		d.line("\tt%d := goscore__.Table(c, %d, %q, %v, %s)", i, i-d.f.skipped(), p.Name, p.Written, r)
	}
	return nil
}

// elemOf returns a parameter's type without the pointer, slice or Column that Param
// describes.
func elemOf(t types.Type, p Param) types.Type {
	if args, ok := ours(t, "Column"); ok {
		return args[0]
	}
	if p.Shape == "column" {
		t = t.Underlying().(*types.Slice).Elem()
	}
	if p.Nullable {
		if ptr, ok := t.Underlying().(*types.Pointer); ok {
			t = ptr.Elem()
		}
	}
	return t
}

// reader returns the Go expression that reads a column of t.
func reader(t types.Type) (string, error) {
	name := typeName(t)
	if args, ok := ours(t, "Column"); ok {
		item, err := reader(args[0])
		return "goscore__.ColumnsAs(" + item + ")", err
	}
	if r := named(t).Reader; r != "" {
		return "goscore__." + r, nil
	}
	switch u := t.Underlying().(type) {
	case *types.Basic:
		switch {
		case u.Info()&types.IsString != 0:
			return "goscore__.StringsAs[" + name + "]", nil
		case u.Info()&types.IsBoolean != 0:
			return "goscore__.BoolsAs[" + name + "]", nil
		case u.Info()&types.IsNumeric != 0:
			return "goscore__.NumbersAs[" + name + "]", nil
		}
	case *types.Slice:
		if isByte(u.Elem()) {
			return "goscore__.BytesAs[" + name + "]", nil
		}
		item, err := reader(u.Elem())
		return "goscore__.ListsAs(" + item + ")", err
	case *types.Pointer:
		item, err := reader(u.Elem())
		return "goscore__.PointersAs(" + item + ")", err
	case *types.Map:
		keys, err := reader(u.Key())
		if err != nil {
			return "", err
		}
		values, err := reader(u.Elem())
		return fmt.Sprintf("goscore__.MapsAs[%s](%s, %s)", name, keys, values), err
	case *types.Struct:
		return structReader(name, u)
	}
	return "", fmt.Errorf("no column has values of type %s", name)
}

func structReader(name string, st *types.Struct) (string, error) {
	var reads, sets strings.Builder
	for i := range st.NumFields() {
		f := st.Field(i)
		r, err := reader(f.Type())
		if err != nil {
			return "", err
		}
		column, nullable := f.Name(), ""
		if tag := reflect.StructTag(st.Tag(i)).Get("goscore"); tag != "" {
			column = tag
		}
		if _, ok := f.Type().Underlying().(*types.Pointer); ok {
			nullable = ", true"
		}
		fmt.Fprintf(&reads, "f%d := (%s)(a.Child(%q, %q%s)); ", i, r, column, name, nullable)
		fmt.Fprintf(&sets, "%s: f%d[i], ", f.Name(), i)
	}
	return fmt.Sprintf("func(a *goscore__.Array) []%s { if a.Length == 0 { return nil }; %sout := make([]%s, a.Length); for i := range out { out[i] = %s{%s} }; return out }",
		name, &reads, name, name, &sets), nil
}

// typeName writes a type for the generated file, which imports other packages as
// goscore__ and their name.
func typeName(t types.Type) string {
	return types.TypeString(t, func(p *types.Package) string {
		switch p.Path() {
		case "main":
			return ""
		case functionsPath:
			return "goscore__functions"
		}
		return p.Name()
	})
}

// results writes the allocation of a column for each result.
func (d *driver) results() {
	for i := range d.f.Results {
		d.line("\tr%d := goscore__.Results[%s](c)", i, typeName(d.f.resultTypes[i]))
	}
	if len(d.f.Results) == 0 {
		d.line("\tr0 := goscore__.Results[bool](c)")
	}
}

// groupResults declares a slice for each result of groups.
func (d *driver) groupResults() {
	for i := range d.f.Results {
		d.line("\tr%d := make([]%s, c.Groups())", i, typeName(d.f.resultTypes[i]))
	}
	if len(d.f.Results) == 0 {
		d.line("\tr0 := make([]bool, c.Groups())")
	}
}

// each writes format once for each result, with its number.
func (d *driver) each(format, between string) string {
	out := make([]string, max(len(d.f.Results), 1))
	for i := range out {
		out[i] = fmt.Sprintf(format, i)
	}
	return strings.Join(out, between)
}

// call writes `r0[at], r1[at] = F(args)`, and handles the error. letter names the
// slices of results.
func (d *driver) call(indent, letter, at, args, failed string) {
	var left []string
	for i := range d.f.Results {
		left = append(left, fmt.Sprintf("%s%d[%s]", letter, i, at))
	}
	call := d.name + "(" + args + ")"
	if !d.f.Error {
		d.line("%s%s = %s", indent, strings.Join(left, ", "), call)
		return
	}
	if len(left) == 0 {
		d.line("%sif err := %s; err != nil {", indent, call)
		d.line("%s\t%s", indent, failed)
		d.line("%s}", indent)
		d.line("%s%s0[%s] = true", indent, letter, at)
		return
	}
	var vars []string
	for i := range left {
		vars = append(vars, fmt.Sprintf("v%d", i))
	}
	d.line("%s%s, err := %s", indent, strings.Join(vars, ", "), call)
	d.line("%sif err != nil {", indent)
	d.line("%s\t%s", indent, failed)
	d.line("%s}", indent)
	d.line("%s%s = %s", indent, strings.Join(left, ", "), strings.Join(vars, ", "))
}

// cleared writes zero values as the results of a row without any.
func (d *driver) cleared() string { return d.each("clear(o%d[i:i+1]); ", "") }

// near copies the block of the arguments from number first on: in row i, argument k
// is vk[i&mk], or wk.At(i) if it may be missing.
func (d *driver) near(indent string, first int, params []Param, from string) {
	for k, p := range params {
		i := first + k
		if p.Shape == "table" {
			continue
		}
		d.line("%sw%d := goscore__.Near(p%d, w, %d, %s, hi)", indent, i, i, i, from)
		if !p.Nullable {
			d.line("%sv%d, m%d := w%d.V, w%d.M", indent, i, i, i, i)
		}
	}
}

// loop opens a loop over the rows of a block, whose results are o0, o1, ...;
// body writes what is in it.
func (d *driver) loop(params []Param, body func()) {
	d.line("\tc.Blocks(func(w *goscore__.Window, lo, hi int) {")
	d.near("\t\t", 0, params, "lo")
	d.line("\t\t%s", d.each("o%[1]d := goscore__.Room(r%[1]d, w, %[1]d, lo, hi)", "; "))
	d.line("\t\tvar valid []byte")
	d.line("\t\tif all := c.Valid(); all != nil {")
	d.line("\t\t\tvalid = all[lo>>3:]")
	d.line("\t\t}")
	d.line("\t\ti, n := 0, hi-lo")
	d.line("\t\tdefer func() { c.Row(lo+i, hi) }()")
	d.line("\t\tfor ; i < n; i++ {")
	d.line("\t\t\tif valid != nil && valid[i>>3]>>(i&7)&1 == 0 {")
	d.line("\t\t\t\t%scontinue", d.cleared())
	d.line("\t\t\t}")
	body()
	d.line("\t\t}")
	d.line("\t\t%s", d.each("goscore__.Store(r%[1]d, lo, o%[1]d)", "; "))
	d.line("\t})")
	d.line("\tgoscore__.ReturnRows(c, %s)", d.each("goscore__.All(r%d)", ", "))
}

func (d *driver) scalar() error {
	if err := d.params(d.f.Params, d.paramType, true); err != nil {
		return err
	}
	d.results()
	d.loop(d.f.Params, func() {
		d.call("\t\t\t", "o", "i", d.rowArguments(0, d.f.Params), "c.Fail(lo+i, err); "+d.cleared()+"continue")
	})
	return nil
}

func (d *driver) paramType(i int) types.Type { return d.sig.Params().At(i).Type() }

// rowArguments lists the arguments of row i, from number first on.
func (d *driver) rowArguments(first int, params []Param) string {
	var args []string
	for k, p := range params {
		i := first + k
		if p.Shape == "table" {
			args = append(args, fmt.Sprintf("t%d", i))
		} else if p.Nullable {
			args = append(args, d.converted(i, fmt.Sprintf("goscore__.At(w%d, i)", i)))
		} else {
			args = append(args, fmt.Sprintf("v%d[i&m%d]", i, i))
		}
	}
	return strings.Join(args, ", ")
}

// converted writes the conversion to a pointer type of the user's, which *T needs.
func (d *driver) converted(i int, expr string) string {
	if d.f.Kind == "row" {
		return expr
	}
	if _, named := types.Unalias(d.paramType(i)).(*types.Named); named {
		return "(" + typeName(d.paramType(i)) + ")(" + expr + ")"
	}
	return expr
}

func (d *driver) row() error {
	at := slices.IndexFunc(d.f.Params, func(p Param) bool { return p.Shape == "row" })
	t := d.paramType(at)
	st := t.Underlying().(*types.Struct)
	var kept []int
	for i := range st.NumFields() {
		if st.Field(i).Name() != "_" {
			kept = append(kept, i)
		}
	}
	if err := d.params(d.f.Fields, func(i int) types.Type { return st.Field(kept[i]).Type() }, true); err != nil {
		return err
	}
	d.results()
	var fields []string
	for i, p := range d.f.Fields {
		value := fmt.Sprintf("v%d[i&m%d]", i, i)
		if p.Nullable {
			value = fmt.Sprintf("goscore__.At(w%d, i)", i)
		}
		fields = append(fields, p.Name+": "+value)
	}
	var args []string
	for i := range d.f.Params {
		args = append(args, fmt.Sprintf("t%d", i))
	}
	args[at] = typeName(t) + "{" + strings.Join(fields, ", ") + "}"
	d.loop(d.f.Fields, func() {
		d.call("\t\t\t", "o", "i", strings.Join(args, ", "), "c.Fail(lo+i, err); "+d.cleared()+"continue")
	})
	return nil
}

// groupArguments returns the arguments of one group's call: slices of the gathered
// columns, and single values.
func (d *driver) groupArguments() (string, error) {
	var args []string
	for i, p := range d.f.Params {
		_, isColumn := ours(d.paramType(i), "Column")
		switch {
		case p.Shape == "table":
			args = append(args, fmt.Sprintf("t%d", i))
		case isColumn:
			args = append(args, fmt.Sprintf("goscore__.ColumnOf(p%d, lo, hi)", i))
		case p.Shape == "column" && p.Nullable:
			args = append(args, fmt.Sprintf("goscore__.Pointers(p%d, lo, hi)", i))
		case p.Shape == "column":
			args = append(args, fmt.Sprintf("p%d.V[lo:hi:hi]", i))
		case p.Nullable:
			args = append(args, fmt.Sprintf("goscore__.At(p%d, 0)", i))
		default:
			args = append(args, fmt.Sprintf("p%d.V[0]", i))
		}
	}
	return strings.Join(args, ", "), nil
}

// groups opens a loop over the groups; without by= there is only one.
func (d *driver) groups(body func()) {
	d.line("\tc.EachGroup(func(g, lo, hi int) {")
	d.line("\t\t_, _ = lo, hi")
	body()
	d.line("\t})")
}

func (d *driver) grouped(rows bool) error {
	if err := d.params(d.f.Params, d.paramType, rows); err != nil {
		return err
	}
	d.line("\tc.Group()")
	for i, p := range d.f.Params {
		if p.Shape == "table" {
			continue
		}
		if p.Shape == "column" || d.f.Kind == "scan" && i > 0 {
			d.line("\tp%d = goscore__.Gathered(c, p%d)", i, i)
		} else if d.f.Kind != "scan" {
			d.line("\tgoscore__.Single(p%d, %q)", i, p.Name)
		}
	}
	return nil
}

func (d *driver) aggregate() error {
	if err := d.grouped(false); err != nil {
		return err
	}
	d.groupResults()
	args, err := d.groupArguments()
	d.groups(func() {
		d.line("\t\tended, after := false, c.InGroup(g)")
		d.line("\t\tdefer func() { after(ended) }()")
		d.call("\t\t", "r", "g", args, "c.FailGroup(g, err); ended = true; return")
		d.line("\t\tended = true")
	})
	d.line("\tgoscore__.ReturnGroups(c, %s)", d.each("r%d", ", "))
	return err
}

func (d *driver) vector() error {
	if err := d.grouped(false); err != nil {
		return err
	}
	d.groupResults()
	args, err := d.groupArguments()
	d.groups(func() {
		d.line("\t\tended, after := false, c.InGroup(g)")
		d.line("\t\tdefer func() { after(ended) }()")
		d.call("\t\t", "r", "g", args, "c.FailGroup(g, err); ended = true; return")
		d.line("\t\tended = true")
	})
	var parts []string
	for i, t := range d.f.resultTypes {
		join := "goscore__.Joined(c, r%d)"
		if _, ok := ours(t, "Column"); ok {
			join = "goscore__.JoinedColumns(c, r%d)"
		}
		parts = append(parts, fmt.Sprintf(join, i))
	}
	d.line("\tgoscore__.ReturnWhole(c, %s)", strings.Join(parts, ", "))
	return err
}
