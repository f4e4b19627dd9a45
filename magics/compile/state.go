package compile

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"
)

// A touch is a place in the code that changes package state, or may do so.
type touch struct {
	at   token.Pos
	what *types.Var // the package variable; nil where it cannot be told
	sure bool       // it does change it
}

// A stateFinder follows which values refer to package variables through the
// functions that a piece of code reaches. It knows neither order nor branches:
// what a variable refers to anywhere, it may refer to everywhere.
type stateFinder struct {
	k       *checker
	decls   map[types.Object]*ast.FuncDecl
	extra   map[*types.Var]bool // variables of statements that count as package variables
	done    map[string]*summary // of functions, by their arguments
	touches []touch
	refers  map[*types.Var][]*types.Var // what local variables refer to
	grown   bool                        // refers has changed
	quiet   bool                        // touches are not noted yet
	shared  bool                        // what is made for several goroutines is looked at like anything else
	returns []*types.Var                // what the results of the function refer to
	within  *types.Var                  // a package variable in whose functions this is: what they keep is its
	literal []*ast.FuncLit
	inits   map[*types.Var]bool // whose functions have been looked at
	callees map[ast.Expr]bool   // names and selectors that are called
	atomics *[]atomicUse
}

type summary struct {
	returns []*types.Var
	noted   bool // with its touches
}

func (k *checker) stateFinder() *stateFinder {
	return &stateFinder{
		k: k, decls: k.funcDecls(), done: map[string]*summary{},
		refers: map[*types.Var][]*types.Var{}, inits: map[*types.Var]bool{}, callees: map[ast.Expr]bool{}, atomics: new([]atomicUse),
	}
}

// touchesState finds where a function, or one of the cells' that it calls, may
// change package state, if it may; such a function runs on one core.
func (k *checker) touchesState(obj types.Object) *touch {
	s := k.stateFinder()
	s.function(obj, nil, nil)
	if len(s.touches) > 0 {
		return &s.touches[0]
	}
	return s.ordered()
}

// outlives reports whether a call of a function may leave something behind for the next
// one: in package variables, also in those that are made for several goroutines.
func (k *checker) outlives(obj types.Object) bool {
	s := k.stateFinder()
	s.shared = true
	s.function(obj, nil, nil)
	return len(s.touches) > 0 || s.ordered() != nil
}

// changed lists the variables that a function surely changes.
func (k *checker) changed(extra map[*types.Var]bool, functions ...types.Object) (out []*types.Var) {
	s := k.stateFinder()
	s.extra, s.shared = extra, true
	for _, f := range functions {
		s.function(f, nil, nil)
	}
	return s.surely()
}

func (s *stateFinder) surely() (out []*types.Var) {
	for _, t := range s.touches {
		if t.sure && t.what != nil && !slices.Contains(out, t.what) {
			out = append(out, t.what)
		}
	}
	return out
}

func (s *stateFinder) touch(at token.Pos, sure bool, what ...*types.Var) {
	if s.quiet {
		return
	}
	for _, v := range what {
		s.touches = append(s.touches, touch{at, v, sure})
	}
}

// unknown notes what cannot be shown to leave package state alone.
func (s *stateFinder) unknown(at token.Pos) {
	if !s.quiet {
		s.touches = append(s.touches, touch{at: at})
	}
}

// function looks at a function whose receiver and arguments refer to package
// variables, and gives what its results do.
func (s *stateFinder) function(obj types.Object, receiver []*types.Var, args [][]*types.Var) []*types.Var {
	fd := s.decls[obj]
	if fd == nil {
		return union(append(args, receiver)...)
	}
	if fd.Body == nil { // it is linked by name
		s.unknown(fd.Pos())
		return nil
	}
	id := callID(obj, receiver, args, s.within)
	if have := s.done[id]; have != nil && (have.noted || s.quiet) {
		return have.returns
	}
	out := &summary{union(append(args, receiver)...), !s.quiet} // what a call of it by itself meets
	inner := *s
	inner.refers, inner.returns, inner.touches, inner.literal = map[*types.Var][]*types.Var{}, nil, nil, nil
	s.done[id] = out
	if fd.Recv != nil {
		inner.bind(fd.Recv, [][]*types.Var{receiver})
	}
	inner.bind(fd.Type.Params, args)
	inner.body(fd.Body)
	out.returns = inner.returns
	s.touches = append(s.touches, inner.touches...)
	return out.returns
}

// body follows the references of a function's body until they do not grow, then notes its touches.
func (s *stateFinder) body(n ast.Node) {
	quiet := s.quiet
	s.quiet = true
	for s.grown = true; s.grown; {
		s.grown = false
		ast.Inspect(n, s.node)
	}
	if s.quiet = quiet; !quiet {
		ast.Inspect(n, s.node)
	}
}

