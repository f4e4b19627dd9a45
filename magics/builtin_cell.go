package magics

import (
	"errors"
	"fmt"
	"go/ast"
	"go/token"
	"slices"
	"strconv"
	"strings"

	"goscore/magics/builtin"
	"goscore/magics/compile"
	"goscore/magics/frame"
	"goscore/magics/protocol"
	"goscore/magics/session"
)

// A call is a statement `name := goscore.Function(args)`, or the same as the
// cell's last expression, without a name.
type call struct {
	name, function string
	args           []argument
	single         bool // a parser of one text, not of a column
	offset, nameAt int  // in the cell, of the call and of the name
}

// An argument is a column of an input, an input, an earlier result or a literal.
type argument struct {
	input, field string
	literal      any
	rows         bool // of a column
}

// calls reads a cell that is made of calls to built-in functions alone; it
// gives nil for any other.
func calls(read *session.Reading, inputs []compile.Input) (*compile.Cell, []call) {
	c := read.Cell
	if c.Body == nil && strings.Contains(c.Text, "goscore") { // another process has read it
		var diags compile.Diagnostics
		if c, diags = compile.Parse(c.Name, c.Text); diags != nil {
			return nil, nil // it is newer Go, and these calls are not
		}
	}
	if c.Body == nil || read.Shadows {
		return nil, nil
	}
	return c, callsOf(c, inputs)
}

// ofBuiltins reports whether a cell is made of such calls, on inputs.
func ofBuiltins(inputs []compile.Input) func(*session.Reading) bool {
	return func(read *session.Reading) bool {
		_, list := calls(read, inputs)
		return list != nil
	}
}

func callsOf(c *compile.Cell, inputs []compile.Input) []call {
	if len(c.Decls)+len(c.Local)+len(c.Imports) > 0 || len(c.Body.Stmts) == 0 {
		return nil
	}
	var out []call
	known := map[string]bool{}
	for i, s := range c.Body.Stmts {
		var next []call
		switch s := s.(type) {
		case *ast.AssignStmt:
			next = assigned(c.Body, s, inputs, known)
		case *ast.ExprStmt:
			if i == len(c.Body.Stmts)-1 {
				next = callOf(c.Body, nil, s.X, inputs, known)
			}
		}
		if next == nil {
			return nil
		}
		for _, k := range next {
			known[k.name] = true
		}
		out = append(out, next...)
	}
	return out
}

func assigned(b *compile.Body, s *ast.AssignStmt, inputs []compile.Input, known map[string]bool) (out []call) {
	if s.Tok != token.DEFINE || len(s.Lhs) != len(s.Rhs) {
		return nil
	}
	for i, l := range s.Lhs {
		id, ok := l.(*ast.Ident)
		if !ok || id.Name == "_" || known[id.Name] {
			return nil
		}
		k := callOf(b, id, s.Rhs[i], inputs, known)
		if k == nil {
			return nil
		}
		out = append(out, k...)
	}
	return out
}

func callOf(b *compile.Body, name *ast.Ident, e ast.Expr, inputs []compile.Input, known map[string]bool) []call {
	n, ok := e.(*ast.CallExpr)
	if !ok || n.Ellipsis.IsValid() {
		return nil
	}
	sel, ok := n.Fun.(*ast.SelectorExpr)
	if !ok {
		return nil
	}
	pkg, ok := sel.X.(*ast.Ident)
	f, exists := builtin.Lookup(sel.Sel.Name)
	if !ok || pkg.Name != "goscore" || !exists || !f.InCell(len(n.Args)) || known["goscore"] {
		return nil
	}
	k := call{function: sel.Sel.Name, offset: b.Offset(n.Pos())}
	if name != nil {
		k.name, k.nameAt = name.Name, b.Offset(name.Pos())
	}
	for i, a := range n.Args {
		arg, ok := readArgument(a, f.Params[i].Kind, inputs, known)
		if !ok || arg.literal != nil && !builtin.Fits(f.Params[i].Kind, arg.literal) {
			return nil
		}
		k.args = append(k.args, arg)
		k.single = k.single || f.Params[i].Kind == builtin.Texts && !arg.rows
	}
	if k.single && name != nil {
		return nil // Go has two results for it
	}
	return []call{k}
}

