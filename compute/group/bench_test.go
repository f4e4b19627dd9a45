package group

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
)

// benchKeys are keys of as many rows that take as many values.
func benchKeys(rows, values int) map[string][]Key {
	r := rand.New(rand.NewPCG(7, 7))
	near, far, second, floats := make([]int64, rows), make([]int64, rows), make([]int64, rows), make([]float64, rows)
	labels, short := make([]string, rows), make([]string, rows)
	var bytes strings.Builder // one buffer, as Arrow has it
	for i := range rows {
		v := r.IntN(values)
		near[i], far[i], floats[i] = int64(v), int64(hash(uint64(v))), float64(v)/8
		fmt.Fprintf(&bytes, "customer %09d", v)
		second[i] = int64(r.IntN(20))
	}
	for i, all := 0, bytes.String(); i < rows; i++ {
		labels[i] = all[i*18 : i*18+18]
		short[i] = labels[i][11:]
	}
	return map[string][]Key{
		"int64": {{Ints: near}}, "sparse": {{Ints: far}}, "float64": {{Floats: floats}},
		"string": {{Strings: labels}}, "short": {{Strings: short}},
		"int64+int64": {{Ints: near}, {Ints: second}}, "string+int64": {{Strings: labels}, {Ints: second}},
	}
}

func BenchmarkGroupBy(b *testing.B) {
	const rows = 5_000_000
	for _, values := range []int{100, 100_000, 5_000_000} {
		keys := benchKeys(rows, values)
		for _, name := range []string{"int64", "sparse", "float64", "string", "short", "int64+int64", "string+int64"} {
			b.Run(fmt.Sprintf("keys=%s/values=%.0e", name, float64(values)), func(b *testing.B) {
				benchThreads(b, rows, func(threads int) { By(keys[name], rows, false, threads) })
			})
		}
	}
}

func BenchmarkGather(b *testing.B) {
	const rows = 5_000_000
	order := By(benchKeys(rows, 100_000)["int64"], rows, false, 0).Order
	v, dst := make([]float64, rows), make([]float64, rows)
	for i := range v {
		v[i] = float64(i)
	}
	b.Run("gather", func(b *testing.B) {
		benchThreads(b, rows, func(threads int) { Gather(dst, v, order, threads) })
	})
	b.Run("scatter", func(b *testing.B) {
		benchThreads(b, rows, func(threads int) { Scatter(dst, v, order, threads) })
	})
}

// benchThreads runs f on one and two threads, under names for benchstat.
func benchThreads(b *testing.B, rows int, f func(threads int)) {
	for _, threads := range []int{1, 2} {
		b.Run(fmt.Sprintf("rows=%.0e/threads=%d", float64(rows), threads), func(b *testing.B) {
			b.SetBytes(int64(rows) * 8)
			for b.Loop() {
				f(threads)
			}
		})
	}
}
