package instrument

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"slices"
)

func (f *File) block(list []ast.Stmt, loops int) {
	for _, s := range list {
		if f.Line(s.Pos()) > 0 { // else it is generated
			f.statement(s, s.Pos(), loops)
		}
	}
}

// call inserts a call of the function's frame in front of a statement.
func (f *File) call(at token.Pos, method string, line int, more ...string) {
	f.Insert(at, fmt.Sprintf("%s.%s(%d%s); ", frame, method, line, after(more)))
}

// statement instruments a statement in so many loops. What comes before it stands at
// a place of its own: in front of its label.
func (f *File) statement(s ast.Stmt, at token.Pos, loops int) {
	line := f.Line(s.Pos())
	label := f.label
	f.label = ""
	switch s := s.(type) {
	case *ast.LabeledStmt:
		f.label = s.Label.Name
		f.statement(s.Stmt, at, loops)
	case *ast.BlockStmt:
		f.block(s.List, loops)
	case *ast.ExprStmt, *ast.SendStmt, *ast.GoStmt, *ast.DeferStmt, *ast.BranchStmt:
		f.call(at, "Do", line, f.mentions(s.Pos(), s.End(), s)...)
		f.flush(at, s)
		f.literals(s)
	case *ast.AssignStmt, *ast.IncDecStmt, *ast.DeclStmt:
		f.assignment(s, at, line)
	case *ast.ReturnStmt:
		f.flush(at, s)
		f.call(at, "Return", line, f.mentions(s.Pos(), s.End(), s)...)
		f.literals(s)
	case *ast.IfStmt:
		f.ifStatement(s, at, loops)
	case *ast.ForStmt:
		f.forStatement(s, at, line, loops, label)
	case *ast.RangeStmt:
		f.call(at, "Loop", line, slices.Concat([]string{fmt.Sprint(loops)}, f.mentions(s.Pos(), s.End(), s.X))...)
		f.literals(s.X)
		f.round(s.Body, line, loops, f.targets(s.Key, s.Value))
		f.Insert(s.End(), fmt.Sprintf("; %s.EndLoop(%d, %d)", frame, line, loops))
	case *ast.SwitchStmt:
		f.before(at, line, s, s.Init, s.Tag)
		f.clauses(s.Body, s.Tag, loops)
	case *ast.TypeSwitchStmt:
		f.before(at, line, s, s.Init, s.Assign)
		var tag ast.Expr
		if a, ok := s.Assign.(*ast.AssignStmt); ok {
			tag = a.Lhs[0]
		}
		f.clauses(s.Body, tag, loops)
	case *ast.SelectStmt:
		f.flush(at, s)
		f.clauses(s.Body, nil, loops)
	}
}

// flush sends the steps so far in front of what may end the process or wait for ever.
func (f *File) flush(at token.Pos, n ast.Node) {
	waits := false
	ast.Inspect(n, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit, *ast.BlockStmt:
			return false
		case *ast.SendStmt:
			waits = true
		case *ast.UnaryExpr:
			waits = waits || n.Op == token.ARROW
		case *ast.SelectorExpr:
			if obj, ok := f.Info.Uses[n.Sel].(*types.Func); ok && obj.Pkg() != nil {
				waits = waits || slices.Contains([]string{"os", "log", "sync", "syscall", "runtime"}, obj.Pkg().Path())
			}
		}
		return true
	})
	if _, ok := n.(*ast.SelectStmt); ok || waits {
		f.Insert(at, Package+".Flush(); ")
	}
}

// before notes what the header of a statement names, in case that it panics, and
// instruments the functions in it.
func (f *File) before(at token.Pos, line int, s ast.Stmt, parts ...ast.Node) {
	parts = slices.DeleteFunc(parts, func(n ast.Node) bool { return n == nil })
	if slices.ContainsFunc(parts, risky) {
		f.call(at, "At", line, f.mentions(s.Pos(), s.End(), parts...)...)
	}
	f.literals(parts...)
}

func (f *File) assignment(s ast.Stmt, at token.Pos, line int) {
	var set []string
	var parts []ast.Node
	switch s := s.(type) {
	case *ast.AssignStmt:
		set = f.targets(s.Lhs...)
		for i, l := range s.Lhs {
			if lit, ok := valueAt(s.Rhs, i).(*ast.FuncLit); ok {
				f.names[lit] = f.Text(l)
			}
			if _, plain := l.(*ast.Ident); !plain || s.Tok != token.ASSIGN && s.Tok != token.DEFINE {
				parts = append(parts, l)
			}
		}
		for _, r := range s.Rhs {
			parts = append(parts, r)
		}
	case *ast.IncDecStmt:
		set, parts = f.targets(s.X), []ast.Node{s.X}
	case *ast.DeclStmt:
		d, ok := s.Decl.(*ast.GenDecl)
		if !ok || d.Tok != token.VAR {
			return
		}
		for _, spec := range d.Specs {
			v := spec.(*ast.ValueSpec)
			for i, id := range v.Names {
				if lit, ok := valueAt(v.Values, i).(*ast.FuncLit); ok {
					f.names[lit] = id.Name
				}
				set = append(set, f.targets(id)...)
			}
			for _, x := range v.Values {
				parts = append(parts, x)
			}
		}
	}
	if risky(s) {
		f.call(at, "At", line, f.mentions(s.Pos(), s.End(), parts...)...)
		f.flush(at, s)
	}
	f.literals(parts...)
	f.Insert(s.End(), fmt.Sprintf("; %s.Set(%d%s)", frame, line, after(set)))
}

