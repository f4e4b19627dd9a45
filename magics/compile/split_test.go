package compile

import (
	"fmt"
	"runtime"
	"strings"
	"testing"
)

// outline describes how a cell was taken apart.
func outline(c *Cell) string {
	var parts []string
	for _, i := range c.Imports {
		parts = append(parts, strings.Join(strings.Fields("import "+i.Name+" "+i.Path), " "))
	}
	for _, d := range c.Decls {
		parts = append(parts, d.Kind.String()+" "+d.Key())
	}
	for _, d := range c.Local {
		parts = append(parts, "local "+d.Key())
	}
	parts = append(parts, fmt.Sprint(len(c.Body.Stmts), " statements"))
	if c.Silent {
		parts = append(parts, "silent")
	}
	return strings.Join(parts, "; ")
}

func TestParse(t *testing.T) {
	check := func(want, text string) {
		t.Helper()
		c, diags := Parse("In[1]", text)
		got := diags.Error()
		if diags == nil {
			got = outline(c)
		}
		if got != want {
			t.Errorf("%s\ngot  %s\nwant %s", text, got, want)
		}
	}
	check("0 statements", "")
	check("0 statements", "// nothing")
	check("func F; 0 statements", "func F() int {\n\t### BEGIN SOLUTION\n\treturn 1\n\t### END SOLUTION\n}")
	check("func F; 1 statements", "func F() {}\nF()")
	check("func F; 1 statements", "F()\nfunc F() {}")
	check("1 statements", "func() {}()")
	check("1 statements", "func(n int) {}(3)")
	check("func T.M; 0 statements", "func (t T) M() {}")
	check("func T.M; 0 statements", "func (t *T) M() {}")
	check("func T.M; 0 statements", "func (t *T[K, V]) M() {}")
	check("func T.M; 0 statements", "func (T) M() {}")
	check("1 statements", "func(x int) []int { return nil }(3)")
	check("1 statements", "func(x int) T[int] { return T[int]{} }(3)")
	if Newer(runtime.Version(), "go1.26") {
		check("func T.M; 0 statements", "func (t T) M[K any, V []K](v V) K { return v[0] }")
	} else {
		check("In[1], line 1: method must have no type parameters\n   1 | func (t T) M[K any](v K) {}\n     |             ^", "func (t T) M[K any](v K) {}")
	}
	check("1 statements", "func(f func(int) int) int { return f(1) }(func(n int) int { return n })")
	check("type T; const A,B; 0 statements", "type T struct{ a int; b int }\nconst ( A = iota; B )")
	check("import math; import str strings; import _ time; 0 statements", "import ( \"math\"; str \"strings\" )\nimport _ \"time\"")
	check("1 statements", "package main\nx := 1")
	check("func F; 1 statements; silent", "func F() int { return 1 }\nF();")
	check("1 statements; silent", "F(); // comment")
	check("1 statements; silent", "for i := 0; i < 3; i++ { }\n ;")
	check("3 statements", "x := 0; for i := 0; i < 3; i++ { var y = 1; _ = y }; x")
	check("2 statements", "if x := 1; x > 0 { type T int; var t T; _ = t }\nswitch y := 2; y { case 1: const c = 1 }")
	check("func F; func G; 0 statements", "func F() { for { } }; func G() { }")

	// A variable is the statements' own where only those below it name it.
	check("local v; 2 statements", "var v = 1\nfmt.Println(v)")
	check("var v; 0 statements", "var v = 1")
	check("var v; 1 statements", "fmt.Println(v)\nvar v = 1")
	check("var v; func F; 1 statements", "var v = 1\nfunc F() int { return v }\nv")
	check("local v; 3 statements", "n := 1\nvar v = n\nv")
	check("local v; 2 statements", "n := 1\nvar v = n")
	check("var a; var b; func F; 1 statements", "var a = 1\nvar b = a\nfunc F() int { return b }\nb")
	check("var a; local b; 2 statements", "var a = 1\nvar b = a\nb")
}

// TestDoc sees that the comment above a declaration belongs to it, and no other.
func TestDoc(t *testing.T) {
	check := func(want, text string) {
		t.Helper()
		c, diags := Parse("", text)
		if diags != nil {
			t.Fatal(diags)
		}
		if got := c.Text[c.Decls[0].Start:c.Decls[0].End]; got != want {
			t.Errorf("%q\ngot  %q\nwant %q", text, got, want)
		}
	}
	check("// F is it.\nfunc F() {}", "x := 1 // not this\n// F is it.\nfunc F() {}\n")
	check("func F() {}", "// apart\n\nfunc F() {}\n")
	check("/* a */ func F() {}", "/* a */ func F() {}\n")
	check("//goscore:scan\nfunc F() {}", "// apart\n\n//goscore:scan\nfunc F() {}\n")
	check("func F() {}", "x := 1 // behind\nfunc F() {}\n")
}

