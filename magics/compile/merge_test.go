package compile

import (
	"slices"
	"strings"
	"testing"
)

// TestMerges sees which function combines the partial results of F, or why none does.
func TestMerges(t *testing.T) {
	const (
		sum  = "func F(v []float64) float64 { return float64(len(v)) }\n"
		kept = "type S struct{ N int }\nfunc F(v []float64) S { return S{len(v)} }\n"
	)
	b := builder(t)
	for _, test := range []struct{ cell, function, reason string }{
		{sum, "", ""},
		{sum + "func MergeF(a, b float64) float64 { return a + b }", "MergeF", ""},
		{sum + "func Merge(a, b float64) float64 { return a + b }", "Merge", ""},
		{sum + "func Merge(a, b float64) float64 { return a }\nfunc MergeF(a, b float64) float64 { return b }", "MergeF", ""},
		{sum + "func Merge(a, b int) int { return a }", "Merge", "Merge is func(a int, b int) int: write func MergeF(a, b float64) float64"},
		{sum + "func MergeF(a float64) float64 { return a }", "MergeF", "MergeF is func(a float64) float64, and has to be func(a, b float64) float64"},
		{sum + "func MergeF(a ...float64) float64 { return a[0] }", "MergeF", "and has to be func(a, b float64) float64"},
		{sum + "func MergeF[T any](a, b T) T { return a }", "MergeF", "and has to be func(a, b float64) float64"},
		{sum + "func MergeF(a, b float64) (float64, error) { return a, nil }", "MergeF", "and has to be func(a, b float64) float64"},
		{sum + "func G(v []float64) float64 { return 0 }\nfunc Merge(a, b float64) float64 { return a }", "Merge",
			"Merge could combine results of F and of G, both float64: write MergeF and MergeG in its place"},
		{sum + "func G(v []float64) float64 { return 0 }\nfunc MergeG(a, b float64) float64 { return a }\nfunc Merge(a, b float64) float64 { return a }", "Merge", ""},
		{kept + "func G(v []float64) S { return S{} }\nfunc Merge(a, b S) S { return a }", "Merge", ""},
		{"type S struct{ N int }\nfunc (s S) Merge(b S) S { return s }\nfunc F(v []float64) S { return S{} }", "", ""},
		{"func F(v []float64) (int, error) { return 0, nil }\nfunc Merge(a, b int) int { return a }", "Merge", "the last result of F is an error, which cannot be combined"},
		{"func F(v []float64) (int, int) { return 0, 0 }\nfunc MergeF(a, b int) int { return a }", "MergeF", "has to be func(a, b S) S, where F gives one S"},
		{"func F(v []float64) *float64 { return nil }\nfunc MergeF(a, b *float64) *float64 { return a }", "MergeF", ""},
		{"type S struct{ N int }\nfunc F(v []float64) *S { return nil }\nfunc MergeF(a, b *S) *S { return a }", "MergeF", "a pointer to a struct: give the struct itself"},
		{"type S struct{ n int }\nfunc F(v []float64) S { return S{} }\nfunc Merge(a, b S) S { return a }", "Merge", "the field n of S is not exported"},
		{"type S struct{ N [4]int }\nfunc F(v []float64) S { return S{} }\nfunc Merge(a, b S) S { return a }", "Merge", "the field N of S is an array: take a slice, []int"},
		{"type T struct{ N int }\ntype S struct{ T }\nfunc F(v []float64) S { return S{} }\nfunc Merge(a, b S) S { return a }", "Merge", "the field T of S is embedded"},
		{"type T struct{ n int }\ntype S struct{ Of []T }\nfunc F(v []float64) S { return S{} }\nfunc Merge(a, b S) S { return a }", "Merge", "the field n of T is not exported"},
	} {
		functions, _ := declared(t, b, test.cell)
		f := functions[slices.IndexFunc(functions, func(f Function) bool { return f.Name == "F" })]
		switch m := f.Merge; {
		case m == nil && test.function == "":
		case m == nil:
			t.Errorf("%s\nnothing combines results of F, want %s", test.cell, test.function)
		case m.Function != test.function || !strings.Contains(m.Reason, test.reason) || (m.Reason == "") != (test.reason == ""):
			t.Errorf("%s\n%s combines results of F, reason %q; want %q, %q", test.cell, m.Function, m.Reason, test.function, test.reason)
		}
	}
}

// TestMergesAreNamed sees that what combines says whose results.
func TestMergesAreNamed(t *testing.T) {
	functions, _ := declared(t, builder(t), `
type S struct{ N int }
func F(v []float64) S { return S{} }
func G(v []float64) S { return S{} }
func H(v []float64) S { return S{} }
func Merge(a, b S) S { return a }
func MergeH(a, b S) S { return a }
`)
	want := map[string][]string{"Merge": {"F", "G"}, "MergeH": {"H"}}
	for _, f := range functions {
		if !slices.Equal(f.Merges, want[f.Name]) {
			t.Errorf("%s combines results of %v, want %v", f.Name, f.Merges, want[f.Name])
		}
	}
}

// TestReduction builds the program that combines a column of partial results.
func TestReduction(t *testing.T) {
	b := builder(t)
	sources := []Source{{Cell: "In[1]", Text: "func MergeF(a, b float64) float64 { return a + b }\n"}}
	for _, grouped := range []bool{false, true} {
		p, _, err := b.BuildCall(t.Context(), Call{Sources: sources, Function: "MergeF", Depths: []int{0}, Grouped: grouped, Merge: true}, false)
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(p.Source, "MergeF__all(p0.V") {
			t.Errorf("with keys %v nothing calls MergeF on a column:\n%s", grouped, p.Source)
		}
	}
}
