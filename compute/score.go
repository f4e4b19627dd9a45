package compute

import (
	"math"

	"goscore/compute/parallel"
)

// Score returns the sum of v to the power of 1.5 over the positive values.
//
//	score = sum_i v_i**1.5  where v_i > 0
//
// Shape: v has any length; the result is one value, 0 when nothing is positive.
// Nulls: a NaN is not positive and is skipped; +Inf gives +Inf.
// Units: those of v to the power of 1.5.
// Order: each power is v*sqrt(v); eight sums run over chunks of fixed length
// and are joined pairwise, so the same bits come back for any number of cores,
// with and without vector instructions.
//
//goscore:cell
func Score[T Number](v []T) float64 { return scoreOn(v, 0) }

// scoreOn is Score on a given number of threads.
func scoreOn[T Number](v []T, threads int) float64 {
	return ScoreOf(len(v), parallel.InPlace(v), threads)
}

// ScoreOf is Score of n rows, wherever they lie.
func ScoreOf[T Number](n int, v parallel.Rows[T], threads int) float64 {
	return parallel.ReduceColumn(n, v, threads, scoreBlock, add)
}

func scoreBlock[T Number](v []T) float64 {
	var s sums
	done := vectorScores(&s, v)
	if done == 0 {
		done = plainScores(&s, v)
	}
	for i, x := range v[done:] {
		s[i] += power15(float64(x))
	}
	return s.join()
}

// plainScores is vectorScores for all types and processors.
func plainScores[T Number](s *sums, v []T) int {
	done := len(v) &^ 7
	// In a loop over one sum at a time, amd64's square roots would wait for
	// each other: they keep a part of the register they are written to.
	var s0, s1, s2, s3, s4, s5, s6, s7 float64
	for ; len(v) >= len(s); v = v[len(s):] {
		s0 += power15(float64(v[0]))
		s1 += power15(float64(v[1]))
		s2 += power15(float64(v[2]))
		s3 += power15(float64(v[3]))
		s4 += power15(float64(v[4]))
		s5 += power15(float64(v[5]))
		s6 += power15(float64(v[6]))
		s7 += power15(float64(v[7]))
	}
	*s = sums{s0, s1, s2, s3, s4, s5, s6, s7}
	return done
}

// power15 returns x**1.5 for a positive x and 0 otherwise. It chooses among
// bits, which compiles to a conditional move: half of real data is mispredicted
// by a branch.
func power15(x float64) float64 {
	bits := math.Float64bits(x)
	if !(x > 0) {
		bits = 0
	}
	x = math.Float64frombits(bits)
	return float64(x * math.Sqrt(x))
}
