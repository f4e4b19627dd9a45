package compute

import (
	"fmt"
	"math"

	"goscore/compute/parallel"
)

// Rolling returns a statistic of the window that ends with each row: "mean",
// "sum", "min" or "max".
//
//	r_i = statistic(v_(i-window+1) ... v_i)
//
// Shape: the result has the length of v, any.
// Nulls: a NaN is missing: it is left out. The result is NaN where fewer than
// minPeriods values of the window are there; 0 means window, as in pandas.
// Units: those of v.
// Order: values are added within blocks of window rows, and the window is a
// block's end and the next one's beginning (van Herk), so the same bits come
// back for any number of cores, and a value that left the window leaves no
// rounding error behind.
// Errors: a window below 1, minPeriods above it and another statistic stop the
// cell with an ArgumentError.
// Source: van Herk (1992), Pattern Recognition Letters 13, 517–521; the rows
// are those of pandas' rolling(window, min_periods).
//
//goscore:cell
func Rolling[T Number](v []T, window int, statistic string, minPeriods int) []float64 {
	dst := make([]float64, len(v))
	if err := RollingOf(len(v), Floats(parallel.InPlace(v)), parallel.Into(dst), window, statistic, minPeriods, 0); err != nil {
		panic(err)
	}
	return dst
}

// RollingOf is Rolling of n rows, wherever they lie and go. It returns the
// ArgumentError.
func RollingOf(n int, v parallel.Rows[float64], dst parallel.Room[float64], window int, statistic string, minPeriods, threads int) error {
	w, err := newRolling(window, statistic, minPeriods)
	if err == nil {
		w.run(n, v, dst, threads)
	}
	return err
}

// rolling is a checked window and its statistic.
type rolling struct {
	rows, least int
	statistic   statistic
	start       float64 // what a statistic of nothing is
}

type statistic int

const (
	sumOfWindow statistic = iota
	meanOfWindow
	minOfWindow
	maxOfWindow
)

// join adds a value, or another part of the window, to a part of it. A switch
// inlines, which a function value would not.
func (w *rolling) join(a, b float64) float64 {
	switch w.statistic {
	case minOfWindow:
		return min(a, b)
	case maxOfWindow:
		return max(a, b)
	}
	return a + b
}

func newRolling(rows int, statistic string, minPeriods int) (rolling, error) {
	if minPeriods == 0 {
		minPeriods = rows
	}
	w := rolling{rows: rows, least: max(minPeriods, 1)}
	switch {
	case rows < 1:
		return w, ArgumentError(fmt.Sprintf("goscore.Rolling: the window has %d rows, not 1 or more", rows))
	case minPeriods < 0 || minPeriods > rows:
		return w, ArgumentError(fmt.Sprintf("goscore.Rolling: minPeriods is %d, not between 0 and the window's %s", minPeriods, rowCount(rows)))
	}
	switch statistic {
	case "sum":
	case "mean":
		w.statistic = meanOfWindow
	case "min":
		w.statistic, w.start = minOfWindow, math.Inf(1)
	case "max":
		w.statistic, w.start = maxOfWindow, math.Inf(-1)
	default:
		return w, ArgumentError(fmt.Sprintf("goscore.Rolling: the statistic is %q, not \"mean\", \"sum\", \"min\" or \"max\"", statistic))
	}
	return w, nil
}

func (w *rolling) run(n int, v parallel.Rows[float64], dst parallel.Room[float64], threads int) {
	opened := parallel.Open(v, dst)
	// What lies before a piece is read again: no more than the piece itself.
	rows := (max(parallel.BlockRows, min(w.rows, n)) + 7) &^ 7
	parallel.Pieces(n, rows, threads, func(lo, hi int) {
		m := opened.Get()
		from := max(0, lo-w.rows+1)
		to := m.Room(lo, hi)
		w.piece(to, m.Rows(from, hi), from, lo)
		m.Store(lo, to)
		opened.Put(m)
	})
}

// piece computes the rows from lo on; v begins with row from.
func (w *rolling) piece(dst, v []float64, from, lo int) {
	hi := lo + len(dst)
	there := 0 // values in the window
	for _, x := range v[:lo-from] {
		if x == x {
			there++
		}
	}
	tail := make([]float64, min(w.rows, hi)) // of the block before: the statistic from each row to its end
	for block := lo / w.rows * w.rows; block < hi; block += w.rows {
		w.tails(tail, v, from, block)
		head := w.start
		for i := max(block, from); i < min(block+w.rows, hi); i++ {
			x := v[i-from]
			if x == x {
				head = w.join(head, x)
			}
			if i < lo {
				continue
			}
			if x == x {
				there++
			}
			if out := i - w.rows; out >= from && i > lo && v[out-from] == v[out-from] {
				there--
			}
			dst[i-lo] = w.value(tail, head, i, block, there)
		}
	}
}

// tails computes the statistics of the block before, as far as its rows are here.
func (w *rolling) tails(tail, v []float64, from, block int) {
	value := w.start
	for i := block - 1; i >= max(from, block-w.rows+1); i-- {
		if x := v[i-from]; x == x {
			value = w.join(value, x)
		}
		tail[block-1-i] = value
	}
}

func (w *rolling) value(tail []float64, head float64, i, block, there int) float64 {
	if there < w.least {
		return math.NaN()
	}
	if first := max(0, i-w.rows+1); first < block {
		head = w.join(tail[block-1-first], head)
	}
	if w.statistic == meanOfWindow {
		return head / float64(there)
	}
	return head
}
