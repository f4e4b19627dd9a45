package compile

import (
	"go/ast"
	"go/token"
	"go/types"

	"goscore/magics/datatype"
)

// total reports whether a step ends for any state, and depends on its arguments
// only: no loop, no recursion, no goroutine, no channel, no package variable, no
// printing; calls only to math and to total functions. Such a step may be tried on
// states that the real sequence never reaches. A panic there is noticed and undone.
func (k *checker) total(obj types.Object) bool {
	t := &totality{k: k, decls: k.funcDecls(), open: map[types.Object]bool{}}
	return t.function(obj)
}

// funcDecls finds the declaration of each function of the unit.
func (k *checker) funcDecls() map[types.Object]*ast.FuncDecl {
	decls := map[types.Object]*ast.FuncDecl{}
	for _, file := range k.parsed {
		for _, d := range file.Decls {
			if fd, ok := d.(*ast.FuncDecl); ok {
				decls[k.info.Defs[fd.Name]] = fd
			}
		}
	}
	return decls
}

type totality struct {
	k     *checker
	decls map[types.Object]*ast.FuncDecl
	open  map[types.Object]bool // functions being visited: a call of one is recursion
}

func (t *totality) function(obj types.Object) bool {
	fd := t.decls[obj]
	if fd == nil || fd.Body == nil || t.open[obj] {
		return false
	}
	t.open[obj] = true
	defer delete(t.open, obj)
	ok := true
	ast.Inspect(fd.Body, func(n ast.Node) bool {
		ok = ok && t.node(n)
		return ok
	})
	return ok
}

func (t *totality) node(n ast.Node) bool {
	switch n := n.(type) {
	case *ast.ForStmt, *ast.RangeStmt, *ast.GoStmt, *ast.DeferStmt, *ast.SelectStmt, *ast.SendStmt, *ast.LabeledStmt, *ast.FuncLit:
		return false
	case *ast.BranchStmt:
		return n.Tok != token.GOTO
	case *ast.UnaryExpr:
		return n.Op != token.ARROW
	case *ast.Ident:
		v, ok := t.k.info.Uses[n].(*types.Var)
		return !ok || v.IsField() || v.Parent() != t.k.pkg.Scope()
	case *ast.CallExpr:
		return t.call(n)
	}
	return true
}

func (t *totality) call(n *ast.CallExpr) bool {
	if tv := t.k.info.Types[n.Fun]; tv.IsType() {
		return true // a conversion
	}
	switch fun := ast.Unparen(n.Fun).(type) {
	case *ast.Ident:
		if b, ok := t.k.info.Uses[fun].(*types.Builtin); ok {
			switch b.Name() {
			case "len", "cap", "min", "max", "real", "imag":
				return true
			}
			return false
		}
		return t.function(t.k.info.Uses[fun])
	case *ast.SelectorExpr:
		f, ok := t.k.info.Uses[fun.Sel].(*types.Func)
		if !ok || f.Pkg() == nil {
			return false
		}
		switch f.Pkg().Path() {
		case "math", "math/bits", "math/cmplx", "cmp":
			return true
		}
		return t.function(f)
	}
	return false
}

// plainState reports whether a scan's state is compared by its bits: numbers,
// booleans, and structs or arrays of few of them.
func plainState(t types.Type, depth int) bool {
	if named(t).Class == datatype.Timestamp || depth > 3 {
		return false
	}
	switch u := t.Underlying().(type) {
	case *types.Basic:
		return u.Info()&(types.IsNumeric|types.IsBoolean) != 0
	case *types.Struct:
		for i := range u.NumFields() {
			if !plainState(u.Field(i).Type(), depth+1) {
				return false
			}
		}
		return u.NumFields() <= 8
	case *types.Array:
		return u.Len() <= 8 && plainState(u.Elem(), depth+1)
	}
	return false
}

// inlines estimates whether Go's compiler inlines a step. It counts roughly as the
// compiler does, whose budget is 80.
func inlines(fd *ast.FuncDecl) bool {
	if fd.Body == nil { // linked by name
		return false
	}
	nodes := 0
	ast.Inspect(fd.Body, func(n ast.Node) bool {
		switch n.(type) {
		case *ast.CallExpr:
			nodes += 5
		case ast.Node:
			nodes++
		}
		return true
	})
	return nodes <= 80
}
