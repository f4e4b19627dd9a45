package compile

import (
	"fmt"
	"strings"
)

// A Diagnostic is one message about a place in a cell. Offset is -1 when the
// message has no place.
type Diagnostic struct {
	Cell    *Cell
	Offset  int
	Message string
	Hint    string
}

// Diagnostics are the errors of one compilation, in the order of their places.
type Diagnostics []Diagnostic

// maxShown bounds how many errors one message shows; the rest follow from the
// first ones as a rule.
const maxShown = 5

func (c *Cell) diagnostic(offset int, msg string) Diagnostic {
	return Diagnostic{Cell: c, Offset: max(0, min(offset, len(c.Text))), Message: msg, Hint: hint(c, offset, msg)}
}

// Error is the text that the user sees: message, line, caret, hint.
func (ds Diagnostics) Error() string {
	var parts []string
	for i, d := range ds {
		if i == maxShown {
			parts = append(parts, fmt.Sprintf("and %d more errors", len(ds)-i))
			break
		}
		parts = append(parts, d.String())
	}
	return strings.Join(parts, "\n")
}

// Place is the line and column of a diagnostic, 0 when it has none.
func (d Diagnostic) Place() (line, column int) {
	if d.Cell == nil || d.Offset < 0 {
		return 0, 0
	}
	return d.Cell.Place(d.Offset)
}

func (d Diagnostic) String() string {
	line, _ := d.Place()
	var b strings.Builder
	if line > 0 {
		fmt.Fprintf(&b, "%s, line %d: %s\n%s", d.Cell.Name, line, d.Message, d.Cell.Excerpt(d.Offset))
	} else {
		b.WriteString(d.Message)
	}
	if d.Hint != "" {
		fmt.Fprintf(&b, "\n  hint: %s", d.Hint)
	}
	return b.String()
}

// Excerpt shows the line at offset with a caret under the place.
func (c *Cell) Excerpt(offset int) string {
	line, column := c.Place(offset)
	text := c.Line(line)
	gutter := fmt.Sprintf("%4d | ", line)
	under := []rune{}
	for i, r := range text {
		if i >= column-1 {
			break
		}
		if r != '\t' {
			r = ' '
		}
		under = append(under, r)
	}
	return gutter + text + "\n" + strings.Repeat(" ", len(gutter)-2) + "| " + string(under) + "^"
}

// Line gives the text of a line, counted from 1.
func (c *Cell) Line(n int) string {
	lines := strings.Split(c.Text, "\n")
	if n < 1 || n > len(lines) {
		return ""
	}
	return lines[n-1]
}
