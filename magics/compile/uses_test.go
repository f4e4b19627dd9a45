package compile

import (
	"fmt"
	"strings"
	"testing"
)

// TestUses holds what is taken of a frame with the columns v, w and "a b", which
// is a_b in Go: plain columns, then those taken through goscore.Nullable, then
// those that may be meant.
func TestUses(t *testing.T) {
	inputs := []Input{{Name: "df", Kind: "frame", Columns: []Column{{Name: "v", Field: "v"}, {Name: "w", Field: "w"}, {Name: "a b", Field: "a_b"}}},
		{Name: "n", Kind: "value"}}
	check := func(want, text string, outputs ...string) {
		t.Helper()
		u := NewUnit(parsed(t, text), nobody{}).Uses(inputs, outputs)[0]
		got := fmt.Sprint(u.Plain, u.Nullable, u.Soft)
		if !u.Used {
			got = "unused"
		}
		if u.ByName {
			got += " by name"
		}
		for _, p := range u.Unknown {
			got += " unknown " + p.Name
		}
		if got = strings.TrimSpace(got); got != want {
			t.Errorf("%s\ngot  %s\nwant %s", text, got, want)
		}
	}
	check("unused", "n")
	check("unused", "// df.v")
	check("unused", `"df.v"`)
	check("[] [] []", "df.Len()")
	check("[0] [] []", "df.v")
	check("[0] [] []", "(df).v[0]")
	check("[0 2] [] []", "df.v[0] + df.a_b[1]")
	check("[0] [] []", "func() float64 { return df.v[0] }()")
	check("[0] [] []", "func f() float64 { return df.v[0] }\nf()")
	check("[] [] []", "df.none")
	check("[] [] [0]", "x := other\ndf.Len()\nx.v")
	check("unused", "df := 3\ndf") // a variable of the cell's
	check("unused", "func f(df int) int { return df }\nf(1)")
	check("unused", "type T struct { df int }\nT{df: 1}.df")

	// The whole frame, or under another name.
	check("[0 1 2] [] []", "df")
	check("[0 1 2] [] []", "fmt.Println(df)")
	check("[0 1 2] [] []", "", "df")
	check("[] [] [0 1 2]", "d := df\n_ = d")
	check("[1] [] [0 2]", "var d = df\nd.Len()\ndf.w")
	check("[] [] [0 1 2]", "p := &df\np.Len()")
	check("[0 1 2] [] []", "x := []any{df}\nx")

	// What a function takes of a parameter of the frame's type.
	check("[0] [] []", "func f(d Df) float64 { return d.v[0] }\nf(df)")
	check("[0] [] [1 2]", "func f(d *Df) float64 { return d.v[0] }\nf(&df)")
	check("[1] [] []", "f := func(d Df) int64 { return d.w[0] }\nf(df)")
	check("[0] [] []", "func (d Df) First() float64 { return d.v[0] }\ndf.First()")
	check("[0 1 2] [] []", "func f(d Df) Df { return d }\nf(df)")
	check("[0] [] []", "func g(d Df) float64 { return d.v[0] }\nfunc f(d Df) float64 { return g(d) }\nf(df)")
	check("[] [2] []", "func f(d Df) int { return goscore.Nullable[int](d, \"a b\").Len() }\nf(df)")
	check("[] [] [1]", "func f[T any](d T) { }\nvar x struct{ w int }\n_ = x.w\nf[Df](df)")

	check("[] [0] []", `goscore.Nullable[float64](df, "v")`)
	check("[] [2] []", `goscore.Nullable[float64](df, "a_b")`)
	check("[1] [0] []", "goscore.Nullable[float64](df, `v`)\ndf.w")
	check("[] [] [] unknown x", `goscore.Nullable[float64](df, "x")`)
	check("[] [] [] by name", `name := "v"; goscore.Nullable[float64](df, name)`)
	check("[] [] []", `df["v"]`) // which Go refuses
}

// TestFree lists the names that Python may have.
func TestFree(t *testing.T) {
	check := func(want, text string, inputs ...string) {
		t.Helper()
		var got []string
		for _, p := range NewUnit(parsed(t, text), nobody{}).Free(inputs) {
			got = append(got, p.Name)
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%s\ngot  %s\nwant %s", text, got, want)
		}
	}
	check("df", "df.v")
	check("", "df.v", "df")
	check("", "math.Sqrt(2); fmt.Println(len([]int{1}), true, nil)")
	check("math", "math") // no package without a selector
	check("x", "x.y()")
	check("", "x := 1; x")
	check("", "f := 1\nfunc g() {}\ntype T struct{ a int }\n_ = T{a: f}\ng()")
	check("b", "func g() int { return b }")
	check("", "import str \"strings\"\nstr.ToUpper(\"a\")")
	check("", "here:\nfor { break here }")
	check("y", "map[string]int{\"a\": y}")
	check("", "for i := range 3 { if j := i; j > 1 { _ = j } }")
}

// TestVariables holds what outputs may name.
func TestVariables(t *testing.T) {
	check := func(want, text string) {
		t.Helper()
		if got := strings.Join(parsed(t, text).Variables(), " "); got != want {
			t.Errorf("%s\ngot  %s\nwant %s", text, got, want)
		}
	}
	check("", "1 + 1")
	check("a b c", "a, _ := 1, 2\nvar b, c int\nfor d := range 3 { _ = d }")
	check("", "func f() int { a := 1; return a }\ntype T int")
	check("shared", "var shared = 1\nfunc f() int { return shared }")
	check("top", "const top = 3\nfunc f() int { return top }")
}
