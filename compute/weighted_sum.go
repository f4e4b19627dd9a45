package compute

import "fmt"

// WeightedSum returns the sum of the products of a and b, row by row.
//
//	weighted_sum = sum_i a_i * b_i
//
// Shape: a and b have the same length, any; the result is one value, 0 for
// no rows.
// Nulls: a NaN in either makes the result NaN.
// Units: those of a times those of b.
// Order: values become float64 before they are multiplied; four sums run over
// chunks of fixed length and are joined pairwise, so the same bits come back
// for any number of cores.
// Errors: lengths that differ stop the cell with an ArgumentError.
func WeightedSum[A, B Number](a []A, b []B) float64 {
	sum, err := WeightedSumOn(a, b, 0)
	if err != nil {
		panic(err)
	}
	return sum
}

// WeightedSumOn is WeightedSum on a given number of threads. It returns the
// ArgumentError.
func WeightedSumOn[A, B Number](a []A, b []B, threads int) (float64, error) {
	if len(a) != len(b) {
		return 0, ArgumentError(fmt.Sprintf("goscore.WeightedSum: a has %s, b has %d", rowCount(len(a)), len(b)))
	}
	return WeightedSumOf(len(a), InPlace(a), InPlace(b), threads), nil
}

// WeightedSumOf is WeightedSum of n rows, wherever they lie.
func WeightedSumOf[A, B Number](n int, a Rows[A], b Rows[B], threads int) float64 {
	return ReduceStream(n, threads, func() Chunks[float64] {
		rowsA, rowsB := a(), b()
		var nearA []A // the rows from base on
		var nearB []B
		var base int
		return Chunks[float64]{
			Load:  func(lo, hi int) { nearA, nearB, base = rowsA(lo, hi), rowsB(lo, hi), lo },
			Value: func(lo, hi int) float64 { return weightedBlock(nearA[lo-base:hi-base], nearB[lo-base:hi-base]) },
		}
	}, add)
}

func weightedBlock[A, B Number](a []A, b []B) float64 {
	// The conversions keep arm64 from fusing the product with the sum, which
	// would give it other bits than amd64.
	var s0, s1, s2, s3 float64
	b = b[:len(a)]
	i := 0
	for ; i+4 <= len(a); i += 4 {
		s0 += float64(float64(a[i]) * float64(b[i]))
		s1 += float64(float64(a[i+1]) * float64(b[i+1]))
		s2 += float64(float64(a[i+2]) * float64(b[i+2]))
		s3 += float64(float64(a[i+3]) * float64(b[i+3]))
	}
	for ; i < len(a); i++ {
		s0 += float64(float64(a[i]) * float64(b[i]))
	}
	return (s0 + s1) + (s2 + s3)
}

func rowCount(n int) string {
	if n == 1 {
		return "1 row"
	}
	return fmt.Sprintf("%d rows", n)
}
