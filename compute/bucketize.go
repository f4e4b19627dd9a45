package compute

import (
	"fmt"

	"goscore/compute/parallel"
)

// Bucketize returns the number of the bucket that each value falls into.
//
//	b_i = number of edges that are at most v_i
//
// Bucket 0 is below the first edge, len(edges) from the last one on.
//
// Shape: the result has the length of v, any; edges has any length.
// Nulls: a NaN is in no bucket: -1, which from Python is missing.
// Units: edges has those of v; the result has none.
// Errors: edges that do not climb, or are NaN, stop the cell with an
// ArgumentError.
// Source: numpy.digitize(v, edges).
//
//goscore:cell
func Bucketize[T Number](v []T, edges []float64) []int64 {
	dst := make([]int64, len(v))
	if err := BucketizeOf(len(v), Floats(parallel.InPlace(v)), parallel.Into(dst), edges, 0); err != nil {
		panic(err)
	}
	return dst
}

// BucketizeOf is Bucketize of n rows, wherever they lie and go. It returns the
// ArgumentError.
func BucketizeOf(n int, v parallel.Rows[float64], dst parallel.Room[int64], edges []float64, threads int) error {
	for i, e := range edges {
		if e != e || i > 0 && e <= edges[i-1] {
			return ArgumentError(fmt.Sprintf("goscore.Bucketize: edges must climb, and edge %d is %v", i, e))
		}
	}
	parallel.Map(n, v, dst, threads, func(_ int, dst []int64, v []float64) {
		for i, x := range v {
			dst[i] = bucket(edges, x)
		}
	})
	return nil
}

func bucket(edges []float64, x float64) int64 {
	if x != x {
		return -1
	}
	lo, n := 0, len(edges)
	for n > 0 { // without a branch that data decides
		half := (n + 1) / 2
		if edges[lo+half-1] <= x {
			lo += half
		}
		n -= half
	}
	return int64(lo)
}
