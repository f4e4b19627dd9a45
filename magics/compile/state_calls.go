package compile

import (
	"fmt"
	"go/ast"
	"go/types"
	"slices"
	"strings"
)

// callID tells calls of a function apart by what their arguments refer to.
func callID(obj types.Object, receiver []*types.Var, args [][]*types.Var, within *types.Var) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%p %p %v", obj, within, pointers(receiver))
	for _, a := range args {
		fmt.Fprintf(&b, " %v", pointers(a))
	}
	return b.String()
}

func pointers(list []*types.Var) (out []string) {
	for _, v := range list {
		out = append(out, fmt.Sprintf("%p", v))
	}
	slices.Sort(out)
	return out
}

// call looks at a call, and gives what its results refer to.
func (s *stateFinder) call(n *ast.CallExpr) []*types.Var {
	info := s.k.info
	fun := ast.Unparen(n.Fun)
	if tv := info.Types[n.Fun]; tv.IsType() {
		return s.conversion(n, tv.Type)
	}
	if x, ok := fun.(*ast.IndexExpr); !ok || info.Types[x.Index].IsType() {
		fun = callee(n)
	}
	args := make([][]*types.Var, len(n.Args))
	for i, a := range n.Args {
		args[i] = s.value(a)
	}
	switch fun := fun.(type) {
	case *ast.Ident:
		switch obj := info.Uses[fun].(type) {
		case *types.Builtin:
			return s.builtin(n, obj.Name(), args)
		case *types.Func:
			if s.decls[obj] != nil {
				return s.function(obj, nil, args)
			}
			return s.foreign(n, obj, args)
		}
	case *ast.SelectorExpr:
		if sel := info.Selections[fun]; sel != nil && sel.Kind() != types.FieldVal {
			return s.method(fun, sel, s.receiver(fun, sel), args)
		}
		if obj, ok := info.Uses[fun.Sel].(*types.Func); ok {
			return s.foreign(n, obj, args)
		}
	case *ast.FuncLit:
		s.bind(fun.Type.Params, args)
	}
	return union(append(args, s.dynamic(n, s.value(n.Fun)))...)
}

func (s *stateFinder) conversion(n *ast.CallExpr, t types.Type) []*types.Var {
	if len(n.Args) != 1 {
		return nil
	}
	if b, ok := t.Underlying().(*types.Basic); ok && b.Kind() == types.UnsafePointer {
		s.unknown(n.Pos())
	}
	return s.value(n.Args[0])
}

func (s *stateFinder) builtin(n *ast.CallExpr, name string, args [][]*types.Var) []*types.Var {
	switch name {
	case "append": // there may be room behind the end
		s.touch(n.Pos(), false, args[0]...)
		return union(args...)
	case "copy", "delete", "clear", "close":
		s.touch(n.Pos(), true, union(args[0], s.innerOf(name, n.Args[0]))...)
	case "Slice", "String", "StringData", "SliceData", "Add": // of unsafe
		s.unknown(n.Pos())
	}
	return nil
}

func (s *stateFinder) innerOf(name string, e ast.Expr) []*types.Var {
	if name == "copy" {
		return s.inner(e)
	}
	return nil
}

// dynamic looks at a call of a function value. One that a package variable
// shows is among the functions that its declaration names, if nothing else
// sets it.
func (s *stateFinder) dynamic(n *ast.CallExpr, held []*types.Var) []*types.Var {
	for _, v := range held {
		if !s.looksThrough(v) {
			s.touch(n.Pos(), false, v)
		}
	}
	return held
}

// looksThrough looks at the functions that a package variable can hold.
func (s *stateFinder) looksThrough(v *types.Var) bool {
	if s.inits[v] {
		return true
	}
	spec := s.k.declaredBy(v)
	if spec == nil || s.k.setElsewhere(v, spec) {
		return false
	}
	s.inits[v] = true
	inner := *s
	inner.refers, inner.returns, inner.touches, inner.literal, inner.within = map[*types.Var][]*types.Var{}, nil, nil, nil, v
	for _, e := range spec.Values {
		inner.body(e)
	}
	s.inits[v] = !s.quiet // else its touches are still to be noted
	s.touches = append(s.touches, inner.touches...)
	return true
}

// declaredBy gives the declaration of a package variable of the unit.
func (k *checker) declaredBy(v *types.Var) (spec *ast.ValueSpec) {
	for _, file := range k.parsed {
		for _, d := range file.Decls {
			g, ok := d.(*ast.GenDecl)
			if !ok {
				continue
			}
			for _, s := range g.Specs {
				if vs, ok := s.(*ast.ValueSpec); ok && slices.ContainsFunc(vs.Names, func(id *ast.Ident) bool { return k.info.Defs[id] == v }) {
					return vs
				}
			}
		}
	}
	return nil
}

