package magics

import (
	"bytes"
	"math"

	"goscore/compute"
	"goscore/magics/frame"
	"goscore/magics/protocol"
)

// A builtinCall is one call of a built-in function.
type builtinCall struct {
	r       *run
	args    []any // column[T], []float64, float64, int64 or string
	threads int
	python  bool              // called from Python, where a NaN result is missing
	groups  *compute.Grouping // nil without by=
	rows    rowsOf            // of functions to which rows may fail
}

// given reads an array for a parameter.
func (r *run) given(a *frame.Array, param rune) (any, error) {
	if param == 'c' {
		return a, nil
	}
	isText := a.Type == "u" || a.Type == "U" || a.Type == "vu"
	if param == 't' || (param == 'w' || param == 'k') && isText {
		return r.texts(a)
	}
	v, err := r.column(a)
	if err != nil && param == 'w' {
		return nil, protocol.BadType("%s is not one of strings or numbers", protocol.ColumnType(a))
	}
	return v, err
}

// fits says whether a literal of a cell can be an argument. One in place of a
// column is let pass, for the worker words that better than the compiler.
func fits(param byte, literal any) bool {
	_, isList := literal.([]float64)
	switch param {
	case 'n', 'w':
		return !isList
	case 'l':
		return isList
	}
	switch literal.(type) {
	case string:
		return param == 's' || param == 't'
	case int64:
		return param == 'i' || param == 'f'
	case float64:
		return param == 'f'
	}
	return false
}

func (c *builtinCall) float(i int) float64 {
	if n, ok := c.args[i].(int64); ok {
		return float64(n)
	}
	return c.args[i].(float64)
}

func (c *builtinCall) integer(i int) int { return int(c.args[i].(int64)) }

func (c *builtinCall) text(i int) string { return c.args[i].(string) }

// list gives numbers that are no column of the call.
func (c *builtinCall) list(i int) ([]float64, error) {
	if values, ok := c.args[i].([]float64); ok {
		return values, nil
	}
	v, err := c.floats(i)
	if err != nil {
		return nil, err
	}
	return whole(v, 1), nil
}

// refuseNulls refuses missing values for functions to which a NaN is a number.
func (c *builtinCall) refuseNulls(names ...string) error {
	for i, name := range names {
		if n := nullsOf(c.args[i]); n > 0 {
			return protocol.BadValue("%s has %s, which []float64 cannot hold\n  hint: fill or drop them in Python", name, protocol.Count(n, "missing value"))
		}
	}
	return nil
}

func nullsOf(v any) int {
	c, ok := v.(interface{ missing() int })
	if !ok {
		return 0
	}
	return c.missing()
}

func (c column[T]) missing() int { return c.nulls }

// floats gives a column of numbers as float64, NaN where a value is missing.
func (c *builtinCall) floats(i int) (column[float64], error) {
	switch v := c.args[i].(type) {
	case column[float64]:
		return floatsOf(v), nil
	case column[float32]:
		return floatsOf(v), nil
	case column[int8]:
		return floatsOf(v), nil
	case column[int16]:
		return floatsOf(v), nil
	case column[int32]:
		return floatsOf(v), nil
	case column[int64]:
		return floatsOf(v), nil
	case column[uint8]:
		return floatsOf(v), nil
	case column[uint16]:
		return floatsOf(v), nil
	case column[uint32]:
		return floatsOf(v), nil
	case column[uint64]:
		return floatsOf(v), nil
	}
	return column[float64]{}, notNumbers(c.args[i])
}

func floatsOf[T compute.Number](v column[T]) column[float64] {
	out := column[float64]{n: v.n, rows: compute.Floats(v.rows)}
	if v.nulls > 0 {
		out.rows = holed(out.rows, v.valid)
	}
	return out
}

// holed puts NaN where a value is missing.
func holed(rows compute.Rows[float64], valid []byte) compute.Rows[float64] {
	return func() func(lo, hi int) []float64 {
		full := rows()
		var near []float64
		return func(lo, hi int) []float64 {
			near = append(near[:0], full(lo, hi)...)
			for i := range near {
				if !isValid(valid, lo+i) {
					near[i] = math.NaN()
				}
			}
			return near
		}
	}
}

// gathered gives a column of numbers in the order of the groups.
func (c *builtinCall) gathered(i int) ([]float64, error) {
	v, err := c.floats(i)
	if err != nil {
		return nil, err
	}
	out, all, order := make([]float64, len(c.groups.Order)), whole(v, c.threads), c.groups.Order
	c.eachBlock(len(order), func(lo, hi int) { compute.Gather(out[lo:hi], all, order[lo:hi], 1) })
	return out, nil
}

