//go:build !amd64

package compute

var useAVX2 = false

func vectorScores[T Number](*sums, []T) int { return 0 }

func vectorProducts[A, B Number](*sums, []A, []B) int { return 0 }

func vectorSteps[T Number](*[4][]float64, *[4][]T, *[4]float64) int { return 0 }
