package builtin

import (
	"goscore/compute"
	"goscore/magics/protocol"
)

// Go has no generic function values: each of the ten types of numbers is
// named once per argument.

func scoreSeries(v any, threads int, p *Place) (any, error) {
	switch v := v.(type) {
	case column[float64]:
		return scoreSeriesOf(v, threads, p)
	case column[float32]:
		return scoreSeriesOf(v, threads, p)
	case column[int8]:
		return scoreSeriesOf(v, threads, p)
	case column[int16]:
		return scoreSeriesOf(v, threads, p)
	case column[int32]:
		return scoreSeriesOf(v, threads, p)
	case column[int64]:
		return scoreSeriesOf(v, threads, p)
	case column[uint8]:
		return scoreSeriesOf(v, threads, p)
	case column[uint16]:
		return scoreSeriesOf(v, threads, p)
	case column[uint32]:
		return scoreSeriesOf(v, threads, p)
	case column[uint64]:
		return scoreSeriesOf(v, threads, p)
	}
	return nil, notNumbers(v)
}

func scoreSeriesOf[T compute.Number](v column[T], threads int, p *Place) (any, error) {
	dst, array, err := room[float64](p, v.n, "g")
	if err != nil {
		return nil, err
	}
	compute.ScoreSeriesOf(v.n, v.rows, counted(p, dst), threads)
	return array, nil
}

func score(v any, threads int) (any, error) {
	switch v := v.(type) {
	case column[float64]:
		return compute.ScoreOf(v.n, v.rows, threads), nil
	case column[float32]:
		return compute.ScoreOf(v.n, v.rows, threads), nil
	case column[int8]:
		return compute.ScoreOf(v.n, v.rows, threads), nil
	case column[int16]:
		return compute.ScoreOf(v.n, v.rows, threads), nil
	case column[int32]:
		return compute.ScoreOf(v.n, v.rows, threads), nil
	case column[int64]:
		return compute.ScoreOf(v.n, v.rows, threads), nil
	case column[uint8]:
		return compute.ScoreOf(v.n, v.rows, threads), nil
	case column[uint16]:
		return compute.ScoreOf(v.n, v.rows, threads), nil
	case column[uint32]:
		return compute.ScoreOf(v.n, v.rows, threads), nil
	case column[uint64]:
		return compute.ScoreOf(v.n, v.rows, threads), nil
	}
	return nil, notNumbers(v)
}

func weightedSum(a, b any, threads int) (any, error) {
	switch a := a.(type) {
	case column[float64]:
		return weightedSumOf(a, b, threads)
	case column[float32]:
		return weightedSumOf(a, b, threads)
	case column[int8]:
		return weightedSumOf(a, b, threads)
	case column[int16]:
		return weightedSumOf(a, b, threads)
	case column[int32]:
		return weightedSumOf(a, b, threads)
	case column[int64]:
		return weightedSumOf(a, b, threads)
	case column[uint8]:
		return weightedSumOf(a, b, threads)
	case column[uint16]:
		return weightedSumOf(a, b, threads)
	case column[uint32]:
		return weightedSumOf(a, b, threads)
	case column[uint64]:
		return weightedSumOf(a, b, threads)
	}
	return nil, notNumbers(a)
}

func weightedSumOf[A compute.Number](a column[A], b any, threads int) (any, error) {
	switch b := b.(type) {
	case column[float64]:
		return weightedSumBoth(a, b, threads)
	case column[float32]:
		return weightedSumBoth(a, b, threads)
	case column[int8]:
		return weightedSumBoth(a, b, threads)
	case column[int16]:
		return weightedSumBoth(a, b, threads)
	case column[int32]:
		return weightedSumBoth(a, b, threads)
	case column[int64]:
		return weightedSumBoth(a, b, threads)
	case column[uint8]:
		return weightedSumBoth(a, b, threads)
	case column[uint16]:
		return weightedSumBoth(a, b, threads)
	case column[uint32]:
		return weightedSumBoth(a, b, threads)
	case column[uint64]:
		return weightedSumBoth(a, b, threads)
	}
	return nil, notNumbers(b)
}

func weightedSumBoth[A, B compute.Number](a column[A], b column[B], threads int) (any, error) {
	if a.n != b.n {
		return nil, protocol.BadValue("a has %s, b has %d", protocol.Count(a.n, "row"), b.n)
	}
	return compute.WeightedSumOf(a.n, a.rows, b.rows, threads), nil
}

func notNumbers(v any) error { return protocol.BadType("%T is not a column of numbers", v) }
