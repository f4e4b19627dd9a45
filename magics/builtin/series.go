package builtin

import (
	"bytes"
	"math"

	"goscore/compute/group"
	"goscore/compute/parallel"
	"goscore/magics/frame"
	"goscore/magics/protocol"
)

// inGroups gives a column of numbers in the order of the groups.
func (c *Call) inGroups(i int) []float64 {
	v := c.floats(i)
	out, all, order := make([]float64, len(c.groups.Order)), whole(v, c.Place.Threads), c.groups.Order
	c.eachBlock(len(order), func(lo, hi int) { group.Gather(out[lo:hi], all, order[lo:hi], 1) })
	return out
}

// series runs a function whose result has a value for each row of its first
// argument: of the whole column, or of each group by itself.
func (c *Call) series(of func(n int, v parallel.Rows[float64], dst parallel.Room[float64], threads int) error) (any, error) {
	v := c.floats(0)
	dst, array, err := room[float64](c.Place, v.n, "g")
	if err != nil {
		return nil, err
	}
	var nulls func() error
	if c.FromPython {
		dst, nulls = markingNulls(c.Place, dst, array, func(_ int, x float64) bool { return x != x })
	}
	if c.groups == nil {
		err = of(v.n, v.rows, counted(c.Place, dst), c.Place.Threads)
	} else {
		err = c.eachSeries(v.n, dst, of)
	}
	if err == nil && nulls != nil {
		err = nulls()
	}
	return array, err
}

func (c *Call) eachSeries(n int, dst parallel.Room[float64], of func(int, parallel.Rows[float64], parallel.Room[float64], int) error) error {
	if err := of(0, parallel.InPlace([]float64{}), parallel.Into([]float64{}), 1); err != nil {
		return err // about the arguments, whatever the groups are
	}
	v := c.inGroups(0)
	out := make([]float64, len(v))
	starts := c.groups.Starts
	parallel.Each(c.groups.Len(), c.Place.Threads, func(g int) {
		lo, hi := starts[g], starts[g+1]
		of(hi-lo, stoppable(c.Place, parallel.InPlace(v[lo:hi])), parallel.Into(out[lo:hi]), 1)
		c.Place.count(hi - lo)
	})
	all := make([]float64, n)
	for i := range all {
		all[i] = math.NaN() // in no group
	}
	order := c.groups.Order
	c.eachBlock(len(order), func(lo, hi int) { group.Scatter(all, out[lo:hi], order[lo:hi], 1) })
	copyTo(c, all, dst)
	return nil
}

// copyTo copies results to where they go.
func copyTo[T any](c *Call, all []T, dst parallel.Room[T]) {
	c.eachBlock(len(all), func(lo, hi int) {
		room, store := dst()
		to := room(lo, hi)
		copy(to, all[lo:hi])
		store(lo, to)
	})
}

// aggregate runs a function whose result is one value for each group.
func (c *Call) aggregate(of func(n int, columns []parallel.Rows[float64]) float64) (any, error) {
	columns := make([][]float64, len(c.args))
	for i := range c.args {
		columns[i] = c.inGroups(i)
	}
	out := make([]float64, c.groups.Len())
	parallel.Blocks(len(out), c.Place.Threads, func(from, to int) {
		for g := from; g < to; g++ {
			lo, hi := c.groups.Starts[g], c.groups.Starts[g+1]
			rows := make([]parallel.Rows[float64], len(columns))
			for i, v := range columns {
				rows[i] = stoppable(c.Place, parallel.InPlace(v[lo:hi]))
			}
			out[g] = of(hi-lo, rows)
			c.Place.count(hi - lo)
		}
	})
	if err := c.noteFirst(); err != nil {
		return nil, err
	}
	return putColumn(c.Place, "g", out)
}

// codes runs a function that gives numbers of buckets: what is in none, -1, is
// missing when Python called.
func (c *Call) codes(n int, valid []byte, of func(dst parallel.Room[int64]) error) (any, error) {
	dst, array, err := room[int64](c.Place, n, "l")
	if err != nil {
		return nil, err
	}
	dst = inNone(counted(c.Place, dst), valid)
	if !c.FromPython {
		return array, of(dst)
	}
	dst, nulls := markingNulls(c.Place, dst, array, func(row int, x int64) bool { return x < 0 || !isValid(valid, row) })
	if err = of(dst); err == nil {
		err = nulls()
	}
	return &protocol.Result{Kind: "column", Go: "[]int64", Rows: n, Array: array, Nullable: true}, err
}

// inNone stores -1 for rows that valid says are missing: what stands there
// means nothing.
func inNone(dst parallel.Room[int64], valid []byte) parallel.Room[int64] {
	if valid == nil {
		return dst
	}
	return func() (func(lo, hi int) []int64, func(lo int, rows []int64)) {
		room, store := dst()
		return room, func(lo int, rows []int64) {
			for i := range rows {
				if !isValid(valid, lo+i) {
					rows[i] = -1
				}
			}
			store(lo, rows)
		}
	}
}

// markingNulls notes which results are missing while they are stored; the
// function that it gives sets the array's validity.
func markingNulls[T any](p *Place, dst parallel.Room[T], array *frame.Array, missing func(row int, x T) bool) (parallel.Room[T], func() error) {
	bits := allValid(array.Length)
	marked := func() (func(lo, hi int) []T, func(lo int, rows []T)) {
		room, store := dst()
		return room, func(lo int, rows []T) {
			for i, x := range rows {
				if missing(lo+i, x) {
					clearBit(bits, lo+i)
				}
			}
			store(lo, rows)
		}
	}
	return marked, func() error { return p.putValidity(array, bits) }
}

func allValid(n int) []byte { return bytes.Repeat([]byte{0xff}, (n+7)/8) }

func clearBit(bits []byte, i int) { bits[i>>3] &^= 1 << (i & 7) }
