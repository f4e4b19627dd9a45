// Package draft holds the functions that drafts name where Go's operators and Python's differ.
// A draft takes in those that it names. The directory's name hides it from the go command.
package draft

import (
	"cmp"
	"math"
	"slices"
	"strconv"
)

// pyDivide is Python's a / b.
func pyDivide(a, b float64) float64 {
	if b == 0 {
		panic("ZeroDivisionError: division by zero")
	}
	return a / b
}

// pyFloorDiv is Python's a // b of ints: rounded down, where Go's a / b goes towards zero.
func pyFloorDiv(a, b int) int {
	q := a / b
	if a%b != 0 && (a < 0) != (b < 0) {
		q--
	}
	return q
}

// pyMod is Python's a % b of ints, which has the sign of b.
func pyMod(a, b int) int {
	m := a % b
	if m != 0 && (m < 0) != (b < 0) {
		m += b
	}
	return m
}

// pyFloorDivFloat is Python's a // b of floats.
func pyFloorDivFloat(a, b float64) float64 {
	if b == 0 {
		panic("ZeroDivisionError: float floor division by zero")
	}
	mod := math.Mod(a, b)
	div := (a - mod) / b
	if mod != 0 && (mod < 0) != (b < 0) {
		div--
	}
	if div == 0 {
		return math.Copysign(0, a/b)
	}
	down := math.Floor(div)
	if div-down > 0.5 {
		down++
	}
	return down
}

// pyModFloat is Python's a % b of floats, which has the sign of b.
func pyModFloat(a, b float64) float64 {
	if b == 0 {
		panic("ZeroDivisionError: float modulo")
	}
	mod := math.Mod(a, b)
	if mod == 0 {
		return math.Copysign(0, b)
	}
	if (mod < 0) != (b < 0) {
		mod += b
	}
	return mod
}

// pyPow is Python's x ** y of floats: it panics where Python raises or gives a complex number.
func pyPow(x, y float64) float64 {
	z := math.Pow(x, y)
	if math.IsInf(z, 0) && !math.IsInf(x, 0) && !math.IsInf(y, 0) {
		panic("OverflowError or ZeroDivisionError: the result of ** is infinite")
	}
	if math.IsNaN(z) && !math.IsNaN(x) && !math.IsNaN(y) {
		panic("not translated: a negative number ** a fraction is complex in Python")
	}
	return z
}

// pyPowInt is Python's x ** n of ints.
func pyPowInt(x, n int) int {
	if n < 0 {
		panic("not translated: an int ** a negative int is a float in Python")
	}
	y := 1
	for ; n > 0; n >>= 1 {
		if n&1 == 1 {
			y *= x
		}
		x *= x
	}
	return y
}

// pyMath is f(x) of Python's math module: it panics where Python raises.
func pyMath(f func(float64) float64, x float64) float64 {
	y := f(x)
	if math.IsNaN(y) && !math.IsNaN(x) {
		panic("ValueError: math domain error")
	}
	if math.IsInf(y, 0) && !math.IsInf(x, 0) {
		panic("ValueError or OverflowError: the result is infinite")
	}
	return y
}

// pyFmod is Python's math.fmod.
func pyFmod(x, y float64) float64 {
	z := math.Mod(x, y)
	if math.IsNaN(z) && !math.IsNaN(x) && !math.IsNaN(y) {
		panic("ValueError: math domain error")
	}
	return z
}

// pyInt is Python's int(x) of a float.
func pyInt(x float64) int {
	if !(x >= -1<<63 && x < 1<<63) {
		panic("NaN, infinity, or a number beyond 64 bits as an int")
	}
	return int(x)
}

// pyRoundTo is Python's round(x, digits).
func pyRoundTo(x float64, digits int) float64 {
	y, _ := strconv.ParseFloat(strconv.FormatFloat(x, 'f', digits, 64), 64)
	return y
}

// pyBit is a bool as Python calculates with it.
func pyBit(b bool) int {
	if b {
		return 1
	}
	return 0
}

// pyAbs is Python's abs(n) of an int.
func pyAbs(n int) int {
	if n < 0 {
		return -n
	}
	return n
}

// pyMin is Python's min: the first of the least values, with NaN as Python compares it.
func pyMin[T cmp.Ordered](values ...T) T {
	if len(values) == 0 {
		panic("ValueError: min() of an empty list")
	}
	least := values[0]
	for _, value := range values[1:] {
		if value < least {
			least = value
		}
	}
	return least
}

// pyMax is Python's max: the first of the greatest values, with NaN as Python compares it.
func pyMax[T cmp.Ordered](values ...T) T {
	if len(values) == 0 {
		panic("ValueError: max() of an empty list")
	}
	greatest := values[0]
	for _, value := range values[1:] {
		if value > greatest {
			greatest = value
		}
	}
	return greatest
}

// pySum is Python's sum of ints, and of floats up to Python 3.11.
func pySum[T int | float64](values []T) T {
	var sum T
	for _, value := range values {
		sum += value
	}
	return sum
}

// pyCount is Python's sum of bools.
func pyCount(values []bool) int {
	count := 0
	for _, value := range values {
		count += pyBit(value)
	}
	return count
}

// pySumFloats is Python's sum of floats since 3.12, which keeps what each addition rounds away.
func pySumFloats(values []float64) float64 {
	sum, lost := 0.0, 0.0
	for _, x := range values {
		next := sum + x
		if math.Abs(sum) >= math.Abs(x) {
			lost += (sum - next) + x
		} else {
			lost += (x - next) + sum
		}
		sum = next
	}
	if lost != 0 && !math.IsInf(lost, 0) && !math.IsNaN(lost) {
		sum += lost
	}
	return sum
}

// pyIndex counts a negative index from the end, as Python does.
func pyIndex(i, n int) int {
	if i < 0 {
		return i + n
	}
	return i
}

// pyCut is where a slice of Python's begins or ends in n items.
func pyCut(i, n int) int {
	return min(max(pyIndex(i, n), 0), n)
}

// pySlice is Python's values[from:to], a copy.
func pySlice[T any](values []T, from, to int) []T {
	from, to = pyCut(from, len(values)), pyCut(to, len(values))
	return append([]T{}, values[from:max(from, to)]...)
}

// pyContains is Python's x in values; of a NaN it would depend on which NaN object it is.
func pyContains(values []float64, x float64) bool {
	if math.IsNaN(x) {
		panic("not translated: NaN in a list")
	}
	return slices.Contains(values, x)
}

// pySorted is Python's sorted(values); a NaN's place in Python depends on how it sorts.
func pySorted[T cmp.Ordered](values []T) []T {
	out := append([]T{}, values...)
	for _, value := range out {
		if value != value {
			panic("not translated: sorting NaN")
		}
	}
	slices.SortStableFunc(out, cmp.Compare[T])
	return out
}

// pySortedDown is Python's sorted(values, reverse=True).
func pySortedDown[T cmp.Ordered](values []T) []T {
	out := append([]T{}, values...)
	for _, value := range out {
		if value != value {
			panic("not translated: sorting NaN")
		}
	}
	slices.SortStableFunc(out, func(a, b T) int { return cmp.Compare(b, a) })
	return out
}

// pyReversed is Python's values[::-1], a copy.
func pyReversed[T any](values []T) []T {
	out := append([]T{}, values...)
	slices.Reverse(out)
	return out
}

// pyRepeat is Python's values * n.
func pyRepeat[T any](values []T, n int) []T {
	return append([]T{}, slices.Repeat(values, max(n, 0))...)
}
