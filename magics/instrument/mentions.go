package instrument

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strings"
)

// mostMentions bounds the values that are shown for one line.
const mostMentions = 8

// mentions writes the variables that nodes name, with their fields and elements, for
// a call that records. Left out are those that are declared in [from, to), and what
// is in the bodies of function literals.
func (f *File) mentions(from, to token.Pos, nodes ...ast.Node) (out []string) {
	add := func(x ast.Expr) {
		v := f.variable(x)
		if v == nil || from <= v.Pos() && v.Pos() < to {
			return
		}
		if _, ok := v.Type().Underlying().(*types.Signature); ok {
			return
		}
		if text := f.shown(x); text != "" && !slices.Contains(out, text) && len(out) < mostMentions {
			out = append(out, text)
		}
	}
	for _, n := range nodes {
		if n == nil {
			continue
		}
		ast.Inspect(n, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.FuncLit, *ast.BlockStmt:
				return false
			case *ast.Ident:
				add(n)
			case *ast.SelectorExpr:
				if f.variable(n) == nil {
					return true // a method, or a name of a package
				}
				for x := n.X; f.variable(x) != nil; { // a nil pointer on the way is the reason of a panic
					if _, ok := f.typeOf(x).Underlying().(*types.Pointer); ok {
						add(x)
					}
					sel, ok := ast.Unparen(x).(*ast.SelectorExpr)
					if !ok {
						break
					}
					x = sel.X
				}
				if _, isFunc := f.typeOf(n).Underlying().(*types.Signature); !isFunc {
					add(n)
				}
				return false
			case *ast.IndexExpr:
				add(n) // and below, what is looked up and where
			}
			return true
		})
	}
	return out
}

func (f *File) typeOf(x ast.Expr) types.Type {
	if t := f.Info.TypeOf(x); t != nil {
		return t
	}
	return types.Typ[types.Invalid]
}

// variable returns the variable of an expression that nothing but reads: a variable
// of a cell, or a field or an element of one. Of anything else it is nil.
func (f *File) variable(x ast.Expr) *types.Var {
	switch x := ast.Unparen(x).(type) {
	case *ast.Ident:
		v, ok := f.Info.Uses[x].(*types.Var)
		if !ok {
			v, ok = f.Info.Defs[x].(*types.Var)
		}
		if ok && !v.IsField() && x.Name != "_" && v.Pkg() != nil && v.Pkg().Name() == "main" {
			return v
		}
	case *ast.SelectorExpr:
		if s := f.Info.Selections[x]; s != nil && s.Kind() == types.FieldVal {
			return f.variable(x.X)
		}
	case *ast.IndexExpr:
		if tv, ok := f.Info.Types[x.X]; !ok || !tv.IsValue() || !f.reads(x.Index) {
			return nil // a function of a type, or an index that does something
		}
		switch f.typeOf(x.X).Underlying().(type) {
		case *types.Slice, *types.Array, *types.Map, *types.Pointer, *types.Basic:
			return f.variable(x.X)
		}
	case *ast.StarExpr:
		return f.variable(x.X)
	}
	return nil
}

// reads reports whether an expression does nothing but read variables and calculate.
func (f *File) reads(x ast.Expr) bool {
	ok := true
	ast.Inspect(x, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.CallExpr:
			id, isName := ast.Unparen(n.Fun).(*ast.Ident)
			_, builtin := f.Info.Uses[id].(*types.Builtin)
			ok = ok && isName && builtin && id.Name == "len"
		case *ast.FuncLit:
			ok = false
		case *ast.UnaryExpr:
			ok = ok && n.Op != token.ARROW
		}
		return ok
	})
	return ok
}

// shown writes an expression that only reads for a call that records: a variable by
// its address, others as functions that read when they are asked. Empty: it cannot.
func (f *File) shown(x ast.Expr) string {
	x = ast.Unparen(x)
	if id, ok := x.(*ast.Ident); ok {
		return named(id.Name)
	}
	text := f.Text(x)
	if strings.Contains(text, "//") || strings.Contains(text, "/*") {
		return "" // a comment, which would end the line
	}
	return fmt.Sprintf("%q, func() interface{} { return %s }", text, text)
}

// risky reports whether the evaluation of a node can panic or call.
func risky(n ast.Node) (found bool) {
	if n == nil {
		return false
	}
	ast.Inspect(n, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit:
			return false
		case *ast.CallExpr, *ast.IndexExpr, *ast.SliceExpr, *ast.StarExpr, *ast.TypeAssertExpr, *ast.SelectorExpr:
			found = true
		case *ast.AssignStmt:
			found = found || n.Tok == token.QUO_ASSIGN || n.Tok == token.REM_ASSIGN || n.Tok == token.SHL_ASSIGN || n.Tok == token.SHR_ASSIGN
		case *ast.BinaryExpr:
			found = found || n.Op == token.QUO || n.Op == token.REM || n.Op == token.SHL || n.Op == token.SHR || n.Op == token.EQL || n.Op == token.NEQ
		case *ast.UnaryExpr:
			found = found || n.Op == token.ARROW
		}
		return !found
	})
	return found
}
