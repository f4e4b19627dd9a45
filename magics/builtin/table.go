package builtin

import (
	"goscore/compute"
	"goscore/compute/parallel"
	"goscore/magics/protocol"
)

// A Function is a built-in function as the worker runs it.
type Function struct {
	// Params has a letter for each parameter: n for a column of numbers, w for
	// one of numbers or strings, t for one of strings, c for one of any type, l
	// for a list of numbers, k for one of numbers or strings, f, i and s for a
	// float, an int and a string.
	Params string
	name   string
	run    func(c *Call) (any, error)
	rest   []any // in a cell, the last arguments: Go's function takes the others alone
	once   bool  // fetches each row once and stores none, so that rows that are fetched are done
	python bool  // not for cells: there is no such function for users
}

// Lookup finds a built-in function.
func Lookup(name string) (Function, bool) {
	f, ok := functions[name]
	f.name = name
	return f, ok
}

// InCell says whether a cell can call the function with so many arguments.
func (f Function) InCell(arguments int) bool {
	return !f.python && len(f.Params)-len(f.rest) == arguments
}

var functions = map[string]Function{
	"ScoreSeries": {Params: "n", run: func(c *Call) (any, error) {
		if err := c.refuseNulls("v"); err != nil {
			return nil, err
		}
		if c.groups == nil {
			return scoreSeries(c.args[0], c.Place.Threads, c.Place)
		}
		return c.series(func(n int, v parallel.Rows[float64], dst parallel.Room[float64], threads int) error {
			compute.ScoreSeriesOf(n, v, dst, threads)
			return nil
		})
	}},
	"Score": {Params: "n", once: true, run: func(c *Call) (any, error) {
		if err := c.refuseNulls("v"); err != nil {
			return nil, err
		}
		if c.groups == nil {
			return score(c.args[0], c.Place.Threads)
		}
		return c.aggregate(func(n int, columns []parallel.Rows[float64]) float64 { return compute.ScoreOf(n, columns[0], 1) })
	}},
	"WeightedSum": {Params: "nn", once: true, run: func(c *Call) (any, error) {
		if err := c.refuseNulls("a", "b"); err != nil {
			return nil, err
		}
		if c.groups == nil {
			return weightedSum(c.args[0], c.args[1], c.Place.Threads)
		}
		return c.aggregate(func(n int, columns []parallel.Rows[float64]) float64 {
			return compute.WeightedSumOf(n, columns[0], columns[1], 1)
		})
	}},
	"WeightedMean": {Params: "nn", once: true, run: weightedMean},
	"Ewma": {Params: "nf", run: func(c *Call) (any, error) {
		alpha := c.float(1)
		return c.series(func(n int, v parallel.Rows[float64], dst parallel.Room[float64], threads int) error {
			return compute.EwmaOf(n, v, dst, alpha, threads)
		})
	}},
	"ZScore": {Params: "n", run: func(c *Call) (any, error) {
		return c.series(func(n int, v parallel.Rows[float64], dst parallel.Room[float64], threads int) error {
			compute.ZScoreOf(n, v, dst, threads)
			return nil
		})
	}},
	"Rolling": {Params: "nisi", run: func(c *Call) (any, error) {
		window, statistic, least := c.integer(1), c.text(2), c.integer(3)
		return c.series(func(n int, v parallel.Rows[float64], dst parallel.Room[float64], threads int) error {
			return compute.RollingOf(n, v, dst, window, statistic, least, threads)
		})
	}},
	"Bucketize":      {Params: "nl", run: bucketize},
	"HashEncode":     {Params: "wi", run: hashEncode},
	"ParseNumber":    {Params: "tss", run: parseNumbers, rest: []any{"", ""}},
	"ParseTimestamp": {Params: "tss", run: parseTimestamps, rest: []any{"", "UTC"}},

	"RowsMissing":     {Params: "c", run: rowsMissing, python: true},
	"RowsOutside":     {Params: "nff", once: true, run: rowsOutside, python: true},
	"RowsNotIn":       {Params: "wk", once: true, run: rowsNotIn, python: true},
	"RowsNotMatching": {Params: "ts", once: true, run: rowsNotMatching, python: true},
	"RowsRepeated":    {Params: "c", run: rowsRepeated, python: true},
}

func weightedMean(c *Call) (any, error) {
	if c.groups != nil {
		return c.aggregate(func(n int, columns []parallel.Rows[float64]) float64 {
			return compute.WeightedMeanOf(n, columns[0], columns[1], 1)
		})
	}
	v, err := c.floats(0)
	if err != nil {
		return nil, err
	}
	w, err := c.floats(1)
	if err != nil {
		return nil, err
	}
	if v.n != w.n {
		return nil, protocol.BadValue("v has %s, weights has %d", protocol.Count(v.n, "row"), w.n)
	}
	return compute.WeightedMeanOf(v.n, v.rows, w.rows, c.Place.Threads), nil
}

func bucketize(c *Call) (any, error) {
	v, err := c.floats(0)
	if err != nil {
		return nil, err
	}
	edges, err := c.list(1)
	if err != nil {
		return nil, err
	}
	return c.codes(v.n, nil, func(dst parallel.Room[int64]) error {
		return compute.BucketizeOf(v.n, v.rows, dst, edges, c.Place.Threads)
	})
}

func hashEncode(c *Call) (any, error) {
	switch v := c.args[0].(type) {
	case column[string]:
		return hashEncodeOf(c, v)
	case column[float64]:
		return hashEncodeOf(c, v)
	case column[float32]:
		return hashEncodeOf(c, v)
	case column[int8]:
		return hashEncodeOf(c, v)
	case column[int16]:
		return hashEncodeOf(c, v)
	case column[int32]:
		return hashEncodeOf(c, v)
	case column[int64]:
		return hashEncodeOf(c, v)
	case column[uint8]:
		return hashEncodeOf(c, v)
	case column[uint16]:
		return hashEncodeOf(c, v)
	case column[uint32]:
		return hashEncodeOf(c, v)
	case column[uint64]:
		return hashEncodeOf(c, v)
	}
	return nil, notNumbers(c.args[0])
}

func hashEncodeOf[T compute.Number | ~string](c *Call, v column[T]) (any, error) {
	return c.codes(v.n, v.valid, func(dst parallel.Room[int64]) error {
		return compute.HashEncodeOf(v.n, v.rows, dst, c.integer(1), c.Place.Threads)
	})
}