// bind lets parameters refer to what arguments do; the last one takes the rest.
func (s *stateFinder) bind(list *ast.FieldList, args [][]*types.Var) {
	i := 0
	for _, f := range list.List {
		for _, n := range f.Names {
			if v, ok := s.k.info.Defs[n].(*types.Var); ok && i < len(args) {
				s.let(v, args[i])
				if _, rest := f.Type.(*ast.Ellipsis); rest {
					s.let(v, union(args[i:]...))
				}
			}
			i++
		}
	}
}

func (s *stateFinder) let(v *types.Var, to []*types.Var) {
	for _, x := range to {
		if !slices.Contains(s.refers[v], x) {
			s.refers[v] = append(s.refers[v], x)
			s.grown = true
		}
	}
}

func (s *stateFinder) node(n ast.Node) bool {
	switch n := n.(type) {
	case *ast.AssignStmt:
		s.assign(n)
	case *ast.IncDecStmt:
		s.touch(n.Pos(), true, s.place(n.X)...)
	case *ast.ValueSpec:
		for i, name := range n.Names {
			if len(n.Values) > 0 {
				s.store(name, s.value(n.Values[min(i, len(n.Values)-1)]))
			}
		}
	case *ast.RangeStmt:
		s.ranges(n)
	case *ast.SendStmt:
		s.touch(n.Pos(), true, s.value(n.Chan)...)
	case *ast.UnaryExpr:
		if n.Op == token.ARROW {
			s.touch(n.Pos(), true, s.value(n.X)...)
		}
	case *ast.ReturnStmt:
		if len(s.literal) == 0 {
			for _, e := range n.Results {
				s.returns = union(s.returns, s.value(e))
			}
		}
	case *ast.TypeSwitchStmt:
		s.typeSwitch(n)
	case *ast.FuncLit:
		s.literal = append(s.literal, n)
		ast.Inspect(n.Body, s.node)
		s.literal = s.literal[:len(s.literal)-1]
		return false
	case *ast.CallExpr:
		s.callees[callee(n)] = true
		s.call(n)
	case *ast.SelectorExpr:
		if s.callees[n] {
			s.callees[n.Sel] = true
		} else {
			s.mention(n)
		}
	case *ast.Ident:
		if !s.callees[n] {
			s.named(n)
		}
	}
	return true
}

// callee gives what is called: a generic function without its types.
func callee(n *ast.CallExpr) ast.Expr {
	fun := ast.Unparen(n.Fun)
	switch x := fun.(type) {
	case *ast.IndexExpr:
		return ast.Unparen(x.X)
	case *ast.IndexListExpr:
		return ast.Unparen(x.X)
	}
	return fun
}

// named looks at a function that is only named: it may be called anywhere.
func (s *stateFinder) named(id *ast.Ident) {
	if f, ok := s.k.info.Uses[id].(*types.Func); ok && s.decls[f] != nil && f.Signature().Recv() == nil {
		s.function(f, nil, nil)
	}
}

// mention looks at a method that is only named, by a value or by its type.
func (s *stateFinder) mention(n *ast.SelectorExpr) {
	sel := s.k.info.Selections[n]
	if sel == nil || sel.Kind() == types.FieldVal {
		return
	}
	receiver := s.receiver(n, sel)
	if s.within != nil {
		receiver = union(receiver, []*types.Var{s.within})
	}
	s.method(n, sel, receiver, nil)
}

func (s *stateFinder) assign(n *ast.AssignStmt) {
	for i, l := range n.Lhs {
		r := n.Rhs[min(i, len(n.Rhs)-1)]
		if n.Tok != token.DEFINE {
			s.touch(l.Pos(), true, s.place(l)...)
		}
		if t := s.k.info.TypeOf(l); t == nil || refersTo(t) {
			s.store(l, s.value(r))
		}
	}
}

// store lets the variable in which an expression lies refer to what a value does.
func (s *stateFinder) store(l ast.Expr, to []*types.Var) {
	id := root(l)
	if id == nil || len(to) == 0 {
		return
	}
	obj := s.k.info.Defs[id]
	if obj == nil {
		obj = s.k.info.Uses[id]
	}
	if v, ok := obj.(*types.Var); ok && !s.isState(v) {
		s.let(v, to)
	}
}

func (s *stateFinder) ranges(n *ast.RangeStmt) {
	to := s.value(n.X)
	if t := s.k.info.TypeOf(n.X); t != nil {
		if _, ok := t.Underlying().(*types.Chan); ok {
			s.touch(n.Pos(), true, to...)
		}
	}
	for _, e := range []ast.Expr{n.Key, n.Value} {
		if e == nil {
			continue
		}
		if n.Tok == token.ASSIGN {
			s.touch(e.Pos(), true, s.place(e)...)
		}
		if t := s.k.info.TypeOf(e); t == nil || refersTo(t) {
			s.store(e, to)
		}
	}
}

