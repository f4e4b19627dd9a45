package compile

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strings"

	"goscore/magics/hint"
)

// advise warns of what compiles, and most likely is not what its author means.
func (k *checker) advise(opts Options, vet Vet) {
	cell := k.unit.Cell
	at := func(pos token.Pos, advice string) {
		s, off := k.where(pos)
		if s == nil || s.cell != cell {
			return
		}
		if k.value != nil && strings.HasSuffix(advice, "not used") && isOf(k.value, pos) {
			return // it is the cell's value
		}
		p := cell.placeOf(off-s.base, advice)
		p.Path, p.Info, p.Source = k.pathTo(s, pos), k.info, k.text
		remedy, _ := hint.For(p)
		d := Diagnostic{Cell: cell, Offset: p.Offset, Message: p.Message, Hint: remedy}
		line, _ := d.Place()
		again := slices.ContainsFunc(k.out.Warnings, func(have Diagnostic) bool {
			l, _ := have.Place()
			return l == line && have.Message == d.Message
		})
		if !again {
			k.out.Warnings = append(k.out.Warnings, d)
		}
	}
	hint.Comments(cell.Text, func(offset int, advice string) { k.warn(cell, offset, advice) })
	for _, file := range k.parsed {
		hint.Mistakes(file, k.info, k.text, at)
	}
	if vet != nil {
		vet(k.fset, k.parsed, k.pkg, k.info, at)
	}
	k.nothing(opts)
	k.out.Warnings = k.out.Warnings.sorted(cell)
}

// nothing warns of a cell that calculates, and neither gives nor does anything: its
// author expects to find the variable in Python.
func (k *checker) nothing(opts Options) {
	if !opts.Python || opts.NoReturn || k.unit.Cell.Silent || len(opts.Outputs) > 0 || k.acts() {
		return
	}
	if name := k.lastSet(); name != "" {
		k.out.Warnings = append(k.out.Warnings, Diagnostic{Cell: k.unit.Cell, Offset: -1, Message: k.unit.Cell.Name + " brings nothing to Python: add -o " + name})
	}
}

// acting are the packages whose functions do more than calculate.
var acting = []string{"bufio", "io", "log", "net", "os", "syscall"}

// acts reports whether the cell has a value or an effect, or declares what Python can call.
func (k *checker) acts() bool {
	found := slices.ContainsFunc(k.unit.Cell.Decls, func(d *Decl) bool { // something callable comes
		return d.Kind == token.FUNC && d.Recv == "" && ast.IsExported(d.Names[0])
	})
	ast.Inspect(k.bodyFunc().Body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.ExprStmt, *ast.GoStmt, *ast.DeferStmt, *ast.SendStmt:
			found = true
		case *ast.Ident:
			switch obj := k.info.Uses[n].(type) {
			case *types.PkgName:
				root, _, _ := strings.Cut(obj.Imported().Path(), "/")
				found = found || slices.Contains(acting, root)
			case *types.Var:
				found = found || obj.Parent() == k.pkg.Scope() && k.cellAt(obj.Pos()) != nil
			}
		}
		return !found
	})
	return found
}

// lastSet returns the variable at the top of the statements that is set last.
func (k *checker) lastSet() (name string) {
	top := k.info.Scopes[k.bodyFunc().Type]
	set := func(x ast.Expr) {
		for {
			switch at := x.(type) {
			case *ast.IndexExpr:
				x = at.X
				continue
			case *ast.SelectorExpr:
				x = at.X
				continue
			case *ast.Ident:
				obj := k.info.ObjectOf(at)
				if v, ok := obj.(*types.Var); ok && top != nil && top.Lookup(at.Name) == v {
					name = at.Name
				}
			}
			return
		}
	}
	ast.Inspect(k.bodyFunc().Body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.AssignStmt:
			for _, l := range n.Lhs {
				set(l)
			}
		case *ast.IncDecStmt:
			set(n.X)
		case *ast.GenDecl:
			for _, spec := range n.Specs {
				if v, ok := spec.(*ast.ValueSpec); ok && n.Tok == token.VAR {
					for _, id := range v.Names {
						set(id)
					}
				}
			}
		}
		return true
	})
	return name
}
