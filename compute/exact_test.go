package compute

import (
	"math"
	"math/big"
	"testing"
)

// rational is a number for package math/big to compare.
func rational(x any) *big.Rat {
	switch x := x.(type) {
	case int64:
		return new(big.Rat).SetInt64(x)
	case uint64:
		return new(big.Rat).SetUint64(x)
	}
	return new(big.Rat).SetFloat64(x.(float64))
}

func exactOf(x any) Exact {
	switch x := x.(type) {
	case int64:
		return ExactOf(x)
	case uint64:
		return ExactOf(x)
	}
	return ExactOf(x.(float64))
}

// edgeValues are those where a type ends, or where float64 has no integer of its own.
func edgeValues() []any {
	out := []any{int64(math.MinInt64), int64(math.MinInt64 + 1), uint64(math.MaxUint64), uint64(math.MaxUint64 - 1), 0.5, -0.5, 1e-300, -1e-300, 1e300, -1e300}
	for _, at := range []int64{0, 1 << 53, -1 << 53, math.MaxInt64 - 2, math.MinInt64 + 3} {
		for d := int64(-2); d <= 2; d++ {
			out = append(out, at+d, float64(at+d), uint64(at+d), float64(d)+0.25)
		}
	}
	return append(out, math.Nextafter(1<<63, 0), float64(1<<63), math.Nextafter(1<<64, 0), float64(1<<64), -float64(1<<64), math.Nextafter(0, 1))
}

func TestExactIsBig(t *testing.T) {
	for _, x := range edgeValues() {
		e, want := exactOf(x), rational(x)
		for _, y := range edgeValues() {
			if got := e.Less(exactOf(y)); got != (want.Cmp(rational(y)) < 0) {
				t.Errorf("%T %v < %T %v: %v", x, x, y, y, got)
			}
		}
		rounded(t, x, e, want, int64(math.MinInt64), int64(math.MaxInt64), func(x, by int64) int64 { return x + by })
		rounded(t, x, e, want, uint64(0), uint64(math.MaxUint64), func(x uint64, by int64) uint64 { return x + uint64(by) })
		rounded(t, x, e, want, math.Inf(-1), math.Inf(1), func(x float64, by int64) float64 { return math.Nextafter(x, math.Inf(int(by))) })
	}
}

// rounded compares Least, Most and Same with what they promise: the neighbour
// in the type is on the other side.
func rounded[W Wide](t *testing.T, x any, e Exact, want *big.Rat, first, last W, next func(x W, by int64) W) {
	t.Helper()
	low, ok := Least[W](e)
	if ok && rational(low).Cmp(want) < 0 || ok && low != first && rational(next(low, -1)).Cmp(want) >= 0 || !ok && rational(last).Cmp(want) >= 0 {
		t.Errorf("Least[%T](%T %v) = %v, %v", low, x, x, low, ok)
	}
	high, ok := Most[W](e)
	if ok && rational(high).Cmp(want) > 0 || ok && high != last && rational(next(high, 1)).Cmp(want) <= 0 || !ok && rational(first).Cmp(want) <= 0 {
		t.Errorf("Most[%T](%T %v) = %v, %v", high, x, x, high, ok)
	}
	same, ok := Same[W](e)
	if ok != (low == high && rational(low).Cmp(want) == 0) || ok && rational(same).Cmp(want) != 0 {
		t.Errorf("Same[%T](%T %v) = %v, %v", same, x, x, same, ok)
	}
}

func TestExactOfNone(t *testing.T) {
	nan, inf := ExactOf(math.NaN()), ExactOf(math.Inf(1))
	if !nan.IsNaN() || inf.IsNaN() || nan.Less(inf) || inf.Less(nan) || !ExactOf(uint64(math.MaxUint64)).Less(inf) || !ExactOf(math.Inf(-1)).Less(ExactOf(int64(math.MinInt64))) {
		t.Error("NaN and infinity")
	}
	if x, ok := Least[int64](inf); ok {
		t.Errorf("an int64 at least infinity: %d", x)
	}
	if x, ok := Most[int64](inf); !ok || x != math.MaxInt64 {
		t.Errorf("the largest int64 below infinity: %d", x)
	}
	if x, ok := Least[uint64](ExactOf(math.Inf(-1))); !ok || x != 0 {
		t.Errorf("the smallest uint64: %d", x)
	}
	if x, ok := Same[float64](nan); !ok || x == x {
		t.Errorf("NaN as float64: %v", x)
	}
	if _, ok := Same[int64](nan); ok {
		t.Error("NaN as int64")
	}
}
