package compute

import (
	"cmp"
	"regexp"

	"goscore/compute/group"
	"goscore/compute/parallel"
)

// RowsWhere returns the rows that bad reports, in ascending order: bad appends
// to rows those of v that it means, of which the first is row lo.
//
// Shape: v has n rows; the result has at most as many.
// Order: the same for any number of cores.
// Errors: a panic of bad is raised again in the caller, as a *BlockPanic.
func RowsWhere[V any](n int, v parallel.Rows[V], threads int, bad func(rows []int64, lo int, v []V) []int64) []int64 {
	return rowsWhere(n, v, parallel.BlockRows, threads, bad)
}

// rowsWhere is RowsWhere that fetches so many rows at once: between them a run can be stopped.
func rowsWhere[V any](n int, v parallel.Rows[V], fetched, threads int, bad func(rows []int64, lo int, v []V) []int64) []int64 {
	opened := parallel.NewPool(func() func(lo, hi int) []V { return v() })
	parts := make([][]int64, (n+parallel.BlockRows-1)/parallel.BlockRows)
	parallel.Pieces(n, parallel.BlockRows, threads, func(lo, hi int) {
		rows := opened.Get()
		var part []int64
		for at := lo; at < hi; at += fetched {
			part = bad(part, at, rows(at, min(at+fetched, hi)))
		}
		parts[lo/parallel.BlockRows] = part
		opened.Put(rows)
	})
	all := []int64{}
	for _, part := range parts {
		all = append(all, part...)
	}
	return all
}

// RowsOutside returns the rows whose value is below low or above high; nil is no
// bound.
//
// Nulls: a NaN is a value, and within no bounds; a row that valid, where there is
// one, says is missing is not returned.
func RowsOutside[T cmp.Ordered](n int, v parallel.Rows[T], valid []byte, low, high *T, threads int) []int64 {
	var lo, hi T
	if low != nil {
		lo = *low
	}
	if high != nil {
		hi = *high
	}
	return RowsWhere(n, v, threads, func(rows []int64, first int, v []T) []int64 {
		for i, x := range v {
			if within := x == x && (low == nil || x >= lo) && (high == nil || x <= hi); !within && there(valid, first+i) {
				rows = append(rows, int64(first+i))
			}
		}
		return rows
	})
}

// RowsNotIn returns the rows whose value is none of those allowed.
//
// Nulls: a NaN is a value, which may be allowed; a row that valid, where there is
// one, says is missing is not returned.
func RowsNotIn[T comparable](n int, v parallel.Rows[T], valid []byte, allowed []T, threads int) []int64 {
	known, nan := make(map[T]bool, len(allowed)), false
	for _, x := range allowed {
		known[x] = true
		nan = nan || x != x
	}
	return RowsWhere(n, v, threads, func(rows []int64, first int, v []T) []int64 {
		for i, x := range v {
			if !known[x] && (x == x || !nan) && there(valid, first+i) {
				rows = append(rows, int64(first+i))
			}
		}
		return rows
	})
}

// NumbersOutside is RowsOutside of numbers and bounds of any types, compared
// exactly.
func NumbersOutside[T Number](n int, v parallel.Rows[T], valid []byte, low, high *Exact, threads int) []int64 {
	switch v := widened(v).(type) {
	case parallel.Rows[int64]:
		return outside(n, v, valid, low, high, threads)
	case parallel.Rows[uint64]:
		return outside(n, v, valid, low, high, threads)
	case parallel.Rows[float64]:
		return outside(n, v, valid, low, high, threads)
	}
	return nil
}

func outside[W Wide](n int, v parallel.Rows[W], valid []byte, low, high *Exact, threads int) []int64 {
	var least, most *W
	some := true
	if low != nil {
		w, ok := Least[W](*low)
		least, some = &w, ok
	}
	if high != nil {
		w, ok := Most[W](*high)
		most, some = &w, some && ok
	}
	if !some { // no value of the type is within
		one, none := W(1), W(0)
		least, most = &one, &none
	}
	return RowsOutside(n, v, valid, least, most, threads)
}

// NumbersNotIn is RowsNotIn of numbers of any types, compared exactly.
func NumbersNotIn[T Number](n int, v parallel.Rows[T], valid []byte, allowed []Exact, threads int) []int64 {
	switch v := widened(v).(type) {
	case parallel.Rows[int64]:
		return RowsNotIn(n, v, valid, same[int64](allowed), threads)
	case parallel.Rows[uint64]:
		return RowsNotIn(n, v, valid, same[uint64](allowed), threads)
	case parallel.Rows[float64]:
		return RowsNotIn(n, v, valid, same[float64](allowed), threads)
	}
	return nil
}

// same gives those numbers that a type holds.
func same[W Wide](all []Exact) (out []W) {
	for _, e := range all {
		if w, ok := Same[W](e); ok {
			out = append(out, w)
		}
	}
	return out
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
	const fetched = 256 // a pattern may take long on each
	return rowsWhere(n, v, fetched, threads, func(rows []int64, first int, v []string) []int64 {
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
