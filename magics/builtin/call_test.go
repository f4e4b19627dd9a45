package builtin

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"goscore/magics/frame"
	"goscore/magics/protocol"
)

// calling is one call from Python in a test.
type calling struct {
	name        string
	args        []any // slices, and one number or string
	by          []any
	keepMissing bool
	errors      string
}

// called runs a call in a new place.
func called(t testing.TB, p *Place, c calling) (*Call, any, error) {
	t.Helper()
	f, ok := Lookup(c.name)
	if !ok {
		t.Fatalf("no function %s", c.name)
	}
	labelled := func(values []any, label string) (out []Argument) {
		for i, v := range values {
			switch x := v.(type) {
			case float64:
				v = []float64{x}
			case int:
				v = []int64{int64(x)}
			case string:
				v = []string{x}
			}
			out = append(out, Argument{Array: arrayOf(t, p, v), Label: fmt.Sprintf("%s%d", label, i)})
		}
		return out
	}
	call := &Call{Function: f, Place: p, FromPython: true, Errors: c.errors}
	v, err := call.RunOn(labelled(c.args, "p"), labelled(c.by, "k"), c.keepMissing)
	return call, v, err
}

// result words what a call gives, or its error.
func result(t testing.TB, p *Place, v any, err error) string {
	t.Helper()
	if err != nil {
		return err.Error()
	}
	res, err := p.Result(v)
	if err != nil {
		t.Fatal(err)
	}
	if res.Kind == "none" {
		return "none"
	}
	return strings.Join(append([]string{res.Go}, shown(t, p, res.Array)...), " ")
}

// checker gives a function that checks calls from Python.
func checker(t *testing.T) func(want string, c calling) {
	return func(want string, c calling) {
		t.Helper()
		p := newPlace(t)
		defer p.Results.Close()
		call, v, err := called(t, p, c)
		got := result(t, p, v, err)
		if call.First != nil {
			got += "; first " + strings.Join(shown(t, p, call.First.Array), " ")
		}
		if got != want {
			t.Errorf("%s(%v) by %v: %s, want %s", c.name, c.args, c.by, got, want)
		}
	}
}

func TestColumns(t *testing.T) {
	check := checker(t)
	of := func(name string, want string, args ...any) {
		t.Helper()
		check(want, calling{name: name, args: args})
	}
	of("WeightedSum", "float64 14", []float64{1, 2, 3}, []int64{1, 2, 3})
	of("WeightedSum", "float64 0", []float64{}, []float64{})
	of("WeightedSum", "the columns differ in length: 2 and 1 rows", []float64{1, 2}, []float64{1})
	of("WeightedMean", "float64 2.5", []float64{1, 3}, []float64{1, 3})
	of("Ewma", "[]float64 2 3 3.5", []float64{2, 4, 4}, 0.5)
	of("Ewma", "[]float64", []float64{}, 0.5)
	of("Ewma", "p1 takes one number", []float64{1}, "fast")
	of("ZScore", "[]float64 -1.22474 0 1.22474", []float64{1, 2, 3}) // numpy 2.4: (v - v.mean()) / v.std()
	of("ZScore", "p0: a column of string is not one of numbers", []string{"a"})
	of("Rolling", "[]float64 null 3 5", []float64{1, 2, 3}, 2, "sum", 2)
	of("Rolling", "[]float64 1 1.5 2.5", []float64{1, 2, 3}, 2, "mean", 1)
	of("Rolling", "p1 takes one whole number", []float64{1, 2, 3}, 1.5, "mean", 1)
	of("Rolling", "p2 takes one string", []float64{1, 2, 3}, 2, 7, 1)
	of("Bucketize", "[]int64 0 1 1 2", []float64{-1, 0, 9.5, 10}, []float64{0, 10}) // numpy 2.4: digitize
	of("HashEncode", "p0: a column of bool is not one of strings or numbers", &frame.Array{Type: "b", Length: 0, Buffers: []*frame.Range{nil, nil}}, 8)
	of("ParseNumber", "[]float64 1.5 -2", []string{"1.5", "-2"}, "", "")
	of("ParseNumber", "[]float64 1234.5", []string{"1.234,5"}, ",", ".")
	of("ParseNumber", `decimal and thousands are both '.'`, []string{"1"}, ".", ".")
	of("ParseNumber", `decimal is "ab", not one character that has no other meaning in a number`, []string{"1"}, "ab", "")
	of("ParseNumber", `thousands is "3", not one character that has no other meaning in a number`, []string{"1"}, "", "3")
	of("ParseNumber", `decimal is "e", not one character that has no other meaning in a number`, []string{"1"}, "e", "")
	of("ParseNumber", `thousands is "−", not one character that has no other meaning in a number`, []string{"1"}, "", "−")
	of("ParseTimestamp", "[]time.Time 0 86400000000000", []string{"1970-01-01", "1970-01-02"}, "", "UTC", "", "")
	of("ParseTimestamp", "[]time.Time null 1730606400000000000", []string{"2024-03-10 02:15", "2024-11-03 00:00"}, "", "America/New_York", "", "NaT")
	of("ParseTimestamp", "[]time.Time 1730611800000000000", []string{"2024-11-03 01:30"}, "", "America/New_York", "first", "")
	of("ParseTimestamp", "tz: unknown time zone Nowhere/Land", []string{"1970-01-01"}, "", "Nowhere/Land", "", "")
}

