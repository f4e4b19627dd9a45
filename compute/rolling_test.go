package compute

import (
	"math"
	"testing"

	"goscore/compute/parallel"
)

func TestRolling(t *testing.T) {
	nan, inf := math.NaN(), math.Inf(1)
	check := func(statistic string, window, least int, v, want []float64) {
		t.Helper()
		alike(t, statistic, Rolling(v, window, statistic, least), want, 0)
	}
	v := []float64{1, 5, nan, 2, 3}
	check("sum", 2, 0, v, []float64{nan, 6, nan, nan, 5})
	check("sum", 2, 1, v, []float64{1, 6, 5, 2, 5})
	check("mean", 3, 2, v, []float64{nan, 3, 3, 3.5, 2.5})
	check("min", 3, 1, v, []float64{1, 1, 1, 2, 2})
	check("max", 3, 1, v, []float64{1, 5, 5, 5, 3})
	check("max", 1, 0, v, v)
	check("sum", 9, 1, v, []float64{1, 6, 6, 8, 11})
	check("sum", 2, 1, []float64{inf, 1, 2}, []float64{inf, inf, 3})
	check("sum", 2, 1, []float64{1e300, 1, 2, 0.5}, []float64{1e300, 1e300, 3, 2.5})
	check("sum", 1, 1, []float64{}, []float64{})
	alike(t, "int32", Rolling([]int32{1, 2, 4}, 2, "mean", 0), []float64{nan, 1.5, 3}, 0)
	refuses(t, "goscore.Rolling: the window has 0 rows, not 1 or more", func() { Rolling(v, 0, "sum", 0) })
	refuses(t, "goscore.Rolling: minPeriods is 3, not between 0 and the window's 2 rows", func() { Rolling(v, 2, "sum", 3) })
	refuses(t, `goscore.Rolling: the statistic is "var", not "mean", "sum", "min" or "max"`, func() { Rolling(v, 2, "var", 0) })
}

func TestRollingOnCores(t *testing.T) {
	for _, n := range lengths {
		v := holes(n)
		for _, window := range []int{1, 2, 7, 16384, 20_000, 1 << 40} {
			for _, statistic := range []string{"mean", "sum", "min", "max"} {
				got := onCores(t, n, func(dst parallel.Room[float64], threads int) {
					if err := RollingOf(n, parallel.InPlace(v), dst, window, statistic, 1, threads); err != nil {
						t.Fatal(err)
					}
				})
				for _, i := range []int{0, 1, 6, 7, 8, 16383, 16384, 20_000, 40_001, n - 1} {
					if i >= 0 && i < n {
						alike(t, statistic, got[i:i+1], []float64{plainWindow(v[max(0, i-window+1):i+1], statistic)}, 1e-10)
					}
				}
			}
		}
	}
}

func plainWindow(v []float64, statistic string) float64 {
	sum, least, most, there := 0.0, math.Inf(1), math.Inf(-1), 0.0
	for _, x := range v {
		if x == x {
			sum, least, most, there = sum+x, math.Min(least, x), math.Max(most, x), there+1
		}
	}
	if there == 0 {
		return math.NaN()
	}
	return map[string]float64{"mean": sum / there, "sum": sum, "min": least, "max": most}[statistic]
}

func BenchmarkRolling(b *testing.B) {
	v := holes(1_000_000)
	dst := make([]float64, len(v))
	for _, statistic := range []string{"mean", "max"} {
		b.Run("statistic="+statistic+"/rows=1e6", func(b *testing.B) {
			b.SetBytes(int64(len(v) * 8))
			for b.Loop() {
				RollingOf(len(v), parallel.InPlace(v), parallel.Into(dst), 30, statistic, 1, 1)
			}
		})
	}
}
