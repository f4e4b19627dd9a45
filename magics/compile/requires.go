package compile

import (
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"strings"
)

// checkRequires reports conditions of //goscore:requires that are none: goscore.check asks
// Go about them, and only then.
func (k *checker) checkRequires() {
	for _, d := range k.unit.Cell.Decls {
		f, ok := d.Node.(*ast.FuncDecl)
		if !ok || d.Recv != "" || f.Doc == nil {
			continue
		}
		obj, ok := k.pkg.Scope().Lookup(f.Name.Name).(*types.Func)
		if !ok {
			continue
		}
		for _, c := range f.Doc.List {
			args, ok := strings.CutPrefix(c.Text, "//goscore:requires")
			if !ok {
				continue
			}
			if reason := k.conditionReason(obj, directivesOf(f), strings.TrimSpace(args)); reason != "" {
				diag := d.Cell.diagnostic(int(c.Pos()-d.base), "//goscore:requires "+reason)
				diag.Hint = "write a condition on the parameters, as in //goscore:requires x > 0"
				k.fail(diag)
			}
		}
	}
}

// inside is the beginning of a function's body, where its parameters are known.
func (k *checker) inside(obj *types.Func) token.Pos {
	for _, file := range k.parsed {
		for _, d := range file.Decls {
			if f, ok := d.(*ast.FuncDecl); ok && f.Name.Pos() == obj.Pos() && f.Body != nil {
				return f.Body.Lbrace + 1
			}
		}
	}
	return token.NoPos
}

// conditionReason says why a condition cannot be asked of a function's arguments.
func (k *checker) conditionReason(obj *types.Func, directives map[string]string, text string) string {
	if text == "" {
		return "has no condition"
	}
	e, err := parser.ParseExpr(text)
	if err != nil {
		return text + " is no expression of Go"
	}
	inside := k.inside(obj)
	if !inside.IsValid() {
		return ""
	}
	info := &types.Info{Types: map[ast.Expr]types.TypeAndValue{}, Uses: map[*ast.Ident]types.Object{}}
	if err := types.CheckExpr(k.fset, k.pkg, inside, e, info); err != nil {
		message := err.Error()
		if e, ok := err.(types.Error); ok {
			message = e.Msg
		}
		if name, ok := strings.CutPrefix(message, "undefined: "); ok && selects(e, name) {
			return "" // a package that nothing else here needs: the condition's own cell imports it
		}
		return text + ": " + message
	}
	if b, ok := info.Types[e].Type.Underlying().(*types.Basic); !ok || b.Info()&types.IsBoolean == 0 {
		return text + " is no condition: it is of type " + types.TypeString(info.Types[e].Type, qualifier)
	}
	if _, ok := directives["scan"]; ok && obj.Signature().Params().Len() > 0 {
		for _, used := range info.Uses {
			if used == obj.Signature().Params().At(0) {
				return text + ": the state " + used.Name() + " of a scan is not given by its caller"
			}
		}
	}
	return ""
}

// selects reports whether an expression has name.X.
func selects(e ast.Expr, name string) (found bool) {
	ast.Inspect(e, func(n ast.Node) bool {
		if s, ok := n.(*ast.SelectorExpr); ok {
			id, ok := s.X.(*ast.Ident)
			found = found || ok && id.Name == name
		}
		return true
	})
	return found
}
