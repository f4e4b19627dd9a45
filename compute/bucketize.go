package compute

import (
	"fmt"

	"goscore/compute/parallel"
)

// Bucketize returns the number of the bucket that each value falls into. Integers
// and edges are compared exactly, also where float64 has no integer of its own.
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
func Bucketize[T, E Number](v []T, edges []E) []int64 {
	dst := make([]int64, len(v))
	if err := BucketizeOf(len(v), parallel.InPlace(v), parallel.Into(dst), ExactsOf(edges), 0); err != nil {
		panic(err)
	}
	return dst
}

// BucketizeOf is Bucketize of n rows, wherever they lie and go. It returns the
// ArgumentError.
func BucketizeOf[T Number](n int, v parallel.Rows[T], dst parallel.Room[int64], edges []Exact, threads int) error {
	for i, e := range edges {
		if e.IsNaN() || i > 0 && !edges[i-1].Less(e) {
			return ArgumentError(fmt.Sprintf("goscore.Bucketize: edges must climb, and edge %d is %v", i, e))
		}
	}
	switch v := widened(v).(type) {
	case parallel.Rows[int64]:
		buckets(n, v, dst, edges, threads)
	case parallel.Rows[uint64]:
		buckets(n, v, dst, edges, threads)
	case parallel.Rows[float64]:
		buckets(n, v, dst, edges, threads)
	}
	return nil
}

// buckets compares values with the smallest of their type that is at least an
// edge: no value lies between the two.
func buckets[W Wide](n int, v parallel.Rows[W], dst parallel.Room[int64], edges []Exact, threads int) {
	var least []W
	for _, e := range edges {
		if w, ok := Least[W](e); ok {
			least = append(least, w)
		}
	}
	parallel.Map(n, v, dst, threads, func(_ int, dst []int64, v []W) {
		for i, x := range v {
			dst[i] = bucket(least, x)
		}
	})
}

func bucket[W Wide](edges []W, x W) int64 {
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
