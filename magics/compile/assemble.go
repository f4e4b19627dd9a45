package compile

import (
	"fmt"
	"path"
	"slices"
	"sort"
	"strings"
)

// A source is one generated file. From base on it has the text of a cell, byte
// for byte, with blanks for the parts that do not belong to the file.
type source struct {
	name, text string
	cell       *Cell // nil for a file without text of a cell
	base       int
	number     int // of the cell
	edits      []edit
}

// An edit replaces bytes of a source's text.
type edit struct {
	start, end int
	text       string
}

const (
	runtimePath   = "goscore/magics/program"
	samplingPath  = "goscore/magics/sampling"
	tracingPath   = "goscore/magics/tracing"
	functionsPath = "goscore/compute"
	parallelPath  = "goscore/compute/parallel"
	reserved      = "goscore__"
	entry         = reserved + "cell"
)

// packageName guesses a package's name from its path, as Go's tools do.
func packageName(importPath string) string {
	if importPath == "goscore" {
		return "goscore"
	}
	base := path.Base(importPath)
	if len(base) > 1 && base[0] == 'v' && strings.Trim(base[1:], "0123456789") == "" {
		base = path.Base(path.Dir(importPath))
	}
	if i := strings.Index(base, ".v"); i > 0 {
		base = base[:i]
	}
	return strings.TrimPrefix(base, "go-")
}

// assemble writes the files of a program. Cells are called c0, c1, ... in them:
// a cell's number in the notebook must not change the program.
func (u *Unit) assemble(prelude string, outputs []string, inputs []string) []*source {
	var files []*source
	cells := u.Cells()
	for n := range cells { // the unit's own is the last one: what runs by itself does so in the order of the files
		i := (n + 1) % len(cells)
		if s := u.declarations(cells[i], i, inputs); s != nil {
			files = append(files, s)
		}
	}
	files = append(files, u.body(outputs, inputs))
	main := fmt.Sprintf("package main\n\nimport goscore__ %q\n", runtimePath)
	if strings.Contains(prelude, reserved+"time.") {
		main += "import " + reserved + "time \"time\"\n"
	} else if strings.Contains(prelude, "time.") {
		main += "import \"time\"\n"
	}
	if strings.Contains(prelude, "goscore__functions.") {
		main += fmt.Sprintf("import goscore__functions %q\n", functionsPath)
	}
	main += "\nvar _ = goscore__.Start() // before all other variables\n\n" + prelude + "\n" + u.printers() + u.main()
	return append([]*source{{name: "goscore.go", text: main}}, files...)
}

// printers declares print and println where the unit calls them: Go's own write to stderr, which
// notebooks show in red, and numbers as +2.500000e+000.
func (u *Unit) printers() (text string) {
	refs := slices.Clone(u.Cell.Body.Refs)
	for _, d := range u.Decls {
		refs = append(refs, d.Refs...)
	}
	for _, as := range []string{"Print", "Println"} {
		name := strings.ToLower(as)
		if !u.names[name] && slices.ContainsFunc(refs, func(r Ref) bool { return r.Name == name }) {
			text += fmt.Sprintf("func %s(args ...any) { goscore__.%s(args...) }\n", name, as)
		}
	}
	return text
}

// main writes the program's entry. The user's own main runs as the cell's last
// statement.
func (u *Unit) main() string {
	if u.names["main"] {
		return "func init() { goscore__.Main(func() { " + entry + "(); main() }) }\n"
	}
	return "func main() { goscore__.Main(" + entry + ") }\n"
}

func (u *Unit) declarations(c *Cell, number int, inputs []string) *source {
	var spans []span
	var refs []Ref
	for _, d := range u.Decls {
		if d.Cell == c {
			spans = append(spans, span{d.Start, d.End})
			refs = append(refs, d.Refs...)
		}
	}
	if len(spans) == 0 {
		return nil
	}
	sort.Slice(spans, func(i, j int) bool { return spans[i].start < spans[j].start })
	spans = slices.Compact(spans)
	head := "package main\n\n" + u.imports(c, refs, inputs, nil) +
		fmt.Sprintf("//line c%d:1:1\n", number) // a directive of the user's has to begin its line
	text := []byte(mask(c.code, spans...))
	if c != u.Cell {
		u.drop(c, text)
	}
	return &source{name: fmt.Sprintf("decl%d.go", number), text: head + string(text) + "\n", cell: c, number: number, base: len(head)}
}

