package builtin

import (
	"goscore/compute"
	"goscore/compute/group"
	"goscore/compute/parallel"
)

// numbers is a column of numbers of any type. Go has no generic function
// values: what is done to each type alike is a method.
type numbers interface {
	length() int
	missing() int
	floats() column[float64]
	key(threads int) group.Key
	scoreSeries(p *Place) (any, error)
	score(threads int) float64
	weightedSum(b numbers, threads int) float64
	hashEncode(c *Call) (any, error)
	bucketize(c *Call, edges []compute.Exact) (any, error)
	exacts() []compute.Exact
	isValid(row int) bool
	outside(low, high *compute.Exact, threads int) (rows []int64)
	notIn(allowed []compute.Exact, threads int) (rows []int64)
}

// numbersOf is a column of numbers of one type.
type numbersOf[T compute.Number] struct{ column[T] }

func (v numbersOf[T]) counted(p *Place) any { return numbersOf[T]{v.column.counted(p).(column[T])} }

// floats gives them as float64, NaN where a value is missing.
func (v numbersOf[T]) floats() column[float64] {
	out := column[float64]{n: v.n, rows: compute.Floats(v.rows)}
	if v.nulls > 0 {
		out.rows = withNaN(out.rows, v.valid)
	}
	return out
}

// key gives the values that identify a group; validity is the caller's.
func (v numbersOf[T]) key(threads int) (k group.Key) {
	switch any(*new(T)).(type) {
	case uint64:
		k.Uints = slicesOf[uint64](v.column, threads)
	case float32, float64:
		k.Floats = slicesOf[float64](v.column, threads)
	default:
		k.Ints = slicesOf[int64](v.column, threads)
	}
	return k
}

func (v numbersOf[T]) scoreSeries(p *Place) (any, error) {
	dst, array, err := room[float64](p, v.n, "g")
	if err != nil {
		return nil, err
	}
	compute.ScoreSeriesOf(v.n, v.rows, counted(p, dst), p.Threads)
	return array, nil
}

func (v numbersOf[T]) score(threads int) float64 { return compute.ScoreOf(v.n, v.rows, threads) }

// weightedSum reads b in its own type where that has instructions of its own.
func (v numbersOf[T]) weightedSum(b numbers, threads int) float64 {
	if b, ok := b.(numbersOf[int64]); ok {
		return compute.WeightedSumOf(v.n, v.rows, b.rows, threads)
	}
	return compute.WeightedSumOf(v.n, v.rows, b.floats().rows, threads)
}

func (v numbersOf[T]) hashEncode(c *Call) (any, error) { return hashEncodeOf(c, v.column) }

func (v numbersOf[T]) bucketize(c *Call, edges []compute.Exact) (any, error) {
	return c.codes(v.n, v.valid, func(dst parallel.Room[int64]) error {
		return compute.BucketizeOf(v.n, v.rows, dst, edges, c.Place.Threads)
	})
}

func (v numbersOf[T]) exacts() []compute.Exact { return compute.ExactsOf(whole(v.column, 1)) }

func (v numbersOf[T]) outside(low, high *compute.Exact, threads int) []int64 {
	return compute.NumbersOutside(v.n, v.rows, v.valid, low, high, threads)
}

func (v numbersOf[T]) notIn(allowed []compute.Exact, threads int) []int64 {
	return compute.NumbersNotIn(v.n, v.rows, v.valid, allowed, threads)
}
