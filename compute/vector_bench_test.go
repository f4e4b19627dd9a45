package compute

import (
	"fmt"
	"testing"
)

// benchPaths runs f on rows that fit into the second-level cache and on rows
// that come from memory, with and without vector code.
func benchPaths(b *testing.B, rowBytes int64, f func(n, threads int)) {
	for _, n := range []int{2e4, 1e7} {
		for _, threads := range []int{1, 2} {
			for _, path := range []string{"plain", "avx2"} {
				b.Run(fmt.Sprintf("rows=%.0e/threads=%d/path=%s", float64(n), threads, path), func(b *testing.B) {
					if path == "plain" {
						plainOnly(b)
					} else if !useAVX2 {
						b.Skip("no AVX2")
					}
					b.SetBytes(int64(n) * rowBytes)
					for b.Loop() {
						f(n, threads)
					}
					b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(n), "ns/row")
				})
			}
		}
	}
}

// plainOnly turns vector code off for one test.
func plainOnly(t testing.TB) {
	before := useAVX2
	useAVX2 = false
	t.Cleanup(func() { useAVX2 = before })
}

func BenchmarkScore(b *testing.B) {
	v := randomRows(1e7)
	benchPaths(b, 8, func(n, threads int) { scoreOn(v[:n], threads) })
}

func BenchmarkWeightedSum(b *testing.B) {
	v, w, whole := randomRows(1e7), randomRows(1e7), make([]int64, 1e7)
	for i, x := range w {
		whole[i] = int64(x)
	}
	b.Run("types=float64,float64", func(b *testing.B) {
		benchPaths(b, 16, func(n, threads int) { weightedSumOn(v[:n], w[:n], threads) })
	})
	b.Run("types=int64,float64", func(b *testing.B) {
		benchPaths(b, 16, func(n, threads int) { weightedSumOn(whole[:n], w[:n], threads) })
	})
}

func BenchmarkScoreSeries(b *testing.B) {
	v := randomRows(1e7)
	dst := make([]float64, len(v))
	b.Run("rows=1e+07/loop", func(b *testing.B) {
		b.SetBytes(16e7)
		for b.Loop() {
			scoreLane(dst, v, 0)
		}
	})
	benchPaths(b, 16, func(n, threads int) { scoreSeriesInto(dst[:n], v[:n], threads) })
}
