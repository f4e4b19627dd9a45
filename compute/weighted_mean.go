package compute

import (
	"fmt"
	"math"

	"goscore/compute/parallel"
)

// WeightedMean returns the mean of v, in which each value counts as often as
// its weight says.
//
//	weighted_mean = sum_i w_i * v_i / sum_i w_i
//
// Shape: v and weights have the same length, any; the result is one value.
// Nulls: a row where either is NaN is left out. NaN where no weight is left, or
// they add up to 0.
// Units: those of v.
// Order: values become float64; eight sums run over chunks of fixed length and
// are joined pairwise, so the same bits come back for any number of cores.
// Errors: lengths that differ stop the cell with an ArgumentError.
// Source: numpy.average(v, weights=w) over the rows that are not NaN.
//
//goscore:cell
func WeightedMean[A, B Number](v []A, weights []B) float64 {
	if len(v) != len(weights) {
		panic(ArgumentError(fmt.Sprintf("goscore.WeightedMean: v has %s, weights has %d", rowCount(len(v)), len(weights))))
	}
	return WeightedMeanOf(len(v), Floats(parallel.InPlace(v)), Floats(parallel.InPlace(weights)), 0)
}

// WeightedMeanOf is WeightedMean of n rows, wherever they lie.
func WeightedMeanOf(n int, v, weights parallel.Rows[float64], threads int) float64 {
	total := parallel.ReduceColumns(n, v, weights, threads, weigh, func(a, b weighed) weighed { return weighed{a.products + b.products, a.weights + b.weights} })
	if total.weights == 0 {
		return math.NaN()
	}
	return oneNaN(total.products / total.weights)
}

type weighed struct{ products, weights float64 }

func weigh(v, w []float64) weighed {
	var products, weights sums
	w = w[:len(v)]
	for i, x := range v {
		if y := w[i]; x == x && y == y {
			products[i&7] += product(x, y)
			weights[i&7] += y
		}
	}
	return weighed{products.join(), weights.join()}
}
