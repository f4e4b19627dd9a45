package compute

import (
	"math"
	"math/rand/v2"
	"testing"

	"goscore/compute/parallel"
)

// edgeRows are numbers of rows about the ends of a vector, of the sums' period,
// and of a chunk.
var edgeRows = []int{
	0, 1, 2, 3, 4, 5, 7, 8, 9, 11, 12, 13, 15, 16, 17, 23, 24, 25, 31, 32, 33,
	parallel.ReduceRows - 9, parallel.ReduceRows - 8, parallel.ReduceRows - 1, parallel.ReduceRows, parallel.ReduceRows + 1, parallel.ReduceRows + 8, 3*parallel.ReduceRows + 13,
}

// hostile are values at which vector and scalar arithmetic might part.
var hostile = append([]float64{inf, -inf, 1e308, math.MaxFloat64, -math.MaxFloat64, math.Float64frombits(0x7ff0000000000001)}, awkward...)

// wholeRows returns n int64s of every size.
func wholeRows(n int) []int64 {
	r := rand.New(rand.NewPCG(9, uint64(n)))
	v := make([]int64, n)
	for i := range v {
		v[i] = int64(r.Uint64()) >> r.IntN(64)
	}
	return v
}

// bothPaths calls f with and without vector code and compares the bits.
func bothPaths(t *testing.T, name string, n int, f func() float64) {
	t.Helper()
	vector := f()
	before := useAVX2
	useAVX2 = false
	plain := f()
	useAVX2 = before
	if math.Float64bits(vector) != math.Float64bits(plain) {
		t.Errorf("%s, %d rows: %v (%#x) with vector code, %v (%#x) without", name, n,
			vector, math.Float64bits(vector), plain, math.Float64bits(plain))
	}
}

// needAVX2 skips a test where there is only the plain path.
func needAVX2(t *testing.T) {
	if !useAVX2 {
		t.Skip("this processor has no AVX2")
	}
}

func TestVectorScore(t *testing.T) {
	needAVX2(t)
	check := func(name string, v []float64) {
		t.Helper()
		for _, threads := range threadCounts {
			bothPaths(t, name, len(v), func() float64 { return scoreOn(v, threads) })
		}
	}
	for _, n := range edgeRows {
		check("random", randomRows(n))
		check("awkward", awkwardRows(n, 3, awkward...))
		check("hostile", awkwardRows(n, 2, hostile...))
		check("denormal", awkwardRows(n, 1, 5e-324, 1e-310, -1e-310, 2.2e-308))
		check("nothing positive", awkwardRows(n, 1, math.NaN(), math.Copysign(0, -1), 0, -1, -inf))
	}
	rows := randomRows(1000)
	for lo := range 9 { // any alignment
		check("cut", rows[lo:len(rows)-2*lo])
	}
	for i := range 33 { // every lane
		v := make([]float64, 33)
		v[i] = 2.5
		check("one row", v)
	}
}

func TestVectorWeightedSum(t *testing.T) {
	needAVX2(t)
	for _, n := range edgeRows {
		for _, rows := range []struct {
			name string
			a, b []float64
		}{
			{"random", randomRows(n), awkwardRows(n, 3, 0, 1e-300, 5e-324)},
			{"denormal", awkwardRows(n, 1, 1e-160, -3e-160, 1e-155), awkwardRows(n, 1, 1e-160, 7e-155, -1e-150)},
			{"overflow", awkwardRows(n, 1, 1e200, 1, -3), awkwardRows(n, 1, 1e200, 2)},
			{"hostile", awkwardRows(n, 5, hostile...), awkwardRows(n, 7, hostile...)},
			{"negative zero", awkwardRows(n, 1, math.Copysign(0, -1)), randomRows(n)},
		} {
			whole := wholeRows(n)
			for _, threads := range threadCounts {
				bothPaths(t, rows.name, n, func() float64 { return weightedSum(t, rows.a, rows.b, threads) })
				bothPaths(t, rows.name+" times whole", n, func() float64 { return weightedSum(t, rows.a, whole, threads) })
				bothPaths(t, "whole times "+rows.name, n, func() float64 { return weightedSum(t, whole, rows.b, threads) })
			}
		}
	}
}

func weightedSum[A, B Number](t *testing.T, a []A, b []B, threads int) float64 {
	sum, err := weightedSumOn(a, b, threads)
	if err != nil {
		t.Fatal(err)
	}
	return sum
}

// TestVectorConversion looks at each int64 alone, in each lane: 1 times it is
// what Go's conversion makes of it.
func TestVectorConversion(t *testing.T) {
	needAVX2(t)
	check := func(x int64) {
		t.Helper()
		for lane := range 8 {
			a, b := make([]int64, 8), make([]float64, 8)
			a[lane], b[lane] = x, 1
			if got := WeightedSum(a, b); got != float64(x) {
				t.Errorf("%d in lane %d becomes %v, want %v", x, lane, got, float64(x))
			}
		}
	}
	for shift := range 64 {
		for _, near := range []int64{-1025, -1024, -1023, -513, -512, -511, -3, -2, -1, 0, 1, 2, 3, 511, 512, 513, 1023, 1024, 1025} {
			check(int64(1)<<shift + near)
			check(-(int64(1) << shift) + near)
		}
	}
	check(math.MaxInt64)
	check(math.MinInt64)
	r := rand.New(rand.NewPCG(7, 8))
	for range 100_000 {
		check(int64(r.Uint64()) >> r.IntN(64))
	}
}

func TestVectorScoreSeries(t *testing.T) {
	needAVX2(t)
	starts := [4]float64{0, 1e300, inf, 5e-324}
	for _, n := range []int{0, 1, 2, 3, 4, 5, 63, 64, 65, parallel.WarmRows, parallel.LaneRows + 1} {
		for _, values := range [][]float64{awkward, hostile, {math.NaN()}, {inf, -inf}, {5e-324, 1e-323, 0}, {1.7e308, 1}} {
			var v, vector, plain [4][]float64
			for j := range v {
				v[j] = awkwardRows(n+j, 2+j, values...)[j:]
				vector[j], plain[j] = make([]float64, n), make([]float64, n)
				scoreLane(plain[j], v[j], starts[j])
			}
			scoreLanes(vector, v, starts)
			for j := range v {
				if i := firstDifference(vector[j], plain[j]); i >= 0 {
					t.Errorf("%d rows with %v, stretch %d: differs from the loop at row %d", n, values, j, i)
				}
			}
		}
	}
}

// TestVectorBounds sees that vector code stops where its slices do.
func TestVectorBounds(t *testing.T) {
	needAVX2(t)
	const n = 37
	var dst, v [4][]float64
	for j := range dst {
		whole := awkwardRows(3*n, 1, 1e9)
		dst[j], v[j] = whole[n:2*n:2*n], randomRows(n)
		defer func() {
			for i, x := range whole {
				if (i < n || i >= 2*n) && x != 1e9 {
					t.Errorf("stretch %d: row %d was written, %d to %d were asked for", j, i, n, 2*n-1)
				}
			}
		}()
	}
	scoreLanes(dst, v, [4]float64{})
}

func TestPlainOnlyResults(t *testing.T) {
	// The tests of the functions themselves, without vector code.
	plainOnly(t)
	t.Run("Score", TestScore)
	t.Run("WeightedSum", TestWeightedSum)
	t.Run("ScoreSeries", TestScoreSeries)
	t.Run("ScoreSeriesOnAnyCores", TestScoreSeriesOnAnyCores)
}
