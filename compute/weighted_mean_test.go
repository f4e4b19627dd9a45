package compute

import (
	"math"
	"testing"

	"goscore/compute/parallel"
)

func TestWeightedMean(t *testing.T) {
	nan := math.NaN()
	check := func(want float64, v, w []float64) {
		t.Helper()
		alike(t, "WeightedMean", []float64{WeightedMean(v, w)}, []float64{want}, 0)
	}
	check(nan, nil, nil)
	check(2.5, []float64{1, 3}, []float64{1, 3})
	check(3, []float64{1, 3, nan}, []float64{nan, 3, 2})
	check(nan, []float64{1, 3}, []float64{1, -1})
	alike(t, "integers", []float64{WeightedMean([]int8{1, 3}, []uint16{1, 1})}, []float64{2}, 0)
	refuses(t, "goscore.WeightedMean: v has 1 row, weights has 2", func() { WeightedMean([]int{1}, []int{1, 2}) })
}

func TestWeightedMeanOnCores(t *testing.T) {
	for _, n := range lengths {
		v, w := holes(n), holes(n + 1)[1:]
		products, weights := 0.0, 0.0
		for i := range w {
			if w[i] = math.Abs(w[i]); v[i] == v[i] && w[i] == w[i] {
				products, weights = products+v[i]*w[i], weights+w[i]
			}
		}
		got := onCores(t, 1, func(dst parallel.Room[float64], threads int) {
			room, store := dst()
			to := room(0, 1)
			to[0] = WeightedMeanOf(n, parallel.InPlace(v), parallel.InPlace(w), threads)
			store(0, to)
		})
		alike(t, "WeightedMean", got, []float64{products / weights}, 1e-11)
	}
}
