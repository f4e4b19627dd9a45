package compute

import (
	"math"
	"testing"

	"goscore/compute/parallel"
)

func TestWeightedSum(t *testing.T) {
	check := func(got, want float64) {
		t.Helper()
		if math.Float64bits(got) != math.Float64bits(want) {
			t.Errorf("got %v, want %v", got, want)
		}
	}
	check(WeightedSum([]float64{}, []float64{}), 0)
	check(WeightedSum([]float64{1, 2, 3}, []float64{4, 5, 6}), 32)
	check(WeightedSum([]int64{1, -2}, []float32{0.5, 0.25}), 0)
	check(WeightedSum([]int64{1 << 62, 1 << 62}, []int64{4, 4}), math.Ldexp(1, 65))
	check(WeightedSum([]float64{inf, 1}, []float64{2, 1}), inf)

	if got := WeightedSum([]float64{1, math.NaN()}, []float64{1, 0}); !math.IsNaN(got) {
		t.Errorf("NaN gives %v", got)
	}
	if got := WeightedSum([]float64{inf}, []float64{0}); !math.IsNaN(got) {
		t.Errorf("infinity times 0 gives %v", got)
	}
	b := make([]float64, 100000)
	for i := range b {
		b[i] = float64(i*104729%777) / 16
	}
	// python 3.11: math.fsum(x*y for x, y in zip(v, b))
	if got := WeightedSum(exampleRows(), b); !near(got, 60475096.40625) {
		t.Errorf("the example gives %v, want 60475096.40625", got)
	}
}

func TestWeightedSumOfDifferentLengths(t *testing.T) {
	const want = "goscore.WeightedSum: a has 3 rows, b has 4"
	if _, err := weightedSumOn(make([]int, 3), make([]int, 4), 1); err != ArgumentError(want) {
		t.Errorf("error %v, want %s", err, want)
	}
	defer func() {
		if got := recover(); got != ArgumentError(want) {
			t.Errorf("panic %v, want %s", got, want)
		}
	}()
	WeightedSum(make([]int, 3), make([]int, 4))
}

func TestWeightedSumOnAnyCores(t *testing.T) {
	for _, n := range []int{0, 1, 3, 4, 5, parallel.ReduceRows - 1, parallel.ReduceRows, parallel.ReduceRows + 1, 7*parallel.ReduceRows + 13} {
		a, b := randomRows(n), awkwardRows(n, 3, 0, 1e-300, 5e-324)
		want, size := 0.0, 0.0
		for i := range a {
			want += a[i] * b[i]
			size += math.Abs(a[i] * b[i])
		}
		one, _ := weightedSumOn(a, b, 1)
		if math.Abs(one-want) > 1e-12*size {
			t.Errorf("%d rows: %v, want %v", n, one, want)
		}
		for _, threads := range threadCounts {
			if got, _ := weightedSumOn(a, b, threads); got != one {
				t.Errorf("%d rows: %v on %d threads, %v on one", n, got, threads, one)
			}
		}
	}
}

func TestWeightedSumOfDifferentNaNs(t *testing.T) {
	a, b := awkwardRows(5*parallel.ReduceRows, 100, awkward...), awkwardRows(5*parallel.ReduceRows, 77, awkward...)
	one, _ := weightedSumOn(a, b, 1)
	for _, threads := range threadCounts {
		if got, _ := weightedSumOn(a, b, threads); math.Float64bits(got) != math.Float64bits(one) || !math.IsNaN(got) {
			t.Errorf("%#x on %d threads, %#x on one", math.Float64bits(got), threads, math.Float64bits(one))
		}
	}
}
