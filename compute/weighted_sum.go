package compute

import (
	"fmt"

	"goscore/compute/parallel"
)

// WeightedSum returns the sum of the products of a and b, row by row.
//
//	weighted_sum = sum_i a_i * b_i
//
// Shape: a and b have the same length, any; the result is one value, 0 for
// no rows.
// Nulls: a NaN in either makes the result NaN, always that of math.NaN.
// Units: those of a times those of b.
// Order: values become float64 before they are multiplied; eight sums run over
// chunks of fixed length and are joined pairwise, so the same bits come back
// for any number of cores, with and without vector instructions.
// Errors: lengths that differ stop the cell with an ArgumentError.
//
//goscore:cell
func WeightedSum[A, B Number](a []A, b []B) float64 {
	sum, err := weightedSumOn(a, b, 0)
	if err != nil {
		panic(err)
	}
	return sum
}

// weightedSumOn is WeightedSum on a given number of threads. It returns the
// ArgumentError.
func weightedSumOn[A, B Number](a []A, b []B, threads int) (float64, error) {
	if len(a) != len(b) {
		return 0, ArgumentError(fmt.Sprintf("goscore.WeightedSum: a has %s, b has %d", rowCount(len(a)), len(b)))
	}
	return WeightedSumOf(len(a), parallel.InPlace(a), parallel.InPlace(b), threads), nil
}

// WeightedSumOf is WeightedSum of n rows, wherever they lie.
func WeightedSumOf[A, B Number](n int, a parallel.Rows[A], b parallel.Rows[B], threads int) float64 {
	return oneNaN(parallel.ReduceColumns(n, a, b, threads, weightedBlock, add))
}

func weightedBlock[A, B Number](a []A, b []B) float64 {
	var s sums
	done := vectorProducts(&s, a, b)
	if done == 0 {
		done = plainProducts(&s, a, b)
	}
	a, b = a[done:], b[done:]
	for i := range a {
		s[i] += product(a[i], b[i])
	}
	return s.join()
}

// plainProducts is vectorProducts for all types and processors.
func plainProducts[A, B Number](s *sums, a []A, b []B) int {
	done := len(a) &^ 7
	// In the array, each sum would wait for its own way through memory.
	var s0, s1, s2, s3, s4, s5, s6, s7 float64
	for len(a) >= len(s) && len(b) >= len(s) {
		s0 += product(a[0], b[0])
		s1 += product(a[1], b[1])
		s2 += product(a[2], b[2])
		s3 += product(a[3], b[3])
		s4 += product(a[4], b[4])
		s5 += product(a[5], b[5])
		s6 += product(a[6], b[6])
		s7 += product(a[7], b[7])
		a, b = a[len(s):], b[len(s):]
	}
	*s = sums{s0, s1, s2, s3, s4, s5, s6, s7}
	return done
}

// product is rounded by its conversion, which keeps arm64 from fusing it with
// the sum; that would give other bits than on amd64.
func product[A, B Number](a A, b B) float64 { return float64(float64(a) * float64(b)) }

func rowCount(n int) string {
	if n == 1 {
		return "1 row"
	}
	return fmt.Sprintf("%d rows", n)
}
