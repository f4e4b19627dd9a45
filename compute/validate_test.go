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
	check(RowsOutside(4, parallel.InPlace(v), 0, 4, 1), 2, 3)
	check(RowsOutside(4, parallel.InPlace(v), math.Inf(-1), math.Inf(1), 1))
	check(RowsNotIn(4, parallel.InPlace(v), nil, []float64{1, 5}, 1), 3)
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

func TestRowsWhereOnCores(t *testing.T) {
	for _, n := range lengths {
		v := holes(n)
		one, eight := RowsOutside(n, parallel.InPlace(v), -50, 50, 1), RowsOutside(n, parallel.InPlace(v), -50, 50, 8)
		if !slices.Equal(one, eight) {
			t.Errorf("%d rows: 1 and 8 cores differ", n)
		}
		want := []int64{}
		for i, x := range v {
			if math.Abs(x) > 50 {
				want = append(want, int64(i))
			}
		}
		if !slices.Equal(one, want) {
			t.Errorf("%d rows: %d outside, want %d", n, len(one), len(want))
		}
	}
}
