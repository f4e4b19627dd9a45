package compile

import (
	"go/token"
	"regexp"
	"slices"
	"strings"
)

// directives are the comments with a meaning for goscore.
var directives = []string{"scan", "instantiate"}

var directiveLike = regexp.MustCompile(`^//(\s*)(?i:goscore)\s*:\s*([A-Za-z]\w*)(.?)`)

// directives reports misspelt directives. Go would read one as a comment, and the
// function would silently be of another kind.
func (c *Cell) directives(toks []tok) (diags Diagnostics) {
	for i, t := range toks {
		m := directiveLike.FindStringSubmatch(t.lit)
		if t.tok != token.COMMENT || m == nil || len(diags) >= maxFaults {
			continue
		}
		name := m[2]
		known := slices.Contains(directives, name)
		near := Nearest(name, slices.Clone(directives))
		exact := strings.HasPrefix(t.lit, "//goscore:"+name) && (m[3] == "" || m[3] == " " || m[3] == "\t")
		switch {
		case known && exact:
			if !c.aboveFunc(toks[i:]) {
				d := c.diagnostic(t.off, "//goscore:"+name+" stands above no function")
				d.Hint = "write it on the line above func, with no empty line between them"
				diags = append(diags, d)
			}
		case known:
			d := c.diagnostic(t.off, strings.TrimSpace(t.lit)+" is no directive")
			d.Hint = "write //goscore:" + name + " without blanks before the name"
			diags = append(diags, d)
		case near != "":
			d := c.diagnostic(t.off, strings.TrimSpace(t.lit)+" is no directive")
			d.Hint = "did you mean //goscore:" + near + "?"
			diags = append(diags, d)
		case exact:
			d := c.diagnostic(t.off, "//goscore:"+name+" is no directive")
			d.Hint = "there are //goscore:" + strings.Join(directives, " and //goscore:")
			diags = append(diags, d)
		}
	}
	return diags
}

// aboveFunc reports whether toks begin with the end of a function's comment and its
// func.
func (c *Cell) aboveFunc(toks []tok) bool {
	for i, t := range toks[:len(toks)-1] {
		next := toks[i+1]
		if t.tok != token.COMMENT || strings.Count(c.Text[t.end():next.off], "\n") != 1 {
			return false
		}
		if next.tok == token.FUNC {
			return true
		}
	}
	return false
}
