package draft

import (
	"math"
	"math/bits"
)

// pyAddChecked is Python's a + b, so far as 64 bits hold it.
func pyAddChecked(a, b int) int {
	c := a + b
	if (c > a) != (b > 0) {
		panic("an int beyond 64 bits")
	}
	return c
}

// pySubChecked is Python's a - b, so far as 64 bits hold it.
func pySubChecked(a, b int) int {
	c := a - b
	if (c < a) != (b > 0) {
		panic("an int beyond 64 bits")
	}
	return c
}

// pyMulChecked is Python's a * b, so far as 64 bits hold it.
func pyMulChecked(a, b int) int {
	if a == 0 || b == 0 {
		return 0
	}
	c := a * b
	if (c < 0) != ((a < 0) != (b < 0)) || c/b != a {
		panic("an int beyond 64 bits")
	}
	return c
}

// pyShiftChecked is Python's a << n, so far as 64 bits hold it.
func pyShiftChecked(a, n int) int {
	if n > 63 && a != 0 || a<<n>>n != a {
		panic("an int beyond 64 bits")
	}
	return a << n
}

// pyPowChecked is Python's x ** n of ints, so far as 64 bits hold it.
func pyPowChecked(x, n int) int {
	if n < 0 {
		panic("not translated: an int ** a negative int is a float in Python")
	}
	y := 1
	for {
		if n&1 == 1 {
			y = pyMulChecked(y, x)
		}
		if n >>= 1; n == 0 {
			return y
		}
		x = pyMulChecked(x, x)
	}
}

// pyFloorDivChecked is Python's a // b of ints, so far as 64 bits hold it.
func pyFloorDivChecked(a, b int) int {
	if b == -1 {
		return pySubChecked(0, a)
	}
	return pyFloorDiv(a, b)
}

// pyAbsChecked is Python's abs(n) of an int, so far as 64 bits hold it.
func pyAbsChecked(n int) int {
	if n < 0 {
		return pySubChecked(0, n)
	}
	return n
}

// pyExactChecked is an int as a float, where a float holds it.
func pyExactChecked(n int) float64 {
	if n > 1<<53 || n < -1<<53 {
		panic("an int beyond 53 bits beside a float")
	}
	return float64(n)
}

// pySumChecked is Python's sum of ints, so far as 64 bits hold it.
func pySumChecked(values []int) int {
	sum := 0
	for _, value := range values {
		sum = pyAddChecked(sum, value)
	}
	return sum
}

// pyAccumulateChecked is Python's list(accumulate(values)) of ints, so far as 64 bits hold them.
func pyAccumulateChecked(values []int) []int {
	out, sum := make([]int, len(values)), 0
	for at, value := range values {
		sum = pyAddChecked(sum, value)
		out[at] = sum
	}
	return out
}

// pyProductChecked is Python's math.prod of ints, so far as 64 bits hold it.
func pyProductChecked(values []int) int {
	product := 1
	for _, value := range values {
		product = pyMulChecked(product, value)
	}
	return product
}

// pyProduct is Python's math.prod.
func pyProduct[T int | float64](values []T) T {
	product := T(1)
	for _, value := range values {
		product *= value
	}
	return product
}

// pyGcd is Python's math.gcd(a, b).
func pyGcd(a, b int) int {
	for b != 0 {
		a, b = b, a%b
	}
	if a == math.MinInt {
		panic("an int beyond 64 bits")
	}
	return max(a, -a)
}

// pyRoot is Python's math.isqrt(n).
func pyRoot(n int) int {
	if n < 0 {
		panic("ValueError: isqrt() argument must be nonnegative")
	}
	root := int(math.Sqrt(float64(n)))
	for root > n/max(root, 1) {
		root--
	}
	for root+1 <= n/(root+1) {
		root++
	}
	return root
}

// pyFactorial is Python's math.factorial(n), so far as 64 bits hold it.
func pyFactorial(n int) int {
	if n < 0 {
		panic("ValueError: factorial() not defined for negative values")
	}
	product := 1
	for k := 2; k <= n; k++ {
		product = pyMulChecked(product, k)
	}
	return product
}

// pyComb is Python's math.comb(n, k), so far as 64 bits hold it and what leads to it.
func pyComb(n, k int) int {
	if n < 0 || k < 0 {
		panic("ValueError: n and k must be non-negative integers")
	}
	if k > n {
		return 0
	}
	k = min(k, n-k)
	made := 1
	for at := 1; at <= k; at++ {
		made = pyMulChecked(made, n-k+at) / at
	}
	return made
}

// pyPowMod is Python's pow(x, n, by).
func pyPowMod(x, n, by int) int {
	if n < 0 || by <= 0 {
		panic("not translated: pow() by negative numbers")
	}
	times := func(a, b uint64) uint64 {
		high, low := bits.Mul64(a, b)
		_, rest := bits.Div64(high, low, uint64(by))
		return rest
	}
	base, made := uint64(pyMod(x, by)), uint64(1)%uint64(by)
	for ; n > 0; n >>= 1 {
		if n&1 == 1 {
			made = times(made, base)
		}
		base = times(base, base)
	}
	return int(made)
}

// pyIsClose is Python's math.isclose(a, b, rel_tol=relative, abs_tol=least).
func pyIsClose(a, b, relative, least float64) bool {
	if relative < 0 || least < 0 {
		panic("ValueError: tolerances must be non-negative")
	}
	if a == b {
		return true
	}
	if math.IsInf(a, 0) || math.IsInf(b, 0) {
		return false
	}
	diff := math.Abs(b - a)
	return diff <= math.Abs(relative*b) || diff <= math.Abs(relative*a) || diff <= least
}
