package compute

import (
	"math"
	"testing"

	"goscore/compute/parallel"
)

func TestEwma(t *testing.T) {
	nan, inf := math.NaN(), math.Inf(1)
	check := func(alpha float64, v, want []float64) {
		t.Helper()
		alike(t, "Ewma", Ewma(v, alpha), want, 0)
	}
	check(0.5, []float64{}, []float64{})
	check(0.5, []float64{1, 3, 2}, []float64{1, 2, 2})
	check(0.5, []float64{nan, 1, nan, 3}, []float64{nan, 1, 1, 2})
	check(1, []float64{1, 3, 2}, []float64{1, 3, 2})
	check(0.5, []float64{1, inf, 3}, []float64{1, inf, inf})
	alike(t, "int8", Ewma([]int8{1, 3}, 0.5), []float64{1, 2}, 0)
	refuses(t, "goscore.Ewma: alpha is 0, not above 0 and at most 1", func() { Ewma([]float64{1}, 0) })
	refuses(t, "goscore.Ewma: alpha is NaN, not above 0 and at most 1", func() { Ewma([]float64{1}, nan) })
}

func TestEwmaOnCores(t *testing.T) {
	for _, n := range append(lengths, 300_000) {
		for _, alpha := range []float64{0.2, 0.001} { // a mean that forgets, and one that does not
			v := holes(n)
			got := onCores(t, n, func(dst parallel.Room[float64], threads int) { EwmaOf(n, parallel.InPlace(v), dst, alpha, threads) })
			want, mean := make([]float64, n), math.NaN()
			for i, x := range v {
				if mean != mean {
					mean = x
				} else if x == x {
					mean = float64((1-alpha)*mean) + float64(alpha*x)
				}
				want[i] = mean
			}
			alike(t, "Ewma", got, want, 0)
		}
	}
}

func BenchmarkEwma(b *testing.B) {
	v := holes(1_000_000)
	dst := make([]float64, len(v))
	b.Run("rows=1e6", func(b *testing.B) {
		b.SetBytes(int64(len(v) * 8))
		for b.Loop() {
			EwmaOf(len(v), parallel.InPlace(v), parallel.Into(dst), 0.2, 1)
		}
	})
}
