package compile

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"goscore/magics/hint"
)

// A checker type-checks the files of a unit before Go's compiler. It finds errors
// in milliseconds, turns unused names into warnings, and finds whether the last
// statement has a value.
type checker struct {
	unit   *Unit
	files  []*source
	parsed []*ast.File
	fset   *token.FileSet
	info   *types.Info
	pkg    *types.Package
	errs   []types.Error
	out    *Checked
	value  ast.Expr // the cell's, if it has one
	stdin  bool     // the program reads standard input
}

// Checked is the result of the type checker.
type Checked struct {
	Errors   Diagnostics
	Warnings Diagnostics
}

func (u *Unit) check(files []*source, imp types.Importer, opts Options) (*Checked, *checker) {
	k := &checker{unit: u, files: files, fset: token.NewFileSet(), out: &Checked{}}
	k.info = &types.Info{
		Types: map[ast.Expr]types.TypeAndValue{}, Defs: map[*ast.Ident]types.Object{},
		Uses: map[*ast.Ident]types.Object{}, Scopes: map[ast.Node]*types.Scope{},
		Selections: map[*ast.SelectorExpr]*types.Selection{}, Implicits: map[ast.Node]types.Object{},
	}
	for _, s := range files {
		f, err := parser.ParseFile(k.fset, s.name, s.text, parser.SkipObjectResolution)
		if err != nil { // the cell parsed, so this is an error in generated code
			k.out.Errors = append(k.out.Errors, Diagnostic{Offset: -1, Message: "generated " + err.Error()})
			return k.out, k
		}
		k.parsed = append(k.parsed, f)
	}
	conf := types.Config{Importer: imp, GoVersion: opts.language, Error: func(err error) { k.errs = append(k.errs, err.(types.Error)) }}
	k.pkg, _ = conf.Check("main", k.fset, k.parsed, k.info)
	k.value = k.last(opts)
	k.sortErrors(k.value)
	k.checkOutputs(opts)
	k.checkDefaults()
	k.checkRequires()
	k.out.Errors = k.out.Errors.orderly(u.Cell)
	for _, imp := range u.unused() {
		k.warn(u.Cell, imp.Offset, strconv.Quote(imp.Path)+" imported and not used")
	}
	k.findStdin(opts.NoStdin)
	k.out.Warnings = k.out.Warnings.sorted(u.Cell)
	return k.out, k
}

// findStdin notes whether the program reads standard input. It warns of what does
// so in the cell if there is none: it would find the end of it without a word.
func (k *checker) findStdin(none string) {
	for id, obj := range k.info.Uses {
		if obj.Pkg() == nil {
			continue
		}
		switch name := obj.Pkg().Path() + "." + obj.Name(); name {
		case "fmt.Scan", "fmt.Scanf", "fmt.Scanln", "os.Stdin":
			k.stdin = true
			if none != "" && k.cellAt(id.Pos()) == k.unit.Cell {
				s, off := k.where(id.Pos())
				k.warn(s.cell, off-s.base, name+" finds nothing to read: "+none)
			}
		}
	}
}

// warn says something of a place in a cell. Warnings say what to do themselves, and have no hint.
func (k *checker) warn(c *Cell, offset int, msg string) {
	p := c.placeOf(offset, msg)
	k.out.Warnings = append(k.out.Warnings, Diagnostic{Cell: c, Offset: p.Offset, Message: p.Message})
}

// where returns the file of a position, and the offset in it.
func (k *checker) where(p token.Pos) (*source, int) {
	f := k.fset.File(p)
	if f == nil {
		return nil, 0
	}
	for i, parsed := range k.parsed {
		if k.fset.File(parsed.FileStart) == f {
			return k.files[i], f.Offset(p)
		}
	}
	return nil, 0
}

