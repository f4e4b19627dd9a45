package compile

import (
	"fmt"
	"go/ast"
	"go/token"
	"strings"
)

// marked returns a copy of a function whose returned errors have their line, for the
// report of a failed row. The function itself stays as it is.
func (f *Function) marked(d *Decl) (text string, ok bool) {
	fd, isFunc := d.Node.(*ast.FuncDecl)
	if !isFunc || !f.Error || fd.Body == nil {
		return "", false
	}
	type insert struct {
		at   int
		text string
	}
	var inserts []insert
	add := func(p token.Pos, s string) { inserts = append(inserts, insert{int(p - d.base), s}) }
	place := func(p token.Pos) string {
		line, column := d.Cell.Place(int(p - d.base))
		return lineDirective(0, line, column)
	}
	add(fd.Name.End(), "__marked"+place(fd.Name.End()))
	results := fd.Type.Results.NumFields()
	ast.Inspect(fd.Body, func(n ast.Node) bool {
		if _, ok := n.(*ast.FuncLit); ok {
			return false // a function literal has its own returns
		}
		r, ok := n.(*ast.ReturnStmt)
		if !ok || len(r.Results) == 0 {
			return true
		}
		last := r.Results[len(r.Results)-1]
		if id, ok := last.(*ast.Ident); ok && id.Name == "nil" {
			return false
		}
		line, _ := d.Cell.Place(int(r.Pos() - d.base))
		switch {
		case len(r.Results) == results:
			add(last.Pos(), fmt.Sprintf("goscore__.ErrorAt(%d, %s", line, place(last.Pos())))
			add(last.End(), ")"+place(last.End()))
		case len(r.Results) == 1 && results == 2:
			add(last.Pos(), fmt.Sprintf("goscore__.ErrorAt2[%s](%d)(%s", f.Results[0], line, place(last.Pos())))
			add(last.End(), ")"+place(last.End()))
		}
		return true
	})
	var b strings.Builder
	start := int(fd.Pos() - d.base)
	line, column := d.Cell.Place(start)
	b.WriteString(lineDirective(0, line, column))
	at := start
	for _, in := range inserts {
		b.WriteString(d.Cell.code[at:in.at] + in.text)
		at = in.at
	}
	b.WriteString(d.Cell.code[at:int(fd.End()-d.base)])
	return b.String() + "\n", true
}