func readArgument(e ast.Expr, kind builtin.Kind, inputs []compile.Input, known map[string]bool) (argument, bool) {
	input := func(e ast.Expr) *compile.Input {
		id, ok := e.(*ast.Ident)
		if !ok || known[id.Name] {
			return nil
		}
		i := slices.IndexFunc(inputs, func(in compile.Input) bool { return in.Name == id.Name })
		if i < 0 {
			return nil
		}
		return &inputs[i]
	}
	switch e := e.(type) {
	case *ast.Ident:
		if known[e.Name] {
			return argument{input: e.Name, rows: true}, kind != builtin.Texts // no function gives text
		}
		if in := input(e); in != nil && (in.Kind == "column" || in.Kind == "value" && kind == builtin.Texts) {
			return argument{input: e.Name, rows: in.Kind == "column"}, true
		}
	case *ast.SelectorExpr:
		in := input(e.X)
		if in == nil || in.Kind != "frame" {
			return argument{}, false
		}
		ok := slices.ContainsFunc(in.Columns, func(c compile.Column) bool { return c.Field == e.Sel.Name })
		return argument{input: in.Name, field: e.Sel.Name, rows: true}, ok
	case *ast.BasicLit:
		return literal(e)
	case *ast.CompositeLit:
		return list(e)
	}
	return argument{}, false
}

// list reads []float64{0, 10, -2.5}.
func list(e *ast.CompositeLit) (argument, bool) {
	t, ok := e.Type.(*ast.ArrayType)
	if !ok || t.Len != nil {
		return argument{}, false
	}
	if elem, ok := t.Elt.(*ast.Ident); !ok || elem.Name != "float64" {
		return argument{}, false
	}
	values := []float64{}
	for _, x := range e.Elts {
		sign := 1.0
		if minus, ok := x.(*ast.UnaryExpr); ok && minus.Op == token.SUB {
			sign, x = -1, minus.X
		}
		lit, ok := x.(*ast.BasicLit)
		if !ok {
			return argument{}, false
		}
		v, ok := literal(lit)
		switch n := v.literal.(type) {
		case int64:
			values = append(values, sign*float64(n))
		case float64:
			values = append(values, sign*n)
		default:
			ok = false
		}
		if !ok {
			return argument{}, false
		}
	}
	return argument{literal: values}, true
}

func literal(e *ast.BasicLit) (argument, bool) {
	switch e.Kind {
	case token.INT:
		v, err := strconv.ParseInt(e.Value, 0, 64)
		return argument{literal: v}, err == nil
	case token.FLOAT:
		v, err := strconv.ParseFloat(e.Value, 64)
		return argument{literal: v}, err == nil
	case token.STRING:
		v, err := strconv.Unquote(e.Value)
		return argument{literal: v}, err == nil
	}
	return argument{}, false
}

// runBuiltins runs the calls here, without a program.
func (r *run) runBuiltins(list []call) error {
	values := map[string]any{}
	place := r.place(len(list))
	defer place.Close()
	defer r.done.End()
	for _, k := range list {
		f, _ := builtin.Lookup(k.function)
		c := &builtin.Call{Function: f, Place: place}
		v, err := c.Run(len(k.args), func(i int) (any, error) { return r.argument(place, k.args[i], f.Params[i].Kind, values) })
		if place.Stopped() {
			return r.stopped()
		}
		if err != nil {
			return r.misused(k, err)
		}
		if text := c.Failure(k.single); text != "" {
			return &protocol.ArgumentError{Class: "GoError", Cell: r.cell, Offset: k.offset, Text: text}
		}
		if parsed, ok := v.(*protocol.Result); ok && k.single {
			builtin.FirstRow(parsed)
		}
		values[k.name] = v
	}
	r.warnUnused(list)
	return r.builtinResults(place, list, values)
}

