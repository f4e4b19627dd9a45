package compute

import (
	"fmt"
	"math"
	"math/rand/v2"
	"sync"
	"testing"

	"goscore/compute/parallel"
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

// fetched gives the rows of v as copies, which the next ones overwrite.
func fetched[T any](v []T) parallel.Rows[T] {
	return func() func(lo, hi int) []T {
		var near []T
		return func(lo, hi int) []T {
			near = append(near[:0], v[lo:hi]...)
			return near[:len(near):len(near)]
		}
	}
}

// stored gives room that is copied to dst when it is full. A row that is
// stored twice fails the test.
func stored[T any](t *testing.T, dst []T) parallel.Room[T] {
	var mu sync.Mutex
	done := make([]bool, len(dst))
	return func() (func(lo, hi int) []T, func(int, []T)) {
		var near []T
		room := func(lo, hi int) []T {
			near = append(near[:0], make([]T, hi-lo)...)
			return near
		}
		return room, func(lo int, rows []T) {
			mu.Lock()
			defer mu.Unlock()
			copy(dst[lo:], rows)
			for i := range rows {
				if done[lo+i] {
					t.Errorf("row %d was stored twice", lo+i)
				}
				done[lo+i] = true
			}
		}
	}
}

// streamLengths are those around every boundary of lanes, blocks and chunks.
func streamLengths() []int {
	out := []int{0, 1, 7, 8, 9}
	for _, edge := range []int{parallel.WarmRows, parallel.MinLaneRows, 4 * parallel.MinLaneRows, parallel.LaneRows, 4 * parallel.LaneRows, 8 * parallel.LaneRows, parallel.ReduceRows, 4 * parallel.ReduceRows} {
		out = append(out, edge-1, edge, edge+1)
	}
	return append(out, 9*parallel.LaneRows+1234)
}

func TestStreamsGiveTheBitsOfSlices(t *testing.T) {
	for _, n := range streamLengths() {
		v, w := randomRows(n), randomRows(n + 1)[1:]
		if n > 10 {
			v[n/2], v[n/3], w[n/4] = math.NaN(), math.Inf(1), math.Copysign(0, -1)
		}
		series := make([]float64, n)
		scoreLane(series, v, 0)
		for _, threads := range threadCounts {
			got := make([]float64, n)
			ScoreSeriesOf(n, fetched(v), stored(t, got), threads)
			if i := firstDifference(got, series); i >= 0 {
				t.Fatalf("ScoreSeriesOf, %d rows, %d threads: row %d is %v, want %v", n, threads, i, got[i], series[i])
			}
			if got, want := ScoreOf(n, fetched(v), threads), scoreOn(v, 1); math.Float64bits(got) != math.Float64bits(want) {
				t.Errorf("ScoreOf, %d rows, %d threads: %v, want %v", n, threads, got, want)
			}
			want, _ := weightedSumOn(v, w, 1)
			if got := WeightedSumOf(n, fetched(v), fetched(w), threads); math.Float64bits(got) != math.Float64bits(want) {
				t.Errorf("WeightedSumOf, %d rows, %d threads: %v, want %v", n, threads, got, want)
			}
		}
	}
}
