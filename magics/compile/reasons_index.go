package compile

import (
	"fmt"
	"go/ast"
	"go/token"
	"slices"
)

// bounds words a check of an index that stays in the program, and how to do without.
func (c *report) bounds(line, column int) string {
	x, loops, fd := c.indexAt(line, column)
	if x == nil {
		return "an index is checked here each time"
	}
	text := fmt.Sprintf("%s: the index is checked each time, since the compiler cannot see that it is in range", c.source(x))
	index, ok := x.(*ast.IndexExpr)
	if !ok {
		return text
	}
	id, isName := index.Index.(*ast.Ident)
	name, named := index.X.(*ast.Ident)
	if !isName || !named || kindOf(fd, name) != "slice" {
		return text
	}
	limit := c.limit(fd, loops, id, name)
	if limit == "" {
		return text
	}
	return fmt.Sprintf("%s; `%s = %s[:%s]` before the loop removes that", text, name.Name, name.Name, limit)
}

// limit is what an index stays below, by the innermost loop that counts it, as the
// remedy writes it; empty if that is not known.
func (c *report) limit(fd *ast.FuncDecl, loops []ast.Stmt, id, indexed *ast.Ident) string {
	for _, loop := range slices.Backward(loops) {
		switch l := loop.(type) {
		case *ast.RangeStmt:
			if !sameName(l.Key, id) {
				continue
			}
			x, ok := l.X.(*ast.Ident)
			if !ok || sameName(x, indexed) || sets(l.Body, indexed, id, x) {
				return ""
			}
			switch kindOf(fd, x) {
			case "slice":
				return "len(" + x.Name + ")"
			case "int":
				return x.Name
			}
			return ""
		case *ast.ForStmt:
			cond, ok := l.Cond.(*ast.BinaryExpr)
			if !ok || !sameName(cond.X, id) {
				continue
			}
			limit := counted(fd, cond.Y)
			if cond.Op != token.LSS || !countsUp(l, id) || limit == nil || sameName(limit, indexed) || sets(l.Body, indexed, id, limit) {
				return ""
			}
			return c.source(cond.Y)
		}
	}
	return ""
}

// counted returns the name of an int, or of the slice whose length an expression is.
func counted(fd *ast.FuncDecl, e ast.Expr) *ast.Ident {
	if call, ok := e.(*ast.CallExpr); ok && len(call.Args) == 1 {
		of, isName := call.Args[0].(*ast.Ident)
		if id, ok := call.Fun.(*ast.Ident); ok && id.Name == "len" && isName && kindOf(fd, of) == "slice" {
			return of
		}
	}
	if id, ok := e.(*ast.Ident); ok && kindOf(fd, id) == "int" {
		return id
	}
	return nil
}

// kindOf says whether a name of a function is surely a slice or an int: a parameter, or
// made by make or len.
func kindOf(fd *ast.FuncDecl, id *ast.Ident) (kind string) {
	if fd == nil {
		return ""
	}
	note := func(found string) {
		if kind != "" && kind != found { // the name means two things
			found = "?"
		}
		kind = found
	}
	ast.Inspect(fd, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.Field:
			for _, name := range n.Names {
				if name.Name == id.Name {
					note(kindOfType(n.Type))
				}
			}
		case *ast.ValueSpec:
			for _, name := range n.Names {
				if name.Name == id.Name {
					note(kindOfType(n.Type))
				}
			}
		case *ast.RangeStmt:
			if n.Tok == token.DEFINE && (sameName(n.Key, id) || sameName(n.Value, id)) {
				note("?")
			}
		case *ast.AssignStmt:
			for i, left := range n.Lhs {
				if n.Tok != token.DEFINE || !sameName(left, id) {
					continue
				}
				found := "?"
				if call, ok := n.Rhs[min(i, len(n.Rhs)-1)].(*ast.CallExpr); ok && len(n.Rhs) == len(n.Lhs) {
					if f, ok := call.Fun.(*ast.Ident); ok && f.Name == "len" {
						found = "int"
					} else if ok && f.Name == "make" && len(call.Args) > 0 {
						found = kindOfType(call.Args[0])
					}
				}
				note(found)
			}
		}
		return true
	})
	return kind
}

func kindOfType(t ast.Expr) string {
	switch t := t.(type) {
	case *ast.ArrayType:
		if t.Len == nil {
			return "slice"
		}
	case *ast.Ident:
		if t.Name == "int" {
			return "int"
		}
	}
	return "?"
}

func sameName(e ast.Expr, id *ast.Ident) bool {
	x, ok := e.(*ast.Ident)
	return ok && x.Name == id.Name
}

// sets says whether a loop's body assigns to one of the names.
func sets(body *ast.BlockStmt, names ...*ast.Ident) (found bool) {
	ast.Inspect(body, func(n ast.Node) bool {
		var left []ast.Expr
		switch n := n.(type) {
		case *ast.AssignStmt:
			left = n.Lhs
		case *ast.IncDecStmt:
			left = []ast.Expr{n.X}
		}
		for _, e := range left {
			for _, name := range names {
				found = found || sameName(e, name)
			}
		}
		return !found
	})
	return found
}

// countsUp says whether a loop counts a name up from a number, one by one.
func countsUp(l *ast.ForStmt, id *ast.Ident) bool {
	inc, ok := l.Post.(*ast.IncDecStmt)
	start, begins := l.Init.(*ast.AssignStmt)
	if !ok || !begins || inc.Tok != token.INC || !sameName(inc.X, id) || len(start.Rhs) != 1 || !sameName(start.Lhs[0], id) {
		return false
	}
	_, number := start.Rhs[0].(*ast.BasicLit)
	return number
}

// indexAt finds the expression with an index that a remark means, the loops around it,
// the innermost last, and its function.
func (c *report) indexAt(line, column int) (found ast.Expr, loops []ast.Stmt, fd *ast.FuncDecl) {
	if c.file == nil {
		return nil, nil, nil
	}
	at := func(p token.Pos) bool {
		place := c.fset.PositionFor(p, false)
		return place.Line == line && place.Column == column
	}
	var path []ast.Node
	ast.Inspect(c.file, func(n ast.Node) bool {
		if n == nil {
			path = path[:len(path)-1]
			return true
		}
		path = append(path, n)
		switch x := n.(type) { // the compiler names the bracket
		case *ast.IndexExpr:
			if found == nil && at(x.Lbrack) {
				found = x
			}
		case *ast.SliceExpr:
			if found == nil && at(x.Lbrack) {
				found = x
			}
		}
		if found == n {
			for _, outer := range path {
				switch outer := outer.(type) {
				case *ast.FuncDecl:
					fd = outer
				case *ast.RangeStmt, *ast.ForStmt:
					loops = append(loops, outer.(ast.Stmt))
				}
			}
		}
		return true
	})
	return found, loops, fd
}

func (c *report) source(n ast.Node) string {
	lo, hi := c.fset.PositionFor(n.Pos(), false).Offset, c.fset.PositionFor(n.End(), false).Offset
	if lo < 0 || hi > len(c.text) || lo > hi {
		return ""
	}
	return string(c.text[lo:hi])
}
