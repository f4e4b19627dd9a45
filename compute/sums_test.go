package compute

import (
	"math"
	"testing"

	"goscore/compute/parallel"
)

// chunkSum adds one chunk's terms in the order that sums describes.
func chunkSum(terms []float64) float64 {
	var s [8]float64
	for i, x := range terms {
		s[i%8] += x
	}
	for half := 4; half > 0; half /= 2 {
		for j := range half {
			s[j] += s[j+half]
		}
	}
	return s[0]
}

func TestSumsKeepTheirOrder(t *testing.T) {
	for _, n := range []int{0, 1, 7, 8, 9, 16, 17, parallel.ReduceRows - 1, parallel.ReduceRows} {
		a, b := awkwardRows(n, 3, 1e9, 1e-9, 0), randomRows(n + 1)[1:]
		scores, products := make([]float64, n), make([]float64, n)
		for i := range a {
			if a[i] > 0 {
				scores[i] = a[i] * math.Sqrt(a[i])
			}
			products[i] = a[i] * b[i]
		}
		if got, want := Score(a), chunkSum(scores); got != want {
			t.Errorf("Score of %d rows = %v, want %v", n, got, want)
		}
		if got, want := WeightedSum(a, b), chunkSum(products); got != want {
			t.Errorf("WeightedSum of %d rows = %v, want %v", n, got, want)
		}
	}
}

func TestWeightedSumHasOneNaN(t *testing.T) {
	other := math.Float64frombits(0xfff8000000000123)
	for _, a := range [][]float64{{other}, {inf, -inf}, {other, math.NaN()}, {math.NaN(), other}} {
		got := WeightedSum(a, []float64{1, 1}[:len(a)])
		if math.Float64bits(got) != math.Float64bits(math.NaN()) {
			t.Errorf("WeightedSum of %v = %#x, want that of math.NaN", a, math.Float64bits(got))
		}
	}
}
