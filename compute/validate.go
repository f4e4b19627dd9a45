package compute

import (
	"regexp"

	"goscore/compute/group"
	"goscore/compute/parallel"
)

// rowsWhere returns the rows that bad reports, in ascending order: bad appends
// to rows those of v that it means, of which the first is row lo.
//
// Shape: v has n rows; the result has at most as many.
// Order: the same for any number of cores.
// Errors: a panic of bad is raised again in the caller, as a *BlockPanic.
func rowsWhere[V any](n int, v parallel.Rows[V], threads int, bad func(rows []int64, lo int, v []V) []int64) []int64 {
	opened := parallel.NewPool(func() func(lo, hi int) []V { return v() })
	parts := make([][]int64, (n+parallel.BlockRows-1)/parallel.BlockRows)
	parallel.Pieces(n, parallel.BlockRows, threads, func(lo, hi int) {
		rows := opened.Get()
		parts[lo/parallel.BlockRows] = bad(nil, lo, rows(lo, hi))
		opened.Put(rows)
	})
	all := []int64{}
	for _, part := range parts {
		all = append(all, part...)
	}
	return all
}

// RowsOutside returns the rows whose value is below lo or above hi.
//
// Nulls: a NaN is missing, and not outside.
func RowsOutside(n int, v parallel.Rows[float64], lo, hi float64, threads int) []int64 {
	return rowsWhere(n, v, threads, func(rows []int64, first int, v []float64) []int64 {
		for i, x := range v {
			if x < lo || x > hi {
				rows = append(rows, int64(first+i))
			}
		}
		return rows
	})
}

// RowsNotIn returns the rows whose value is none of those allowed.
//
// Nulls: a NaN is missing, and returned by no one; a row that valid, where there
// is one, says is missing is not returned either.
func RowsNotIn[T comparable](n int, v parallel.Rows[T], valid []byte, allowed []T, threads int) []int64 {
	known := make(map[T]bool, len(allowed))
	for _, x := range allowed {
		known[x] = true
	}
	return rowsWhere(n, v, threads, func(rows []int64, first int, v []T) []int64 {
		for i, x := range v {
			if !known[x] && x == x && there(valid, first+i) {
				rows = append(rows, int64(first+i))
			}
		}
		return rows
	})
}

// RowsNotMatching returns the rows whose text a pattern does not match as a
// whole.
//
// Nulls: a row that valid, where there is one, says is missing is not returned.
// Errors: a pattern that package regexp does not take.
func RowsNotMatching(n int, v parallel.Rows[string], valid []byte, pattern string, threads int) ([]int64, error) {
	if _, err := regexp.Compile(pattern); err != nil {
		return nil, ArgumentError(err.Error())
	}
	whole := regexp.MustCompile(`\A(?:` + pattern + `)\z`)
	return rowsWhere(n, v, threads, func(rows []int64, first int, v []string) []int64 {
		for i, s := range v {
			if there(valid, first+i) && !whole.MatchString(s) {
				rows = append(rows, int64(first+i))
			}
		}
		return rows
	}), nil
}

func there(valid []byte, i int) bool { return valid == nil || valid[i>>3]>>(i&7)&1 == 1 }

// RowsRepeated returns the rows whose key another row has too, in ascending
// order.
//
// Nulls: a row that is in no group is not returned.
func RowsRepeated(g *group.Grouping, n int) []int64 {
	repeated := make([]bool, n)
	for i := range g.Len() {
		if rows := g.Order[g.Starts[i]:g.Starts[i+1]]; len(rows) > 1 {
			for _, row := range rows {
				repeated[row] = true
			}
		}
	}
	all := []int64{}
	for i, r := range repeated {
		if r {
			all = append(all, int64(i))
		}
	}
	return all
}
