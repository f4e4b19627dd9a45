package parallel

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

// ScanColumn is Scan for a step over one column, written as loops over
// the rows of one stretch and of four.
func ScanColumn[T any](n int, init float64, v Rows[T], dst Room[float64], threads int,
	lane func(dst []float64, v []T, prev float64), lanes func(dst [4][]float64, v [4][]T, prev [4]float64)) {
	Scan(n, init, threads, func() Stretch[float64] {
		rows := v()
		room, store := dst()
		var near []T // the rows from base on
		var base int
		return Stretch[float64]{
			Block: func(dst []float64, lo int, prev float64) { lane(dst, near[lo-base:], prev) },
			Lanes: func(dst [4][]float64, lo [4]int, prev [4]float64) {
				lanes(dst, [4][]T{near[lo[0]-base:], near[lo[1]-base:], near[lo[2]-base:], near[lo[3]-base:]}, prev)
			},
			Load: func(from, lo, hi int) []float64 {
				near, base = rows(from, hi), from
				return room(lo, hi)
			},
			Store: store,
		}
	})
}

// ReduceColumn is reduceStream for the value of one column's rows.
func ReduceColumn[T, S any](n int, v Rows[T], threads int, value func(v []T) S, merge func(a, b S) S) S {
	return reduceStream(n, threads, func() chunks[S] {
		rows := v()
		var near []T // the rows from base on
		var base int
		return chunks[S]{
			Load:  func(lo, hi int) { near, base = rows(lo, hi), lo },
			Value: func(lo, hi int) S { return value(near[lo-base : hi-base]) },
		}
	}, merge)
}

// ReduceColumns is ReduceColumn for two columns.
func ReduceColumns[A, B, S any](n int, a Rows[A], b Rows[B], threads int, value func(a []A, b []B) S, merge func(a, b S) S) S {
	return reduceStream(n, threads, func() chunks[S] {
		rowsA, rowsB := a(), b()
		var nearA []A // the rows from base on
		var nearB []B
		var base int
		return chunks[S]{
			Load:  func(lo, hi int) { nearA, nearB, base = rowsA(lo, hi), rowsB(lo, hi), lo },
			Value: func(lo, hi int) S { return value(nearA[lo-base:hi-base], nearB[lo-base:hi-base]) },
		}
	}, merge)
}
