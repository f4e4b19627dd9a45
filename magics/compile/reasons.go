package compile

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// A Reason is what the compiler says of a line that costs time, in plain words.
type Reason struct {
	Cell, Line int
	Text       string
}

// reportDir is where the compiler writes its report of a profiled program.
const reportDir = "report"

// sample makes a program one that is sampled while it runs: it links what that takes.
func (b *Builder) sample(ctx context.Context, x *exports, files []*source, p *Program) error {
	for _, s := range files {
		if s.name == "goscore.go" {
			s.text = strings.Replace(s.text, "goscore__.Main(", "goscore__sampling.Main(", 1)
			s.text = strings.Replace(s.text, "package main\n", fmt.Sprintf("package main\n\nimport goscore__sampling %q\n", samplingPath), 1)
		}
	}
	p.Profile = true
	return x.need(ctx, []string{samplingPath}, false)
}

// A remark is one line of the compiler's report.
type remark struct {
	Range struct {
		Start struct{ Line, Character int }
	}
	Code, Message string
	Related       []struct {
		Location struct {
			URI   string
			Range struct {
				Start struct{ Line, Character int }
			}
		}
		Message string
	} `json:"relatedInformation"`
}

// reasons reads the compiler's report, by the lines of cells.
func (u *Unit) reasons(files []*source, dir string) (out []Reason) {
	cells := map[string]*report{}
	for _, s := range files {
		if s.cell != nil {
			cells[s.name] = u.reportOf(s)
		}
	}
	paths, _ := filepath.Glob(filepath.Join(dir, "*", "*.json"))
	heavy := map[string]string{} // functions that are not inlined, and why
	for _, path := range paths {
		f, err := os.Open(path)
		if err != nil {
			continue
		}
		lines := bufio.NewScanner(f)
		lines.Buffer(nil, 1<<20)
		for lines.Scan() {
			var m remark
			if json.Unmarshal(lines.Bytes(), &m) != nil || m.Code == "" {
				continue
			}
			name, at := strings.TrimSuffix(filepath.Base(path), ".json")+".go", m.Range.Start
			for _, r := range m.Related { // the place in the function that was inlined here
				if r.Message == "inlineLoc" {
					name, at = filepath.Base(r.Location.URI), r.Location.Range.Start
				}
			}
			if c := cells[name]; c != nil {
				c.explain(m, at.Line, at.Character, heavy)
			}
		}
		f.Close()
	}
	for _, s := range files {
		if c := cells[s.name]; c != nil {
			c.calls(heavy)
			out = append(out, c.found...)
		}
	}
	slices.SortStableFunc(out, func(a, b Reason) int {
		if a.Cell != b.Cell {
			return a.Cell - b.Cell
		}
		return a.Line - b.Line
	})
	return slices.Compact(out)
}

// A report has what is said of one generated file.
type report struct {
	number, above int // of the cell, and of lines above its first one
	last          int // line of the cell
	fset          *token.FileSet
	file          *ast.File
	text          []byte
	found         []Reason
	told          map[string]bool // what escapes, by lines
}

func (u *Unit) reportOf(s *source) *report {
	text := s.apply()
	c := &report{number: slices.Index(u.Cells(), s.cell), last: len(s.cell.lines()), fset: token.NewFileSet(), text: []byte(text), told: map[string]bool{}}
	if at := strings.Index(text, fmt.Sprintf("line c%d:1:1", c.number)); at >= 0 {
		c.above = strings.Count(text[:at], "\n")
		if strings.HasPrefix(text[at-2:], "//") { // the directive has a line of its own
			c.above++
		}
	}
	c.file, _ = parser.ParseFile(c.fset, s.name, text, parser.SkipObjectResolution)
	return c
}

func (c *report) add(line int, text string) {
	if line -= c.above; line >= 1 && line <= c.last {
		c.found = append(c.found, Reason{c.number, line, text})
	}
}

// tooComplex is why the compiler does not inline a function.
var tooComplex = regexp.MustCompile(`^function too complex: cost (\d+) exceeds budget (\d+)$`)

func (c *report) explain(m remark, line, column int, heavy map[string]string) {
	switch m.Code {
	case "isInBounds", "isSliceInBounds":
		c.add(line, c.bounds(line, column))
	case "escape", "escapes":
		// a place without words repeats another, and a second reason for the same adds nothing
		at := fmt.Sprint(line, " ", strings.TrimSuffix(m.Message, " escapes to heap"))
		if m.Message != "" && !c.told[at] {
			c.told[at] = true
			c.add(line, escapes(m))
		}
	case "cannotInlineFunction":
		why := m.Message
		if found := tooComplex.FindStringSubmatch(why); found != nil {
			why = fmt.Sprintf("it is too long, cost %s of at most %s", found[1], found[2])
		}
		if fd := c.funcAt(line); fd != nil && fd.Recv == nil {
			heavy[fd.Name.Name] = why
		}
	}
}

func (c *report) funcAt(line int) *ast.FuncDecl {
	if c.file == nil {
		return nil
	}
	for _, d := range c.file.Decls {
		if fd, ok := d.(*ast.FuncDecl); ok && c.fset.PositionFor(fd.Name.Pos(), false).Line == line {
			return fd
		}
	}
	return nil
}

// calls notes the calls of functions that are not inlined.
func (c *report) calls(heavy map[string]string) {
	if c.file == nil {
		return
	}
	ast.Inspect(c.file, func(n ast.Node) bool {
		call, ok := n.(*ast.CallExpr)
		if !ok {
			return true
		}
		if id, ok := call.Fun.(*ast.Ident); ok && heavy[id.Name] != "" {
			c.add(c.fset.PositionFor(id.Pos(), false).Line, fmt.Sprintf("the call of %s is not inlined: %s", id.Name, heavy[id.Name]))
		}
		return true
	})
}

// escapes words what is allocated on the heap, why, and the usual remedy.
func escapes(m remark) string {
	var flow strings.Builder
	for _, r := range m.Related {
		flow.WriteString(r.Message + "\n")
	}
	text := strings.TrimSuffix(m.Message, " escapes to heap") + " is allocated on the heap"
	if strings.Contains(m.Message, " + ") && strings.Contains(flow.String(), "(spill)") && !strings.Contains(m.Message, "{") {
		return text + ": each + makes a new string; a strings.Builder grows one"
	}
	for _, w := range ways {
		if strings.Contains(flow.String(), w.in) {
			return text + ": " + w.say
		}
	}
	return text
}

// ways are how values leave a function, as the compiler writes it; the most telling first.
var ways = []struct{ in, say string }{
	{"(captured by a closure)", "a function literal that may outlive the line uses it"},
	{"(non-constant size)", "its size is known only when the program runs; make it once, before the loop"},
	{"(too large for stack)", "it is too large for the stack; make it once, before the loop"},
	{"(slice-literal-element)", "it becomes an interface, as arguments of fmt's functions do; strconv writes numbers without"},
	{"(interface-converted)", "it becomes an interface, as arguments of fmt's functions do; strconv writes numbers without"},
	{"(return)", "it is returned; return the value itself in place of its address, or fill a slice that the caller made"},
	{"(call parameter)", "it goes to a function that may keep it"},
	{"(assign)", "a variable that outlives the function has it"},
}
