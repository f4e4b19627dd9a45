package compute

import (
	"fmt"
	"math"

	"goscore/compute/parallel"
)

// Ewma returns the exponentially weighted moving average of v.
//
//	m_i = (1-alpha)*m_(i-1) + alpha*v_i, with m_i = v_i for the first value
//
// Shape: the result has the length of v, any.
// Nulls: a NaN is missing: it is skipped, and the average stays as it was; NaN
// before the first value.
// Units: those of v.
// Order: the same bits as row by row, for any number of cores.
// Errors: an alpha that is not in (0, 1] stops the cell with an ArgumentError.
// Source: Hunter (1986), Journal of Quality Technology 18, 203–210; pandas'
// ewm(alpha=alpha, adjust=False, ignore_na=True).mean().
//
//goscore:cell
func Ewma[T Number](v []T, alpha float64) []float64 {
	dst := make([]float64, len(v))
	if err := EwmaOf(len(v), Floats(parallel.InPlace(v)), parallel.Into(dst), alpha, 0); err != nil {
		panic(err)
	}
	return dst
}

// EwmaOf is Ewma of n rows, wherever they lie and go. It returns the ArgumentError.
func EwmaOf(n int, v parallel.Rows[float64], dst parallel.Room[float64], alpha float64, threads int) error {
	if !(alpha > 0 && alpha <= 1) {
		return ArgumentError(fmt.Sprintf("goscore.Ewma: alpha is %v, not above 0 and at most 1", alpha))
	}
	e := ewma{alpha: alpha, rest: 1 - alpha}
	parallel.ScanColumn(n, math.NaN(), v, dst, threads, e.lane, e.lanes)
	return nil
}

type ewma struct{ alpha, rest float64 }

func (e ewma) step(prev, v float64) float64 {
	switch {
	case v != v:
		return prev
	case prev != prev: // no value yet
		return v
	}
	return float64(e.rest*prev) + float64(e.alpha*v)
}

func (e ewma) lane(dst, v []float64, prev float64) {
	v = v[:len(dst)]
	for i := range dst {
		prev = e.step(prev, v[i])
		dst[i] = prev
	}
}

// lanes runs four stretches at once: each row waits for the one before it, and
// meanwhile the other three are computed.
func (e ewma) lanes(dst, v [4][]float64, prev [4]float64) {
	n := len(dst[0])
	d0, d1, d2, d3 := dst[0], dst[1][:n], dst[2][:n], dst[3][:n]
	v0, v1, v2, v3 := v[0][:n], v[1][:n], v[2][:n], v[3][:n]
	p0, p1, p2, p3 := prev[0], prev[1], prev[2], prev[3]
	for i := range d0 {
		p0 = e.step(p0, v0[i])
		p1 = e.step(p1, v1[i])
		p2 = e.step(p2, v2[i])
		p3 = e.step(p3, v3[i])
		d0[i], d1[i], d2[i], d3[i] = p0, p1, p2, p3
	}
}
