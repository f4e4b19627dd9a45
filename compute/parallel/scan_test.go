package parallel

import (
	"math"
	"math/rand/v2"
	"testing"
)

// plainSteps makes the two loops of a step.
func plainSteps[S any](step func(prev S, i int) S) Stretch[S] {
	block := func(dst []S, lo int, prev S) {
		for i := range dst {
			prev = step(prev, lo+i)
			dst[i] = prev
		}
	}
	return Stretch[S]{Block: block, Lanes: func(dst [4][]S, lo [4]int, prev [4]S) {
		for j := range 4 {
			block(dst[j], lo[j], prev[j])
		}
	}}
}

// scanned computes the rows of dst by steps.
func scanned[S any](dst []S, init S, threads int, steps Stretch[S]) {
	steps.Load = func(_, lo, hi int) []S { return dst[lo:hi] }
	steps.Store = func(int, []S) {}
	Scan(len(dst), init, threads, func() Stretch[S] { return steps })
}

// checkScan compares a scan on several cores, with lanes and without, to its
// loop.
func checkScan[S any](t *testing.T, name string, n int, init S, step func(prev S, i int) S) {
	t.Helper()
	steps := plainSteps(step)
	want := make([]S, n)
	steps.Block(want, 0, init)
	for _, threads := range threadCounts {
		for _, s := range []Stretch[S]{steps, {Block: steps.Block}} {
			got := make([]S, n)
			scanned(got, init, threads, s)
			for i := range got {
				if !sameBits(got[i], want[i]) {
					t.Errorf("%s, %d threads, lanes %v: row %d is %v, want %v", name, threads, s.Lanes != nil, i, got[i], want[i])
					break
				}
			}
		}
	}
}

const scanRows = 9*LaneRows + 1234

// randomRows returns rows about 0, the same on every run.
func randomRows() []float64 {
	r := rand.New(rand.NewPCG(1, scanRows))
	v := make([]float64, scanRows)
	for i := range v {
		v[i] = r.NormFloat64() * 10
	}
	return v
}

func TestScanOfAnyStep(t *testing.T) {
	v := randomRows()
	checkScan(t, "sum, never forgets", scanRows, 0.5, func(prev float64, i int) float64 { return prev + v[i] })
	checkScan(t, "slow average, forgets late", scanRows, 0, func(prev float64, i int) float64 { return prev*0.99 + v[i] })
	checkScan(t, "slower average", scanRows, 0, func(prev float64, i int) float64 { return prev*0.9999 + v[i] })
	checkScan(t, "NaN of other bits", scanRows, math.NaN(), func(prev float64, i int) float64 {
		return math.Float64frombits(math.Float64bits(prev) ^ uint64(i%7))
	})
	checkScan(t, "count", scanRows, int64(0), func(prev int64, i int) int64 { return prev + 1 })
	checkScan(t, "count since", scanRows, uint8(9), func(prev uint8, i int) uint8 {
		if i%100 == 0 {
			return 0
		}
		return prev + 1
	})
	checkScan(t, "signed zero", scanRows, 0, func(prev float64, i int) float64 {
		if i == LaneRows {
			return math.Copysign(0, -1)
		}
		return prev
	})
	checkScan(t, "float32", scanRows, 0, func(prev float32, i int) float32 { return prev*0.5 + float32(v[i]) })
	checkScan(t, "text", scanRows, "", func(prev string, i int) string { return string(append([]byte(prev), 'a'+byte(i%26))[len(prev)/9:]) })
}

type pair struct {
	mean float64
	last [2]int8
}

func TestScanOfStructs(t *testing.T) {
	v := randomRows()
	checkScan(t, "struct", scanRows, pair{}, func(p pair, i int) pair {
		return pair{p.mean*0.5 + v[i], [2]int8{int8(i), p.last[0]}}
	})
}

func TestScanOfStatesThatCannotBeCompared(t *testing.T) {
	got := make([]*int, scanRows)
	scanned(got, new(int), 2, plainSteps(func(prev *int, i int) *int { return prev }))
	if got[0] == nil || got[scanRows-1] != got[0] {
		t.Errorf("first state %p, last %p", got[0], got[scanRows-1])
	}
}

func TestScanLengths(t *testing.T) {
	for _, n := range []int{0, 1, 4, MinLaneRows - 1, MinLaneRows, 2 * MinLaneRows, 4*MinLaneRows + 1, LaneRows, LaneRows + 1, 4*LaneRows - 1} {
		checkScan(t, "lengths", n, 1, func(prev float64, i int) float64 { return prev*0.5 + float64(i%10) })
	}
}

func TestScanHidesPanicsOnFalseStates(t *testing.T) {
	// The true state counts the rows; every other start is caught at it.
	checkScan(t, "count", scanRows, 0, func(prev, i int) int {
		if prev != i {
			panic("a state that never occurs")
		}
		return prev + 1
	})
}

func TestScanRaisesPanicsOnTrueStates(t *testing.T) {
	for _, threads := range threadCounts {
		for _, bad := range []int{0, 10, 3 * LaneRows, 3*LaneRows + 600, scanRows - 1} {
			steps := plainSteps(func(prev float64, i int) float64 {
				if i >= bad {
					panic(i)
				}
				return prev*0.5 + float64(i)
			})
			p := blockPanic(t, func() { scanned(make([]float64, scanRows), 0, threads, steps) })
			if p.Value != bad {
				t.Errorf("%d threads: panic of row %v, want %d", threads, p.Value, bad)
			}
		}
	}
}

func TestScanGivesUpSoon(t *testing.T) {
	rows := 0
	steps := plainSteps(func(prev float64, i int) float64 {
		rows++
		return prev + 1
	})
	const n = 100 * LaneRows
	// On one thread, how far the others have come does not matter.
	scanned(make([]float64, n), 0, 1, steps)
	if vain := rows - n; vain > 5*LaneRows {
		t.Errorf("%d rows were computed in vain", vain)
	}
}
