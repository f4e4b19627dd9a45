package compile

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"goscore/magics/hint"
)

// A Diagnostic is one message about a place in a cell. Offset is -1 if the message
// has no place.
type Diagnostic struct {
	Cell    *Cell
	Offset  int
	Message string
	Hint    string
}

// Diagnostics are the errors of one compilation, in the order of their places.
type Diagnostics []Diagnostic

// maxShown bounds the errors in one message; the others are usually consequences of
// the first ones.
const maxShown = 5

func (c *Cell) diagnostic(offset int, msg string) Diagnostic {
	p := c.placeOf(offset, msg)
	advice, _ := hint.For(p)
	return Diagnostic{Cell: c, Offset: p.Offset, Message: p.Message, Hint: advice}
}

// placeOf is what hints want to know of a message's place in a cell.
func (c *Cell) placeOf(offset int, msg string) *hint.Place {
	offset = max(0, min(offset, len(c.Text)))
	inFunc := slices.ContainsFunc(c.Decls, func(d *Decl) bool { return d.Start <= offset && offset < d.End })
	return &hint.Place{Text: c.Text, Offset: offset, Message: clean(msg), InFunc: inFunc}
}

var (
	generated  = regexp.MustCompile(` in argument to goscore__\.\w+|goscore__\.| ?\(declared at [^)]*\)`)
	quotedPath = regexp.MustCompile(`"([a-z0-9/]+)"\.([A-Z])`)
)

// clean removes the names of generated files from a compiler's message, and uses
// the cells' names for packages that share their name with another.
func clean(msg string) string {
	msg, _, _ = strings.Cut(msg, "\n\t")
	msg = generated.ReplaceAllString(msg, "")
	return quotedPath.ReplaceAllStringFunc(msg, func(m string) string {
		parts := quotedPath.FindStringSubmatch(m)
		if name := packageName(parts[1]); stdlib[name] == parts[1] {
			return name + "." + parts[2]
		}
		return m
	})
}

// sorted sorts messages by place: those of the cell first, then those of other
// cells, then those without a place.
func (ds Diagnostics) sorted(first *Cell) Diagnostics {
	rank := map[*Cell]int{first: 0}
	for _, d := range ds {
		if _, ok := rank[d.Cell]; !ok {
			rank[d.Cell] = len(rank)
		}
	}
	slices.SortStableFunc(ds, func(a, b Diagnostic) int {
		return cmp.Or(cmp.Compare(uint(a.Offset)>>63, uint(b.Offset)>>63), cmp.Compare(rank[a.Cell], rank[b.Cell]), cmp.Compare(a.Offset, b.Offset))
	})
	return ds
}

// orderly sorts errors and keeps one for each line, as Go's compiler does. It drops
// the error that a cell ends too early if there is another before it.
func (ds Diagnostics) orderly(first *Cell) Diagnostics {
	var out Diagnostics
	for _, d := range ds.sorted(first) {
		line, _ := d.Place()
		if slices.ContainsFunc(out, func(have Diagnostic) bool {
			l, _ := have.Place()
			return line > 0 && have.Cell == d.Cell && (l == line || strings.Contains(d.Message, endOfCell))
		}) {
			continue
		}
		out = append(out, d)
	}
	return out
}

// Error is the text for the user: message, line, caret, hint.
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

// Place is the line and column of a diagnostic, 0 if it has none.
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

// longestExcerpt bounds, in bytes, what is shown of a line; generated ones are of any length.
const longestExcerpt = 160

// window gives the part of a line around a column, and the column in that.
func window(text string, column int) (string, int) {
	if len(text) <= longestExcerpt {
		return text, column
	}
	const dots = "..."
	from, to := max(0, column-1-longestExcerpt/2), min(len(text), column-1+longestExcerpt/2)
	for from > 0 && !utf8.RuneStart(text[from]) {
		from--
	}
	for to < len(text) && !utf8.RuneStart(text[to]) {
		to++
	}
	part, column := text[from:to], column-from
	if from > 0 {
		part, column = dots+part, column+len(dots)
	}
	if to < len(text) {
		part += dots
	}
	return part, column
}

// Excerpt shows the line at offset with a caret under the place.
func (c *Cell) Excerpt(offset int) string {
	line, column := c.Place(offset)
	text, column := window(c.Line(line), column)
	gutter := fmt.Sprintf("%4d | ", line)
	under := []rune{}
	for i, r := range text {
		if i >= column-1 {
			break
		}
		under = append(under, blankOf(r)...)
	}
	return gutter + text + "\n" + strings.Repeat(" ", len(gutter)-2) + "| " + string(under) + "^"
}

// wide are the characters that take two columns of a terminal or a notebook.
var wide = &unicode.RangeTable{
	R16: []unicode.Range16{{0x1100, 0x115f, 1}, {0x2e80, 0x303e, 1}, {0x3041, 0x33ff, 1}, {0x3400, 0x4dbf, 1}, {0x4e00, 0x9fff, 1}, {0xa000, 0xa4cf, 1}, {0xac00, 0xd7a3, 1}, {0xf900, 0xfaff, 1}, {0xfe30, 0xfe6f, 1}, {0xff00, 0xff60, 1}, {0xffe0, 0xffe6, 1}},
	R32: []unicode.Range32{{0x1f300, 0x1f64f, 1}, {0x1f680, 0x1f6ff, 1}, {0x1f900, 0x1f9ff, 1}, {0x20000, 0x3fffd, 1}},
}

// blankOf is what takes as much room on the screen as a character.
func blankOf(r rune) []rune {
	switch {
	case r == '\t':
		return []rune{r}
	case unicode.In(r, unicode.Mn, unicode.Me, unicode.Cf):
		return nil
	case unicode.Is(wide, r):
		return []rune{'\u3000'}
	}
	return []rune{' '}
}
