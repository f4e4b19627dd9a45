// Package builtin calls the built-in functions of compute in the worker, on
// arrays that lie in segments or in the memory of the Python process.
package builtin

import (
	"math"
	"strconv"

	"goscore/compute"
	"goscore/compute/group"
	"goscore/compute/parallel"
	"goscore/magics/protocol"
)

// A Call is one call of a built-in function.
type Call struct {
	Function
	Place      *Place
	FromPython bool   // where a NaN result is missing
	Errors     string // what Python wants of rows that fail: raise, coerce or report

	// First are the rows where the keys of each group are, when there are groups.
	First *protocol.Result

	args   []any           // column[T], []float64, float64, int64 or string
	groups *group.Grouping // nil without keys
	failed failedRows
}

// Run reads the arguments that a cell gives, and runs the function. That rows
// cannot be had, or that the run is to end, is an error.
func (c *Call) Run(arguments int, argument func(i int) (any, error)) (any, error) {
	return fetching(func() (any, error) {
		for i := range arguments {
			v, err := argument(i)
			if err != nil {
				return nil, err
			}
			c.args = append(c.args, v)
		}
		c.args = append(c.args, c.rest...)
		return c.call()
	})
}

// fetching runs what fetches rows for a call: that they cannot be had, or that
// the run is to end, is an error.
func fetching(run func() (any, error)) (v any, err error) {
	defer func() {
		switch failed := recover().(type) {
		case nil:
		case interface{ Unwrap() error }: // a *parallel.BlockPanic
			if v, err = nil, failed.Unwrap(); err == nil {
				panic(failed)
			}
		case readError:
			v, err = nil, failed
		default:
			panic(failed)
		}
	}()
	return run()
}

// call runs the function on its arguments.
func (c *Call) call() (any, error) {
	if err := c.checkColumns(); err != nil {
		return nil, err
	}
	if c.once && c.groups == nil {
		if v, ok := c.args[0].(interface{ counted(p *Place) any }); ok {
			c.args[0] = v.counted(c.Place)
		}
	}
	return c.run(c)
}

// checkColumns refuses what a cell gives in place of a column of numbers: a
// literal, or an earlier result that is one value.
func (c *Call) checkColumns() error {
	for i, p := range c.Params {
		_, isNumbers := c.args[i].(numbers)
		_, isText := c.args[i].(column[string])
		if p.Kind == Numbers && !isNumbers || p.Kind == Values && !isNumbers && !isText {
			return protocol.BadType("%T is not a column of numbers", c.args[i])
		}
	}
	return nil
}

func (c *Call) float(i int) float64 {
	if n, ok := c.args[i].(int64); ok {
		return float64(n)
	}
	return c.args[i].(float64)
}

func (c *Call) integer(i int) int { return int(c.args[i].(int64)) }

func (c *Call) text(i int) string { return c.args[i].(string) }

// numbers gives a column of numbers.
func (c *Call) numbers(i int) numbers { return c.args[i].(numbers) }

// floats gives a column of numbers as float64, NaN where a value is missing.
func (c *Call) floats(i int) column[float64] { return c.numbers(i).floats() }

// exacts gives numbers that are no column of the call. Python writes those as
// text that no one type of numbers holds.
func (c *Call) exacts(i int) (out []compute.Exact, err error) {
	switch v := c.args[i].(type) {
	case []float64:
		return compute.ExactsOf(v), nil
	case numbers:
		return v.exacts(), nil
	case column[string]:
		if !c.FromPython {
			break
		}
		for row, text := range whole(v, 1) {
			e, err := exact(text)
			if err != nil && isValid(v.valid, row) {
				return nil, err
			}
			out = append(out, e)
		}
		return out, nil
	}
	return nil, protocol.BadType("%T is not a list of numbers", c.args[i])
}

func exact(text string) (compute.Exact, error) {
	if n, err := strconv.ParseInt(text, 10, 64); err == nil {
		return compute.ExactOf(n), nil
	}
	if n, err := strconv.ParseUint(text, 10, 64); err == nil {
		return compute.ExactOf(n), nil
	}
	x, err := strconv.ParseFloat(text, 64)
	if err != nil {
		return compute.Exact{}, protocol.BadType("%q is not a number", text)
	}
	return compute.ExactOf(x), nil
}

// refuseNulls refuses missing values for functions to which a NaN is a number.
func (c *Call) refuseNulls(names ...string) error {
	for i, name := range names {
		if n := c.numbers(i).missing(); n > 0 {
			return protocol.BadValue("%s has %s, which []float64 cannot hold\n  hint: fill or drop them in Python", name, protocol.Count(n, "missing value"))
		}
	}
	return nil
}

func (c column[T]) missing() int { return c.nulls }

func (c column[T]) length() int { return c.n }

func (c column[T]) isValid(row int) bool { return isValid(c.valid, row) }

// withNaN puts NaN where a value is missing.
func withNaN(rows parallel.Rows[float64], valid []byte) parallel.Rows[float64] {
	return func() func(lo, hi int) []float64 {
		full := rows()
		var block []float64
		return func(lo, hi int) []float64 {
			block = append(block[:0], full(lo, hi)...)
			for i := range block {
				if !isValid(valid, lo+i) {
					block[i] = math.NaN()
				}
			}
			return block
		}
	}
}
