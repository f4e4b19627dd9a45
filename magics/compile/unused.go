package compile

import (
	"go/ast"
	"go/token"
	"regexp"
	"slices"
)

var unusedMessage = regexp.MustCompile(`^declared and not used: ([\pL_][\pL\d_]*)$|^([\pL_][\pL\d_]*) declared and not used$`)

// unusedVariable returns the variable of a message about an unused one; go/types
// has another message for that of a type switch.
func unusedVariable(msg string) string {
	m := unusedMessage.FindStringSubmatch(msg)
	if m == nil {
		return ""
	}
	return m[1] + m[2]
}

// unused adds a warning about an unused variable, except one of an earlier cell,
// which has its warning there, and one that later cells may use.
func (k *checker) unused(s *source, off int, pos token.Pos, name string) {
	at, msg := off-s.base, "declared and not used: "+name
	switch {
	case !k.use(s, pos, name):
		k.fail(s.cell.diagnostic(at, msg))
	case s.cell == k.unit.Cell && !s.cell.stays(at):
		k.warn(s.cell, at, msg)
	}
}

// stays reports whether offset lies in a variable declaration that later cells know.
func (c *Cell) stays(offset int) bool {
	return slices.ContainsFunc(c.Local, func(d *Decl) bool { return d.Start <= offset && offset < d.End && c.Stays(d) })
}

// Stays reports whether later cells know a variable that was moved into the
// statements. They do not if its value depends on the statements'.
func (c *Cell) Stays(d *Decl) bool {
	passing := slices.DeleteFunc(c.Body.Locals(), func(n string) bool {
		return slices.ContainsFunc(c.Local, func(d *Decl) bool { return slices.Contains(d.Names, n) })
	})
	for _, v := range c.Local { // in the order of the text
		depends := namesAny(v.Refs, passing)
		if v == d {
			return !depends
		}
		if depends {
			passing = append(passing, v.Names...)
		}
	}
	return false
}

// use makes an unused variable used, by an assignment to _ in its scope.
func (k *checker) use(s *source, pos token.Pos, name string) bool {
	path := k.pathTo(s, pos)
	at := func(p token.Pos) int { _, o := k.where(p); return o }
	for i := len(path) - 1; i > 0; i-- {
		stmt, ok := path[i].(ast.Stmt)
		if !ok {
			continue
		}
		switch parent := path[i-1].(type) {
		case *ast.CommClause:
			if parent.Comm == stmt {
				return s.insert(at(parent.Colon)+1, " _ = "+name+"; ")
			}
			return k.useBehind(s, stmt, name)
		case *ast.BlockStmt, *ast.CaseClause, *ast.LabeledStmt:
			return k.useBehind(s, stmt, name)
		case *ast.IfStmt:
			return s.insert(at(parent.Body.Lbrace)+1, " _ = "+name+"; ")
		case *ast.ForStmt:
			return s.insert(at(parent.Body.Lbrace)+1, " _ = "+name+"; ")
		case *ast.SwitchStmt:
			return k.useInClause(s, parent.Body, name)
		case *ast.TypeSwitchStmt:
			return k.useInClause(s, parent.Body, name)
		}
	}
	return false
}

// pathTo lists the nodes around a position, the file first.
func (k *checker) pathTo(s *source, pos token.Pos) (path []ast.Node) {
	ast.PreorderStack(k.parsed[slices.Index(k.files, s)], nil, func(n ast.Node, stack []ast.Node) bool {
		if n.Pos() <= pos && pos < n.End() {
			path = append(slices.Clone(stack), n)
			return true
		}
		return false
	})
	return path
}

// useBehind uses a variable behind the statement that declares it.
func (k *checker) useBehind(s *source, stmt ast.Stmt, name string) bool {
	switch stmt := stmt.(type) {
	case *ast.RangeStmt:
		_, off := k.where(stmt.Body.Lbrace)
		return s.insert(off+1, " _ = "+name+"; ")
	case *ast.AssignStmt, *ast.DeclStmt:
		_, off := k.where(stmt.End())
		return s.insert(off, "; _ = "+name)
	}
	return false
}

// useInClause uses a variable of a switch's header in its first clause.
func (k *checker) useInClause(s *source, body *ast.BlockStmt, name string) bool {
	if len(body.List) == 0 {
		_, off := k.where(body.Lbrace)
		return s.insert(off+1, " default: _ = "+name+" ")
	}
	_, off := k.where(body.List[0].(*ast.CaseClause).Colon)
	return s.insert(off+1, " _ = "+name+"; ")
}

func (s *source) insert(off int, text string) bool {
	s.edits = append(s.edits, edit{off, off, text})
	return true
}
