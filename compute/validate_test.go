package compute

import (
	"math"
	"slices"
	"testing"

	"goscore/compute/group"
	"goscore/compute/parallel"
)

func TestRowsOfRules(t *testing.T) {
	check := func(got []int64, want ...int64) {
		t.Helper()
		if !slices.Equal(got, want) {
			t.Errorf("rows %v, want %v", got, want)
		}
	}
	nan := math.NaN()
	v := []float64{1, nan, 5, -2}
	zero, four := 0.0, 4.0
	check(RowsOutside(4, parallel.InPlace(v), nil, &zero, &four, 1), 1, 2, 3)
	check(RowsOutside(4, parallel.InPlace(v), []byte{0b0101}, &zero, &four, 1), 2)
	check(RowsOutside(4, parallel.InPlace(v), nil, nil, nil, 1), 1)
	check(RowsNotIn(4, parallel.InPlace(v), nil, []float64{1, 5}, 1), 1, 3)
	check(RowsNotIn(4, parallel.InPlace(v), nil, []float64{nan, 5}, 1), 0, 3)
	days := []string{"b", "", "ab"}
	a := "a"
	check(RowsOutside(3, parallel.InPlace(days), nil, &a, nil, 1), 1)
	words := []string{"a", "ab", "", "b"}
	valid := []byte{0b1011}
	check(RowsNotIn(4, parallel.InPlace(words), valid, []string{"a"}, 1), 1, 3)
	check(RowsNotIn(4, parallel.InPlace(words), nil, nil, 1), 0, 1, 2, 3)
	matching := func(pattern string) []int64 {
		rows, err := RowsNotMatching(4, parallel.InPlace(words), valid, pattern, 1)
		if err != nil {
			t.Fatal(err)
		}
		return rows
	}
	check(matching("a|b"), 1) // the whole text, though a is in ab
	check(matching("a.?"), 3)
	if _, err := RowsNotMatching(0, parallel.InPlace(words), nil, "a)(b", 1); err == nil {
		t.Error("a)(b: no error")
	}
	check(RowsRepeated(group.By([]group.Key{{Ints: []int64{3, 1, 3, 2, 1}, Valid: []byte{0b01111}}}, 5, false, 1), 5), 0, 2)
	check(RowsRepeated(group.By([]group.Key{{Ints: nil}}, 0, false, 1), 0))
}

// TestRulesAreExact compares the rules for numbers with package math/big, at the
// ends of types and where float64 has no integer of its own.
func TestRulesAreExact(t *testing.T) {
	var ints []int64
	var uints []uint64
	var floats []float64
	for _, x := range edgeValues() {
		switch x := x.(type) {
		case int64:
			ints = append(ints, x)
		case uint64:
			uints = append(uints, x)
		case float64:
			floats = append(floats, x)
		}
	}
	for _, low := range edgeValues() {
		exactRules(t, ints, low)
		exactRules(t, uints, low)
		exactRules(t, floats, low)
	}
}

func exactRules[W Wide](t *testing.T, v []W, x any) {
	t.Helper()
	e, rows := exactOf(x), parallel.InPlace(v)
	is := func(rule string, got []int64, broken func(cmp int) bool) {
		t.Helper()
		want := []int64{}
		for i, y := range v {
			if broken(rational(y).Cmp(rational(x))) {
				want = append(want, int64(i))
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("%T, %s %T %v: rows %v, want %v", v, rule, x, x, got, want)
		}
	}
	is("at least", NumbersOutside(len(v), rows, nil, &e, nil, 1), func(cmp int) bool { return cmp < 0 })
	is("at most", NumbersOutside(len(v), rows, nil, nil, &e, 1), func(cmp int) bool { return cmp > 0 })
	is("equal", NumbersNotIn(len(v), rows, nil, []Exact{e}, 1), func(cmp int) bool { return cmp != 0 })
}

func TestRowsWhereOnCores(t *testing.T) {
	for _, n := range lengths {
		v := holes(n)
		low, high := ExactOf(-50.0), ExactOf(int64(50))
		one, eight := NumbersOutside(n, parallel.InPlace(v), nil, &low, &high, 1), NumbersOutside(n, parallel.InPlace(v), nil, &low, &high, 8)
		if !slices.Equal(one, eight) {
			t.Errorf("%d rows: 1 and 8 cores differ", n)
		}
		want := []int64{}
		for i, x := range v {
			if !(math.Abs(x) <= 50) {
				want = append(want, int64(i))
			}
		}
		if !slices.Equal(one, want) {
			t.Errorf("%d rows: %d outside, want %d", n, len(one), len(want))
		}
	}
}
