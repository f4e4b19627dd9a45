package compute

import (
	"encoding/binary"
	"hash/crc32"
	"math"
	"math/rand/v2"
	"testing"

	"goscore/compute/parallel"
)

var inf = math.Inf(1)

func TestScoreSeries(t *testing.T) {
	check := func(want []float64, v ...float64) {
		t.Helper()
		if got := ScoreSeries(v); firstDifference(got, want) >= 0 {
			t.Errorf("ScoreSeries(%v) = %v, want %v", v, got, want)
		}
	}
	nan := math.NaN()
	check([]float64{})
	// python 3.11
	check([]float64{1.0, 3.9, 1.95, 0.975, 0.4875, 7.68875}, 1, 3, 2, -1, 0.5, 7.25)
	check([]float64{0.1, 0.29000000000000004, 0.14500000000000002, 0.4305, 0.21525, 0.107625}, 0.1, 0.2, nan, 0.3, math.Copysign(0, -1), 5e-324)
	check([]float64{1, inf, inf, inf, inf}, 1, inf, 1, nan, -inf)
	check([]float64{1e308, inf, inf}, 1e308, 1.7e308, 1e308)
	check([]float64{5e-324, 0, 5e-324, 1.5e-323}, 5e-324, 0, 5e-324, 1e-323)
}

func TestScoreSeriesOfOtherNumbers(t *testing.T) {
	// python 3.11
	want := []float64{1, 5.9, 2.95, 11.655000000000001}
	check := func(got []float64) {
		t.Helper()
		if firstDifference(got, want) >= 0 {
			t.Errorf("got %v, want %v", got, want)
		}
	}
	type grams int16
	check(ScoreSeries([]int64{1, 5, 2, 9}))
	check(ScoreSeries([]uint8{1, 5, 2, 9}))
	check(ScoreSeries([]float32{1, 5, 2, 9}))
	check(ScoreSeries([]grams{1, 5, 2, 9}))
	want = []float64{9007199254740992, 4503599627370496}
	check(ScoreSeries([]int64{1<<53 + 1, 1}))
	want = []float64{math.Ldexp(1, 64)}
	check(ScoreSeries([]uint64{math.MaxUint64}))
}

func TestScoreSeriesHasPythonsBits(t *testing.T) {
	bytes, _ := binary.Append(nil, binary.LittleEndian, ScoreSeries(exampleRows()))
	// python 3.11: zlib.crc32(struct.pack("<100000d", *scores))
	if got := crc32.ChecksumIEEE(bytes); got != 0x18929385 {
		t.Errorf("checksum %#x, want 0x18929385", got)
	}
}

// checkScoreSeries compares the scores of v on several cores to the loop's.
func checkScoreSeries[T Number](t *testing.T, name string, v []T) {
	t.Helper()
	want := make([]float64, len(v))
	scoreLane(want, v, 0)
	for _, threads := range threadCounts {
		got := make([]float64, len(v))
		if scoreSeriesInto(got, v, threads); firstDifference(got, want) >= 0 {
			t.Errorf("%s, %d rows, %d threads: differs from the loop at row %d", name, len(v), threads, firstDifference(got, want))
		}
	}
}

func TestScoreSeriesOnAnyCores(t *testing.T) {
	check := func(name string, v []float64) { t.Helper(); checkScoreSeries(t, name, v) }
	for _, edge := range []int{4, parallel.MinLaneRows, 4 * parallel.MinLaneRows, 8 * parallel.MinLaneRows, 4 * parallel.LaneRows, 8 * parallel.LaneRows} {
		for _, n := range []int{edge - 1, edge, edge + 1} {
			check("random", randomRows(n))
		}
	}
	const n = 3*4*parallel.LaneRows + 77
	check("awkward", awkwardRows(n, 3, awkward...))
	check("NaN", awkwardRows(n, 1, math.NaN()))
	check("infinite late", awkwardRows(n, n/2, inf))
	check("infinite often", awkwardRows(n, 5, inf, -inf))
	check("overflow", awkwardRows(n, 50000, 1.7e308))

	falling := randomRows(n)
	for i := range falling {
		falling[i] = -math.Abs(falling[i])
	}
	check("negative", falling)
	for _, at := range []int{0, parallel.LaneRows - 1, parallel.LaneRows - 100, 4*parallel.LaneRows - parallel.WarmRows, 5*parallel.LaneRows - parallel.WarmRows - 1, 7 * parallel.LaneRows} {
		falling[at] = 1e300
	}
	check("long tails", falling)
}

func TestScoreSeriesOfRandomRows(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	for range 40 {
		n := r.IntN(12 * parallel.MinLaneRows)
		every := 1 + r.IntN(n+1)
		checkScoreSeries(t, "any bits", awkwardRows(n, every, math.Float64frombits(r.Uint64()), math.Float64frombits(r.Uint64()>>1)))
		scaled, whole := randomRows(n), make([]int64, n)
		for i, x := range scaled {
			scaled[i] = math.Ldexp(x, r.IntN(2100)-1074)
			whole[i] = int64(r.Uint64()) >> r.IntN(64)
		}
		checkScoreSeries(t, "any size", scaled)
		checkScoreSeries(t, "whole", whole)
	}
}

func TestScoreSeriesOfTwoLengths(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("2 rows were written for 3")
		}
	}()
	scoreSeriesInto(make([]float64, 2), make([]int, 3), 1)
}

func TestScoreStepIsTheLoops(t *testing.T) {
	values := append([]float64{inf, -inf, 1, 0.9, math.MaxFloat64}, awkward...)
	for _, prev := range values {
		for _, v := range values {
			var want [1]float64
			scoreLane(want[:], []float64{v}, prev)
			if got := scoreStep(prev, v); math.Float64bits(got) != math.Float64bits(want[0]) {
				t.Errorf("scoreStep(%v, %v) = %v, want %v", prev, v, got, want[0])
			}
		}
	}
}

func BenchmarkScoreSeriesInfinite(b *testing.B) {
	v := randomRows(1e7)
	v[1000] = inf
	dst := make([]float64, len(v))
	benchThreads(b, len(v), func(threads int) { scoreSeriesInto(dst, v, threads) })
}
