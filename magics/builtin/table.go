package builtin

import (
	"goscore/compute"
	"goscore/compute/parallel"
	"goscore/magics/protocol"
)

// A Function is a built-in function: its names, what it takes, and how the worker runs it.
type Function struct {
	Name   string // in Go
	Params []Param

	python  string // its name there; without one it is a rule of validate
	kind    string // as of a cell's function: vector, aggregate or scalar
	grouped bool   // takes by=
	run     func(c *Call) (any, error)
	rest    []any // in a cell, the last arguments: Go's function takes the others alone
	once    bool  // fetches each row once and stores none, so that rows that are fetched are done
}

// A Param is a parameter by its name in Python.
type Param struct {
	Name string
	Kind Kind
}

// Lookup finds a built-in function by its name in Go.
func Lookup(name string) (Function, bool) {
	f, ok := byName[name]
	return f, ok
}

// InCell says whether a cell can call the function with so many arguments.
func (f Function) InCell(arguments int) bool {
	return f.python != "" && len(f.Params)-len(f.rest) == arguments
}

var byName = map[string]Function{}

func init() {
	for _, f := range table {
		byName[f.Name] = f
	}
}

// table is the one list of the built-in functions: what Python and cells know of them is read from it.
var table = []Function{
	{Name: "ScoreSeries", python: "score_series", kind: "vector", grouped: true, run: scoreSeries, Params: []Param{{"v", Numbers}}},
	{Name: "Score", python: "score", kind: "aggregate", grouped: true, once: true, run: score, Params: []Param{{"v", Numbers}}},
	{Name: "WeightedSum", python: "weighted_sum", kind: "aggregate", grouped: true, once: true, run: weightedSum, Params: []Param{{"a", Numbers}, {"b", Numbers}}},
	{Name: "WeightedMean", python: "weighted_mean", kind: "aggregate", grouped: true, once: true, run: weightedMean, Params: []Param{{"v", Numbers}, {"weights", Numbers}}},
	{Name: "Ewma", python: "ewma", kind: "vector", grouped: true, run: ewma, Params: []Param{{"v", Numbers}, {"alpha", Float}}},
	{Name: "ZScore", python: "zscore", kind: "vector", grouped: true, run: zscore, Params: []Param{{"v", Numbers}}},
	{Name: "Rolling", python: "rolling", kind: "vector", grouped: true, run: rolling, Params: []Param{{"v", Numbers}, {"window", Int}, {"statistic", String}, {"min_periods", Int}}},
	{Name: "Bucketize", python: "bucketize", kind: "vector", run: bucketize, Params: []Param{{"v", Numbers}, {"edges", NumberList}}},
	{Name: "HashEncode", python: "hash_encode", kind: "vector", run: hashEncode, Params: []Param{{"v", Values}, {"buckets", Int}}},
	{Name: "ParseNumber", python: "parse_number", kind: "scalar", run: parseNumbers, rest: []any{"", ""}, Params: []Param{{"text", Texts}, {"decimal", String}, {"thousands", String}}},
	{Name: "ParseTimestamp", python: "parse_timestamp", kind: "scalar", run: parseTimestamps, rest: []any{"", "UTC", "", ""}, Params: []Param{{"text", Texts}, {"format", String}, {"tz", String}, {"ambiguous", String}, {"nonexistent", String}}},

	{Name: "RowsMissing", kind: "aggregate", run: rowsMissing, Params: []Param{{"v", Any}}},
	{Name: "RowsOutside", kind: "aggregate", once: true, run: rowsOutside, Params: []Param{{"v", Ordered}, {"bounds", ValueList}}},
	{Name: "RowsNotIn", kind: "aggregate", once: true, run: rowsNotIn, Params: []Param{{"v", Ordered}, {"values", ValueList}}},
	{Name: "RowsNotMatching", kind: "aggregate", once: true, run: rowsNotMatching, Params: []Param{{"v", Texts}, {"pattern", String}}},
	{Name: "RowsRepeated", kind: "aggregate", grouped: true, run: rowsRepeated, Params: []Param{{"v", Any}}},
}

func scoreSeries(c *Call) (any, error) {
	if err := c.refuseNulls("v"); err != nil {
		return nil, err
	}
	if c.groups == nil {
		return c.numbers(0).scoreSeries(c.Place)
	}
	return c.series(func(n int, v parallel.Rows[float64], dst parallel.Room[float64], threads int) error {
		compute.ScoreSeriesOf(n, v, dst, threads)
		return nil
	})
}

func score(c *Call) (any, error) {
	if err := c.refuseNulls("v"); err != nil {
		return nil, err
	}
	if c.groups == nil {
		return c.numbers(0).score(c.Place.Threads), nil
	}
	return c.aggregate(func(n int, columns []parallel.Rows[float64]) float64 { return compute.ScoreOf(n, columns[0], 1) })
}

func weightedSum(c *Call) (any, error) {
	if err := c.refuseNulls("a", "b"); err != nil {
		return nil, err
	}
	if c.groups == nil {
		a, b := c.numbers(0), c.numbers(1)
		if a.length() != b.length() {
			return nil, protocol.BadValue("a has %s, b has %d", protocol.Count(a.length(), "row"), b.length())
		}
		return a.weightedSum(b, c.Place.Threads), nil
	}
	return c.aggregate(func(n int, columns []parallel.Rows[float64]) float64 {
		return compute.WeightedSumOf(n, columns[0], columns[1], 1)
	})
}

func ewma(c *Call) (any, error) {
	alpha := c.float(1)
	return c.series(func(n int, v parallel.Rows[float64], dst parallel.Room[float64], threads int) error {
		return compute.EwmaOf(n, v, dst, alpha, threads)
	})
}

func zscore(c *Call) (any, error) {
	return c.series(func(n int, v parallel.Rows[float64], dst parallel.Room[float64], threads int) error {
		compute.ZScoreOf(n, v, dst, threads)
		return nil
	})
}

func rolling(c *Call) (any, error) {
	window, statistic, least := c.integer(1), c.text(2), c.integer(3)
	return c.series(func(n int, v parallel.Rows[float64], dst parallel.Room[float64], threads int) error {
		return compute.RollingOf(n, v, dst, window, statistic, least, threads)
	})
}

func weightedMean(c *Call) (any, error) {
	if c.groups != nil {
		return c.aggregate(func(n int, columns []parallel.Rows[float64]) float64 {
			return compute.WeightedMeanOf(n, columns[0], columns[1], 1)
		})
	}
	v, w := c.floats(0), c.floats(1)
	if v.n != w.n {
		return nil, protocol.BadValue("v has %s, weights has %d", protocol.Count(v.n, "row"), w.n)
	}
	return compute.WeightedMeanOf(v.n, v.rows, w.rows, c.Place.Threads), nil
}

func bucketize(c *Call) (any, error) {
	edges, err := c.exacts(1)
	if err != nil {
		return nil, protocol.BadType("edges: %v", err)
	}
	return c.numbers(0).bucketize(c, edges)
}

func hashEncode(c *Call) (any, error) {
	if v, ok := c.args[0].(column[string]); ok {
		return hashEncodeOf(c, v)
	}
	return c.numbers(0).hashEncode(c)
}

func hashEncodeOf[T compute.Number | ~string](c *Call, v column[T]) (any, error) {
	return c.codes(v.n, v.valid, func(dst parallel.Room[int64]) error {
		return compute.HashEncodeOf(v.n, v.rows, dst, c.integer(1), c.Place.Threads)
	})
}