func valueAt(list []ast.Expr, i int) ast.Expr {
	if i < len(list) {
		return ast.Unparen(list[i])
	}
	return nil
}

// targets writes what is assigned for a call behind it. An element or a field whose
// place depends on what is assigned with it is left out.
func (f *File) targets(list ...ast.Expr) (out []string) {
	assigned := map[types.Object]bool{}
	for _, x := range list {
		if id, ok := x.(*ast.Ident); ok && id != nil {
			assigned[f.Info.ObjectOf(id)] = true
		}
	}
	for _, x := range list {
		if x == nil {
			continue
		}
		moved := false
		if _, plain := x.(*ast.Ident); !plain {
			ast.Inspect(x, func(n ast.Node) bool {
				id, ok := n.(*ast.Ident)
				moved = moved || ok && assigned[f.Info.ObjectOf(id)]
				return true
			})
		}
		if f.variable(x) == nil || moved || len(out) == mostMentions {
			continue
		}
		if text := f.shown(x); text != "" {
			out = append(out, text)
		}
	}
	return out
}

func (f *File) ifStatement(s *ast.IfStmt, at token.Pos, loops int) {
	line := f.Line(s.Pos())
	if s.Init != nil && at != token.NoPos {
		f.before(at, line, s, s.Init)
	} else if s.Init != nil {
		f.literals(s.Init)
	}
	f.condition("If", s.Cond, line)
	f.block(s.Body.List, loops)
	switch e := s.Else.(type) {
	case *ast.IfStmt:
		f.ifStatement(e, token.NoPos, loops)
	case *ast.BlockStmt:
		f.block(e.List, loops)
	}
}

// condition passes a condition through a call that records it.
func (f *File) condition(method string, cond ast.Expr, line int) {
	from, to := cond.Pos(), cond.End()
	shown := f.mentions(from, to, cond)
	f.Insert(from, fmt.Sprintf("%s.%s(%s.Cond(%d%s), ", Package, method, frame, line, after(shown)))
	f.literals(cond)
	f.Insert(to, ")")
}

func (f *File) forStatement(s *ast.ForStmt, at token.Pos, line, loops int, label string) {
	var seen []string
	var init []ast.Node
	if s.Init != nil {
		init = append(init, s.Init)
		if a, ok := s.Init.(*ast.AssignStmt); ok {
			seen = f.targets(a.Lhs...)
		}
	}
	f.call(at, "Loop", line, slices.Concat([]string{fmt.Sprint(loops)}, f.mentions(s.Pos(), s.End(), init...))...)
	f.literals(init...)
	if s.Cond != nil {
		if seen == nil {
			seen = f.mentions(s.Cond.Pos(), s.Cond.End(), s.Cond)
		}
		f.condition("Test", s.Cond, line)
	}
	if s.Post != nil {
		f.literals(s.Post)
	}
	f.round(s.Body, line, loops, seen)
	if s.Cond != nil || breaks(s.Body, label) { // else nothing may stand behind it
		f.Insert(s.End(), fmt.Sprintf("; %s.EndLoop(%d, %d)", frame, line, loops))
	}
}

// round instruments the body of a loop.
func (f *File) round(body *ast.BlockStmt, line, loops int, seen []string) {
	f.Insert(body.Lbrace+1, fmt.Sprintf(" %s.Round(%d, %d%s); ", frame, line, loops, after(seen)))
	f.block(body.List, loops+1)
}

// breaks reports whether a statement leaves the loop with that body and label.
func breaks(body *ast.BlockStmt, label string) (found bool) {
	var walk func(n ast.Node, inner bool)
	walk = func(n ast.Node, inner bool) {
		ast.Inspect(n, func(m ast.Node) bool {
			switch m := m.(type) {
			case *ast.FuncLit:
				return false
			case *ast.BranchStmt:
				found = found || m.Tok == token.BREAK && (m.Label == nil && !inner || m.Label != nil && m.Label.Name == label)
			case *ast.ForStmt, *ast.RangeStmt, *ast.SwitchStmt, *ast.TypeSwitchStmt, *ast.SelectStmt:
				if m != n {
					walk(m, true)
					return false
				}
			}
			return !found
		})
	}
	walk(body, false)
	return found
}

// clauses instruments the clauses of a switch or a select.
func (f *File) clauses(body *ast.BlockStmt, tag ast.Expr, loops int) {
	for _, s := range body.List {
		line := f.Line(s.Pos())
		switch c := s.(type) {
		case *ast.CaseClause:
			var seen []string
			id, guard := tag.(*ast.Ident)
			if guard = guard && f.Info.Defs[id] == nil && f.Info.Uses[id] == nil; guard && id.Name != "_" {
				seen = []string{named(id.Name)} // of a type switch: a variable in each clause
			} else if tag != nil {
				seen = f.mentions(tag.Pos(), tag.End(), tag)
			}
			for _, x := range c.List {
				if tag == nil {
					seen = append(seen, f.mentions(x.Pos(), x.End(), x)...)
				}
				f.literals(x)
			}
			f.clause(c.Colon, line, seen)
			f.block(c.Body, loops)
		case *ast.CommClause:
			var seen []string
			if a, ok := c.Comm.(*ast.AssignStmt); ok {
				seen = f.targets(a.Lhs...)
			}
			if c.Comm != nil {
				f.literals(c.Comm)
			}
			f.clause(c.Colon, line, seen)
			f.block(c.Body, loops)
		}
	}
}

func (f *File) clause(colon token.Pos, line int, seen []string) {
	slices.Sort(seen)
	f.call(colon+1, "Case", line, slices.Compact(seen)...)
}