func TestRules(t *testing.T) {
	check := checker(t)
	rows := func(name, want string, args ...any) {
		t.Helper()
		check(strings.TrimRight("[]int64 "+want, " "), calling{name: name, args: args})
	}
	rows("RowsMissing", "", []float64{1, 2})
	rows("RowsOutside", "0 3", []float64{-1, 0, 1, 2}, []float64{0, 1})
	rows("RowsOutside", "0", []string{"a", "b"}, []string{"b", "c"})
	rows("RowsOutside", "0 2", []int64{1<<53 - 1, 1 << 53, 1<<53 + 1}, []string{"9007199254740991.5", "9007199254740992"})
	rows("RowsNotIn", "1", []int64{1, 7, 2}, []float64{1, 2})
	rows("RowsNotIn", "1", []string{"a", "z", "b"}, []string{"a", "b"})
	rows("RowsNotIn", "0 1", []string{"a", "z"}, []float64{})
	rows("RowsNotMatching", "1", []string{"aa", "b"}, "a+")
	check("the column holds strings, and what is allowed are numbers", calling{name: "RowsNotIn", args: []any{[]string{"a"}, []float64{1}}})
	check("the column holds numbers, and what is allowed are strings", calling{name: "RowsNotIn", args: []any{[]float64{1}, []string{"a"}}})
	check("by= is missing", calling{name: "RowsRepeated", args: []any{[]float64{1}}})
	check("[]int64 0 2", calling{name: "RowsRepeated", args: []any{[]float64{1, 2, 3}}, by: []any{[]int64{5, 6, 5}}})

	p := newPlace(t)
	for rows, want := range map[string][]int{"1 3": {1, 3}, "0": {0}, "": nil} {
		_, v, err := called(t, p, calling{name: "RowsMissing", args: []any{withNulls(t, p, []float64{1, 2, 3, 4}, want...)}})
		if got := result(t, p, v, err); got != strings.TrimRight("[]int64 "+rows, " ") {
			t.Errorf("missing %v: %s", want, got)
		}
	}
	_, v, err := called(t, p, calling{name: "RowsMissing", args: []any{&frame.Array{Type: "n", Length: 2, Nulls: 2}}})
	if got := result(t, p, v, err); got != "[]int64 0 1" {
		t.Errorf("of a column without values: %s", got)
	}
}

// TestGroups runs functions on each group by itself.
func TestGroups(t *testing.T) {
	check := checker(t)
	v, k := []float64{1, 2, 3, 4}, []string{"b", "a", "b", "a"}
	by := func(name, want string, keys []any, args ...any) {
		t.Helper()
		check(want, calling{name: name, args: args, by: keys})
	}
	by("WeightedSum", "[]float64 6 4; first 1 0", []any{k}, v, []float64{1, 1, 1, 1})
	by("WeightedMean", "[]float64 3 2; first 1 0", []any{k}, v, []float64{1, 1, 1, 1})
	by("WeightedSum", "[]float64 2 1 7; first 1 0 2", []any{[]int64{1, 1, 2, 2}, []string{"b", "a", "c", "c"}}, v, []float64{1, 1, 1, 1})
	by("Ewma", "[]float64 1 2 2 3", []any{k}, v, 0.5)
	by("ZScore", "[]float64 -1 -1 1 1", []any{k}, v)
	by("Rolling", "[]float64 null null 4 6", []any{k}, v, 2, "sum", 2)
	by("WeightedSum", "k0 has 1 row, and the columns 4", []any{[]int64{1}}, v, v)
	by("WeightedSum", "by=: a column of fixed-size binary: convert the column to binary first cannot be keys: group by integers, floats, strings, times or booleans",
		[]any{&frame.Array{Type: "w:16", Length: 4}}, v, v)
	by("WeightedSum", "by=: categories cannot be keys: pass their codes", []any{&frame.Array{Type: "c", Length: 4, Dictionary: &frame.Array{Type: "u"}}}, v, v)
}