// misused places an error about a call's arguments.
func (r *run) misused(k call, err error) error {
	e := protocol.BadValue("%v", err)
	errors.As(err, &e) // keeps its class
	text := strings.TrimPrefix(e.Text, "goscore."+k.function+": ")
	line, _ := r.cell.Place(k.offset)
	return &protocol.ArgumentError{Class: e.Class, Cell: r.cell, Offset: k.offset,
		Text: fmt.Sprintf("%s, line %d: goscore.%s: %s\n%s", r.cell.Name, line, k.function, text, r.cell.Excerpt(k.offset))}
}

// warnUnused says of a variable that nothing uses what the compiler would say.
func (r *run) warnUnused(list []call) {
	for _, k := range list {
		used := k.name == "" || slices.ContainsFunc(r.meta.Outputs, func(o [2]string) bool { return o[1] == k.name })
		for _, other := range list {
			used = used || slices.ContainsFunc(other.args, func(a argument) bool { return a.input == k.name && a.field == "" })
		}
		if !used {
			d := compile.Diagnostic{Cell: r.cell, Offset: k.nameAt, Message: "declared and not used: " + k.name}
			r.out.Stream("stderr", "warning: "+d.String()+"\n")
		}
	}
}

func (r *run) builtinResults(place *builtin.Place, list []call, values map[string]any) error {
	for _, o := range r.meta.Outputs {
		v, ok := values[o[1]]
		if !ok || o[1] == "" {
			return r.noOutput(o[1], values)
		}
		res, err := place.Result(v)
		if err != nil {
			return err
		}
		r.reply.Outputs = append(r.reply.Outputs, protocol.NamedResult{Name: o[0], Result: res})
	}
	last := list[len(list)-1]
	if last.name != "" || r.cell.Silent || r.meta.Options.NoReturn {
		return nil
	}
	res, err := place.Result(values[""])
	r.reply.Value = res
	return err
}

func (r *run) noOutput(name string, values map[string]any) error {
	var have []string
	for n := range values {
		have = append(have, n)
	}
	d := compile.Diagnostic{Cell: r.cell, Offset: -1, Message: "-o " + name + ": the cell declares no variable " + name + " at its top level"}
	if near := compile.Nearest(name, have); near != "" {
		d.Hint = "did you mean -o " + near + "?"
	}
	return compile.Diagnostics{d}
}

// argument finds an argument's slice or number.
func (r *run) argument(place *builtin.Place, a argument, kind builtin.Kind, values map[string]any) (any, error) {
	if text, ok := a.literal.(string); ok && kind == builtin.Texts {
		return builtin.Text(text), nil
	}
	if a.literal != nil {
		return a.literal, nil
	}
	if v, ok := values[a.input]; ok && a.field == "" {
		switch v := v.(type) {
		case *frame.Array:
			return place.Read(v, kind)
		case *protocol.Result:
			return place.Read(v.Array, kind)
		}
		return v, nil
	}
	for _, in := range r.inputs {
		if in.Name != a.input {
			continue
		}
		if a.field == "" {
			v, err := place.Read(in.arrays[0], kind)
			if err != nil && in.Kind == "value" {
				return nil, protocol.BadType("%s is not a string", in.Name)
			}
			return v, err
		}
		sent := 0
		for _, c := range in.Columns {
			if c.Field == a.field && !c.Sent {
				return nil, protocol.BadValue("%s.%s was not sent", a.input, a.field)
			}
			if c.Field == a.field {
				return place.Read(in.arrays[sent], kind)
			}
			if c.Sent {
				sent++
			}
		}
	}
	return nil, protocol.BadValue("no column %s.%s", a.input, a.field)
}