// typeSwitch lets the variable of each clause refer to what the switch looks at.
func (s *stateFinder) typeSwitch(n *ast.TypeSwitchStmt) {
	a, ok := n.Assign.(*ast.AssignStmt)
	if !ok {
		return
	}
	for _, c := range n.Body.List {
		if v, ok := s.k.info.Implicits[c].(*types.Var); ok {
			s.let(v, s.value(a.Rhs[0].(*ast.TypeAssertExpr).X))
		}
	}
}

// isState says whether a variable is of a package, or counts as one.
func (s *stateFinder) isState(v *types.Var) bool {
	return s.extra[v] || !v.IsField() && v.Pkg() != nil && v.Parent() == v.Pkg().Scope()
}

// place gives the package variables that an assignment to an expression changes.
func (s *stateFinder) place(e ast.Expr) []*types.Var {
	switch e := ast.Unparen(e).(type) {
	case *ast.Ident:
		v, ok := s.k.info.Uses[e].(*types.Var)
		if !ok {
			return nil
		}
		if s.isState(v) {
			return []*types.Var{v}
		}
		if s.within != nil && s.kept(v) {
			return []*types.Var{s.within}
		}
	case *ast.SelectorExpr:
		if v, ok := s.k.info.Uses[e.Sel].(*types.Var); ok && s.isState(v) { // another package's
			return []*types.Var{v}
		}
		return s.inner(e.X)
	case *ast.IndexExpr:
		return s.inner(e.X)
	case *ast.StarExpr:
		return s.value(e.X)
	}
	return nil
}

// inner gives the package variables in which the parts of an expression's value lie.
func (s *stateFinder) inner(x ast.Expr) []*types.Var {
	if t := s.k.info.TypeOf(x); t != nil {
		switch t.Underlying().(type) {
		case *types.Pointer, *types.Slice, *types.Map:
			return s.value(x)
		}
	}
	return s.place(x)
}

// kept says whether a variable outlives the call of the function literal in which it is named.
func (s *stateFinder) kept(v *types.Var) bool {
	if len(s.literal) == 0 {
		return false
	}
	lit := s.literal[len(s.literal)-1]
	return v.Pos() < lit.Pos() || v.Pos() >= lit.End()
}

// value gives the package variables to which an expression's value refers.
func (s *stateFinder) value(e ast.Expr) []*types.Var {
	if t := s.k.info.TypeOf(e); t != nil && !refersTo(t) {
		return nil
	}
	switch e := ast.Unparen(e).(type) {
	case *ast.Ident:
		v, ok := s.k.info.Uses[e].(*types.Var)
		switch {
		case !ok:
			return nil
		case s.isState(v):
			return []*types.Var{v}
		case s.within != nil && s.kept(v):
			return union(s.refers[v], []*types.Var{s.within})
		}
		return s.refers[v]
	case *ast.SelectorExpr:
		if v, ok := s.k.info.Uses[e.Sel].(*types.Var); ok && s.isState(v) {
			if standard(v.Pkg().Path()) { // made to be used by everybody
				return nil
			}
			return []*types.Var{v}
		}
		return s.value(e.X)
	case *ast.IndexExpr:
		return s.value(e.X)
	case *ast.SliceExpr:
		return union(s.value(e.X), s.inner(e.X))
	case *ast.StarExpr:
		return s.value(e.X)
	case *ast.TypeAssertExpr:
		return s.value(e.X)
	case *ast.UnaryExpr:
		if e.Op == token.AND {
			return union(s.place(e.X), s.value(e.X))
		}
		return s.value(e.X)
	case *ast.CompositeLit:
		var out []*types.Var
		for _, el := range e.Elts {
			if kv, ok := el.(*ast.KeyValueExpr); ok {
				out = union(out, s.value(kv.Key))
				el = kv.Value
			}
			out = union(out, s.value(el))
		}
		return out
	case *ast.CallExpr:
		return s.call(e)
	}
	return nil
}

func union(lists ...[]*types.Var) (out []*types.Var) {
	for _, l := range lists {
		for _, v := range l {
			if !slices.Contains(out, v) {
				out = append(out, v)
			}
		}
	}
	return out
}

// refersTo says whether a value of type t can refer to something that others see:
// to what can be changed through it.
func refersTo(t types.Type) bool { return refersAt(t, 0) }

func refersAt(t types.Type, depth int) bool {
	if depth > 8 {
		return true
	}
	if sharing(t) == fresh { // as time.Time, which points to its zone
		return false
	}
	switch u := t.Underlying().(type) {
	case *types.Basic:
		return u.Kind() == types.UnsafePointer || u.Kind() == types.UntypedNil
	case *types.Struct:
		for f := range u.Fields() {
			if refersAt(f.Type(), depth+1) {
				return true
			}
		}
		return false
	case *types.Array:
		return refersAt(u.Elem(), depth+1)
	case *types.Tuple:
		for v := range u.Variables() {
			if refersAt(v.Type(), depth+1) {
				return true
			}
		}
		return false
	case *types.Interface:
		return !types.Identical(t, types.Universe.Lookup("error").Type())
	}
	return true
}