// drop renames, in a group of an older cell, names that a later cell declared
// again or that are inputs now.
func (u *Unit) drop(c *Cell, text []byte) {
	for _, d := range u.Decls {
		if d.Cell != c || len(d.Names) < 2 {
			continue
		}
		for _, n := range d.Names {
			if u.elsewhere(d, n) {
				at := d.offsetOf(n)
				text[at] = '_'
				blank(text[at+1 : at+len(n)])
			}
		}
	}
}

// elsewhere reports whether a name in a group of an older cell now has another meaning.
func (u *Unit) elsewhere(d *Decl, name string) bool {
	if slices.ContainsFunc(u.inputs, func(in Input) bool { return in.Name == name }) {
		return true
	}
	for _, own := range u.Cell.Decls {
		if own.Recv == "" && slices.Contains(own.Names, name) {
			return true
		}
	}
	now := u.known.Decls(name)
	return len(now) > 0 && !slices.Contains(now, d)
}

func lineDirective(cell, line, column int) string {
	return fmt.Sprintf("/*line c%d:%d:%d*/", cell, line, column)
}

// imports writes the imports of a file: the explicit ones that it uses, and the
// standard packages that it names without an import.
func (u *Unit) imports(c *Cell, refs []Ref, inputs []string, always []string) string {
	lines := slices.Clone(always)
	for _, imp := range c.Imports {
		if imp.Name == "_" || imp.Name == "." {
			lines = append(lines, fmt.Sprintf("%s %q", imp.Name, imp.Path))
		}
	}
	for _, r := range refs {
		p := ""
		if r.Sel != "" && !u.names[r.Name] && !slices.Contains(inputs, r.Name) {
			p = u.path(c, r.Name)
		}
		if p == "goscore" {
			p = functionsPath
		}
		if p != "" {
			lines = append(lines, fmt.Sprintf("%s %q", r.Name, p))
		}
	}
	slices.Sort(lines)
	lines = slices.Compact(lines)
	if len(lines) == 0 {
		return ""
	}
	return "import (\n\t" + strings.Join(lines, "\n\t") + "\n)\n\n"
}

func (u *Unit) body(outputs, inputs []string) *source {
	b := u.Cell.Body
	head := "package main\n\n" + u.imports(u.Cell, b.Refs, inputs, []string{fmt.Sprintf("goscore__ %q", runtimePath)}) +
		"func " + entry + "() {\n" + lineDirective(0, 1, 1)
	var tail strings.Builder
	tail.WriteString("\n")
	for _, o := range outputs {
		fmt.Fprintf(&tail, "\tgoscore__.Out(%q, %s)\n", o, o)
	}
	tail.WriteString("}\n\nvar _ = goscore__.Out\n")
	return &source{name: "body.go", text: head + b.Text + tail.String(), cell: u.Cell, base: len(head)}
}

// unused lists the cell's explicit imports that it does not use.
func (u *Unit) unused() (out []Import) {
	for _, imp := range u.Cell.Imports {
		name := imp.PackageName()
		used := func(refs []Ref) bool {
			return slices.ContainsFunc(refs, func(r Ref) bool { return r.Name == name && r.Sel != "" })
		}
		if name == "_" || name == "." || used(u.Cell.Body.Refs) {
			continue
		}
		if !slices.ContainsFunc(u.Cell.Decls, func(d *Decl) bool { return used(d.Refs) }) {
			out = append(out, imp)
		}
	}
	return out
}

// imports adds an import to a generated file.
func (s *source) imports(name, path string) {
	at := len("package main\n")
	s.edits = append(s.edits, edit{at, at, fmt.Sprintf("\nimport %s %q\n", name, path)})
}

// apply returns the text with its edits. Behind each edit, a line directive
// restores the places of the following text.
func (s *source) apply() string {
	sort.SliceStable(s.edits, func(i, j int) bool { return s.edits[i].start < s.edits[j].start })
	var b strings.Builder
	at := 0
	for _, e := range s.edits {
		b.WriteString(s.text[at:e.start])
		b.WriteString(e.text)
		at = e.end
		if rest := s.text[at:]; s.cell != nil && at >= s.base && !strings.HasPrefix(rest, "\n") {
			line, column := s.cell.Place(at - s.base)
			b.WriteString(lineDirective(s.number, line, column))
		}
	}
	b.WriteString(s.text[at:])
	return b.String()
}