// setElsewhere says whether anything but its declaration may set a variable.
func (k *checker) setElsewhere(v *types.Var, spec *ast.ValueSpec) (found bool) {
	is := func(e ast.Expr) bool {
		id := root(e)
		return id != nil && k.info.Uses[id] == v
	}
	for _, file := range k.parsed {
		ast.Inspect(file, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.AssignStmt:
				found = found || slices.ContainsFunc(n.Lhs, is)
			case *ast.UnaryExpr:
				found = found || n.Op.String() == "&" && is(n.X)
			case *ast.RangeStmt:
				found = found || n.Key != nil && is(n.Key) || n.Value != nil && is(n.Value)
			}
			return !found
		})
	}
	return found
}

// receiver gives what the receiver of a method refers to.
func (s *stateFinder) receiver(fun *ast.SelectorExpr, sel *types.Selection) []*types.Var {
	if sel.Kind() != types.MethodVal { // (*T).Method: its first argument is
		return nil
	}
	f := sel.Obj().(*types.Func)
	_, byPointer := types.Unalias(f.Signature().Recv().Type()).(*types.Pointer)
	if _, pointer := sel.Recv().Underlying().(*types.Pointer); byPointer && !pointer {
		return union(s.place(fun.X), s.value(fun.X))
	}
	return s.value(fun.X)
}

// method looks at a method that is called or named.
func (s *stateFinder) method(fun *ast.SelectorExpr, sel *types.Selection, receiver []*types.Var, args [][]*types.Var) []*types.Var {
	f := sel.Obj().(*types.Func)
	if s.decls[f.Origin()] != nil {
		if sel.Kind() == types.MethodExpr && len(args) > 0 {
			receiver, args = args[0], args[1:]
		}
		return s.function(f.Origin(), receiver, args)
	}
	if types.IsInterface(f.Signature().Recv().Type()) {
		for obj, fd := range s.decls { // any of the unit's that has it
			if fd.Recv != nil && fd.Name.Name == f.Name() {
				s.function(obj, receiver, args)
			}
		}
		if f.Pkg() != nil || f.Name() != "Error" {
			s.touch(fun.Pos(), false, union(append(args, receiver)...)...)
		}
		return union(append(args, receiver)...)
	}
	return s.foreignMethod(fun, f, receiver, args)
}

// foreignMethod looks at a method of another package's type.
func (s *stateFinder) foreignMethod(fun *ast.SelectorExpr, f *types.Func, receiver []*types.Var, args [][]*types.Var) []*types.Var {
	t := f.Signature().Recv().Type()
	kind := sharing(t)
	_, byPointer := types.Unalias(t).(*types.Pointer)
	switch {
	case kind == fresh:
		receiver = nil
	case kind == shows || kind == atomic:
		if kind == atomic && len(receiver) > 0 && !s.quiet {
			*s.atomics = append(*s.atomics, atomicUse{fun, f.Name()})
		}
		if s.shared && f.Name() != "Load" && f.Name() != "Range" {
			s.touch(fun.Pos(), true, receiver...)
		}
	case len(receiver) > 0 && !looksAt(f):
		s.touch(fun.Pos(), byPointer, receiver...)
	}
	if kind == own && !readsArguments(f.Pkg().Path()) {
		s.touch(fun.Pos(), false, union(args...)...)
	}
	if f.Pkg().Path() == "math/big" { // what it gives is its receiver
		return receiver
	}
	return union(append(args, receiver)...)
}

// foreign looks at a call of another package's function.
func (s *stateFinder) foreign(n *ast.CallExpr, f *types.Func, args [][]*types.Var) []*types.Var {
	if f.Pkg() == nil {
		return nil
	}
	path, name := f.Pkg().Path(), f.Name()
	if !standard(path) || setsState(path, name) {
		s.unknown(n.Pos())
	}
	s.byInterface(n, args)
	for i, a := range n.Args {
		if t := s.k.info.TypeOf(a); t != nil && sharing(t) != own {
			args[i] = nil
		}
	}
	all := union(args...)
	if path == "unsafe" || len(all) == 0 || onlyReads(path, name) {
		return all
	}
	if i := writes(path, name); i >= 0 {
		if i < len(args) {
			s.touch(n.Pos(), true, args[i]...)
		}
		return all
	}
	for i, a := range n.Args {
		u, isUnary := ast.Unparen(a).(*ast.UnaryExpr)
		s.touch(n.Pos(), isUnary && u.Op.String() == "&", args[i]...)
	}
	return all
}

// byInterface looks at the methods of the cells' types that other packages may
// call: those of what they are given.
func (s *stateFinder) byInterface(n *ast.CallExpr, args [][]*types.Var) {
	for i, a := range n.Args {
		t := s.k.info.TypeOf(a)
		if t == nil {
			continue
		}
		if p, ok := t.Underlying().(*types.Pointer); ok {
			t = p.Elem()
		}
		named, ok := types.Unalias(t).(*types.Named)
		if !ok || named.Obj().Pkg() != s.k.pkg {
			continue
		}
		for m := range named.Origin().Methods() {
			s.function(m, args[i], nil)
		}
	}
}
