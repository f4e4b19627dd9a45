package draft

import (
	"cmp"
	"math"
	"slices"
	"time"
)

// pyTuple1 is a tuple of Python's.
type pyTuple1[A any] struct{ A A }

// pyTuple2 is a tuple of Python's.
type pyTuple2[A, B any] struct {
	A A
	B B
}

// pyTuple3 is a tuple of Python's.
type pyTuple3[A, B, C any] struct {
	A A
	B B
	C C
}

// pyTuple4 is a tuple of Python's.
type pyTuple4[A, B, C, D any] struct {
	A A
	B B
	C C
	D D
}

// pyTuple5 is a tuple of Python's.
type pyTuple5[A, B, C, D, E any] struct {
	A A
	B B
	C C
	D D
	E E
}

// pyTuple6 is a tuple of Python's.
type pyTuple6[A, B, C, D, E, F any] struct {
	A A
	B B
	C C
	D D
	E E
	F F
}

// pyOrderFloats compares floats as Python orders them; a NaN has no place.
func pyOrderFloats(a, b float64) int {
	if a != a || b != b {
		panic("not translated: the order of NaN")
	}
	return cmp.Compare(a, b)
}

// pyOrderBools compares bools as the numbers that they are.
func pyOrderBools(a, b bool) int { return pyBit(a) - pyBit(b) }

// pyOrderLists compares lists item by item.
func pyOrderLists[T any](order func(a, b T) int) func(a, b []T) int {
	return func(a, b []T) int { return slices.CompareFunc(a, b, order) }
}

// pyOrderTuples1 compares tuples item by item.
func pyOrderTuples1[A any](a func(x, y A) int) func(x, y pyTuple1[A]) int {
	return func(x, y pyTuple1[A]) int { return a(x.A, y.A) }
}

// pyOrderTuples2 compares tuples item by item.
func pyOrderTuples2[A, B any](a func(x, y A) int, b func(x, y B) int) func(x, y pyTuple2[A, B]) int {
	return func(x, y pyTuple2[A, B]) int {
		if c := a(x.A, y.A); c != 0 {
			return c
		}
		return b(x.B, y.B)
	}
}

// pyOrderTuples3 compares tuples item by item.
func pyOrderTuples3[A, B, C any](a func(x, y A) int, b func(x, y B) int, c func(x, y C) int) func(x, y pyTuple3[A, B, C]) int {
	first := pyOrderTuples2(a, b)
	return func(x, y pyTuple3[A, B, C]) int {
		if d := first(pyTuple2[A, B]{x.A, x.B}, pyTuple2[A, B]{y.A, y.B}); d != 0 {
			return d
		}
		return c(x.C, y.C)
	}
}

// pyOrderTuples4 compares tuples item by item.
func pyOrderTuples4[A, B, C, D any](a func(x, y A) int, b func(x, y B) int, c func(x, y C) int, d func(x, y D) int) func(x, y pyTuple4[A, B, C, D]) int {
	first, rest := pyOrderTuples2(a, b), pyOrderTuples2(c, d)
	return func(x, y pyTuple4[A, B, C, D]) int {
		if e := first(pyTuple2[A, B]{x.A, x.B}, pyTuple2[A, B]{y.A, y.B}); e != 0 {
			return e
		}
		return rest(pyTuple2[C, D]{x.C, x.D}, pyTuple2[C, D]{y.C, y.D})
	}
}

// pyEqual compares two values that may be None.
func pyEqual[T comparable](a, b *T) bool {
	if a == nil || b == nil {
		return a == b
	}
	return *a == *b
}

// pySortedBy is Python's sorted(values).
func pySortedBy[T any](values []T, order func(a, b T) int) []T {
	out := append([]T{}, values...)
	slices.SortStableFunc(out, order)
	return out
}

// pySortedByDown is Python's sorted(values, reverse=True).
func pySortedByDown[T any](values []T, order func(a, b T) int) []T {
	return pySortedBy(values, func(a, b T) int { return order(b, a) })
}

