package compile

import (
	"go/ast"
	"go/token"
	"slices"
	"strconv"
)

// A Use says what a cell takes of one of its inputs.
type Use struct {
	Used     bool
	Plain    []int // columns taken as plain slices
	Nullable []int // columns taken through goscore.Nullable
	Soft     []int // columns that a selector may mean, on something of a type not yet known
	Cell     *Cell // where a plain column is first mentioned
	Offsets  map[int]int
}

func (u *Use) plain(i int) bool { return slices.Contains(u.Plain, i) || slices.Contains(u.Soft, i) }

// Columns lists the columns that must be there.
func (u *Use) Columns() []int {
	all := append(slices.Clone(u.Plain), u.Nullable...)
	slices.Sort(all)
	return slices.Compact(all)
}

// A use that is being found.
type finder struct {
	inputs []Input
	uses   []Use
	cell   *Cell
	base   token.Pos
	free   map[int]bool // offsets of identifiers that only an input or a declaration can mean
	funcs  map[string]bool
	seen   map[*ast.Ident]bool
}

// Uses finds what the unit takes of each input, from the syntax alone.
func (u *Unit) Uses(inputs []Input, outputs []string) []Use {
	f := &finder{inputs: inputs, uses: make([]Use, len(inputs)), funcs: map[string]bool{}, seen: map[*ast.Ident]bool{}}
	for i := range f.uses {
		f.uses[i].Offsets = map[int]int{}
	}
	for _, d := range u.Decls {
		for _, n := range d.Names {
			f.funcs[n] = d.Kind == token.FUNC && d.Recv == ""
		}
	}
	for _, d := range u.Decls {
		f.look(d.Cell, d.base, d.Refs, d.Node)
	}
	for _, s := range u.Cell.Body.Stmts {
		f.look(u.Cell, u.Cell.Body.base, u.Cell.Body.Refs, s)
	}
	for i, in := range inputs {
		if slices.Contains(outputs, in.Name) {
			f.whole(i, false, 0)
		}
	}
	f.settle()
	return f.uses
}

func (f *finder) look(c *Cell, base token.Pos, refs []Ref, n ast.Node) {
	f.cell, f.base, f.free = c, base, map[int]bool{}
	for _, r := range refs {
		f.free[r.Offset] = true
	}
	ast.Inspect(n, f.node)
}

// input gives the position of the input that an expression names, or -1.
func (f *finder) input(e ast.Expr) int {
	id, ok := ast.Unparen(e).(*ast.Ident)
	if !ok || !f.free[int(id.Pos()-f.base)] {
		return -1
	}
	return slices.IndexFunc(f.inputs, func(in Input) bool { return in.Name == id.Name })
}

func (f *finder) node(n ast.Node) bool {
	switch n := n.(type) {
	case *ast.CallExpr:
		f.call(n)
	case *ast.SelectorExpr:
		f.selector(n)
	case *ast.AssignStmt:
		for _, e := range n.Rhs {
			f.alias(e)
		}
	case *ast.ValueSpec:
		for _, e := range n.Values {
			f.alias(e)
		}
	case *ast.Ident:
		if i := f.input(n); i >= 0 && !f.seen[n] {
			f.whole(i, false, int(n.Pos()-f.base))
		}
	}
	return true
}

// call handles a frame given to goscore.Nullable or to a function of the user's.
func (f *finder) call(n *ast.CallExpr) {
	if isNullable(n.Fun) && len(n.Args) == 2 {
		if i := f.input(n.Args[0]); i >= 0 {
			f.nullable(i, n.Args[1], int(n.Args[1].Pos()-f.base))
			f.mark(n.Args[0])
		}
		return
	}
	if id, ok := n.Fun.(*ast.Ident); ok && f.funcs[id.Name] {
		for _, a := range n.Args { // the function's selectors count as soft mentions
			if i := f.input(a); i >= 0 && f.inputs[i].Kind == "frame" {
				f.uses[i].Used = true
				f.mark(a)
			}
		}
	}
}

func isNullable(fun ast.Expr) bool {
	if ix, ok := fun.(*ast.IndexExpr); ok {
		fun = ix.X
	}
	s, ok := fun.(*ast.SelectorExpr)
	if !ok || s.Sel.Name != "Nullable" {
		return false
	}
	id, ok := s.X.(*ast.Ident)
	return ok && id.Name == "goscore"
}

func (f *finder) nullable(i int, arg ast.Expr, offset int) {
	f.uses[i].Used = true
	lit, ok := arg.(*ast.BasicLit)
	if !ok {
		f.whole(i, true, offset) // a name that is computed may be any column's
		return
	}
	name, _ := strconv.Unquote(lit.Value)
	for j, c := range f.inputs[i].Columns {
		if c.Name == name || c.Field == name {
			f.uses[i].Nullable = append(f.uses[i].Nullable, j)
			f.note(i, j, offset)
			return
		}
	}
}

// mark says that an identifier's meaning is known.
func (f *finder) mark(e ast.Expr) {
	if id, ok := ast.Unparen(e).(*ast.Ident); ok {
		f.seen[id] = true
	}
}

// alias handles a frame that gets another name, under which any of its columns
// may be meant.
func (f *finder) alias(e ast.Expr) {
	if i := f.input(e); i >= 0 && f.inputs[i].Kind == "frame" {
		f.uses[i].Used = true
		f.uses[i].Soft = append(f.uses[i].Soft, all(len(f.inputs[i].Columns))...)
		f.mark(e)
	}
}

func (f *finder) selector(n *ast.SelectorExpr) {
	i := f.input(n.X)
	if i >= 0 {
		f.mark(n.X)
		f.uses[i].Used = true
		if j := f.column(i, n.Sel.Name); j >= 0 {
			f.uses[i].Plain = append(f.uses[i].Plain, j)
			f.note(i, j, int(n.X.Pos()-f.base))
		}
		return
	}
	for i := range f.inputs {
		if j := f.column(i, n.Sel.Name); j >= 0 {
			f.uses[i].Soft = append(f.uses[i].Soft, j)
		}
	}
}

func (f *finder) column(i int, field string) int {
	return slices.IndexFunc(f.inputs[i].Columns, func(c Column) bool { return c.Field == field })
}

// whole takes every column of a frame.
func (f *finder) whole(i int, nullable bool, offset int) {
	f.uses[i].Used = true
	for _, j := range all(len(f.inputs[i].Columns)) {
		f.note(i, j, offset)
		if nullable {
			f.uses[i].Nullable = append(f.uses[i].Nullable, j)
		} else {
			f.uses[i].Plain = append(f.uses[i].Plain, j)
		}
	}
	f.note(i, -1, offset)
}

func (f *finder) note(i, column, offset int) {
	u := &f.uses[i]
	if _, ok := u.Offsets[column]; !ok && (u.Cell == nil || u.Cell == f.cell) {
		u.Cell, u.Offsets[column] = f.cell, offset
	}
}

func all(n int) []int {
	out := make([]int, n)
	for i := range out {
		out[i] = i
	}
	return out
}

// settle puts each list in order; what is surely meant is not soft, and a
// frame that is not mentioned has no soft columns.
func (f *finder) settle() {
	for i := range f.uses {
		u := &f.uses[i]
		for _, s := range []*[]int{&u.Plain, &u.Nullable, &u.Soft} {
			slices.Sort(*s)
			*s = slices.Compact(*s)
		}
		u.Soft = slices.DeleteFunc(u.Soft, func(j int) bool {
			return !u.Used || slices.Contains(u.Plain, j) || slices.Contains(u.Nullable, j)
		})
	}
}