// sortErrors turns errors about unused names into warnings, and places the others
// in their cells.
func (k *checker) sortErrors(last ast.Expr) {
	for _, e := range k.errs {
		s, off := k.where(e.Pos)
		name := unusedVariable(e.Msg)
		switch {
		case s == nil:
			k.fail(Diagnostic{Offset: -1, Message: e.Msg})
		case last != nil && strings.HasSuffix(e.Msg, "is not used") && isOf(last, e.Pos):
		case strings.HasPrefix(e.Msg, "\tother declaration of "):
			k.other(s, off)
		case name != "" && s.cell != nil:
			k.unused(s, off, e.Pos, name)
		case strings.HasSuffix(e.Msg, "imported and not used"):
			s.edits = append(s.edits, edit{off, off, "_ "})
		case s.cell == nil || off < s.base || off-s.base > len(s.cell.Text):
			k.fail(Diagnostic{Cell: k.unit.Cell, Offset: -1, Message: clean(e.Msg)})
		default:
			k.fail(k.place(s, off, e))
		}
	}
}

// isOf reports whether a place is in an expression itself, not in the statements
// of a function literal in it.
func isOf(x ast.Expr, p token.Pos) bool {
	if p < x.Pos() || p >= x.End() {
		return false
	}
	of := true
	ast.Inspect(x, func(n ast.Node) bool {
		if f, ok := n.(*ast.FuncLit); ok && f.Body.Pos() <= p && p < f.Body.End() {
			of = false
		}
		return of
	})
	return of
}

// other adds the place of the other declaration to the error before it.
func (k *checker) other(s *source, off int) {
	if len(k.out.Errors) == 0 {
		return
	}
	d := &k.out.Errors[len(k.out.Errors)-1]
	if s.cell == nil {
		d.Hint = "an input has that name: bind it under another, as in -i other=name"
		return
	}
	line, _ := s.cell.Place(off - s.base)
	d.Hint = fmt.Sprintf("the other declaration is in %s, line %d", s.cell.Name, line)
}

// maxErrors bounds the errors to compare and sort, for long cells that are not
// Go at all.
const maxErrors = 1000

func (k *checker) fail(d Diagnostic) {
	if len(k.out.Errors) >= maxErrors {
		return
	}
	if d.Cell != nil && d.Offset >= 0 {
		for _, have := range k.out.Errors { // one message a line, as Go's compiler does
			l1, _ := have.Place()
			l2, _ := d.Place()
			if have.Cell == d.Cell && l1 == l2 {
				return
			}
		}
	}
	k.out.Errors = append(k.out.Errors, d)
}

// methodTwice matches the only message of Go's checker that has a place in its text.
var methodTwice = regexp.MustCompile(`^(method \S+ already declared) at c(\d+):(\d+):\d+$`)

// place rewrites a type error for the cell, without generated names, and with a
// hint or the nearest valid name.
func (k *checker) place(s *source, off int, e types.Error) Diagnostic {
	p := s.cell.placeOf(off-s.base, e.Msg)
	d := Diagnostic{Cell: s.cell, Offset: p.Offset, Message: p.Message}
	if m := methodTwice.FindStringSubmatch(d.Message); m != nil {
		number, _ := strconv.Atoi(m[2])
		d.Message = m[1]
		d.Hint = fmt.Sprintf("the other declaration is in %s, line %s", k.unit.Cells()[number].Name, m[3])
		return d
	}
	p.Path, p.Info, p.Source = k.pathTo(s, e.Pos), k.info, k.text
	advice, sure := hint.For(p)
	if near := k.nearest(d.Message, s.text[off:]); near != "" && !sure {
		advice = near
	}
	d.Hint = advice
	return d
}

// text is what a cell writes for a node.
func (k *checker) text(n ast.Node) string {
	s, from := k.where(n.Pos())
	_, to := k.where(n.End())
	if s == nil {
		return ""
	}
	if text := s.text[from:to]; !strings.Contains(text, "\n") {
		return text
	}
	return strings.Join(strings.Fields(s.text[from:to]), " ")
}

