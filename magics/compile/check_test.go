package compile

import (
	"context"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"
)

// cellsOf gives the cells of magics/testdata.
func cellsOf(t testing.TB) (cells []string) {
	t.Helper()
	files, err := filepath.Glob("../testdata/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatal("no cells in testdata", err)
	}
	for _, name := range files {
		a, err := txtar.ParseFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range a.Files {
			if strings.HasPrefix(f.Name, "In[") {
				text := string(f.Data)
				if strings.HasPrefix(text, "%%goscore") {
					_, text, _ = strings.Cut(text, "\n")
				}
				cells = append(cells, text)
			}
		}
	}
	return cells
}

// fuzzedInput is bound in every cell of FuzzCheck.
var fuzzedInput = []Input{
	{Name: "df", Kind: "frame", Columns: []Column{
		{Name: "v", Field: "v", Sent: true, Type: Type{Format: "g"}}, {Name: "s", Field: "s", Sent: true, Type: Type{Format: "u"}},
	}},
	{Name: "x", Kind: "value", Type: Type{Format: "tsn:UTC"}},
}

// FuzzCheck type-checks any cell. Its errors have places in the cell and words
// of the user's; what passes is Go, as it was written around the cell.
func FuzzCheck(f *testing.F) {
	for _, text := range cellsOf(f) {
		f.Add(text)
	}
	b := &Builder{Source: os.DirFS("../..")}
	if err := b.Warm(context.Background(), Common); err != nil {
		f.Skip(err)
	}
	f.Fuzz(func(t *testing.T, text string) {
		c, diags := Parse("In[1]", text)
		if diags != nil || len(c.Imports) > 0 { // which may ask the toolchain, each time
			return
		}
		checkCell(t, b, c)
	})
}

func checkCell(t *testing.T, b *Builder, c *Cell) {
	u := NewUnit(c, nobody{})
	u.Bind(fuzzedInput, u.Uses(fuzzedInput, nil))
	x, err := b.packages(t.Context(), u)
	if err != nil {
		return
	}
	files, err := u.files(Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := x.need(t.Context(), importsOf(files), false); err != nil {
		return
	}
	found, k := u.check(files, x, Options{})
	for _, d := range slices.Concat(found.Errors, found.Warnings) {
		if d.Cell != nil && d.Cell != c || d.Offset > len(c.Text) || d.Offset < -1 {
			t.Errorf("%q: place %d of %d", d.Message, d.Offset, len(c.Text))
		}
		if strings.HasPrefix(d.Message, "generated ") || strings.Contains(d.Message, reserved) {
			t.Errorf("message %q", d.Message)
		}
		_ = d.String()
	}
	if found.Errors != nil {
		return
	}
	k.functions()
	fset := token.NewFileSet()
	var parsed []*ast.File
	for _, s := range files {
		file, err := parser.ParseFile(fset, s.name, s.apply(), 0)
		if err != nil {
			t.Fatalf("it passed, and becomes %s: %v", s.apply(), err)
		}
		parsed = append(parsed, file)
	}
	conf := types.Config{Importer: x}
	// A constant that no int holds, given to our function for the cell's value, is the compiler's to refuse.
	if _, err := conf.Check("main", fset, parsed, nil); err != nil && !strings.Contains(err.Error(), " in argument to "+reserved) {
		t.Errorf("it passed, and then: %v", err)
	}
}