// pySortedKey is Python's sorted(values, key=key).
func pySortedKey[T, K any](values []T, key func(T) K, order func(a, b K) int) []T {
	keyed := make([]pyTuple2[K, T], len(values))
	for at, value := range values {
		keyed[at] = pyTuple2[K, T]{key(value), value}
	}
	slices.SortStableFunc(keyed, func(a, b pyTuple2[K, T]) int { return order(a.A, b.A) })
	out := make([]T, len(values))
	for at, one := range keyed {
		out[at] = one.B
	}
	return out
}

// pySortedKeyDown is Python's sorted(values, key=key, reverse=True).
func pySortedKeyDown[T, K any](values []T, key func(T) K, order func(a, b K) int) []T {
	return pySortedKey(values, key, func(a, b K) int { return order(b, a) })
}

// pyMaxKey is Python's max(values, key=key).
func pyMaxKey[T, K any](values []T, key func(T) K, order func(a, b K) int) T {
	if len(values) == 0 {
		panic("ValueError: max() of an empty list")
	}
	best, greatest := values[0], key(values[0])
	for _, value := range values[1:] {
		if one := key(value); order(one, greatest) > 0 {
			best, greatest = value, one
		}
	}
	return best
}

// pyMinKey is Python's min(values, key=key).
func pyMinKey[T, K any](values []T, key func(T) K, order func(a, b K) int) T {
	return pyMaxKey(values, key, func(a, b K) int { return order(b, a) })
}

// pyMaxBy is Python's max(values) of values that Go's operators do not compare.
func pyMaxBy[T any](values []T, order func(a, b T) int) T {
	return pyMaxKey(values, func(value T) T { return value }, order)
}

// pyMinBy is Python's min(values) of values that Go's operators do not compare.
func pyMinBy[T any](values []T, order func(a, b T) int) T {
	return pyMinKey(values, func(value T) T { return value }, order)
}

// pyMaxOr is Python's max(values, default=other).
func pyMaxOr[T cmp.Ordered](values []T, other T) T {
	if len(values) == 0 {
		return other
	}
	return pyMax(values...)
}

// pyMinOr is Python's min(values, default=other).
func pyMinOr[T cmp.Ordered](values []T, other T) T {
	if len(values) == 0 {
		return other
	}
	return pyMin(values...)
}

// pyMaxOrBy is Python's max(values, default=other) of values that Go's operators do not compare.
func pyMaxOrBy[T any](values []T, other T, order func(a, b T) int) T {
	if len(values) == 0 {
		return other
	}
	return pyMaxBy(values, order)
}

// pyMinOrBy is Python's min(values, default=other) of values that Go's operators do not compare.
func pyMinOrBy[T any](values []T, other T, order func(a, b T) int) T {
	if len(values) == 0 {
		return other
	}
	return pyMinBy(values, order)
}

// pyMaxMaybe is Python's max(values, default=None).
func pyMaxMaybe[T cmp.Ordered](values []T) *T {
	if len(values) == 0 {
		return nil
	}
	return new(pyMax(values...))
}

// pyMinMaybe is Python's min(values, default=None).
func pyMinMaybe[T cmp.Ordered](values []T) *T {
	if len(values) == 0 {
		return nil
	}
	return new(pyMin(values...))
}

// pyFindIn is where a value is in a list; -1 if it is not.
func pyFindIn[T any](values []T, value T, order func(a, b T) int) int {
	return slices.IndexFunc(values, func(one T) bool { return order(one, value) == 0 })
}

// pyIndexOf is Python's values.index(value).
func pyIndexOf[T any](values []T, value T, order func(a, b T) int) int {
	at := pyFindIn(values, value, order)
	if at < 0 {
		panic("ValueError: the value is not in the list")
	}
	return at
}

// pyCountOf is Python's values.count(value).
func pyCountOf[T any](values []T, value T, order func(a, b T) int) int {
	count := 0
	for _, one := range values {
		if order(one, value) == 0 {
			count++
		}
	}
	return count
}