// TestGroupsMissing drops the group whose key is missing, or keeps it.
func TestGroupsMissing(t *testing.T) {
	p := newPlace(t)
	for keep, want := range map[bool]string{false: "[]float64 5", true: "[]float64 5 2"} {
		_, v, err := called(t, p, calling{
			name: "WeightedSum", args: []any{[]float64{1, 2, 4}, []float64{1, 1, 1}},
			by: []any{withNulls(t, p, []int64{7, 0, 7}, 1)}, keepMissing: keep,
		})
		if got := result(t, p, v, err); got != want {
			t.Errorf("kept %v: %s, want %s", keep, got, want)
		}
	}
	_, v, err := called(t, p, calling{name: "Ewma", args: []any{[]float64{1, 2, 4}, 0.5}, by: []any{withNulls(t, p, []int64{7, 0, 7}, 1)}})
	if got := result(t, p, v, err); got != "[]float64 1 null 2.5" {
		t.Errorf("a row in no group: %s", got)
	}
}

// TestNulls refuses missing values where a NaN is a number, and takes them for NaN elsewhere.
func TestNulls(t *testing.T) {
	p := newPlace(t)
	check := func(want, name string, args ...any) {
		t.Helper()
		_, v, err := called(t, p, calling{name: name, args: args})
		if got := result(t, p, v, err); got != want {
			t.Errorf("%s: %s, want %s", name, got, want)
		}
	}
	holes := withNulls(t, p, []float64{1, 2, 3}, 1)
	two := withNulls(t, p, []int64{1, 2, 3}, 0, 2)
	const hint = ", which []float64 cannot hold\n  hint: fill or drop them in Python"
	check("v has 1 missing value"+hint, "Score", holes)
	check("v has 2 missing values"+hint, "ScoreSeries", two)
	check("b has 2 missing values"+hint, "WeightedSum", []float64{1, 2, 3}, two)
	check("[]float64 1 1 2", "Ewma", holes, 0.5)
	check("[]float64 -1 null 1", "ZScore", holes)
	check("[]int64 1 null 1", "Bucketize", holes, []float64{0, 10})
	check("[]float64 null null", "ZScore", &frame.Array{Type: "n", Length: 2, Nulls: 2})
	check("p1 is missing, or a column", "Ewma", holes, withNulls(t, p, []float64{1}, 0))
	check("p1 is missing, or a column", "Ewma", holes, []float64{1, 2})
	check("the columns differ in length: 3 and 2 rows", "WeightedMean", holes, []float64{1, 2})
}

// TestNumberTypes gives the same numbers whatever type they come in.
func TestNumberTypes(t *testing.T) {
	p := newPlace(t)
	columns := map[string]*frame.Array{}
	add := func(format string, a *frame.Array, err error) {
		if err != nil {
			t.Fatal(err)
		}
		columns[format] = a
	}
	addColumn := func(format string, values any) {
		switch v := values.(type) {
		case []int8:
			a, err := putColumn(p, format, v)
			add(format, a, err)
		case []int16:
			a, err := putColumn(p, format, v)
			add(format, a, err)
		case []uint16:
			a, err := putColumn(p, format, v)
			add(format, a, err)
		case []uint32:
			a, err := putColumn(p, format, v)
			add(format, a, err)
		case []uint64:
			a, err := putColumn(p, format, v)
			add(format, a, err)
		default:
			add(format, arrayOf(t, p, v), nil)
		}
	}
	addColumn("c", []int8{1, 2, 3, 5})
	addColumn("s", []int16{1, 2, 3, 5})
	addColumn("i", []int32{1, 2, 3, 5})
	addColumn("l", []int64{1, 2, 3, 5})
	addColumn("C", []uint8{1, 2, 3, 5})
	addColumn("S", []uint16{1, 2, 3, 5})
	addColumn("I", []uint32{1, 2, 3, 5})
	addColumn("L", []uint64{1, 2, 3, 5})
	addColumn("e", []uint16{0x3c00, 0x4000, 0x4200, 0x4500}) // the same as float16
	addColumn("f", []float32{1, 2, 3, 5})
	want := arrayOf(t, p, []float64{1, 2, 3, 5})
	get := func(name string, args ...any) string {
		_, v, err := called(t, p, calling{name: name, args: args})
		return result(t, p, v, err)
	}
	for format, a := range columns {
		same := func(name string, got, want string) {
			t.Helper()
			if got != want {
				t.Errorf("%s of %s: %s, want %s", name, format, got, want)
			}
		}
		for _, name := range []string{"Score", "ScoreSeries", "ZScore"} {
			same(name, get(name, a), get(name, want))
		}
		same("Ewma", get("Ewma", a, 0.3), get("Ewma", want, 0.3))
		same("Bucketize", get("Bucketize", a, []float64{2, 3, 9}), get("Bucketize", want, []float64{2, 3, 9}))
		same("RowsOutside", get("RowsOutside", a, []float64{2, 3}), "[]int64 0 3")
		same("HashEncode", fmt.Sprint(len(strings.Fields(get("HashEncode", a, 1)))), "5")
		for other, b := range columns {
			same("WeightedSum with "+other, get("WeightedSum", a, b), "float64 39")
		}
		_, v, err := called(t, p, calling{name: "WeightedSum", args: []any{want, want}, by: []any{a}})
		same("WeightedSum by it", result(t, p, v, err), "[]float64 1 4 9 25")
	}
}

