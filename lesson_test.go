package main

import (
	"encoding/json"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// TestExercisesNeedNothingNew parses the solutions: every construct in them is in the lesson
// or on the page for users of pandas.
func TestExercisesNeedNothingNew(t *testing.T) {
	known := map[string]bool{}
	for _, cell := range goCells(t, "notebooks/lesson.ipynb") {
		learn(known, parsed(t, cell))
	}
	page, err := os.ReadFile("docs/questions/go-for-pandas-users.md")
	if err != nil {
		t.Fatal(err)
	}
	rows := regexp.MustCompile("(?m)^\\| `[^`]+` \\| `([^`]+)` \\|$").FindAllStringSubmatch(string(page), -1)
	if len(rows) < 40 {
		t.Errorf("the page has %d rows", len(rows))
	}
	for _, row := range rows {
		learn(known, parsed(t, "func _() { "+row[1]+"\n}"))
	}
	solutions := goCells(t, "notebooks/solutions.ipynb")
	if len(solutions) != 8 {
		t.Errorf("%d solutions, not 8", len(solutions))
	}
	for number, cell := range solutions {
		for _, one := range constructs(parsed(t, cell)) {
			if !known[one] {
				t.Errorf("exercise %d needs what was not shown: %s", number+1, one)
			}
		}
	}
}

func TestConstructs(t *testing.T) {
	base := constructs(parsed(t, `func F(a []float64) { x := strings.ToUpper("a") }`))
	news := func(body string, want ...string) {
		t.Helper()
		found := constructs(parsed(t, "func F(a []float64) { "+body+"\n}"))
		found = slices.DeleteFunc(found, func(one string) bool { return slices.Contains(base, one) })
		if !slices.Equal(found, want) {
			t.Errorf("%s: %q, want %q", body, found, want)
		}
	}
	news(`other := strings.ToUpper("strings.Title") // for x`)
	news(`x := strings.Title("a")`, "strings.Title")
	news(`for {}`, "for without a condition")
	news(`for a == a {}`, "==", "for with a condition")
	news(`for i := 0; i < 3; i++ {}`, "++", "<", "INT", "for in three parts")
	news(`for i := range a {}`, "range over indices")
	news(`for i := range 3 {}`, "INT", "range over a number")
	news(`for _, x := range a {}`, "_", "range over values")
	news(`for i, x := range a {}`, "range over both")
	news(`a, b := c, d`, "several :=")
	news(`a = append(a, b)`, "=", "append")
	news(`x := map[string]int{"a": b}`, "a value in braces", "int", "key: value", "map", "string")
	news(`x := *a`, "*T, or *x")
	news(`x := &a`, "& of one")
	news(`x := a[1:]`, "INT", "a[i:j]")
	news(`if a {} else if b {}`, "else if", "if")
	news(`if x := a; x {}`, "if with a statement")
	news(`switch {}`, "switch")
	news(`type T struct { A, B string }`, "string", "struct", "type")
	news(`return a, nil`, "nil", "return of 2")
	directive := constructs(parsed(t, "//goscore:scan init=0\nfunc F(a []float64) error { }"))
	if !slices.Contains(directive, "//goscore:scan") || !slices.Contains(directive, "error") {
		t.Errorf("a directive and a type of a result: %q", directive)
	}
}

// goCells returns the Go of a notebook's cells, with nbgrader's marks as comments.
func goCells(t *testing.T, path string) []string {
	var notebook struct{ Cells []struct{ Source []string } }
	text, err := os.ReadFile(path)
	if err == nil {
		err = json.Unmarshal(text, &notebook)
	}
	if err != nil {
		t.Fatal(err)
	}
	var found []string
	for _, cell := range notebook.Cells {
		if source, is := strings.CutPrefix(strings.Join(cell.Source, ""), "%%goscore"); is {
			found = append(found, strings.ReplaceAll(source[strings.Index(source, "\n"):], "###", "//"))
		}
	}
	return found
}

func parsed(t *testing.T, declarations string) *ast.File {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), "", "package p;"+declarations, parser.ParseComments)
	if err != nil {
		t.Fatalf("%s: %v", declarations, err)
	}
	return file
}

func learn(known map[string]bool, file *ast.File) {
	for _, one := range constructs(file) {
		known[one] = true
	}
}