func TestCompleteness(t *testing.T) {
	check := func(want State, texts ...string) {
		t.Helper()
		for _, text := range texts {
			if got := Completeness(text); got != want {
				t.Errorf("Completeness(%q) = %d, want %d", text, got, want)
			}
		}
	}
	check(Complete, "", "x := 1", "func f() {\n}", "// c", "'a'")
	check(Incomplete, "func f() {", "fmt.Println(", "x := []int{1,\n", "s := `abc", "/* abc", "x :=", "if x > 1 {\n} else {", "func (", "x := 1 +")
	check(Invalid, "x := := 1", "}", "fmt.Println())", "if x > 1 }", "'text'")
}

// TestNoGo sees that what is no Go at all has few errors, however long it is.
func TestNoGo(t *testing.T) {
	for _, line := range []string{"#\n", "'text'\n", "var x = 1 2\n", "//goscore:scna\n", "\x00", "func f( {\n", ")\n"} {
		_, diags := Parse("In[1]", strings.Repeat(line, 5000))
		if len(diags) == 0 || len(diags) > maxFaults {
			t.Errorf("%q has %d errors", line, len(diags))
		}
	}
}

// FuzzParse sees that any text is parsed or refused, and that all places lie in it.
func FuzzParse(f *testing.F) {
	for _, s := range []string{
		"x := 1", "func (t T) M() {}", "func(", "for i := 0; i < 3; i++ {\nvar x = 1 }", "var x = x", "type T struct{", "}\nfunc f() {",
		"//line x:1\n/*line y:2:3*/x", "import (\n\"a\"\nb \"c\"\n)", "package p;", "\ufeffx\r\n", "`", "'", "if x := 1; x > 0 { }", "const ( a = iota; b )",
		"{ [ ( ", "func f[T any](x T) {}", "var (a = 1; b = a)\nb", "x;;", "goto a\na:", "\x00", "func () m() {}", "func (a, b) c() {}", "var ()", "type ()",
		"import \"C\"", "func (p ((*T))) m() {}", "select { case x := <-c: }", "a.b.c[d](e...)", "/**/func/**/f/**/(/**/)/**/{}",
	} {
		f.Add(s)
	}
	for _, s := range cellsOf(f) {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		c, diags := Parse("In[1]", text)
		Completeness(text)
		if kind, at := Open(text); at < 0 || at > len(text) {
			t.Errorf("%v is open at %d of %d", kind, at, len(text))
		}
		if len(c.code) != len(c.Text) {
			t.Fatal("the code is not as long as the text")
		}
		lines := strings.Count(c.Text, "\n") + 1
		for _, d := range diags {
			if d.Offset < 0 || d.Offset > len(c.Text) {
				t.Errorf("offset %d of %d", d.Offset, len(c.Text))
			}
			if line, column := d.Place(); line < 1 || line > lines || c.offset(line, column) != d.Offset {
				t.Errorf("offset %d is line %d of %d, column %d", d.Offset, line, lines, column)
			}
		}
		if len(diags) > 2*maxFaults {
			t.Errorf("%d errors", len(diags))
		}
		if diags != nil {
			_ = diags.Error()
			return
		}
		for _, d := range append(c.Decls, c.Local...) {
			if d.Start < 0 || d.End < d.Start || d.End > len(c.Text) {
				t.Errorf("span %d:%d of %d", d.Start, d.End, len(c.Text))
			}
			for _, n := range d.Names {
				if at := d.offsetOf(n); c.Text[at:at+len(n)] != n {
					t.Errorf("%s is not at %d", n, at)
				}
			}
		}
		if len(c.Body.Text) != len(c.Text) {
			t.Error("the body is not as long as the text")
		}
		u := NewUnit(c, nobody{})
		u.Uses([]Input{{Name: "df", Kind: "frame", Columns: []Column{{Name: "v", Field: "v"}}}}, nil)
		for _, p := range u.Free(nil) {
			if p.Cell != c || !strings.HasPrefix(c.Text[p.Offset:], p.Name) {
				t.Errorf("%s is not at %d", p.Name, p.Offset)
			}
		}
	})
}

// nobody is a session without declarations.
type nobody struct{}

func (nobody) Decls(string) []*Decl { return nil }
func (nobody) Import(string) string { return "" }
func (nobody) Initial() []*Decl     { return nil }
func (nobody) Held(string) bool     { return false }
func (nobody) Gets(string) []string { return nil }
