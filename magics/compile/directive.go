package compile

import (
	"fmt"
	"go/ast"
	"go/token"
	"regexp"
	"slices"
	"strings"
)

// directives are the comments with a meaning for goscore.
var directives = []string{"scan", "table", "default", "requires", "instantiate"}

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
			d.Hint = "there are //goscore:" + strings.Join(directives, ", //goscore:")
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

// directiveOf splits a comment into a directive's name, empty if it is none, and what
// follows it.
func directiveOf(comment string) (name, args string) {
	rest, ok := strings.CutPrefix(comment, "//goscore:")
	if i := strings.IndexAny(rest, " \t"); ok && i >= 0 {
		return rest[:i], rest[i+1:]
	}
	if ok {
		return rest, ""
	}
	return "", ""
}

// ofParameters reports directives that name what is no parameter of their function.
func (d *Decl) ofParameters() (diags Diagnostics) {
	f, ok := d.Node.(*ast.FuncDecl)
	if !ok || f.Doc == nil {
		return nil
	}
	var params []string
	for _, field := range f.Type.Params.List {
		for _, n := range field.Names {
			params = append(params, n.Name)
		}
	}
	for _, c := range f.Doc.List {
		name, args := directiveOf(c.Text)
		if name != "table" && name != "default" {
			continue
		}
		at := int(c.Pos()-d.base) + len(c.Text) - len(args)
		words, form := tableNames(args), "NAME"
		if name == "default" {
			words, form = defaultNames(args), "NAME=VALUE"
		}
		if len(words) == 0 {
			diag := d.Cell.diagnostic(at-1, "//goscore:"+name+" names no parameter of "+f.Name.Name)
			diag.Hint = "write //goscore:" + name + " " + form
			diags = append(diags, diag)
		}
		for _, w := range words {
			if slices.Contains(params, w.text) {
				continue
			}
			diag := d.Cell.diagnostic(at+w.at, fmt.Sprintf("%s has no parameter %s", f.Name.Name, w.text))
			if near := Nearest(w.text, slices.Clone(params)); near != "" {
				diag.Hint = "did you mean " + near + "?"
			} else if len(params) > 0 {
				diag.Hint = "it has " + strings.Join(params, ", ")
			}
			diags = append(diags, diag)
		}
	}
	return diags
}

// A word is a name in the arguments of a directive.
type word struct {
	text string
	at   int
}

func tableNames(args string) (words []word) {
	for _, at := range nameLike.FindAllStringIndex(args, -1) {
		words = append(words, word{args[at[0]:at[1]], at[0]})
	}
	return words
}

var nameLike = regexp.MustCompile(`[^\s,]+`) // commas are not in the way
