package compile

import (
	"context"
	"go/token"
	"strings"

	"goscore/magics/instrument"
)

// trace makes a program one that records its steps: it instruments the functions of
// all cells, and links what records.
func (b *Builder) trace(ctx context.Context, x *exports, k *checker) error {
	for i, s := range k.files {
		if s.name == "goscore.go" {
			s.text = strings.Replace(s.text, "goscore__.Main(", instrument.Package+".Main(", 1)
			s.imports(instrument.Package, tracingPath)
		}
		if s.cell == nil {
			continue
		}
		var added []edit
		file := &instrument.File{
			Syntax: k.parsed[i], Info: k.info, Cell: s.number, Entry: entry, Text: k.text,
			Line: func(p token.Pos) int {
				_, at := k.where(p)
				if at -= s.base; at < 0 || at >= len(s.cell.Text) {
					return 0
				}
				line, _ := s.cell.Place(at)
				return line
			},
			Insert: func(p token.Pos, text string) {
				_, at := k.where(p)
				added = append(added, edit{at, at, text})
			},
		}
		file.Functions()
		s.edits = append(added, s.edits...) // a step is in front of what a statement became
		s.imports(instrument.Package, tracingPath)
		s.text += "\nvar _ = " + instrument.Package + ".Enter\n"
	}
	return x.need(ctx, []string{tracingPath}, false)
}
