package compile

import (
	"fmt"
	"go/format"
	"go/token"
	"slices"
	"sort"
	"strings"
)

// A File is what exported functions need of one cell, as a file of a Go package.
type File struct {
	Name  string   `json:"name"`
	Text  string   `json:"text"`
	Parts []string `json:"parts"` // what each function needs of it: the text with blanks for the rest
}

// PackageFiles writes the declarations of cells as the files of a package: with its clause and
// the imports that cells leave out, formatted as gofmt does. The parts become those of the new
// texts, so that lines in errors are those of the files.
func PackageFiles(name string, cells []File) ([]File, error) {
	u := &Unit{known: noSession{}, names: map[string]bool{}}
	var parsed []*Cell
	for _, f := range cells {
		c, diags := Parse(f.Name, f.Text)
		if diags != nil {
			return nil, diags
		}
		parsed = append(parsed, c)
		for _, d := range c.Decls {
			u.Decls = append(u.Decls, d)
			for _, n := range d.Names {
				u.names[n] = u.names[n] || d.Recv == ""
			}
		}
	}
	var files []File
	for i, f := range cells {
		text, err := u.file(name, parsed[i])
		if err != nil {
			return nil, fmt.Errorf("write %s: %w", f.Name, err)
		}
		out := File{Name: f.Name, Text: text}
		for _, part := range f.Parts {
			one, err := partOf(f.Name, text, part)
			if err != nil {
				return nil, err
			}
			out.Parts = append(out.Parts, one)
		}
		files = append(files, out)
	}
	return files, nil
}

// file writes the declarations of a cell as a file.
func (u *Unit) file(name string, c *Cell) (string, error) {
	if token.IsKeyword(name) || name == "main" { // main would need a function of that name
		name += "_"
	}
	var refs []Ref
	var texts []string
	decls := slices.Clone(c.Decls)
	sort.SliceStable(decls, func(i, j int) bool { return decls[i].Start < decls[j].Start })
	at := -1
	for _, d := range decls {
		if refs = append(refs, d.Refs...); d.Start != at {
			texts = append(texts, strings.TrimSpace(c.code[d.Start:d.End]))
		}
		at = d.Start
	}
	head := "package " + name + "\n\n" + u.plainImports(c, refs)
	out, err := format.Source([]byte(head + strings.Join(texts, "\n\n") + "\n"))
	return string(out), err
}

// plainImports writes imports as people do: with a name only where the path does not give it.
func (u *Unit) plainImports(c *Cell, refs []Ref) string {
	lines := map[string]bool{}
	guessed := map[string]bool{}
	for _, r := range refs {
		if r.Sel == "" || u.names[r.Name] {
			continue
		}
		path := u.path(c, r.Name)
		switch guessed[path] = true; {
		case path == "":
		case packageName(path) == r.Name:
			lines[fmt.Sprintf("%q", path)] = true
		default:
			lines[fmt.Sprintf("%s %q", r.Name, path)] = true
		}
	}
	for _, imp := range c.Imports {
		host, _, _ := strings.Cut(imp.Path, "/")
		switch {
		case imp.Name == "_" || imp.Name == ".":
			lines[fmt.Sprintf("%s %q", imp.Name, imp.Path)] = true
		case imp.Name == "" && strings.Contains(host, ".") && !guessed[imp.Path]: // its name may differ from its path
			lines[fmt.Sprintf("%q", imp.Path)] = true
		}
	}
	var sorted []string
	for line := range lines {
		sorted = append(sorted, line)
	}
	slices.SortFunc(sorted, func(a, b string) int { return strings.Compare(a[strings.Index(a, `"`):], b[strings.Index(b, `"`):]) })
	switch len(sorted) {
	case 0:
		return ""
	case 1:
		return "import " + sorted[0] + "\n\n"
	}
	return "import (\n\t" + strings.Join(sorted, "\n\t") + "\n)\n\n"
}

// partOf blanks the declarations of a file that a part of its cell does not have.
func partOf(name, text, part string) (string, error) {
	c, diags := Parse(name, text)
	if diags != nil {
		return "", diags
	}
	wanted, diags := Parse(name, part)
	if diags != nil {
		return "", diags
	}
	spans := slices.Clone(c.imports)
	for _, d := range c.Decls {
		if slices.ContainsFunc(wanted.Decls, func(w *Decl) bool { return w.Kind == d.Kind && w.Key() == d.Key() }) {
			spans = append(spans, span{d.Start, d.End})
		}
	}
	sort.Slice(spans, func(i, j int) bool { return spans[i].start < spans[j].start })
	return strings.TrimRight(mask(c.code, slices.Compact(spans)...), " \t\n") + "\n", nil
}
