package compile

import (
	"go/ast"
	"go/token"
	"go/types"
	"maps"
	"slices"
	"strconv"
)

// A Use is the parts of an input that a cell uses.
type Use struct {
	Used     bool
	Plain    []int // columns taken as plain slices
	Nullable []int // columns taken through goscore.Nullable
	Soft     []int // columns that a selector on an expression of unknown type may mean
	ByName   bool  // goscore.Nullable gets a computed name
	Unknown  []Place
	Cell     *Cell // the first that mentions a plain column
	Offsets  map[int]int
}

func (u *Use) plain(i int) bool { return slices.Contains(u.Plain, i) || slices.Contains(u.Soft, i) }

// Columns lists the columns that the cell needs.
func (u *Use) Columns() []int {
	all := append(slices.Clone(u.Plain), u.Nullable...)
	slices.Sort(all)
	return slices.Compact(all)
}

// Optional lists those of n columns that are sent if their types allow it.
func (u *Use) Optional(n int) []int {
	if !u.ByName {
		return u.Soft
	}
	have := u.Columns()
	return slices.DeleteFunc(all(n), func(i int) bool { return slices.Contains(have, i) })
}

// WithMissing lists those of n columns that may have missing values.
func (u *Use) WithMissing(n int) []int {
	if !u.ByName {
		return u.Nullable
	}
	return slices.DeleteFunc(all(n), func(i int) bool { return slices.Contains(u.Plain, i) })
}

// A finder finds the uses that a unit makes of its inputs.
type finder struct {
	inputs []Input
	uses   []Use
	cell   *Cell
	base   token.Pos
	free   map[int]bool // offsets of identifiers that only an input or a declaration can mean
	seen   map[*ast.Ident]bool
	types  []string       // of the inputs that are frames
	params map[string]int // parameters of the function around, which have such a type
}

// Uses finds the unit's use of each input, from the syntax alone.
func (u *Unit) Uses(inputs []Input, outputs []string) []Use {
	f := &finder{inputs: inputs, uses: make([]Use, len(inputs)), seen: map[*ast.Ident]bool{}, types: u.typeNames(inputs)}
	for i := range f.uses {
		f.uses[i].Offsets = map[int]int{}
	}
	for _, d := range u.Decls {
		f.look(d.Cell, d.base, d.Refs, d.Node)
	}
	for _, s := range u.Cell.Body.Stmts {
		f.look(u.Cell, u.Cell.Body.base, u.Cell.Body.Refs, s)
	}
	for i, in := range inputs {
		if slices.Contains(outputs, in.Name) {
			f.whole(i, 0)
		}
	}
	f.finish()
	return f.uses
}

func (f *finder) look(c *Cell, base token.Pos, refs []Ref, n ast.Node) {
	f.cell, f.base, f.free = c, base, map[int]bool{}
	for _, r := range refs {
		f.free[r.Offset] = true
	}
	ast.Inspect(n, f.node)
}

// input returns the position of the input that an expression names, or -1.
func (f *finder) input(e ast.Expr) int {
	id, ok := ast.Unparen(e).(*ast.Ident)
	if !ok {
		return -1
	}
	if i, ok := f.params[id.Name]; ok {
		return i
	}
	if !f.free[int(id.Pos()-f.base)] {
		return -1
	}
	return slices.IndexFunc(f.inputs, func(in Input) bool { return in.Name == id.Name })
}

func (f *finder) node(n ast.Node) bool {
	switch n := n.(type) {
	case *ast.FuncDecl:
		f.function(n.Body, n.Recv, n.Type.Params)
		return false
	case *ast.FuncLit:
		f.function(n.Body, n.Type.Params)
		return false
	case *ast.CallExpr:
		f.call(n)
	case *ast.IndexExpr:
		f.index(n)
	case *ast.UnaryExpr:
		if n.Op == token.AND {
			f.alias(n.X)
		}
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
			f.whole(i, int(n.Pos()-f.base))
		}
	}
	return true
}

// function looks through a function, whose parameters may be frames.
func (f *finder) function(body *ast.BlockStmt, lists ...*ast.FieldList) {
	if body == nil {
		return
	}
	outer := f.params
	f.params = maps.Clone(outer)
	if f.params == nil {
		f.params = map[string]int{}
	}
	for _, l := range lists {
		if l == nil {
			continue
		}
		for _, field := range l.List {
			i := f.frameType(field.Type)
			for _, n := range field.Names {
				if delete(f.params, n.Name); i >= 0 {
					f.params[n.Name] = i
				}
			}
		}
	}
	ast.Inspect(body, f.node)
	f.params = outer
}

// frameType returns the position of the frame whose type an expression names, or -1.
func (f *finder) frameType(e ast.Expr) int {
	if star, ok := e.(*ast.StarExpr); ok {
		e = star.X
	}
	id, ok := e.(*ast.Ident)
	if !ok {
		return -1
	}
	return slices.Index(f.types, id.Name)
}

// index handles df["v"], which Go refuses; it needs no other columns.
func (f *finder) index(n *ast.IndexExpr) {
	i := f.input(n.X)
	if i < 0 || f.inputs[i].Kind != "frame" {
		return
	}
	f.uses[i].Used = true
	f.mark(n.X)
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
	fun := n.Fun
	if ix, ok := fun.(*ast.IndexExpr); ok {
		fun = ix.X
	}
	if id, ok := fun.(*ast.Ident); ok && types.Universe.Lookup(id.Name) == nil {
		for _, a := range n.Args { // the function's own uses are found in it
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
		f.uses[i].ByName = true // it may be the name of any column
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
	f.uses[i].Unknown = append(f.uses[i].Unknown, Place{f.cell, offset, name})
}

// mark notes that an identifier's meaning is known.
func (f *finder) mark(e ast.Expr) {
	if id, ok := ast.Unparen(e).(*ast.Ident); ok {
		f.seen[id] = true
	}
}

// alias handles a frame that gets another name, by which the cell may use any of its
// columns.
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

// whole uses every column of a frame.
func (f *finder) whole(i, offset int) {
	f.uses[i].Used = true
	for _, j := range all(len(f.inputs[i].Columns)) {
		f.note(i, j, offset)
		f.uses[i].Plain = append(f.uses[i].Plain, j)
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

// finish sorts each list. It removes soft columns that the cell uses for certain, and
// those of frames that it does not mention.
func (f *finder) finish() {
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
