package compile

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strings"
)

// Go runs some declarations by themselves, before everything else of a program:
// init functions, and variables whose values come from calls that do more than
// give a value. A program that holds a part of a cell holds these of it, too:
// what they prepare would be missing else.

// effect is what an expression or a function does beside giving its values.
type effect int

const (
	changesPackage effect = 1 << iota // it may change package variables
	actsOutside                       // it may print, read files, ...
)

// An effectFinder looks for effects in the syntax, before there are types.
type effectFinder struct {
	decls func(name string) []*Decl
	seen  map[*Decl]bool
}

// markInitial notes which declarations of a cell run by themselves.
func markInitial(c *Cell, decls func(name string) []*Decl) {
	for _, d := range c.Decls {
		d.Initial = d.isInit()
		if d.Kind == token.VAR {
			d.Initial = (&effectFinder{decls, map[*Decl]bool{}}).ofDecl(d) != 0
		}
	}
}

func (d *Decl) isInit() bool {
	return d.Kind == token.FUNC && d.Recv == "" && slices.Contains(d.Names, "init")
}

// nameless reports whether there may be several of it in one package.
func (d *Decl) nameless() bool {
	return d.isInit() || d.Kind == token.VAR && !slices.ContainsFunc(d.Names, func(n string) bool { return n != "_" })
}

// title is what messages call an initial declaration.
func (d *Decl) title() string {
	if d.isInit() {
		return "init of " + d.Cell.Name
	}
	return strings.Join(d.Names, ", ") + " of " + d.Cell.Name
}

// ofDecl gives the effects of a variable's values, or of a function's body.
func (f *effectFinder) ofDecl(d *Decl) effect {
	if f.seen[d] {
		return 0
	}
	f.seen[d] = true
	free := map[int]bool{} // offsets of names that the declaration itself does not declare
	for _, r := range d.Refs {
		free[r.Offset] = true
	}
	outer := func(e ast.Expr) bool {
		id := root(e)
		return id != nil && free[int(id.Pos()-d.base)] && id.Name != "_"
	}
	var found effect
	look := func(n ast.Node) bool { found |= f.node(n, outer); return true }
	switch n := d.Node.(type) {
	case *ast.FuncDecl:
		if n.Body == nil {
			return changesPackage | actsOutside
		}
		ast.Inspect(n.Body, look)
	case *ast.GenDecl:
		for _, s := range n.Specs {
			for _, v := range s.(*ast.ValueSpec).Values {
				ast.Inspect(v, func(n ast.Node) bool {
					if _, ok := n.(*ast.FuncLit); ok {
						return false // which nothing calls yet
					}
					if c, ok := n.(*ast.CallExpr); ok {
						if lit, ok := ast.Unparen(c.Fun).(*ast.FuncLit); ok {
							ast.Inspect(lit.Body, look)
						}
					}
					return look(n)
				})
			}
		}
	}
	return found
}

// root gives the identifier in which an expression's value lies.
func root(e ast.Expr) *ast.Ident {
	for {
		switch x := ast.Unparen(e).(type) {
		case *ast.Ident:
			return x
		case *ast.SelectorExpr:
			e = x.X
		case *ast.IndexExpr:
			e = x.X
		case *ast.SliceExpr:
			e = x.X
		case *ast.StarExpr:
			e = x.X
		case *ast.TypeAssertExpr:
			e = x.X
		default:
			return nil
		}
	}
}

func (f *effectFinder) node(n ast.Node, outer func(ast.Expr) bool) effect {
	changed := func(list ...ast.Expr) effect {
		if slices.ContainsFunc(list, func(e ast.Expr) bool { return e != nil && outer(e) }) {
			return changesPackage
		}
		return 0
	}
	switch n := n.(type) {
	case *ast.AssignStmt:
		if n.Tok != token.DEFINE {
			return changed(n.Lhs...)
		}
	case *ast.IncDecStmt:
		return changed(n.X)
	case *ast.RangeStmt:
		if n.Tok == token.ASSIGN {
			return changed(n.Key, n.Value)
		}
	case *ast.UnaryExpr:
		switch n.Op {
		case token.AND:
			return changed(n.X)
		case token.ARROW:
			return actsOutside
		}
	case *ast.SendStmt, *ast.GoStmt:
		return actsOutside
	case *ast.CallExpr:
		return f.call(n, outer)
	}
	return 0
}

func (f *effectFinder) call(n *ast.CallExpr, outer func(ast.Expr) bool) (found effect) {
	switch fun := ast.Unparen(n.Fun).(type) {
	case *ast.Ident:
		own := f.decls(fun.Name)
		for _, d := range own {
			if d.Recv == "" && d.Kind == token.FUNC {
				found |= f.ofDecl(d)
			}
		}
		if own == nil && outer(fun) && types.Universe.Lookup(fun.Name) == nil {
			return actsOutside // nobody knows what it is
		}
		switch fun.Name {
		case "copy", "delete", "clear":
			if len(n.Args) > 0 && outer(n.Args[0]) {
				found |= changesPackage
			}
		}
	case *ast.SelectorExpr:
		id, ok := fun.X.(*ast.Ident)
		if ok && outer(id) && len(f.decls(id.Name)) == 0 { // a package
			if !plainPackages[id.Name] && !(id.Name == "fmt" && (strings.HasPrefix(fun.Sel.Name, "Sprint") || fun.Sel.Name == "Errorf")) {
				found |= actsOutside
			}
			break
		}
		if outer(fun.X) { // a method may change what it is called on
			found |= changesPackage
		} else {
			found |= actsOutside
		}
	}
	return found
}

// plainPackages have functions that give values and do nothing else.
var plainPackages = map[string]bool{
	"bytes": true, "cmp": true, "errors": true, "maps": true, "math": true, "bits": true, "cmplx": true, "big": true, "path": true,
	"regexp": true, "slices": true, "strconv": true, "strings": true, "sync": true, "time": true, "unicode": true, "utf8": true, "utf16": true,
	"goscore": true,
}

// starts gives, of the unit's declarations, those that run by themselves and
// belong to wanted ones: of the same cell, or changing a variable among them.
func (u *Unit) starts(wanted map[*Decl]bool, all []*Decl) (out []*Decl) {
	cells := map[*Cell]bool{}
	vars := map[string]bool{}
	for d := range wanted {
		cells[d.Cell] = true
		if d.Kind == token.VAR {
			for _, n := range d.Names {
				vars[n] = true
			}
		}
	}
	for _, d := range all {
		if d.Initial && !wanted[d] && (cells[d.Cell] || slices.ContainsFunc(d.Changes, func(n string) bool { return vars[n] })) {
			out = append(out, d)
		}
	}
	return out
}
