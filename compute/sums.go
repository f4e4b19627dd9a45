package compute

import "math"

// sums are the eight partial sums of a chunk: row i belongs to sum i%8. They are
// two vectors of amd64, and enough that no addition waits for another.
type sums [8]float64

// join adds the halves until one sum is left: 0 and 4, 1 and 5, 2 and 6, 3 and 7;
// then what became of 0 and 2, 1 and 3; then those two.
func (s *sums) join() float64 {
	return ((s[0] + s[4]) + (s[2] + s[6])) + ((s[1] + s[5]) + (s[3] + s[7]))
}

func add(a, b float64) float64 { return a + b }

// oneNaN replaces any NaN by Go's: which of two NaNs an addition keeps, and what
// infinity minus infinity looks like, depends on the processor.
func oneNaN(x float64) float64 {
	if x != x {
		return math.NaN()
	}
	return x
}