func TestFits(t *testing.T) {
	check := func(literal any, fits ...Kind) {
		t.Helper()
		for kind := range Kind(len(kinds)) {
			if got, want := Fits(kind, literal), slices.Contains(fits, kind); got != want {
				t.Errorf("Fits(%d, %#v) = %v", kind, literal, got)
			}
		}
	}
	check(int64(1), Numbers, Values, Float, Int)
	check(1.5, Numbers, Values, Float)
	check("text", Numbers, Values, Texts, String)
	check([]float64{1}, NumberList)
}

func TestInCell(t *testing.T) {
	check := func(name string, arguments int, want bool) {
		t.Helper()
		f, _ := Lookup(name)
		if got := f.InCell(arguments); got != want {
			t.Errorf("%s of %d arguments: %v", name, arguments, got)
		}
	}
	check("Score", 1, true)
	check("Score", 2, false)
	check("ParseNumber", 1, true) // Go's function has no more
	check("ParseNumber", 3, false)
	check("RowsMissing", 1, false) // there is no such function for users
	if _, ok := Lookup("score"); ok {
		t.Error("names are those of Go")
	}
}

// TestRun runs calls of a cell, whose results are there or an error.
func TestRun(t *testing.T) {
	p := newPlace(t)
	check := func(want, name string, args ...any) {
		t.Helper()
		f, _ := Lookup(name)
		c := &Call{Function: f, Place: p}
		v, err := c.Run(len(args), func(i int) (any, error) {
			if a, ok := args[i].(*frame.Array); ok {
				return p.Read(a, f.Params[i].Kind)
			}
			return args[i], nil
		})
		got := result(t, p, v, err)
		if text := c.Failure(false); text != "" {
			got = text
		}
		if got != want {
			t.Errorf("%s: %s, want %s", name, got, want)
		}
	}
	v := arrayOf(t, p, []float64{1, 2, 3})
	check("[]float64 1 1.5 2.25", "Ewma", v, 0.5)
	check("[]float64 1 2 3", "Ewma", v, int64(1))
	check("[]float64 NaN 1.5 2.5", "Rolling", v, int64(2), "mean", int64(2)) // a NaN of Go's, not a missing value
	check("[]int64 0 1 1", "Bucketize", v, []float64{2, 4})
	check("int64 is not a column of numbers", "Score", int64(5))
	check("string is not a column of numbers", "HashEncode", "x", int64(4))
	check("[]float64 7", "ParseNumber", Text("7"))
	check("1 of 1 row failed in goscore.ParseNumber:\n  row 0: parse \"x\" as a number: it is none", "ParseNumber", Text("x"))
}

func TestFirstRow(t *testing.T) {
	p := newPlace(t)
	check := func(want string, in *protocol.Result) {
		t.Helper()
		FirstRow(in)
		if got := in.Kind + " " + in.Go; got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
	check("scalar float64", &protocol.Result{Kind: "column", Go: "[]float64", Array: arrayOf(t, p, []float64{1})})
	check("none ", &protocol.Result{Kind: "column", Go: "[]float64", Array: withNulls(t, p, []float64{1}, 0)})
	check("scalar float64", &protocol.Result{Kind: "scalar", Go: "float64", Array: arrayOf(t, p, []float64{1})})
}
