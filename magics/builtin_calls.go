package magics

import "goscore/compute"

// Go has no generic function values: each of the ten types of numbers is
// named once per argument.

func scoreSeries(v any, threads int, room func(int) ([]float64, error)) (any, error) {
	switch v := v.(type) {
	case []float64:
		return scoreSeriesOf(v, threads, room)
	case []float32:
		return scoreSeriesOf(v, threads, room)
	case []int8:
		return scoreSeriesOf(v, threads, room)
	case []int16:
		return scoreSeriesOf(v, threads, room)
	case []int32:
		return scoreSeriesOf(v, threads, room)
	case []int64:
		return scoreSeriesOf(v, threads, room)
	case []uint8:
		return scoreSeriesOf(v, threads, room)
	case []uint16:
		return scoreSeriesOf(v, threads, room)
	case []uint32:
		return scoreSeriesOf(v, threads, room)
	case []uint64:
		return scoreSeriesOf(v, threads, room)
	}
	return nil, notNumbers(v)
}

func scoreSeriesOf[T compute.Number](v []T, threads int, room func(int) ([]float64, error)) (any, error) {
	dst, err := room(len(v))
	if err != nil {
		return nil, err
	}
	compute.ScoreSeriesInto(dst, v, threads)
	return dst, nil
}

func score(v any, threads int) (any, error) {
	switch v := v.(type) {
	case []float64:
		return compute.ScoreOn(v, threads), nil
	case []float32:
		return compute.ScoreOn(v, threads), nil
	case []int8:
		return compute.ScoreOn(v, threads), nil
	case []int16:
		return compute.ScoreOn(v, threads), nil
	case []int32:
		return compute.ScoreOn(v, threads), nil
	case []int64:
		return compute.ScoreOn(v, threads), nil
	case []uint8:
		return compute.ScoreOn(v, threads), nil
	case []uint16:
		return compute.ScoreOn(v, threads), nil
	case []uint32:
		return compute.ScoreOn(v, threads), nil
	case []uint64:
		return compute.ScoreOn(v, threads), nil
	}
	return nil, notNumbers(v)
}

func weightedSum(a, b any, threads int) (any, error) {
	switch a := a.(type) {
	case []float64:
		return weightedSumOf(a, b, threads)
	case []float32:
		return weightedSumOf(a, b, threads)
	case []int8:
		return weightedSumOf(a, b, threads)
	case []int16:
		return weightedSumOf(a, b, threads)
	case []int32:
		return weightedSumOf(a, b, threads)
	case []int64:
		return weightedSumOf(a, b, threads)
	case []uint8:
		return weightedSumOf(a, b, threads)
	case []uint16:
		return weightedSumOf(a, b, threads)
	case []uint32:
		return weightedSumOf(a, b, threads)
	case []uint64:
		return weightedSumOf(a, b, threads)
	}
	return nil, notNumbers(a)
}

func weightedSumOf[A compute.Number](a []A, b any, threads int) (any, error) {
	switch b := b.(type) {
	case []float64:
		return compute.WeightedSumOn(a, b, threads)
	case []float32:
		return compute.WeightedSumOn(a, b, threads)
	case []int8:
		return compute.WeightedSumOn(a, b, threads)
	case []int16:
		return compute.WeightedSumOn(a, b, threads)
	case []int32:
		return compute.WeightedSumOn(a, b, threads)
	case []int64:
		return compute.WeightedSumOn(a, b, threads)
	case []uint8:
		return compute.WeightedSumOn(a, b, threads)
	case []uint16:
		return compute.WeightedSumOn(a, b, threads)
	case []uint32:
		return compute.WeightedSumOn(a, b, threads)
	case []uint64:
		return compute.WeightedSumOn(a, b, threads)
	}
	return nil, notNumbers(b)
}

func notNumbers(v any) error { return badType("%T is not a column of numbers", v) }
