package compute

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"goscore/compute/parallel"
)

// lengths are those at which chunks and blocks begin and end.
var lengths = []int{0, 1, 2, parallel.ReduceRows - 1, parallel.ReduceRows, parallel.ReduceRows + 1, parallel.BlockRows + 1, 5*parallel.BlockRows + 3}

// holes gives numbers of which every ninth or so is missing, and the first is.
func holes(n int) []float64 {
	r := rand.New(rand.NewPCG(1, 2))
	v := make([]float64, n)
	for i := range v {
		if v[i] = r.NormFloat64() * 100; i == 0 || r.IntN(9) == 0 {
			v[i] = math.NaN()
		}
	}
	return v
}

// onCores computes a column on 1 and on 8 cores and sees that the bits are the same.
func onCores(t *testing.T, n int, run func(dst parallel.Room[float64], threads int)) []float64 {
	t.Helper()
	one, eight := make([]float64, n), make([]float64, n)
	run(parallel.Into(one), 1)
	run(parallel.Into(eight), 8)
	if !slices.EqualFunc(one, eight, func(a, b float64) bool { return math.Float64bits(a) == math.Float64bits(b) }) {
		t.Errorf("%d rows: 1 and 8 cores differ", n)
	}
	return one
}

// alike sees that a column is another to a tolerance, with NaN in the same rows.
func alike(t *testing.T, what string, got, want []float64, tolerance float64) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("%s: %d rows, want %d", what, len(got), len(want))
	}
	for i, x := range want {
		y := got[i]
		if (x != x) != (y != y) || x == x && x != y && !(math.Abs(x-y) <= tolerance*max(1, math.Abs(x))) {
			t.Fatalf("%s: row %d is %v, want %v", what, i, y, x)
		}
	}
}

// refuses sees that a call stops the cell with an ArgumentError.
func refuses(t *testing.T, want string, call func()) {
	t.Helper()
	defer func() {
		t.Helper()
		if got := recover(); got != ArgumentError(want) {
			t.Errorf("panic %v, want %s", got, want)
		}
	}()
	call()
}
