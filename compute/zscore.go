package compute

import (
	"math"

	"goscore/compute/parallel"
)

// ZScore returns how many standard deviations each value lies above the mean.
//
//	z_i = (v_i - mean) / sqrt(sum_j (v_j - mean)**2 / n)
//
// Shape: the result has the length of v, any.
// Nulls: a NaN is missing: mean and deviation leave it out, n does not count
// it, and its result is NaN. All are NaN where the deviation is 0; it is exactly
// 0 when all values are equal, however their mean is rounded.
// Units: none.
// Order: two passes; eight sums run over chunks of fixed length and are joined
// pairwise, so the same bits come back for any number of cores.
// Range: all of float64. Where a square would overflow or be 0, values are first
// multiplied by a power of two, which rounds nothing.
// Source: scipy.stats.zscore(v, ddof=0, nan_policy="omit").
//
//goscore:cell
func ZScore[T Number](v []T) []float64 {
	dst := make([]float64, len(v))
	ZScoreOf(len(v), Floats(parallel.InPlace(v)), parallel.Into(dst), 0)
	return dst
}

// ZScoreOf is ZScore of n rows, wherever they lie and go.
func ZScoreOf(n int, v parallel.Rows[float64], dst parallel.Room[float64], threads int) {
	total := sumOf(n, v, threads, func(x float64) float64 { return x })
	scale := 1.0
	if _, e := math.Frexp(max(-total.low, total.high)); e > 480 || e < -400 { // squares would overflow, or be 0
		scale = math.Ldexp(1, min(-e, 1000))
		total.sum = sumOf(n, v, threads, func(x float64) float64 { return x * scale }).sum
	}
	mean := total.sum / float64(total.n)
	squares := sumOf(n, v, threads, func(x float64) float64 { d := float64(x*scale) - mean; return float64(d * d) })
	deviation := math.Sqrt(squares.sum / float64(squares.n))
	if deviation == 0 || total.low == total.high {
		deviation = math.NaN()
	}
	parallel.Map(n, v, dst, threads, func(_ int, dst, v []float64) {
		for i, x := range v {
			dst[i] = (float64(x*scale) - mean) / deviation
		}
	})
}

// counted is a sum over the values that are there, which lie from low to high.
type counted struct {
	sum       float64
	n         int
	low, high float64
}

func sumOf(n int, v parallel.Rows[float64], threads int, of func(x float64) float64) counted {
	return parallel.ReduceColumn(n, v, threads, func(v []float64) counted {
		var s sums
		c := counted{low: math.Inf(1), high: math.Inf(-1)}
		for i, x := range v {
			if x == x {
				s[i&7] += of(x)
				c.n++
				c.low, c.high = min(c.low, x), max(c.high, x)
			}
		}
		c.sum = s.join()
		return c
	}, func(a, b counted) counted {
		return counted{a.sum + b.sum, a.n + b.n, min(a.low, b.low), max(a.high, b.high)}
	})
}
