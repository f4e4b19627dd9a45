package builtin

import (
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// offered reads from compute's source the functions that cells are meant to use.
func offered(t *testing.T) map[string]*ast.FuncDecl {
	t.Helper()
	files, err := filepath.Glob("../../compute/*.go")
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]*ast.FuncDecl{}
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		f, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.ParseComments)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range f.Decls {
			if fn, ok := d.(*ast.FuncDecl); ok && fn.Recv == nil && fn.Doc != nil && strings.Contains(fn.Doc.List[len(fn.Doc.List)-1].Text, "//goscore:cell") {
				found[fn.Name.Name] = fn
			}
		}
	}
	return found
}

// inPython spells a name of Go as Python does.
func inPython(name string) string {
	var b strings.Builder
	for i, c := range name {
		if i > 0 && c >= 'A' && c <= 'Z' {
			b.WriteByte('_')
		}
		b.WriteRune(c)
	}
	return strings.ToLower(b.String())
}

// TestTableIsCompute compares the table with the functions of compute that it
// names: their parameters, and what their comments tell.
func TestTableIsCompute(t *testing.T) {
	functions := offered(t)
	for _, f := range table {
		fn, exists := functions[f.Name]
		if exists != (f.python != "") {
			t.Errorf("%s: cells have it: %v, and its name in Python is %q", f.Name, exists, f.python)
		}
		if !exists {
			continue
		}
		if strings.ReplaceAll(f.python, "_", "") != strings.ToLower(f.Name) {
			t.Errorf("%s is %s in Python", f.Name, f.python)
		}
		if !strings.HasPrefix(fn.Doc.Text(), f.Name+" ") || !strings.Contains(fn.Doc.Text(), ":\n") && !strings.Contains(fn.Doc.Text(), "\n\n") {
			t.Errorf("%s has the comment %q", f.Name, fn.Doc.Text())
		}
		generic := map[string]bool{}
		if fn.Type.TypeParams != nil {
			for _, field := range fn.Type.TypeParams.List {
				for _, name := range field.Names {
					generic["[]"+name.Name] = true
				}
			}
		}
		takes := f.Params[:len(f.Params)-len(f.rest)]
		var names, goTypes []string
		for _, field := range fn.Type.Params.List {
			for _, name := range field.Names {
				names, goTypes = append(names, inPython(name.Name)), append(goTypes, types.ExprString(field.Type))
			}
		}
		if len(names) != len(takes) {
			t.Errorf("%s takes %v, and the table says %v", f.Name, names, takes)
			continue
		}
		for i, p := range takes {
			if names[i] != p.Name {
				t.Errorf("%s: parameter %d is %s, and the table says %s", f.Name, i, names[i], p.Name)
			}
			want := []string{kinds[p.Kind].elem}
			switch p.Kind {
			case Numbers, Values, NumberList:
				want = nil
			}
			if want == nil && !generic[goTypes[i]] || want != nil && !slices.Contains(want, goTypes[i]) {
				t.Errorf("%s: %s is of type %s, and the table says %s", f.Name, p.Name, goTypes[i], kinds[p.Kind].elem)
			}
		}
	}
	makers := []string{"NewColumn", "Nullable", "NewDecimal", "ParseDecimal"} // of values, which Python makes its own way
	for name := range functions {
		if _, ok := Lookup(name); !ok && !slices.Contains(makers, name) {
			t.Errorf("cells have %s, and the table does not", name)
		}
	}
}

// TestInfos looks at what Python is told.
func TestInfos(t *testing.T) {
	infos := Infos()
	if len(infos) != len(table) {
		t.Fatalf("%d of %d functions are described", len(infos), len(table))
	}
	for i, info := range infos {
		if info.Builtin != table[i].Name || len(info.Params) != len(table[i].Params) {
			t.Errorf("%s is described as %s", table[i].Name, info.Builtin)
		}
		if grouped := slices.Contains(info.Options, "by"); grouped != table[i].grouped || grouped != slices.Contains(info.Options, "dropna") {
			t.Errorf("%s has the options %v", info.Builtin, info.Options)
		}
		if slices.Contains(info.Options, "errors") != info.Error {
			t.Errorf("%s has the options %v, and an error: %v", info.Builtin, info.Options, info.Error)
		}
	}
}
