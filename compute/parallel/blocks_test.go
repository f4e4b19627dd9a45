package parallel

import (
	"errors"
	"fmt"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
)

// threadCounts are the numbers of cores on which results must agree.
var threadCounts = []int{1, 2, 8}

func TestBlocksCoverEveryRowOnce(t *testing.T) {
	for _, threads := range threadCounts {
		for _, n := range []int{0, 1, 7, 8, 9, 1000, BlockRows - 1, BlockRows, BlockRows + 1, 40*BlockRows + 5} {
			seen := make([]byte, n)
			Blocks(n, threads, func(lo, hi int) {
				if lo%8 != 0 || hi%8 != 0 && hi != n || lo >= hi {
					t.Errorf("%d rows: block %d to %d", n, lo, hi)
				}
				for i := lo; i < hi; i++ {
					seen[i]++
				}
			})
			for i, times := range seen {
				if times != 1 {
					t.Fatalf("%d rows, %d threads: row %d was computed %d times", n, threads, i, times)
				}
			}
		}
	}
}

func TestEachRunsOnce(t *testing.T) {
	var sum atomic.Int64
	Each(100, 0, func(g int) { sum.Add(int64(g)) })
	Each(0, 0, func(g int) { t.Error("there is no group") })
	if sum.Load() != 4950 {
		t.Errorf("sum of groups %d, want 4950", sum.Load())
	}
}

func TestPanicOfTheFirstRowsIsRaised(t *testing.T) {
	boom := errors.New("boom")
	for _, threads := range threadCounts {
		for range 20 {
			p := blockPanic(t, func() {
				Each(100, threads, func(g int) {
					if g == 41 {
						explode(boom)
					}
					if g > 41 {
						panic(g)
					}
				})
			})
			if p.Value != boom || !errors.Is(p, boom) || p.Error() != "boom" || !strings.Contains(string(p.Stack), "parallel.explode") {
				t.Fatalf("%d threads: panic %v\n%s", threads, p, p.Stack)
			}
		}
	}
}

func TestPanicIsNotWrappedTwice(t *testing.T) {
	p := blockPanic(t, func() {
		Each(2, 2, func(int) { Blocks(10, 2, func(int, int) { panic("inner") }) })
	})
	if p.Value != "inner" {
		t.Errorf("panic %v, want inner", p.Value)
	}
}

func TestGoexitIsAPanic(t *testing.T) {
	if runtime.GOMAXPROCS(0) == 1 {
		t.Skip("the block runs on the caller's goroutine")
	}
	var caller atomic.Bool
	p := blockPanic(t, func() {
		Each(2, 2, func(int) {
			// Whoever comes second is not the test's own goroutine, or is
			// after the other has left.
			if !strings.Contains(string(stack()), "testing.tRunner") {
				caller.Store(true)
				runtime.Goexit()
			}
			for !caller.Load() {
				runtime.Gosched()
			}
		})
	})
	if !errors.Is(p, errGoexit) {
		t.Errorf("panic %v", p)
	}
}

func explode(err error) { panic(err) }

func stack() []byte {
	buf := make([]byte, 1<<16)
	return buf[:runtime.Stack(buf, false)]
}

// blockPanic returns what f panics with.
func blockPanic(t *testing.T, f func()) (p *BlockPanic) {
	t.Helper()
	defer func() {
		p, _ = recover().(*BlockPanic)
		if p == nil {
			t.Fatal("no BlockPanic")
		}
	}()
	f()
	return nil
}

func BenchmarkBlocks(b *testing.B) {
	for _, threads := range []int{1, 2} {
		b.Run(fmt.Sprintf("rows=1000/threads=%d", threads), func(b *testing.B) {
			for b.Loop() {
				Blocks(1000, threads, func(lo, hi int) {})
			}
		})
	}
}
