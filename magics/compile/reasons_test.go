package compile

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
)

// reasonsOf compiles F of a cell to be profiled, and returns the reasons as "line: text".
func reasonsOf(t *testing.T, b *Builder, cell string) (out []string) {
	t.Helper()
	p, _, err := b.BuildCall(context.Background(), Call{Sources: []Source{{Cell: "In[1]", Text: "\n" + cell}}, Function: "F", Profile: true}, false)
	if err != nil {
		t.Fatalf("%v\n%s", err, cell)
	}
	for _, r := range p.Reasons {
		out = append(out, fmt.Sprintf("%d: %s", r.Line, r.Text))
	}
	return out
}

// TestReasons sees what is said of lines, and that the remedy for a check of an index
// removes it.
func TestReasons(t *testing.T) {
	b := builder(t)
	const checked = "the index is checked each time, since the compiler cannot see that it is in range"
	for _, test := range []struct{ cell, want, remedy string }{
		{"func F(v, w []float64) float64 {\n\ts := 0.0\n\tfor i := range v {\n\t\ts += w[i]\n\t}\n\treturn s\n}", "5: w[i]: " + checked, "w = w[:len(v)]"},
		{"func F(v, w []float64) float64 {\n\ts := 0.0\n\tfor i := range v {\n\t\tfor range 3 {\n\t\t\ts += w[i]\n\t\t}\n\t}\n\treturn s\n}", "6: w[i]: " + checked, "w = w[:len(v)]"},
		{"func F(v, w []float64) float64 {\n\ts := 0.0\n\tfor i := 0; i < len(v); i++ {\n\t\ts += w[i]\n\t}\n\treturn s\n}", "5: w[i]: " + checked, "w = w[:len(v)]"},
		{"func F(v []float64, n int) float64 {\n\ts := 0.0\n\tfor i := range n {\n\t\ts += v[i]\n\t}\n\treturn s\n}", "5: v[i]: " + checked, "v = v[:n]"},
		{"func F(v []float64) float64 {\n\tn := len(v) / 2\n\ts := 0.0\n\tfor i := range n {\n\t\ts += v[2*i]\n\t}\n\treturn s\n}", "6: v[2*i]: " + checked, ""},
		{"func F(v []float64, w []int) float64 {\n\ts := 0.0\n\tfor i, k := range w {\n\t\ts += v[k] * float64(i)\n\t}\n\treturn s\n}", "5: v[k]: " + checked, ""},
		{"func F(v []float64) []float64 {\n\treturn v[2:5]\n}", "3: v[2:5]: " + checked, ""},
		{"func G(x int) *int {\n\ty := x\n\treturn &y\n}\nfunc F(v []int) int {\n\tkept = G(v[0])\n\treturn *kept\n}\nvar kept *int", "3: y is allocated on the heap: it is returned", ""},
		{"type p struct{ a int }\nvar kept *p\nfunc F(x int) int {\n\tkept = &p{x}\n\treturn kept.a\n}", "5: &p{...} is allocated on the heap: a variable that outlives the function has it", ""},
		{"func F(x float64) string {\n\treturn fmt.Sprint(x)\n}", "3: x is allocated on the heap: it becomes an interface", ""},
		{"func F(a, b string) string {\n\treturn a + b\n}", "3: a + b is allocated on the heap: each + makes a new string", ""},
		{"func G(n int) int {\n\tif n < 2 {\n\t\treturn n\n\t}\n\treturn G(n-1) + G(n-2)\n}\nfunc F(n int) int {\n\treturn G(n)\n}", "9: the call of G is not inlined: ", ""},
	} {
		said := reasonsOf(t, b, test.cell)
		at := slices.IndexFunc(said, func(s string) bool { return strings.HasPrefix(s, test.want) })
		if at < 0 {
			t.Errorf("%s\nsays %q, want %q", test.cell, said, test.want)
			continue
		}
		_, remedy, _ := strings.Cut(said[at], "`")
		remedy, _, _ = strings.Cut(remedy, "`")
		if remedy != test.remedy {
			t.Errorf("%s\nremedy %q, want %q", test.cell, remedy, test.remedy)
		}
		if remedy == "" {
			continue
		}
		better := strings.Replace(test.cell, "\tfor ", "\t"+remedy+"\n\tfor ", 1)
		for _, s := range reasonsOf(t, b, better) {
			if strings.Contains(s, "[i]: ") {
				t.Errorf("%s\nstill says %q", better, s)
			}
		}
	}
}

// TestSamplingIsLinkedWhenAskedFor sees that other programs do not have it.
func TestSamplingIsLinkedWhenAskedFor(t *testing.T) {
	b := builder(t)
	for _, asked := range []bool{false, true} {
		call := Call{Sources: []Source{{Cell: "In[1]", Text: "func F(x float64) float64 { return x + 7 }"}}, Function: "F", Profile: asked}
		p, _, err := b.BuildCall(context.Background(), call, false)
		if err != nil {
			t.Fatal(err)
		}
		text, err := os.ReadFile(p.Path)
		if err != nil {
			t.Fatal(err)
		}
		if has := bytes.Contains(text, []byte("runtime/pprof.StartCPUProfile")); has != asked || p.Profile != asked {
			t.Errorf("asked %v: linked %v, the program says %v", asked, has, p.Profile)
		}
	}
}
