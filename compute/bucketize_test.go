package compute

import (
	"math"
	"slices"
	"testing"
)

func TestBucketize(t *testing.T) {
	nan, inf := math.NaN(), math.Inf(1)
	check := func(edges []float64, v []float64, want ...int64) {
		t.Helper()
		if got := Bucketize(v, edges); !slices.Equal(got, want) {
			t.Errorf("Bucketize(%v, %v) = %v, want %v", v, edges, got, want)
		}
	}
	check([]float64{0, 10, 20}, []float64{-1, 0, 9.9, 10, 20, 21, nan, inf, -inf}, 0, 1, 1, 2, 3, 3, -1, 3, 0)
	check([]float64{}, []float64{1, nan}, 0, -1)
	check([]float64{-inf, 0, inf}, []float64{-1, inf, -inf}, 1, 3, 1)
	for n := range 40 { // every length of a search
		edges := make([]float64, n)
		for i := range edges {
			edges[i] = float64(i)
		}
		for x := -1.0; x <= float64(n); x += 0.5 {
			check(edges, []float64{x}, min(int64(math.Floor(x))+1, int64(n)))
		}
	}
	if got := Bucketize([]uint8{3, 5}, []float64{4}); !slices.Equal(got, []int64{0, 1}) {
		t.Errorf("uint8: %v", got)
	}
	const odd = 1<<53 + 1 // whose float64 is another number
	if got := Bucketize([]int64{odd - 1, odd, odd + 1}, []int64{odd}); !slices.Equal(got, []int64{0, 1, 1}) {
		t.Errorf("around 2**53+1: %v", got)
	}
	if got := Bucketize([]int64{math.MaxInt64, math.MinInt64}, []float64{-1 << 63, 1 << 63}); !slices.Equal(got, []int64{1, 1}) {
		t.Errorf("at the ends of int64: %v", got)
	}
	if got := Bucketize([]uint64{math.MaxUint64, 1 << 63}, []float64{0.5, 1 << 63, 1 << 64}); !slices.Equal(got, []int64{2, 2}) {
		t.Errorf("at the end of uint64: %v", got)
	}
	if got := Bucketize([]float64{odd - 1, odd + 1}, []int{odd}); !slices.Equal(got, []int64{0, 1}) {
		t.Errorf("floats around 2**53+1: %v", got)
	}
	if got := Bucketize([]int8{-3, -2, 2, 3}, []float32{-2.5, 2.5}); !slices.Equal(got, []int64{0, 1, 1, 2}) {
		t.Errorf("fractions: %v", got)
	}
	refuses(t, "goscore.Bucketize: edges must climb, and edge 1 is 1", func() { Bucketize([]int{1}, []float64{1, 1}) })
	refuses(t, "goscore.Bucketize: edges must climb, and edge 0 is NaN", func() { Bucketize([]int{1}, []float64{nan}) })
}
