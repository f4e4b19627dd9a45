package compile

import (
	"go/ast"
	"go/parser"
	"go/scanner"
	"go/token"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// Parse reads a cell. Its errors are those of Go's scanner and parser, placed
// in the cell.
func Parse(name, text string) (*Cell, Diagnostics) {
	text = commented(strings.ReplaceAll(strings.TrimPrefix(text, "\ufeff"), "\r\n", "\n"))
	c := &Cell{Name: name, Text: text, code: text}
	toks, faults := scan(text)
	errs := c.faulty(faults)
	if errs == nil {
		errs = c.refuse(toks)
	}
	if errs != nil {
		return c, errs
	}
	c.neutralise(toks)
	c.Silent = endsSilent(toks)
	if diags := c.directives(toks); diags != nil {
		return c, diags
	}
	spans := declSpans(c, toks)
	var diags Diagnostics
	for _, s := range spans {
		if diags = append(diags, c.addDecl(s)...); len(diags) >= maxFaults {
			return c, diags.orderly(c)
		}
	}
	c.dropRepeated()
	diags = append(diags, c.parseBody(spans)...)
	if diags == nil {
		diags = c.placeVars(spans)
	}
	return c, diags.orderly(c)
}

// DropStatements removes the statements, so that the declarations can be compiled
// without their inputs and effects.
func (c *Cell) DropStatements() {
	text := []byte(c.code)
	blank(text)
	c.Local, c.Body = nil, &Body{Text: string(text), fset: c.Body.fset, base: c.Body.base}
}

// dropRepeated removes exact copies of functions and types: drafts that are pasted
// into one cell each bring their helpers.
func (c *Cell) dropRepeated() {
	var kept []*Decl
	for _, d := range c.Decls {
		copied := d.Kind == token.FUNC && d.Names[0] != "init" || d.Kind == token.TYPE
		again := copied && slices.ContainsFunc(kept, func(k *Decl) bool {
			return k.Kind == d.Kind && k.Text() == d.Text()
		})
		if !again {
			kept = append(kept, d)
		}
	}
	c.Decls = kept
}

// placeVars moves variables into the statements if only those use them.
func (c *Cell) placeVars(spans []span) Diagnostics {
	local := localVars(c)
	c.Decls = slices.DeleteFunc(c.Decls, func(d *Decl) bool {
		if local[d] {
			c.Local = append(c.Local, d)
			spans = slices.DeleteFunc(spans, func(s span) bool { return s.start == d.Start })
		}
		return local[d]
	})
	if len(c.Local) == 0 {
		return nil
	}
	return c.parseBody(spans)
}

// neutralise turns the user's directives into plain comments, except those that the
// compiler reads above a function: line directives would change the places in
// errors, and those of Go's other tools are errors inside a file.
func (c *Cell) neutralise(toks []tok) {
	code := []byte(c.Text)
	for i, t := range toks {
		if t.tok != token.COMMENT {
			continue
		}
		text := c.Text[t.off+2:]
		ofFunc := strings.HasPrefix(text, "go:linkname ") || forCompiler.MatchString(t.lit) && lineBefore(c.Text, t.off) == "" && c.aboveFunc(toks[i:])
		if strings.HasPrefix(text, "line ") || strings.HasPrefix(text, "go:") && !ofFunc {
			code[t.off+2] = ' '
		}
	}
	c.code = string(code)
}

// forCompiler matches the directives that change how a function is compiled.
var forCompiler = regexp.MustCompile(`^//go:(?:no\w+|uintptr\w+|yeswritebarrierrec|systemstack)\s*$`)

// refuse reports brackets that would end the generated functions around a cell, and
// names that are reserved for generated code.
func (c *Cell) refuse(toks []tok) Diagnostics {
	depth := 0
	for _, t := range toks {
		switch t.tok {
		case token.LPAREN, token.LBRACK, token.LBRACE:
			depth++
		case token.RPAREN, token.RBRACK, token.RBRACE:
			if depth--; depth < 0 {
				return Diagnostics{c.diagnostic(t.off, "unexpected "+t.tok.String()+": no bracket is open here")}
			}
		case token.COMMENT:
			if strings.HasPrefix(t.lit, "//go:embed ") {
				d := c.diagnostic(t.off, "//go:embed finds no files: a cell's program is built apart from them")
				d.Hint = "read the file when the cell runs: os.ReadFile(...)"
				return Diagnostics{d}
			}
		case token.IDENT:
			if strings.HasPrefix(t.lit, reserved) {
				return Diagnostics{c.diagnostic(t.off, "names that begin with "+reserved+" are goscore's own")}
			}
		}
	}
	return nil
}

type tok struct {
	off int
	tok token.Token
	lit string
}

func (t tok) end() int {
	if t.lit != "" && t.tok != token.SEMICOLON {
		return t.off + len(t.lit)
	}
	return t.off + len(t.tok.String())
}

// A fault is an error of the scanner.
type fault struct {
	off int
	msg string
}

func scan(text string) ([]tok, []fault) {
	fset := token.NewFileSet()
	file := fset.AddFile("", fset.Base(), len(text))
	var faults []fault
	var s scanner.Scanner
	s.Init(file, []byte(text), func(p token.Position, msg string) {
		faults = append(faults, fault{p.Offset, msg})
	}, scanner.ScanComments)
	var toks []tok
	for {
		pos, t, lit := s.Scan()
		if t == token.EOF {
			return toks, faults
		}
		toks = append(toks, tok{file.Offset(pos), t, lit})
	}
}

// maxFaults bounds the errors of one kind; Go's parser and compiler stop after as
// many. A text that is not Go has one at each byte.
const maxFaults = 10

func (c *Cell) faulty(faults []fault) (diags Diagnostics) {
	for _, f := range faults[:min(len(faults), maxFaults)] {
		diags = append(diags, c.diagnostic(f.off, f.msg))
	}
	return diags
}

// endsSilent reports whether the last token is a semicolon of the user's.
func endsSilent(toks []tok) bool {
	for i := len(toks) - 1; i >= 0; i-- {
		switch t := toks[i]; {
		case t.tok == token.COMMENT, t.tok == token.SEMICOLON && t.lit == "\n":
		default:
			return t.tok == token.SEMICOLON
		}
	}
	return false
}

// declSpans finds the top-level declarations: a statement that begins, outside
// all brackets, with one of their keywords, up to its semicolon. Semicolons in
// the header of a for, if or switch end no statement.
func declSpans(c *Cell, toks []tok) []span {
	var spans []span
	depth, header, first, start := 0, false, true, -1
	doc := -1 // where the comments just above begin
	docEnd := 0
	for i, t := range toks {
		if t.tok == token.COMMENT {
			if start < 0 && first {
				if doc < 0 || strings.Count(c.Text[docEnd:t.off], "\n") > 1 {
					doc = t.off
				}
				docEnd = t.end()
			}
			continue
		}
		if first && depth == 0 && !header && isDecl(toks, i) {
			start = t.off
			if doc >= 0 && t.tok != token.PACKAGE && strings.TrimSpace(lineBefore(c.Text, doc)) == "" &&
				strings.Count(c.Text[docEnd:t.off], "\n") <= 1 {
				start = doc
			}
		}
		switch t.tok {
		case token.FOR, token.IF, token.SWITCH, token.SELECT:
			header = header || depth == 0
		case token.LPAREN, token.LBRACK:
			depth++
		case token.LBRACE:
			depth++
			header = header && depth > 1
		case token.RPAREN, token.RBRACK, token.RBRACE:
			depth = max(depth-1, 0)
		}
		first = t.tok == token.SEMICOLON && depth == 0 && !header
		if first {
			if start >= 0 {
				spans = append(spans, span{start, t.off})
			}
			start, doc = -1, -1
		}
	}
	if start >= 0 {
		spans = append(spans, span{start, len(c.Text)})
	}
	return spans
}

// lineBefore returns the text before offset on its line.
func lineBefore(text string, offset int) string {
	return text[strings.LastIndexByte(text[:offset], '\n')+1 : offset]
}

// isDecl reports whether the statement at toks[i] is a declaration. `func (` is
// one when a name and a parameter list follow the receiver, type parameters between
// them or not; else it is a function literal.
func isDecl(toks []tok, i int) bool {
	switch toks[i].tok {
	case token.IMPORT, token.TYPE, token.CONST, token.VAR, token.PACKAGE:
		return true
	case token.FUNC:
	default:
		return false
	}
	rest := toks[i+1:]
	if len(rest) == 0 || rest[0].tok == token.IDENT {
		return true
	}
	rest = behind(rest)
	if len(rest) < 2 || rest[0].tok != token.IDENT {
		return false
	}
	if rest = rest[1:]; rest[0].tok == token.LBRACK {
		rest = behind(rest)
	}
	return len(rest) > 0 && rest[0].tok == token.LPAREN
}

// behind returns the tokens behind the brackets that toks begins with.
func behind(toks []tok) []tok {
	depth := 0
	for i, t := range toks {
		switch t.tok {
		case token.LPAREN, token.LBRACK, token.LBRACE:
			depth++
		case token.RPAREN, token.RBRACK, token.RBRACE:
			depth--
		}
		if depth == 0 {
			return toks[i+1:]
		}
	}
	return nil
}

const declPrefix = "package p\n"

// addDecl parses one declaration on its own, so that what it does not declare
// itself is known to be free in it.
func (c *Cell) addDecl(s span) Diagnostics {
	if strings.HasPrefix(c.Text[s.start:s.end], "package") {
		return nil // a package clause has no meaning in a cell
	}
	fset := token.NewFileSet()
	before := len(declPrefix) - s.start // offset in the file minus offset in the cell
	file, err := parser.ParseFile(fset, "", declPrefix+c.code[s.start:s.end], parser.ParseComments)
	if diags := c.syntax(err, before); diags != nil {
		return diags
	}
	base := file.FileStart + token.Pos(before)
	refs := collectRefs(file, base)
	for _, d := range file.Decls {
		decl := &Decl{Cell: c, Start: s.start, End: s.end, Refs: refs, Node: d, base: base}
		switch d := d.(type) {
		case *ast.FuncDecl:
			if d.Body == nil && !strings.Contains(c.Text, "//go:linkname "+d.Name.Name+" ") { // go/types accepts it
				return Diagnostics{c.diagnostic(int(d.Name.Pos()-base), "missing function body")}
			}
			decl.Kind, decl.Names, decl.Recv = token.FUNC, []string{d.Name.Name}, receiver(d)
		case *ast.GenDecl:
			if d.Tok == token.IMPORT {
				c.imports = append(c.imports, s)
				diags := c.addImports(d, base)
				if diags != nil {
					return diags
				}
				continue
			}
			decl.Kind, decl.Names = d.Tok, genNames(d)
		}
		c.Decls = append(c.Decls, decl)
		if diags := decl.ofParameters(); diags != nil {
			return diags
		}
	}
	return nil
}

func receiver(d *ast.FuncDecl) string {
	if d.Recv == nil || len(d.Recv.List) == 0 {
		return ""
	}
	t := d.Recv.List[0].Type
	for {
		switch x := t.(type) {
		case *ast.StarExpr:
			t = x.X
		case *ast.ParenExpr:
			t = x.X
		case *ast.IndexExpr:
			t = x.X
		case *ast.IndexListExpr:
			t = x.X
		case *ast.Ident:
			return x.Name
		default:
			return "?"
		}
	}
}

func genNames(d *ast.GenDecl) (names []string) {
	for _, s := range d.Specs {
		switch s := s.(type) {
		case *ast.TypeSpec:
			names = append(names, s.Name.Name)
		case *ast.ValueSpec:
			for _, n := range s.Names {
				names = append(names, n.Name)
			}
		}
	}
	return names
}

func (c *Cell) addImports(d *ast.GenDecl, base token.Pos) Diagnostics {
	for _, s := range d.Specs {
		spec := s.(*ast.ImportSpec)
		path, _ := strconv.Unquote(spec.Path.Value)
		offset := int(spec.Path.Pos() - base)
		if path == "C" {
			return Diagnostics{c.diagnostic(offset, `import "C" is not possible: programs are built without cgo`)}
		}
		imp := Import{Path: path, Offset: offset}
		if spec.Name != nil {
			imp.Name = spec.Name.Name
		}
		c.Imports = append(c.Imports, imp)
	}
	return nil
}

const bodyPrefix = "package p\nfunc _() {\n"

func (c *Cell) parseBody(spans []span) Diagnostics {
	text := []byte(c.code)
	for _, s := range spans {
		blank(text[s.start:s.end])
	}
	b := &Body{Text: string(text), fset: token.NewFileSet()}
	c.Body = b
	file, err := parser.ParseFile(b.fset, "", bodyPrefix+b.Text+"\n}", parser.ParseComments)
	if diags := c.syntax(err, len(bodyPrefix)); diags != nil {
		return diags
	}
	b.base = file.FileStart + token.Pos(len(bodyPrefix))
	b.Stmts = meant(file.Decls[0].(*ast.FuncDecl).Body.List)
	b.Refs = collectRefs(file, b.base)
	return nil
}

// meant removes empty statements.
func meant(stmts []ast.Stmt) []ast.Stmt {
	return slices.DeleteFunc(slices.Clone(stmts), func(s ast.Stmt) bool {
		_, empty := s.(*ast.EmptyStmt)
		return empty
	})
}

// collectRefs lists the identifiers of a file that nothing in it declares.
func collectRefs(file *ast.File, base token.Pos) []Ref {
	sels := map[*ast.Ident]string{}
	ast.Inspect(file, func(n ast.Node) bool {
		if s, ok := n.(*ast.SelectorExpr); ok {
			if id, ok := s.X.(*ast.Ident); ok {
				sels[id] = s.Sel.Name
			}
		}
		return true
	})
	var refs []Ref
	for _, id := range file.Unresolved {
		if id.Name != "_" {
			refs = append(refs, Ref{id.Name, int(id.Pos() - base), sels[id]})
		}
	}
	return refs
}

// syntax places the parser's errors in the cell. An error behind the cell's end, in
// generated text, means that a bracket or literal is open.
func (c *Cell) syntax(err error, prefix int) Diagnostics {
	if err == nil {
		return nil
	}
	list, ok := err.(scanner.ErrorList)
	if !ok {
		return Diagnostics{c.diagnostic(0, err.Error())}
	}
	var diags Diagnostics
	end := len(strings.TrimRight(c.Text, " \t\n"))
	for i, e := range list {
		at, msg := e.Pos.Offset-prefix, e.Msg
		if at >= end {
			at, msg = end, atEnd.Replace(msg)
		}
		d := c.diagnostic(at, msg)
		if i > 0 { // most likely a consequence of the first
			d.Hint = ""
		}
		diags = append(diags, d)
	}
	return diags
}

// endOfCell replaces the closing bracket behind the cell in messages.
const endOfCell = "the end of the cell"

var atEnd = strings.NewReplacer("found '}'", "found "+endOfCell, "found 'EOF'", "found "+endOfCell)