// constructs names what a reader has to know to read a file: kinds of statements and expressions,
// operators, predeclared names, functions of packages and directives; not the file's own names.
func constructs(file *ast.File) []string {
	found := map[string]bool{}
	see := func(format string, values ...any) { found[fmt.Sprintf(format, values...)] = true }
	for _, group := range file.Comments {
		for _, comment := range group.List {
			if strings.HasPrefix(comment.Text, "//goscore:") {
				see("%s", strings.Fields(comment.Text)[0])
			}
		}
	}
	ast.Inspect(file, func(node ast.Node) bool {
		if name := construct(node); name != "" {
			see("%s", name)
		}
		return true
	})
	var names []string
	for name := range found {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// construct names what a node is beside its parts; the empty string where its parts say all.
func construct(node ast.Node) string {
	switch n := node.(type) {
	case *ast.Ident:
		if n.Name == "_" || types.Universe.Lookup(n.Name) != nil {
			return n.Name
		}
	case *ast.SelectorExpr:
		if from, is := n.X.(*ast.Ident); is && isPackage(from.Name) {
			return from.Name + "." + n.Sel.Name
		}
		return "a.b"
	case *ast.BasicLit:
		return n.Kind.String()
	case *ast.BinaryExpr:
		return n.Op.String()
	case *ast.UnaryExpr:
		return n.Op.String() + " of one"
	case *ast.IncDecStmt:
		return n.Tok.String()
	case *ast.AssignStmt:
		if len(n.Lhs) > 1 {
			return "several " + n.Tok.String()
		}
		return n.Tok.String()
	case *ast.BranchStmt:
		return n.Tok.String()
	case *ast.GenDecl:
		return n.Tok.String()
	case *ast.ReturnStmt:
		return fmt.Sprintf("return of %d", len(n.Results))
	case *ast.RangeStmt:
		return ranged(n)
	case *ast.ForStmt:
		return looped(n)
	case *ast.IfStmt:
		return chosen(n)
	case *ast.FuncDecl:
		if n.Recv != nil {
			return "a method"
		}
	default:
		return kinds[fmt.Sprintf("%T", node)]
	}
	return ""
}

// kinds are the nodes whose type says what they are.
var kinds = map[string]string{
	"*ast.ArrayType": "[]T", "*ast.MapType": "map", "*ast.StructType": "struct", "*ast.StarExpr": "*T, or *x",
	"*ast.InterfaceType": "interface", "*ast.ChanType": "chan", "*ast.Ellipsis": "...",
	"*ast.CompositeLit": "a value in braces", "*ast.KeyValueExpr": "key: value", "*ast.FuncLit": "a func as a value",
	"*ast.IndexExpr": "a[i]", "*ast.SliceExpr": "a[i:j]", "*ast.TypeAssertExpr": "x.(T)",
	"*ast.SwitchStmt": "switch", "*ast.TypeSwitchStmt": "switch of types", "*ast.SelectStmt": "select",
	"*ast.DeferStmt": "defer", "*ast.GoStmt": "go", "*ast.SendStmt": "<-", "*ast.LabeledStmt": "a label",
}

func ranged(n *ast.RangeStmt) string {
	_, number := n.X.(*ast.BasicLit)
	key, _ := n.Key.(*ast.Ident)
	switch {
	case number:
		return "range over a number"
	case key == nil:
		return "range without a variable"
	case n.Value == nil:
		return "range over indices"
	case key.Name == "_":
		return "range over values"
	}
	return "range over both"
}

func looped(n *ast.ForStmt) string {
	switch {
	case n.Init != nil || n.Post != nil:
		return "for in three parts"
	case n.Cond != nil:
		return "for with a condition"
	}
	return "for without a condition"
}

func chosen(n *ast.IfStmt) string {
	if n.Init != nil {
		return "if with a statement"
	}
	switch n.Else.(type) {
	case *ast.IfStmt:
		return "else if"
	case *ast.BlockStmt:
		return "else"
	}
	return "if"
}

// isPackage tells whether a cell of Go finds a package of the standard library by this name.
func isPackage(name string) bool {
	return slices.Contains(strings.Fields("cmp errors fmt maps math regexp slices sort strconv strings time utf8"), name)
}
