package magics

import (
	"goscore/compute"
	"goscore/magics/protocol"
)

// A builtin is a built-in function as the worker runs it.
type builtin struct {
	// params has a letter for each parameter: n for a column of numbers, w for
	// one of numbers or strings, t for one of strings, c for one of any type, l
	// for a list of numbers, k for one of numbers or strings, f, i and s for a
	// float, an int and a string.
	params string
	run    func(c *builtinCall) (any, error)
	rest   []any // in a cell, the last arguments: Go's function takes the others alone
	once   bool  // fetches each row once and stores none, so that rows that are fetched are done
	python bool  // not for cells: there is no such function for users
}

var builtins = map[string]builtin{
	"ScoreSeries": {params: "n", run: func(c *builtinCall) (any, error) {
		if err := c.refuseNulls("v"); err != nil {
			return nil, err
		}
		if c.groups == nil {
			return scoreSeries(c.args[0], c.threads, c.r)
		}
		return c.series(func(n int, v compute.Rows[float64], dst compute.Room[float64], threads int) error {
			compute.ScoreSeriesOf(n, v, dst, threads)
			return nil
		})
	}},
	"Score": {params: "n", once: true, run: func(c *builtinCall) (any, error) {
		if err := c.refuseNulls("v"); err != nil {
			return nil, err
		}
		if c.groups == nil {
			return score(c.args[0], c.threads)
		}
		return c.aggregate(func(n int, columns []compute.Rows[float64]) float64 { return compute.ScoreOf(n, columns[0], 1) })
	}},
	"WeightedSum": {params: "nn", once: true, run: func(c *builtinCall) (any, error) {
		if err := c.refuseNulls("a", "b"); err != nil {
			return nil, err
		}
		if c.groups == nil {
			return weightedSum(c.args[0], c.args[1], c.threads)
		}
		return c.aggregate(func(n int, columns []compute.Rows[float64]) float64 {
			return compute.WeightedSumOf(n, columns[0], columns[1], 1)
		})
	}},
	"WeightedMean": {params: "nn", once: true, run: weightedMean},
	"Ewma": {params: "nf", run: func(c *builtinCall) (any, error) {
		alpha := c.float(1)
		return c.series(func(n int, v compute.Rows[float64], dst compute.Room[float64], threads int) error {
			return compute.EwmaOf(n, v, dst, alpha, threads)
		})
	}},
	"ZScore": {params: "n", run: func(c *builtinCall) (any, error) {
		return c.series(func(n int, v compute.Rows[float64], dst compute.Room[float64], threads int) error {
			compute.ZScoreOf(n, v, dst, threads)
			return nil
		})
	}},
	"Rolling": {params: "nisi", run: func(c *builtinCall) (any, error) {
		window, statistic, least := c.integer(1), c.text(2), c.integer(3)
		return c.series(func(n int, v compute.Rows[float64], dst compute.Room[float64], threads int) error {
			return compute.RollingOf(n, v, dst, window, statistic, least, threads)
		})
	}},
	"Bucketize":      {params: "nl", run: bucketize},
	"HashEncode":     {params: "wi", run: hashEncode},
	"ParseNumber":    {params: "tss", run: parseNumbers, rest: []any{"", ""}},
	"ParseTimestamp": {params: "tss", run: parseTimestamps, rest: []any{"", "UTC"}},

	"RowsMissing":     {params: "c", run: rowsMissing, python: true},
	"RowsOutside":     {params: "nff", once: true, run: rowsOutside, python: true},
	"RowsNotIn":       {params: "wk", once: true, run: rowsNotIn, python: true},
	"RowsNotMatching": {params: "ts", once: true, run: rowsNotMatching, python: true},
	"RowsRepeated":    {params: "c", run: rowsRepeated, python: true},
}

func weightedMean(c *builtinCall) (any, error) {
	if c.groups != nil {
		return c.aggregate(func(n int, columns []compute.Rows[float64]) float64 {
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
	return compute.WeightedMeanOf(v.n, v.rows, w.rows, c.threads), nil
}

func bucketize(c *builtinCall) (any, error) {
	v, err := c.floats(0)
	if err != nil {
		return nil, err
	}
	edges, err := c.list(1)
	if err != nil {
		return nil, err
	}
	return c.codes(v.n, nil, func(dst compute.Room[int64]) error {
		return compute.BucketizeOf(v.n, v.rows, dst, edges, c.threads)
	})
}

func hashEncode(c *builtinCall) (any, error) {
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

func hashEncodeOf[T compute.Number | ~string](c *builtinCall, v column[T]) (any, error) {
	return c.codes(v.n, v.valid, func(dst compute.Room[int64]) error {
		return compute.HashEncodeOf(v.n, v.rows, dst, c.integer(1), c.threads)
	})
}
