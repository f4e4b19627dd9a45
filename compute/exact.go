package compute

import (
	"math"
	"reflect"
	"strconv"

	"goscore/compute/parallel"
)

// Wide is a type that numbers are compared in: one of these holds any value of
// any Number exactly.
type Wide interface{ int64 | uint64 | float64 }

// Floats gives rows of any numbers as float64.
func Floats[T Number](v parallel.Rows[T]) parallel.Rows[float64] { return Converted[float64](v) }

// Converted gives rows of numbers as another type of numbers.
func Converted[W, T Number](v parallel.Rows[T]) parallel.Rows[W] {
	if same, ok := any(v).(parallel.Rows[W]); ok {
		return same
	}
	return func() func(lo, hi int) []W {
		rows := v()
		var near []W
		return func(lo, hi int) []W {
			near = near[:0]
			for _, x := range rows(lo, hi) {
				near = append(near, W(x))
			}
			return near
		}
	}
}

// widened gives rows in the type that they are compared in: as rows of a Wide.
func widened[T Number](v parallel.Rows[T]) any {
	switch reflect.TypeFor[T]().Kind() {
	case reflect.Float32, reflect.Float64:
		return Converted[float64](v)
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64, reflect.Uintptr:
		return Converted[uint64](v)
	}
	return Converted[int64](v)
}

// An Exact is a number of any type without loss: an integer of 64 bits and a
// sign, or a float64 that is none of those.
type Exact struct {
	negative bool
	size     uint64
	other    float64 // not 0: a fraction, or beyond 64 bits, or NaN
}

// ExactsOf takes numbers of any type as they are.
func ExactsOf[T Number](v []T) []Exact {
	switch rows := widened(parallel.InPlace(v)).(type) {
	case parallel.Rows[int64]:
		return exacts(rows()(0, len(v)))
	case parallel.Rows[uint64]:
		return exacts(rows()(0, len(v)))
	case parallel.Rows[float64]:
		return exacts(rows()(0, len(v)))
	}
	return nil
}

func exacts[W Wide](v []W) []Exact {
	out := make([]Exact, len(v))
	for i, x := range v {
		out[i] = ExactOf(x)
	}
	return out
}

// ExactOf takes a number as it is.
func ExactOf[T Wide](x T) Exact {
	switch x := any(x).(type) {
	case int64:
		if x < 0 {
			return Exact{negative: true, size: -uint64(x)}
		}
		return Exact{size: uint64(x)}
	case uint64:
		return Exact{size: x}
	case float64:
		if x == math.Trunc(x) && math.Abs(x) < 1<<64 {
			return Exact{negative: x < 0, size: uint64(math.Abs(x))}
		}
		return Exact{other: x}
	}
	panic("not reached")
}

// IsNaN says whether it is no number.
func (e Exact) IsNaN() bool { return e.other != e.other }

// Least gives the smallest value of a type that is at least e; false when there
// is none.
func Least[W Wide](e Exact) (w W, ok bool) {
	switch w := any(&w).(type) {
	case *float64:
		if *w = e.nearest(); e.isAbove(*w) {
			*w = math.Nextafter(*w, math.Inf(1))
		}
		return any(*w).(W), !e.IsNaN()
	case *int64:
		up := e.up()
		if *w, ok = up.int64(); !ok && up.isNegative() {
			*w, ok = math.MinInt64, true
		}
		return any(*w).(W), ok
	case *uint64:
		up := e.up()
		if *w, ok = up.uint64(); !ok && up.isNegative() {
			*w, ok = 0, true
		}
		return any(*w).(W), ok
	}
	panic("not reached")
}

// Most gives the largest value of a type that is at most e; false when there is
// none.
func Most[W Wide](e Exact) (w W, ok bool) {
	switch w := any(&w).(type) {
	case *float64:
		if *w = e.nearest(); e.isBelow(*w) {
			*w = math.Nextafter(*w, math.Inf(-1))
		}
		return any(*w).(W), !e.IsNaN()
	case *int64:
		down := e.down()
		if *w, ok = down.int64(); !ok && !down.isNegative() && !down.IsNaN() {
			*w, ok = math.MaxInt64, true
		}
		return any(*w).(W), ok
	case *uint64:
		down := e.down()
		if *w, ok = down.uint64(); !ok && !down.isNegative() && !down.IsNaN() {
			*w, ok = math.MaxUint64, true
		}
		return any(*w).(W), ok
	}
	panic("not reached")
}

// Same gives e in a type; false when the type does not hold it.
func Same[W Wide](e Exact) (w W, ok bool) {
	if e.IsNaN() {
		w = W(0)
		if f, isFloat := any(&w).(*float64); isFloat {
			*f = e.other
			return w, true
		}
		return w, false
	}
	low, ok := Least[W](e)
	high, both := Most[W](e)
	return low, ok && both && low == high
}

// Less says whether e is less than f; NaN is not, and nothing is less than it.
func (e Exact) Less(f Exact) bool {
	switch {
	case e.other != 0 && f.other != 0:
		return e.other < f.other
	case e.other != 0:
		return f.isAbove(e.other)
	case f.other != 0:
		return e.isBelow(f.other)
	case e.negative != f.negative:
		return e.negative
	}
	return e.size != f.size && e.size < f.size != e.negative
}

// String shows the number.
func (e Exact) String() string {
	text := strconv.FormatUint(e.size, 10)
	switch {
	case e.other != 0:
		return strconv.FormatFloat(e.other, 'g', -1, 64)
	case e.negative:
		return "-" + text
	}
	return text
}

func (e Exact) isNegative() bool { return e.negative || e.other < 0 }

// nearest is e as float64.
func (e Exact) nearest() float64 {
	switch {
	case e.other != 0:
		return e.other
	case e.negative:
		return -float64(e.size)
	}
	return float64(e.size)
}

// isAbove says whether e is greater than x.
func (e Exact) isAbove(x float64) bool {
	if e.other != 0 {
		return e.other > x
	}
	return Exact{negative: !e.negative, size: e.size}.isBelow(-x)
}

// isBelow says whether e is less than x.
func (e Exact) isBelow(x float64) bool {
	if e.other != 0 {
		return e.other < x
	}
	switch {
	case x != x:
		return false
	case e.negative != (x < 0) || e.size == 0:
		return e.nearest() < x
	case math.Abs(x) >= 1<<64:
		return !e.negative
	}
	whole := uint64(math.Abs(x))
	if whole == e.size { // then it is the fraction that decides
		return math.Abs(x) != math.Trunc(math.Abs(x)) && !e.negative
	}
	return e.size < whole != e.negative
}

// up and down round a fraction.
func (e Exact) up() Exact {
	if math.Abs(e.other) >= 1<<64 || e.other == 0 || e.IsNaN() {
		return e
	}
	return ExactOf(math.Ceil(e.other))
}

func (e Exact) down() Exact {
	if math.Abs(e.other) >= 1<<64 || e.other == 0 || e.IsNaN() {
		return e
	}
	return ExactOf(math.Floor(e.other))
}

func (e Exact) int64() (int64, bool) {
	switch {
	case e.other != 0:
		return 0, false
	case e.negative:
		return -int64(e.size), e.size <= 1<<63
	}
	return int64(e.size), e.size < 1<<63
}

func (e Exact) uint64() (uint64, bool) { return e.size, e.other == 0 && (!e.negative || e.size == 0) }
