package compile_test

import (
	"context"
	"os"
	"testing"

	"goscore/magics/compile"
)

// nothing is what a first cell knows.
type nothing struct{}

func (nothing) Decls(string) []*compile.Decl { return nil }
func (nothing) Import(string) string         { return "" }
func (nothing) Initial() []*compile.Decl     { return nil }
func (nothing) Held(string) bool             { return false }
func (nothing) Gets(string) []string         { return nil }

func TestBuild(t *testing.T) {
	b := &compile.Builder{Source: os.DirFS("../..")}
	build := func(text string, outputs ...string) (*compile.Program, error) {
		t.Helper()
		c, diags := compile.Parse("In[1]", text)
		if diags != nil {
			return nil, diags
		}
		return b.Build(context.Background(), compile.NewUnit(c, nothing{}), compile.Options{Outputs: outputs, Force: true})
	}
	check := func(want string, text string, outputs ...string) {
		t.Helper()
		p, err := build(text, outputs...)
		got := ""
		if err != nil {
			got = err.Error()
		} else {
			got = p.Warnings.Error()
		}
		if got != want {
			t.Errorf("%s\ngot:\n%s\nwant:\n%s", text, got, want)
		}
	}
	check("", "x := 1\nfmt.Println(math.Sqrt(2), x)")
	check("", "type P struct{ X int }\nfunc (p P) Twice() int { return 2 * p.X }\np := P{2}\np.Twice()")
	check("In[1], line 1: declared and not used: x\n   1 | x := 1\n     | ^", "x := 1\nfmt.Println(2)")
	check("In[1], line 3: undefined: mth\n   3 | mth.Sqrt(2)\n     | ^\n  hint: did you mean math?", "x := 1\n_ = x\nmth.Sqrt(2)")
	check("-o y: the cell declares no variable y at its top level", "x := 1\n_ = x", "y")
}
