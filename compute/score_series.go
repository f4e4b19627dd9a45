package compute

import (
	"math"

	"goscore/compute/parallel"
)

// ScoreSeries returns a score that climbs with v and halves where v falls
// behind it.
//
//	s_i = s_(i-1)*0.9 + v_i  if v_i > s_(i-1)
//	s_i = s_(i-1)*0.5        otherwise, with s_(-1) = 0.0
//
// Shape: the result has the length of v, any.
// Nulls: a NaN is greater than nothing, so the score halves there and goes on;
// after +Inf every score is +Inf.
// Units: those of v.
// Order: the same bits as the loop run row by row, in Python too, for any
// number of cores. Integers become float64 first.
//
//goscore:cell
func ScoreSeries[T Number](v []T) []float64 {
	dst := make([]float64, len(v))
	scoreSeriesInto(dst, v, 0)
	return dst
}

// scoreSeriesInto is ScoreSeries on a given number of threads, written to dst.
//
// Shape: dst has the length of v and shares no memory with it, since some rows
// of v are read again after later ones are done.
func scoreSeriesInto[T Number](dst []float64, v []T, threads int) {
	if len(dst) != len(v) {
		panic("compute.scoreSeriesInto: dst and v differ in length")
	}
	ScoreSeriesOf(len(v), parallel.InPlace(v), parallel.Into(dst), threads)
}

// ScoreSeriesOf is ScoreSeries of n rows, wherever they lie and go.
func ScoreSeriesOf[T Number](n int, v parallel.Rows[T], dst parallel.Room[float64], threads int) {
	parallel.ScanColumn(n, 0, v, dst, threads, scoreLane, scoreLanes)
}

// scoreLane is the plain loop.
func scoreLane[T Number](dst []float64, v []T, prev float64) {
	v = v[:len(dst)]
	for i := range dst {
		if x := float64(v[i]); x > prev {
			prev = float64(prev*0.9) + x
		} else {
			prev *= 0.5
		}
		dst[i] = prev
	}
}

// scoreLanes runs four stretches of the same length at once: each row waits for
// the one before it, and meanwhile the other three are computed.
func scoreLanes[T Number](dst [4][]float64, v [4][]T, prev [4]float64) {
	n := len(dst[0])
	for j := range dst {
		dst[j], v[j] = dst[j][:n], v[j][:n]
	}
	done := vectorSteps(&dst, &v, &prev)
	d0, d1, d2, d3 := dst[0][done:], dst[1][done:], dst[2][done:], dst[3][done:]
	n -= done
	d1, d2, d3 = d1[:n], d2[:n], d3[:n]
	v0, v1, v2, v3 := v[0][done:][:n], v[1][done:][:n], v[2][done:][:n], v[3][done:][:n]
	p0, p1, p2, p3 := prev[0], prev[1], prev[2], prev[3]
	for i := range d0 {
		p0 = scoreStep(p0, float64(v0[i]))
		p1 = scoreStep(p1, float64(v1[i]))
		p2 = scoreStep(p2, float64(v2[i]))
		p3 = scoreStep(p3, float64(v3[i]))
		d0[i], d1[i], d2[i], d3[i] = p0, p1, p2, p3
	}
}

// scoreStep is the step of scoreLane without a branch: both outcomes are
// computed, and the choice among their bits compiles to a conditional move.
func scoreStep(prev, v float64) float64 {
	next := math.Float64bits(prev * 0.5)
	if climb := math.Float64bits(float64(prev*0.9) + v); v > prev {
		next = climb
	}
	return math.Float64frombits(next)
}
