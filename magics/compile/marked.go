package compile

import (
	"fmt"
	"go/ast"
	"go/token"
	"sort"
	"strings"
)

// marked returns a copy of a function whose returned errors have their line, for the
// report of a failed row. The function itself stays as it is. The edits of its text,
// by their offsets in the cell, are the copy's, too.
func (f *Function) marked(d *Decl, edits []edit) (text string, ok bool) {
	fd, isFunc := d.Node.(*ast.FuncDecl)
	if !isFunc || !f.Error || fd.Body == nil {
		return "", false
	}
	add := func(p token.Pos, s string) { edits = append(edits, edit{int(p - d.base), int(p - d.base), s}) }
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
	sort.SliceStable(edits, func(i, j int) bool { return edits[i].start < edits[j].start })
	for _, e := range edits {
		b.WriteString(d.Cell.code[at:e.start] + e.text)
		at = e.end
	}
	b.WriteString(d.Cell.code[at:int(fd.End()-d.base)])
	return b.String() + "\n", true
}

// within returns the edits in a declaration's text, by their offsets in the cell.
func (s *source) within(d *Decl) (out []edit) {
	for _, e := range s.edits {
		if e.start -= s.base; d.Start <= e.start && e.start < d.End {
			line, column := d.Cell.Place(e.start)
			out = append(out, edit{e.start, e.end - s.base, e.text + lineDirective(s.number, line, column)})
		}
	}
	return out
}
