package group

import (
	"slices"
	"testing"

	"goscore/compute/parallel"
)

func TestScatterUndoesGather(t *testing.T) {
	for _, threads := range threadCounts {
		for _, n := range []int{0, 1, parallel.BlockRows - 1, parallel.BlockRows, parallel.BlockRows + 1, 5 * parallel.BlockRows} {
			v, order := make([]float64, n), make([]uint32, n)
			for i := range order {
				v[i] = float64(i) + 0.5
				order[i] = uint32(i * 7919 % n)
			}
			there, back := make([]float64, n), make([]float64, n)
			Gather(there, v, order, threads)
			for i, row := range order {
				if there[i] != v[row] {
					t.Fatalf("%d rows: row %d is not row %d", n, i, row)
				}
			}
			Scatter(back, there, order, threads)
			if !slices.Equal(v, back) {
				t.Errorf("%d rows, %d threads: not the rows it was before", n, threads)
			}
		}
	}
}

func TestGatherSomeRows(t *testing.T) {
	v, dst := []string{"a", "b", "c"}, []string{"", "", "left"}
	Gather(dst[:2], v, []uint32{2, 0}, 1)
	if want := []string{"c", "a", "left"}; !slices.Equal(dst, want) {
		t.Errorf("got %q, want %q", dst, want)
	}
	Scatter(dst, []string{"x"}, []uint32{1}, 1)
	if want := []string{"c", "x", "left"}; !slices.Equal(dst, want) {
		t.Errorf("got %q, want %q", dst, want)
	}
}
