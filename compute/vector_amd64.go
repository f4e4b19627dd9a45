package compute

//go:generate go -C generate run . -out ../avx2_amd64.s -stubs ../avx2_amd64.go -pkg compute

// useAVX2 is for tests to clear.
var useAVX2 = hasAVX2()

// hasAVX2 reports whether the processor has AVX2 and the operating system keeps
// its registers.
func hasAVX2() bool {
	const (
		osxsave = 1 << 27 // leaf 1, ecx
		avx     = 1 << 28
		avx2    = 1 << 5 // leaf 7, ebx
		kept    = 1<<1 | 1<<2
	)
	if last, _, _, _ := cpuid(0, 0); last < 7 {
		return false
	}
	if _, _, ecx, _ := cpuid(1, 0); ecx&osxsave == 0 || ecx&avx == 0 {
		return false
	}
	if eax, _ := xgetbv(); eax&kept != kept {
		return false
	}
	_, ebx, _, _ := cpuid(7, 0)
	return ebx&avx2 != 0
}

// vectorScores adds the scores of the first rows of v and returns how many, a
// multiple of 8: whole periods of the sums.
func vectorScores[T Number](s *sums, v []T) int {
	floats, ok := any(v).([]float64)
	if !ok || !useAVX2 {
		return 0
	}
	scoresAVX2((*[8]float64)(s), floats)
	return len(floats) &^ 7
}

// vectorProducts does the same for the products of a and b, which are of the
// same length.
func vectorProducts[A, B Number](s *sums, a []A, b []B) int {
	if !useAVX2 {
		return 0
	}
	switch a := any(a).(type) {
	case []float64:
		switch b := any(b).(type) {
		case []float64:
			productsFloat64AVX2((*[8]float64)(s), a, b)
			return len(a) &^ 7
		case []int64:
			productsInt64AVX2((*[8]float64)(s), b, a)
			return len(a) &^ 7
		}
	case []int64:
		if b, ok := any(b).([]float64); ok {
			productsInt64AVX2((*[8]float64)(s), a, b)
			return len(a) &^ 7
		}
	}
	return 0
}

// vectorSteps runs the step of ScoreSeries over the first rows of four stretches
// of the same length and returns how many. prev is moved on.
func vectorSteps[T Number](dst *[4][]float64, v *[4][]T, prev *[4]float64) int {
	floats, ok := any(v).(*[4][]float64)
	if !ok || !useAVX2 {
		return 0
	}
	rows := len(dst[0]) &^ 1
	scoreStepsAVX2(dst, floats, prev, rows)
	return rows
}