// series runs a function whose result has a value for each row of its first
// argument: of the whole column, or of each group by itself.
func (c *builtinCall) series(of func(n int, v compute.Rows[float64], dst compute.Room[float64], threads int) error) (any, error) {
	v, err := c.floats(0)
	if err != nil {
		return nil, err
	}
	dst, place, err := room[float64](c.r, v.n, "g")
	if err != nil {
		return nil, err
	}
	var nulls func() error
	if c.python {
		dst, nulls = marking(c.r, dst, place, nil, func(x float64) bool { return x != x })
	}
	if c.groups == nil {
		err = of(v.n, v.rows, counted(c.r, dst), c.threads)
	} else {
		err = c.eachSeries(v.n, dst, of)
	}
	if err == nil && nulls != nil {
		err = nulls()
	}
	return place, err
}

func (c *builtinCall) eachSeries(n int, dst compute.Room[float64], of func(int, compute.Rows[float64], compute.Room[float64], int) error) error {
	if err := of(0, compute.InPlace([]float64{}), compute.Into([]float64{}), 1); err != nil {
		return err // about the arguments, whatever the groups are
	}
	v, err := c.gathered(0)
	if err != nil {
		return err
	}
	out := make([]float64, len(v))
	starts := c.groups.Starts
	compute.Groups(c.groups.Len(), c.threads, func(g int) {
		lo, hi := starts[g], starts[g+1]
		of(hi-lo, watched(c.r, compute.InPlace(v[lo:hi])), compute.Into(out[lo:hi]), 1)
		c.r.count(hi - lo)
	})
	all := make([]float64, n)
	for i := range all {
		all[i] = math.NaN() // in no group
	}
	order := c.groups.Order
	c.eachBlock(len(order), func(lo, hi int) { compute.Scatter(all, out[lo:hi], order[lo:hi], 1) })
	stored(c, all, dst)
	return nil
}

// stored copies results to where they go.
func stored[T any](c *builtinCall, all []T, dst compute.Room[T]) {
	c.eachBlock(len(all), func(lo, hi int) {
		room, store := dst()
		to := room(lo, hi)
		copy(to, all[lo:hi])
		store(lo, to)
	})
}

// aggregate runs a function whose result is one value for each group.
func (c *builtinCall) aggregate(of func(n int, columns []compute.Rows[float64]) float64) (any, error) {
	columns := make([][]float64, len(c.args))
	for i := range c.args {
		var err error
		if columns[i], err = c.gathered(i); err != nil {
			return nil, err
		}
	}
	out := make([]float64, c.groups.Len())
	compute.Blocks(len(out), c.threads, func(from, to int) {
		for g := from; g < to; g++ {
			lo, hi := c.groups.Starts[g], c.groups.Starts[g+1]
			group := make([]compute.Rows[float64], len(columns))
			for i, v := range columns {
				group[i] = watched(c.r, compute.InPlace(v[lo:hi]))
			}
			out[g] = of(hi-lo, group)
			c.r.count(hi - lo)
		}
	})
	if err := c.sendFirst(); err != nil {
		return nil, err
	}
	return putColumn(c.r, "g", out)
}

// codes runs a function that gives numbers of buckets: what is in none, -1, is
// missing when Python called.
func (c *builtinCall) codes(n int, valid []byte, of func(dst compute.Room[int64]) error) (any, error) {
	dst, place, err := room[int64](c.r, n, "l")
	if err != nil || !c.python {
		if err == nil {
			err = of(counted(c.r, dst))
		}
		return place, err
	}
	dst, nulls := marking(c.r, counted(c.r, dst), place, valid, func(x int64) bool { return x < 0 })
	if err = of(dst); err == nil {
		err = nulls()
	}
	return &protocol.Result{Kind: "column", Go: "[]int64", Rows: n, Array: place, Nullable: true}, err
}

// marking notes which results are missing while they are stored, beside those
// that valid says are; the function that it gives sets the array's validity.
func marking[T any](r *run, dst compute.Room[T], place *frame.Array, valid []byte, missing func(T) bool) (compute.Room[T], func() error) {
	bits := allValid(place.Length)
	copy(bits, valid)
	marked := func() (func(lo, hi int) []T, func(lo int, rows []T)) {
		room, store := dst()
		return room, func(lo int, rows []T) {
			for i, x := range rows {
				if missing(x) {
					clearBit(bits, lo+i)
				}
			}
			store(lo, rows)
		}
	}
	return marked, func() error { return r.putValidity(place, bits) }
}

func allValid(n int) []byte { return bytes.Repeat([]byte{0xff}, (n+7)/8) }

func clearBit(bits []byte, i int) { bits[i>>3] &^= 1 << (i & 7) }
