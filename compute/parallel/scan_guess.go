package parallel

import (
	"math"
	"reflect"
)

// scanBlock is the rows that a thread has within reach.
type scanBlock[S any] struct {
	Stretch[S]
	lo     int // its first row
	dst    []S
	rows   int  // of a lane; the block's last rows may follow the last lane
	starts [4]S // the state that each lane started with
	lanes  int
}

// lane returns where the states of lane k go.
func (b *scanBlock[S]) lane(k int) []S { return b.dst[k*b.rows : (k+1)*b.rows] }

// guess computes a block without knowing the state before it. A panic is
// nobody's business yet: the state may be one that never occurs.
func (b *scanBlock[S]) guess(width int, init S) (computed bool) {
	defer func() {
		if !computed {
			recover()
		}
	}()
	b.lanes, b.rows = width, len(b.dst)/width
	for k := range width {
		b.starts[k] = init
	}
	if width == 1 {
		b.warm(0, init)
		b.Block(b.lane(0), b.lo, b.starts[0])
		return true
	}
	if b.lo > 0 {
		b.warmLanes(init)
	} else {
		for k := 1; k < width; k++ {
			b.warm(k, init)
		}
	}
	var dst [4][]S
	var lo [4]int
	for k := range 4 {
		dst[k], lo[k] = b.lane(k), b.lo+k*b.rows
	}
	b.Lanes(dst, lo, b.starts)
	return true
}

// warm finds a state for lane k to start with. It writes to the lane's own
// rows, which are computed next.
func (b *scanBlock[S]) warm(k int, init S) {
	early := b.lane(k)[:WarmRows]
	b.Block(early, b.lo+k*b.rows-WarmRows, init)
	b.starts[k] = early[WarmRows-1]
}

// warmLanes is warm for four lanes at once.
func (b *scanBlock[S]) warmLanes(init S) {
	var dst [4][]S
	var lo [4]int
	for k := range 4 {
		dst[k], lo[k] = b.lane(k)[:WarmRows], b.lo+k*b.rows-WarmRows
	}
	b.Lanes(dst, lo, [4]S{init, init, init, init})
	for k := range 4 {
		b.starts[k] = dst[k][WarmRows-1]
	}
}

// confirm makes the block hold the true states, given the one before it, and
// reports whether the step forgets.
func (b *scanBlock[S]) confirm(prev S) (forgets bool) {
	forgets = true
	for k := range b.lanes {
		forgets = b.confirmLane(k, prev) && forgets
		prev = b.dst[(k+1)*b.rows-1]
	}
	end := b.lanes * b.rows
	b.Block(b.dst[end:], b.lo+end, prev)
	return forgets
}

// confirmLane computes a lane again that started with another state than the
// true one, until it meets what it holds already.
func (b *scanBlock[S]) confirmLane(k int, state S) (forgets bool) {
	forgets = sameBits(b.starts[k], state)
	lane, lo := b.lane(k), b.lo+k*b.rows
	for !forgets && len(lane) > 0 {
		piece := lane[:min(len(lane), WarmRows/2)]
		last := len(piece) - 1
		held := piece[last]
		b.Block(piece, lo, state)
		state = piece[last]
		forgets = sameBits(held, state)
		lane, lo = lane[len(piece):], lo+len(piece)
	}
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
