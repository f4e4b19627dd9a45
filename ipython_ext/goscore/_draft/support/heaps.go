package draft

import (
	"cmp"
	"slices"
)

// pyHeapDown moves an item towards the root of a heap, as heapq does.
func pyHeapDown[T any](heap []T, start, at int, order func(a, b T) int) {
	item := heap[at]
	for at > start {
		parent := (at - 1) / 2
		if order(item, heap[parent]) >= 0 {
			break
		}
		heap[at] = heap[parent]
		at = parent
	}
	heap[at] = item
}

// pyHeapUp moves an item to a leaf, and from there to its place, as heapq does.
func pyHeapUp[T any](heap []T, at int, order func(a, b T) int) {
	start, item := at, heap[at]
	for child := 2*at + 1; child < len(heap); child = 2*at + 1 {
		if right := child + 1; right < len(heap) && order(heap[child], heap[right]) >= 0 {
			child = right
		}
		heap[at] = heap[child]
		at = child
	}
	heap[at] = item
	pyHeapDown(heap, start, at, order)
}

// pyHeapPush is Python's heappush(heap, item).
func pyHeapPush[T any](heap *[]T, item T, order func(a, b T) int) {
	*heap = append(*heap, item)
	pyHeapDown(*heap, 0, len(*heap)-1, order)
}

// pyHeapPop is Python's heappop(heap).
func pyHeapPop[T any](heap *[]T, order func(a, b T) int) T {
	last := pyPop(heap)
	if len(*heap) == 0 {
		return last
	}
	return pyHeapReplace(heap, last, order)
}

// pyHeapReplace is Python's heapreplace(heap, item).
func pyHeapReplace[T any](heap *[]T, item T, order func(a, b T) int) T {
	least := (*heap)[0]
	(*heap)[0] = item
	pyHeapUp(*heap, 0, order)
	return least
}

// pyHeapPushPop is Python's heappushpop(heap, item).
func pyHeapPushPop[T any](heap *[]T, item T, order func(a, b T) int) T {
	if len(*heap) > 0 && order((*heap)[0], item) < 0 {
		return pyHeapReplace(heap, item, order)
	}
	return item
}

// pyHeapify is Python's heapify(heap).
func pyHeapify[T any](heap *[]T, order func(a, b T) int) {
	for at := len(*heap)/2 - 1; at >= 0; at-- {
		pyHeapUp(*heap, at, order)
	}
}

// pyLess is Python's a < b.
func pyLess[T cmp.Ordered](a, b T) bool { return a < b }

// pyLessBy is Python's a < b of tuples and lists.
func pyLessBy[T any](order func(a, b T) int) func(a, b T) bool {
	return func(a, b T) bool { return order(a, b) < 0 }
}

// pyBisectLeft is Python's bisect_left(values, value, lo, hi).
func pyBisectLeft[T any](values []T, value T, lo, hi int, less func(a, b T) bool) int {
	if lo < 0 {
		panic("ValueError: lo must be non-negative")
	}
	for lo < hi {
		if mid := (lo + hi) / 2; less(values[mid], value) {
			lo = mid + 1
		} else {
			hi = mid
		}
	}
	return lo
}

// pyBisectRight is Python's bisect_right(values, value, lo, hi).
func pyBisectRight[T any](values []T, value T, lo, hi int, less func(a, b T) bool) int {
	if lo < 0 {
		panic("ValueError: lo must be non-negative")
	}
	for lo < hi {
		if mid := (lo + hi) / 2; less(value, values[mid]) {
			hi = mid
		} else {
			lo = mid + 1
		}
	}
	return lo
}

// pyGroupBy is Python's groupby(values): runs of equal values.
func pyGroupBy[T comparable](values []T) []pyTuple2[T, []T] {
	out := []pyTuple2[T, []T]{}
	begin := 0
	for at := range values {
		if at+1 == len(values) || values[at+1] != values[at] {
			out = append(out, pyTuple2[T, []T]{values[begin], slices.Clone(values[begin : at+1])})
			begin = at + 1
		}
	}
	return out
}

// pyGroupByKey is Python's groupby(values, key): runs of values with equal keys.
func pyGroupByKey[T any, K comparable](values []T, keys []K) []pyTuple2[K, []T] {
	out := []pyTuple2[K, []T]{}
	begin := 0
	for at := range values {
		if at+1 == len(values) || keys[at+1] != keys[begin] {
			out = append(out, pyTuple2[K, []T]{keys[begin], slices.Clone(values[begin : at+1])})
			begin = at + 1
		}
	}
	return out
}

// pyPairs is Python's combinations(values, 2).
func pyPairs[T any](values []T) []pyTuple2[T, T] {
	out := make([]pyTuple2[T, T], 0, len(values)*max(len(values)-1, 0)/2)
	for at, one := range values {
		for _, other := range values[at+1:] {
			out = append(out, pyTuple2[T, T]{one, other})
		}
	}
	return out
}

// pyOrderedPairs is Python's permutations(values, 2).
func pyOrderedPairs[T any](values []T) []pyTuple2[T, T] {
	out := []pyTuple2[T, T]{}
	for at, one := range values {
		for other := range values {
			if other != at {
				out = append(out, pyTuple2[T, T]{one, values[other]})
			}
		}
	}
	return out
}

// pyCrossed is Python's product(a, b).
func pyCrossed[A, B any](a []A, b []B) []pyTuple2[A, B] {
	out := make([]pyTuple2[A, B], 0, len(a)*len(b))
	for _, one := range a {
		for _, other := range b {
			out = append(out, pyTuple2[A, B]{one, other})
		}
	}
	return out
}
