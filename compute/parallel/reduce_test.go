package parallel

import (
	"fmt"
	"testing"
)

func TestReduceJoinsNeighboursInOrder(t *testing.T) {
	name := func(lo, hi int) string { return fmt.Sprint(lo/ReduceRows, "+", hi-lo) }
	join := func(a, b string) string { return "(" + a + " " + b + ")" }
	check := func(n int, want string) {
		t.Helper()
		for _, threads := range threadCounts {
			if got := Reduce(n, threads, name, join); got != want {
				t.Errorf("%d rows, %d threads: %s, want %s", n, threads, got, want)
			}
		}
	}
	check(0, "0+0")
	check(1, "0+1")
	check(ReduceRows, "0+8192")
	check(ReduceRows+1, "(0+8192 1+1)")
	check(3*ReduceRows, "((0+8192 1+8192) 2+8192)")
	check(5*ReduceRows-1, "(((0+8192 1+8192) (2+8192 3+8192)) 4+8191)")
}

func TestReduceRaisesPanics(t *testing.T) {
	p := blockPanic(t, func() {
		Reduce(10*ReduceRows, 2, func(lo, hi int) int { panic(lo / ReduceRows) }, func(a, b int) int { return a + b })
	})
	if p.Value != 0 {
		t.Errorf("panic %v, want that of the first chunk", p.Value)
	}
}
