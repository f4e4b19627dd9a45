package compute

import (
	"math"
	"slices"
	"testing"

	"goscore/compute/parallel"
)

func TestZScore(t *testing.T) {
	nan := math.NaN()
	check := func(v, want []float64) {
		t.Helper()
		alike(t, "ZScore", ZScore(v), want, 1e-15)
	}
	check([]float64{}, []float64{})
	check([]float64{7}, []float64{nan})
	check([]float64{3, 3, 3}, []float64{nan, nan, nan})
	check([]float64{0.1, 0.1, 0.1}, []float64{nan, nan, nan}) // whose mean is not 0.1
	check([]float64{nan, 1.1, 1.1, 1.1, 1.1, 1.1, nan}, []float64{nan, nan, nan, nan, nan, nan, nan})
	for n := range 200 {
		all := slices.Repeat([]float64{1 / float64(3+7*n)}, n)
		check(all, slices.Repeat([]float64{nan}, n))
	}
	// scipy 1.17: stats.zscore([1, 2, nan, 4], nan_policy="omit")
	check([]float64{1, 2, nan, 4}, []float64{-1.0690449676496976, -0.2672612419124243, nan, 1.3363062095621219})
	alike(t, "uint8", ZScore([]uint8{1, 3}), []float64{-1, 1}, 0)
}

// What is scaled by a power of two has the same bits.
func TestZScoreOfAnySize(t *testing.T) {
	v := []float64{1, -2, math.NaN(), 3.5, 0.1, 1 << 20}
	for _, few := range [][]float64{{1, -1}, {1, 2}, {1, 1 + 0x1p-52}, {0, 3}, {-5, -6, -5}, v} {
		want := ZScore(few)
		for _, e := range []int{-1022, -1000, -700, -520, -480, -401, -400, -399, 0, 300, 479, 480, 481, 520, 900, 1003} {
			scaled := make([]float64, len(few))
			exact := true
			for i, x := range few {
				scaled[i] = math.Ldexp(x, e)
				exact = exact && (x != x || math.Ldexp(scaled[i], -e) == x)
			}
			if exact {
				alike(t, "ZScore", ZScore(scaled), want, 0)
			}
		}
	}
	top, least := math.MaxFloat64, math.SmallestNonzeroFloat64
	alike(t, "most", ZScore([]float64{top, -top}), []float64{1, -1}, 0)
	alike(t, "overflowing sum", ZScore([]float64{top, top, 0, 0}), []float64{1, 1, -1, -1}, 0)
	alike(t, "least", ZScore([]float64{least, 0, 3 * least, 2 * least}), ZScore([]float64{1, 0, 3, 2}), 0)
	alike(t, "equal", ZScore([]float64{top, top, top}), slices.Repeat([]float64{math.NaN()}, 3), 0)
	alike(t, "infinite", ZScore([]float64{math.Inf(1), top}), slices.Repeat([]float64{math.NaN()}, 2), 0)
}

func TestZScoreOnCores(t *testing.T) {
	for _, n := range lengths {
		v := holes(n)
		got := onCores(t, n, func(dst parallel.Room[float64], threads int) { ZScoreOf(n, parallel.InPlace(v), dst, threads) })
		sum, squares, there := 0.0, 0.0, 0.0
		for _, x := range v {
			if x == x {
				sum, there = sum+x, there+1
			}
		}
		for _, x := range v {
			if x == x {
				squares += (x - sum/there) * (x - sum/there)
			}
		}
		want := make([]float64, n)
		for i, x := range v {
			if want[i] = (x - sum/there) / math.Sqrt(squares/there); there == 1 {
				want[i] = math.NaN()
			}
		}
		alike(t, "ZScore", got, want, 1e-11)
	}
}