// last prepares the last statement: an expression becomes the cell's value. It
// returns that expression, if there is one.
func (k *checker) last(opts Options) ast.Expr {
	body := k.bodyFunc()
	stmts := meant(body.Body.List[:len(body.Body.List)-len(opts.Outputs)])
	if len(stmts) == 0 {
		return nil
	}
	expr, ok := stmts[len(stmts)-1].(*ast.ExprStmt)
	if !ok {
		return nil
	}
	x := expr.X
	tv, known := k.info.Types[x]
	if !known || tv.IsVoid() || tv.Type == nil {
		return nil
	}
	if k.wrap(x, tv, opts) {
		return x
	}
	return nil
}

func (k *checker) bodyFunc() *ast.FuncDecl {
	for i, s := range k.files {
		if s.name != "body.go" {
			continue
		}
		for _, d := range k.parsed[i].Decls {
			if f, ok := d.(*ast.FuncDecl); ok {
				return f
			}
		}
	}
	panic("no body")
}

func (k *checker) wrap(x ast.Expr, tv types.TypeAndValue, opts Options) bool {
	call, isCall := ast.Unparen(x).(*ast.CallExpr)
	if isCall && k.prints(call) {
		return false
	}
	silent := opts.NoReturn || k.unit.Cell.Silent
	s, start := k.where(x.Pos())
	_, end := k.where(x.End())
	open := "goscore__.Value("
	if endsInError(tv.Type) {
		open = "goscore__.ValueOrError("
		if silent {
			open = "goscore__.Raise("
		}
	} else if silent {
		open = "goscore__.Ignore("
	}
	line, column := s.cell.Place(start - s.base)
	s.insert(start, open+lineDirective(0, line, column))
	s.insert(end, ")")
	return true
}

// prints reports whether a call is to fmt.Print or a relative of it: its result is
// not the cell's value.
func (k *checker) prints(call *ast.CallExpr) bool {
	sel, ok := ast.Unparen(call.Fun).(*ast.SelectorExpr)
	if !ok {
		return false
	}
	f, ok := k.info.Uses[sel.Sel].(*types.Func)
	return ok && f.Pkg() != nil && f.Pkg().Path() == "fmt" &&
		(strings.HasPrefix(f.Name(), "Print") || strings.HasPrefix(f.Name(), "Fprint"))
}

func endsInError(t types.Type) bool {
	if tuple, ok := t.(*types.Tuple); ok {
		if tuple.Len() == 0 {
			return false
		}
		t = tuple.At(tuple.Len() - 1).Type()
	}
	return types.Identical(t, types.Universe.Lookup("error").Type())
}

// checkOutputs checks that each -o names a variable at the top of the cell.
func (k *checker) checkOutputs(opts Options) {
	scope := k.info.Scopes[k.bodyFunc().Type]
	if len(opts.Outputs) > 0 { // errors of the generated lines would say less
		k.out.Errors = slices.DeleteFunc(k.out.Errors, func(d Diagnostic) bool { return d.Offset < 0 })
	}
	for _, o := range opts.Outputs {
		obj := k.pkg.Scope().Lookup(o)
		if scope != nil && scope.Lookup(o) != nil {
			obj = scope.Lookup(o)
		}
		switch obj.(type) {
		case *types.Var, *types.Const:
			continue
		case nil:
			k.outputMissing(o, scope)
		default:
			k.output(fmt.Sprintf("-o %s: %s is not a variable", o, o), "")
		}
	}
}

func (k *checker) outputMissing(o string, scope *types.Scope) {
	var have []string
	if scope != nil {
		have = scope.Names()
	}
	hint := ""
	if near := Nearest(o, have); near != "" {
		hint = "did you mean -o " + near + "?"
	}
	k.output(fmt.Sprintf("-o %s: the cell declares no variable %s at its top level", o, o), hint)
}

// output reports an error in -o.
func (k *checker) output(msg, hint string) {
	k.out.Errors = append(k.out.Errors, Diagnostic{Cell: k.unit.Cell, Offset: -1, Message: msg, Hint: hint})
}
