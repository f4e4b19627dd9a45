package compute

// Rows is a column whose rows need not lie in one place. Each thread opens it
// once; the function that it gets gives the rows from lo up to and without hi,
// which stay as they are until it is called again.
type Rows[T any] func() func(lo, hi int) []T

// InPlace gives the rows of a slice.
func InPlace[T any](v []T) Rows[T] {
	return func() func(lo, hi int) []T {
		return func(lo, hi int) []T { return v[lo:hi] }
	}
}

// Room is where a column of results goes, which need not be one place. Each
// thread opens it once: the first function gives room for the rows from lo up
// to and without hi, the second takes what was written there, from row lo on.
type Room[T any] func() (room func(lo, hi int) []T, store func(lo int, rows []T))

// Into gives room in a slice.
func Into[T any](dst []T) Room[T] {
	return func() (func(lo, hi int) []T, func(lo int, rows []T)) {
		return func(lo, hi int) []T { return dst[lo:hi] }, func(int, []T) {}
	}
}
