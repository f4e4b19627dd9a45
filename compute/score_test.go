package compute

import (
	"math"
	"testing"

	"goscore/compute/parallel"
)

// near reports whether got is want within a relative 1e-12.
func near(got, want float64) bool { return math.Abs(got-want) <= 1e-12*math.Abs(want) }

func TestScore(t *testing.T) {
	check := func(want float64, v ...float64) {
		t.Helper()
		if got := Score(v); got != want {
			t.Errorf("Score(%v) = %v, want %v", v, got, want)
		}
	}
	check(0)
	check(0, -1, math.Copysign(0, -1), math.NaN(), -inf)
	check(8, 4)
	check(12.952847075210475, 1, 4, -9, 2.5, math.NaN(), 0) // python 3.11
	check(inf, 1, inf, math.NaN())
	check(inf, math.MaxFloat64)
	check(0, math.SmallestNonzeroFloat64)
	if got := Score([]int8{4, -4, 9}); got != 35 {
		t.Errorf("Score of int8 = %v, want 35", got)
	}
	if got := Score([]uint64{1 << 62}); got != math.Ldexp(1, 93) {
		t.Errorf("Score of uint64 = %v, want 2**93", got)
	}
	// python 3.11: math.fsum(x**1.5 for x in v if x > 0)
	if got := Score(exampleRows()); !near(got, 22876741.6195421) {
		t.Errorf("Score of the example = %v, want 22876741.6195421", got)
	}
}

func TestScoreOnAnyCores(t *testing.T) {
	for _, n := range []int{0, 1, 3, 4, 5, parallel.ReduceRows - 1, parallel.ReduceRows, parallel.ReduceRows + 1, 7*parallel.ReduceRows + 13} {
		v := awkwardRows(n, 3, awkward...)
		want := 0.0
		for _, x := range v {
			if x > 0 {
				want += x * math.Sqrt(x)
			}
		}
		one := scoreOn(v, 1)
		if !near(one, want) {
			t.Errorf("%d rows: %v, want %v", n, one, want)
		}
		for _, threads := range threadCounts {
			if got := scoreOn(v, threads); got != one {
				t.Errorf("%d rows: %v on %d threads, %v on one", n, got, threads, one)
			}
		}
	}
}
