package compute

import (
	"math"
	"reflect"
)

// guess computes a block without knowing the state before it. A panic is
// nobody's business yet: the state may be one that never occurs.
func (s *scan[S]) guess(block int) (state blockState) {
	state = panicked
	defer func() {
		if state == panicked {
			recover()
		}
	}()
	first := block * s.width
	if s.width == 4 && block > 0 {
		s.warmLanes(first)
	} else {
		for k := first; k < first+s.width; k++ {
			s.warm(k)
		}
	}
	if s.width == 4 {
		s.runLanes(first)
	} else {
		s.steps.Block(s.lane(first), first*s.rows, s.starts[first])
	}
	return computed
}

// warm finds a state for lane k to start with. It writes to the lane's own
// rows, which are computed next.
func (s *scan[S]) warm(k int) {
	s.starts[k] = s.init
	if k == 0 {
		return
	}
	early := s.lane(k)[:warmRows]
	s.steps.Block(early, k*s.rows-warmRows, s.init)
	s.starts[k] = early[warmRows-1]
}

// warmLanes is warm for four lanes at once.
func (s *scan[S]) warmLanes(first int) {
	var dst [4][]S
	var lo [4]int
	var init [4]S
	for j := range 4 {
		dst[j], lo[j], init[j] = s.lane(first + j)[:warmRows], (first+j)*s.rows-warmRows, s.init
	}
	s.steps.Lanes(dst, lo, init)
	for j := range 4 {
		s.starts[first+j] = dst[j][warmRows-1]
	}
}

func (s *scan[S]) runLanes(first int) {
	var dst [4][]S
	var lo [4]int
	for j := range 4 {
		dst[j], lo[j] = s.lane(first+j), (first+j)*s.rows
	}
	s.steps.Lanes(dst, lo, [4]S(s.starts[first:first+4]))
}

// confirm makes lane k hold the true states, given that the lane before it
// does, and reports whether the step forgets. Where the lane started with
// another state it is computed again until it meets what it holds already.
func (s *scan[S]) confirm(k int) (forgets bool) {
	state := s.stateBefore(k)
	forgets = sameBits(s.starts[k], state)
	lane, lo := s.lane(k), k*s.rows
	for !forgets && len(lane) > 0 {
		piece := lane[:min(len(lane), warmRows/2)]
		last := len(piece) - 1
		held := piece[last]
		s.steps.Block(piece, lo, state)
		state = piece[last]
		forgets = sameBits(held, state)
		lane, lo = lane[len(piece):], lo+len(piece)
	}
	s.sure++
	return forgets
}

// sameBits reports whether two states are the same to the last bit. It is not
// ==, for which NaN differs from itself and -0 equals 0. States that it cannot
// look into are never the same.
func sameBits[S any](a, b S) bool {
	if a, ok := any(a).(float64); ok {
		return math.Float64bits(a) == math.Float64bits(any(b).(float64))
	}
	return sameValue(reflect.ValueOf(&a).Elem(), reflect.ValueOf(&b).Elem())
}

func sameValue(a, b reflect.Value) bool {
	switch kind := a.Kind(); {
	case kind == reflect.Float32 || kind == reflect.Float64:
		return math.Float64bits(a.Float()) == math.Float64bits(b.Float())
	case kind == reflect.Struct:
		for i := range a.NumField() {
			if !sameValue(a.Field(i), b.Field(i)) {
				return false
			}
		}
		return true
	case kind == reflect.Array:
		for i := range a.Len() {
			if !sameValue(a.Index(i), b.Index(i)) {
				return false
			}
		}
		return true
	case kind == reflect.Bool || kind == reflect.String || a.CanInt() || a.CanUint():
		return a.Equal(b)
	}
	return false
}
