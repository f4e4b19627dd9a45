package compute

import "goscore/compute/parallel"

// Floats gives rows of any numbers as float64.
func Floats[T Number](v parallel.Rows[T]) parallel.Rows[float64] {
	if same, ok := any(v).(parallel.Rows[float64]); ok {
		return same
	}
	return func() func(lo, hi int) []float64 {
		rows := v()
		var near []float64
		return func(lo, hi int) []float64 {
			near = near[:0]
			for _, x := range rows(lo, hi) {
				near = append(near, float64(x))
			}
			return near
		}
	}
}
