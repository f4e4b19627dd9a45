package compute

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
)

// threadCounts are the numbers of cores on which results must agree.
var threadCounts = []int{1, 2, 8}

// exampleRows is the sequence that the expected numbers were computed from:
//
//	v = [(i*7919%1000-300)/8 for i in range(100000)]
func exampleRows() []float64 {
	v := make([]float64, 100000)
	for i := range v {
		v[i] = float64(i*7919%1000-300) / 8
	}
	return v
}

// randomRows returns n rows about 0, the same on every run.
func randomRows(n int) []float64 {
	r := rand.New(rand.NewPCG(1, uint64(n)))
	v := make([]float64, n)
	for i := range v {
		v[i] = r.NormFloat64() * 10
	}
	return v
}

// awkward are the values that spoil arithmetic.
var awkward = []float64{
	math.NaN(), math.Float64frombits(0xfff8000000000123), math.Copysign(0, -1), 0,
	math.SmallestNonzeroFloat64, -math.SmallestNonzeroFloat64, 2.2e-308, 1e-300, -1e300,
}

// awkwardRows is randomRows with awkward values strewn in, about one in every.
func awkwardRows(n, every int, values ...float64) []float64 {
	v := randomRows(n)
	r := rand.New(rand.NewPCG(3, uint64(n)))
	for i := range v {
		if r.IntN(every) == 0 {
			v[i] = values[r.IntN(len(values))]
		}
	}
	return v
}

// firstDifference returns the first row in which a and b differ in bits, or -1.
func firstDifference(a, b []float64) int {
	if len(a) != len(b) {
		return min(len(a), len(b))
	}
	for i := range a {
		if math.Float64bits(a[i]) != math.Float64bits(b[i]) {
			return i
		}
	}
	return -1
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
