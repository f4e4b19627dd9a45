package compile

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"
)

// writesGlobals says whether a function, or one of the cells' that it calls,
// may write to a package variable; such a function runs on one core.
func (k *checker) writesGlobals(obj types.Object) bool {
	w := &writeFinder{k: k, decls: map[types.Object]*ast.FuncDecl{}, seen: map[types.Object]bool{}, read: map[*ast.Ident]bool{}}
	for _, file := range k.parsed {
		for _, d := range file.Decls {
			if fd, ok := d.(*ast.FuncDecl); ok {
				w.decls[k.info.Defs[fd.Name]] = fd
			}
		}
	}
	return w.visit(obj)
}

// A writeFinder walks the functions that one function reaches.
type writeFinder struct {
	k     *checker
	decls map[types.Object]*ast.FuncDecl
	seen  map[types.Object]bool
	read  map[*ast.Ident]bool // uses of a package variable that only read it
}

func (w *writeFinder) visit(obj types.Object) bool {
	fd := w.decls[obj]
	if fd == nil || fd.Body == nil || w.seen[obj] {
		return false
	}
	w.seen[obj] = true
	found := false
	ast.Inspect(fd.Body, func(n ast.Node) bool {
		found = found || w.writes(n)
		return !found
	})
	return found
}

// writes says whether a node changes a package variable, hands a reference to
// one on, or calls a function that does.
func (w *writeFinder) writes(n ast.Node) bool {
	switch n := n.(type) {
	case *ast.AssignStmt:
		return n.Tok != token.DEFINE && slices.ContainsFunc(n.Lhs, w.global)
	case *ast.IncDecStmt:
		return w.global(n.X)
	case *ast.UnaryExpr:
		return n.Op == token.AND && w.global(n.X)
	case *ast.RangeStmt:
		w.reads(n.X)
		return n.Tok == token.ASSIGN && (n.Key != nil && w.global(n.Key) || n.Value != nil && w.global(n.Value))
	case *ast.SendStmt:
		return w.global(n.Chan)
	case *ast.IndexExpr:
		w.reads(n.X)
	case *ast.BinaryExpr:
		w.reads(n.X)
		w.reads(n.Y)
	case *ast.SelectorExpr:
		w.reads(n.X)
	case *ast.CallExpr:
		return w.call(n)
	case *ast.Ident:
		return w.visit(w.k.info.Uses[n]) || !w.read[n] && w.reference(n)
	}
	return false
}

// reads marks a package variable that is only looked at.
func (w *writeFinder) reads(e ast.Expr) {
	if id, ok := ast.Unparen(e).(*ast.Ident); ok {
		w.read[id] = true
	}
}

func (w *writeFinder) call(n *ast.CallExpr) bool {
	switch fun := ast.Unparen(n.Fun).(type) {
	case *ast.Ident:
		switch fun.Name {
		case "delete", "clear", "copy":
			return len(n.Args) > 0 && w.global(n.Args[0])
		case "len", "cap":
			w.reads(n.Args[0])
		}
		w.reads(fun)
	case *ast.SelectorExpr:
		sel := w.k.info.Selections[fun]
		if sel != nil && sel.Kind() == types.MethodVal && w.global(fun.X) && !shared(sel.Recv()) {
			return true
		}
		return w.visit(w.k.info.Uses[fun.Sel])
	}
	return false
}

// reference says whether an identifier is a package variable through which
// others could write: a map, a slice, a pointer, a channel.
func (w *writeFinder) reference(id *ast.Ident) bool {
	if !w.global(id) {
		return false
	}
	t := w.k.info.Uses[id].Type()
	switch t.Underlying().(type) {
	case *types.Map, *types.Slice, *types.Chan, *types.Pointer:
		return !shared(t)
	}
	return false
}

// shared says whether a type is made to be used by several goroutines.
func shared(t types.Type) bool {
	if p, ok := t.Underlying().(*types.Pointer); ok {
		t = p.Elem()
	}
	n, ok := types.Unalias(t).(*types.Named)
	if !ok || n.Obj().Pkg() == nil {
		return false
	}
	switch n.Obj().Pkg().Path() {
	case "sync", "sync/atomic", "regexp", "time":
		return true
	case "strings":
		return n.Obj().Name() == "Replacer"
	}
	return false
}

// global says whether an expression lies in a package variable.
func (w *writeFinder) global(e ast.Expr) bool {
	switch e := ast.Unparen(e).(type) {
	case *ast.Ident:
		v, ok := w.k.info.Uses[e].(*types.Var)
		return ok && v.Parent() == w.k.pkg.Scope()
	case *ast.SelectorExpr:
		return w.global(e.X)
	case *ast.IndexExpr:
		return w.global(e.X)
	case *ast.SliceExpr:
		return w.global(e.X)
	case *ast.StarExpr:
		return w.global(e.X)
	}
	return false
}
