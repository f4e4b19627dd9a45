// Package compile compiles the Go of a cell into a native program, and reports
// errors by the cell's own lines.
package compile

import (
	"encoding/json"
	"go/ast"
	"go/token"
	"slices"
	"sort"
	"strings"
	"sync"
)

// A Cell is the parsed text under %%goscore: Go without the package clause,
// declarations and statements mixed.
type Cell struct {
	Name    string // the user's name for it: "In[7]"
	Text    string
	Imports []Import
	Decls   []*Decl
	Local   []*Decl // var declarations that became statements
	Body    *Body
	// Silent is set if the cell ends with a semicolon, which hides its value.
	Silent   bool
	Gets     []string          // its third-party modules: MODULE@VERSION
	imports  []span            // of the import declarations
	code     string            // Text with the user's line directives made plain comments
	packages map[string]string // what names of packages that it does not import itself meant when it was run
	age      int               // how many cells were committed before it

	once   sync.Once
	starts []int // offsets of lines, kept because errors in long cells need them often
}

// Same reports whether two cells are one, also where one of them came from another
// process.
func (c *Cell) Same(o *Cell) bool {
	return c == o || c != nil && o != nil && c.Name == o.Name && c.Text == o.Text
}

// A sentCell is what another process gets of a cell: enough to place errors in it.
type sentCell struct {
	Name, Text string
	Silent     bool `json:",omitempty"`
}

// MarshalJSON writes a cell for another process, without its syntax.
func (c *Cell) MarshalJSON() ([]byte, error) { return json.Marshal(sentCell{c.Name, c.Text, c.Silent}) }

// UnmarshalJSON reads a cell of another process. It has no body.
func (c *Cell) UnmarshalJSON(text []byte) error {
	var s sentCell
	err := json.Unmarshal(text, &s)
	c.Name, c.Text, c.Silent = s.Name, s.Text, s.Silent
	return err
}

// An Import is an explicit import of the cell.
type Import struct {
	Name, Path string
	Offset     int
}

// PackageName is the name that an import binds.
func (i Import) PackageName() string {
	if i.Name != "" {
		return i.Name
	}
	return packageName(i.Path)
}

// A Decl is a top-level type, const, var or func of a cell.
type Decl struct {
	Cell       *Cell
	Kind       token.Token
	Names      []string
	Recv       string // of a method, the name of its type
	Start, End int    // bytes of Cell.Text, doc comment included
	Refs       []Ref
	Node       ast.Decl
	Initial    bool      // it runs by itself, before everything else
	Changes    []string  // by an initial one: the variables that it changes
	base       token.Pos // position of Cell.Text[0]
}

// Key identifies the declarations that replace each other.
func (d *Decl) Key() string {
	if d.Recv != "" {
		return d.Recv + "." + d.Names[0]
	}
	return strings.Join(d.Names, ",")
}

// Text is the declaration's text in the cell.
func (d *Decl) Text() string { return d.Cell.Text[d.Start:d.End] }

// A Body is the statements of a cell.
type Body struct {
	Text  string // Cell.Text with the declarations blanked
	Stmts []ast.Stmt
	Refs  []Ref
	fset  *token.FileSet
	base  token.Pos
}

// A Ref is an identifier that its declaration or body does not declare.
type Ref struct {
	Name   string
	Offset int
	Sel    string // the selected name in Name.Sel
}

// Offset returns the offset of a node of the body in Cell.Text.
func (b *Body) Offset(p token.Pos) int { return int(p - b.base) }

// Place returns the line and the column, in bytes, of an offset in Cell.Text;
// both count from 1.
func (c *Cell) Place(offset int) (line, column int) {
	offset = max(0, min(offset, len(c.Text)))
	starts := c.lines()
	line = sort.SearchInts(starts, offset+1)
	return line, offset - starts[line-1] + 1
}

func (c *Cell) lines() []int {
	c.once.Do(func() {
		c.starts = []int{0}
		for i := range len(c.Text) {
			if c.Text[i] == '\n' {
				c.starts = append(c.starts, i+1)
			}
		}
	})
	return c.starts
}

// Line returns the text of a line, counted from 1.
func (c *Cell) Line(n int) string {
	starts := c.lines()
	if n < 1 || n > len(starts) {
		return ""
	}
	if n == len(starts) {
		return c.Text[starts[n-1]:]
	}
	return c.Text[starts[n-1] : starts[n]-1]
}

// mask returns text with blanks outside the spans, and all line breaks. A semicolon
// behind a span stays, since another may follow on the line.
func mask(text string, spans ...span) string {
	out := []byte(text)
	at := 0
	for _, s := range spans {
		blank(out[at:s.start])
		if at = s.end; at < len(out) && out[at] == ';' {
			at++
		}
	}
	blank(out[at:])
	return string(out)
}

type span struct{ start, end int }

func blank(b []byte) {
	for i, c := range b {
		if c != '\n' && c != '\t' {
			b[i] = ' '
		}
	}
}

// offsetOf returns the offset at which the declaration declares a name.
func (d *Decl) offsetOf(name string) int {
	at := d.Start
	ast.Inspect(d.Node, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.TypeSpec:
			if n.Name.Name == name {
				at = int(n.Name.Pos() - d.base)
			}
		case *ast.ValueSpec:
			for _, id := range n.Names {
				if id.Name == name {
					at = int(id.Pos() - d.base)
				}
			}
			return false
		case *ast.FuncDecl:
			at = int(n.Name.Pos() - d.base)
		}
		return true
	})
	return at
}

// runs reports whether the cell has anything to run beside declarations.
func (c *Cell) runs() bool {
	return len(c.Body.Stmts) > 0 || slices.ContainsFunc(c.Decls, func(d *Decl) bool {
		return d.Recv == "" && slices.Contains(d.Names, "main") || d.Initial
	})
}