// pyRemove is values after Python's values.remove(value).
func pyRemove[T any](values []T, value T, order func(a, b T) int) []T {
	at := pyIndexOf(values, value, order)
	return slices.Delete(values, at, at+1)
}

// pyPop is Python's values.pop().
func pyPop[T any](values *[]T) T {
	if len(*values) == 0 {
		panic("IndexError: pop from empty list")
	}
	last := (*values)[len(*values)-1]
	*values = (*values)[:len(*values)-1]
	return last
}

// pyPopFirst is Python's values.pop(0), and popleft of a deque.
func pyPopFirst[T any](values *[]T) T {
	if len(*values) == 0 {
		panic("IndexError: pop from an empty list")
	}
	first := (*values)[0]
	*values = (*values)[1:]
	return first
}

// pyPopAt is Python's values.pop(at).
func pyPopAt[T any](values *[]T, at int) T {
	at = pyIndex(at, len(*values))
	value := (*values)[at]
	*values = slices.Delete(*values, at, at+1)
	return value
}

// pyWithout is values after Python's del values[from:to].
func pyWithout[T any](values []T, from, to int) []T {
	from, to = pyCut(from, len(values)), pyCut(to, len(values))
	return slices.Delete(values, from, max(from, to))
}

// pyRotate is a deque after Python's values.rotate(by).
func pyRotate[T any](values []T, by int) []T {
	if len(values) == 0 {
		return values
	}
	at := pyMod(-by, len(values))
	return slices.Concat(values[at:], values[:at])
}

// pySteps is Python's values[from:to:step]; math.MinInt stands for an end that is left out.
func pySteps[T any](values []T, from, to, step int) []T {
	if step == 0 {
		panic("ValueError: slice step cannot be zero")
	}
	n := len(values)
	low, high := 0, n
	if step < 0 {
		low, high = -1, n-1
	}
	end := func(at, absent int) int {
		if at == math.MinInt {
			return absent
		}
		if at < 0 {
			return max(at+n, low)
		}
		return min(at, high)
	}
	out := []T{}
	if step > 0 {
		for at, to := end(from, low), end(to, high); at < to; at += step {
			out = append(out, values[at])
		}
	} else {
		for at, to := end(from, high), end(to, low); at > to; at += step {
			out = append(out, values[at])
		}
	}
	return out
}

// pyRange is Python's list(range(start, stop, step)).
func pyRange(start, stop int, steps ...int) []int {
	step := 1
	if len(steps) > 0 {
		step = steps[0]
	}
	if step == 0 {
		panic("ValueError: range() arg 3 must not be zero")
	}
	out := []int{}
	for at := start; step > 0 && at < stop || step < 0 && at > stop; at += step {
		out = append(out, at)
	}
	return out
}

// pyUnpack is values, of which Python takes n apart.
func pyUnpack[T any](values []T, n int) []T {
	if len(values) != n {
		panic("ValueError: not as many values as names")
	}
	return values
}

// pyAtLeast panics where a list has too few items for the names of an assignment.
func pyAtLeast[T any](values []T, n int) {
	if len(values) < n {
		panic("ValueError: not enough values to unpack")
	}
}

// pyStrict is what zip asks of lengths with strict=True.
func pyStrict(lengths ...int) {
	for _, n := range lengths {
		if n != lengths[0] {
			panic("ValueError: zip() arguments of several lengths")
		}
	}
}

// pyAccumulate is Python's list(accumulate(values)).
func pyAccumulate[T int | float64](values []T) []T {
	out := make([]T, len(values))
	for at, value := range values {
		out[at] = value
		if at > 0 {
			out[at] = out[at-1] + value
		}
	}
	return out
}

// pyBits is bools as the numbers that they are.
func pyBits(values []bool) []int {
	out := make([]int, len(values))
	for at, value := range values {
		out[at] = pyBit(value)
	}
	return out
}

// pySumTimes is Python's sum(values, start) of timedeltas.
func pySumTimes(values []time.Duration, start time.Duration) time.Duration {
	for _, value := range values {
		start += value
	}
	return start
}
