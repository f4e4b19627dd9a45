package parallel

import (
	"errors"
	"fmt"
	"runtime"
	"runtime/debug"
	"sync"
	"sync/atomic"
)

// BlockPanic is what a driver panics with in its caller's goroutine when a
// block function panicked, on whichever goroutine that was. Of several panics
// it is that of the first rows, so that it does not depend on the number of
// cores.
type BlockPanic struct {
	Value any    // what the block function panicked with
	Stack []byte // the stack at that moment, as debug.Stack writes it
}

func (p *BlockPanic) Error() string { return fmt.Sprint(p.Value) }

// Unwrap returns the panic's value where that is an error.
func (p *BlockPanic) Unwrap() error {
	err, _ := p.Value.(error)
	return err
}

var errGoexit = errors.New("runtime.Goexit was called while rows were being computed")

// Cores is the number of threads that a caller's wish stands for.
func Cores(threads int) int {
	if threads <= 0 {
		return runtime.GOMAXPROCS(0)
	}
	return threads
}

// Each runs do(0) to do(jobs-1), which may be few and uneven, on up to the given
// number of threads, the caller's goroutine being one of them.
//
// Order: jobs start in ascending order and run at the same time.
// Errors: a panic of do is raised again in the caller, as a *BlockPanic; no job
// starts after it.
func Each(jobs, threads int, do func(job int)) {
	w := &work{jobs: int64(jobs), do: do}
	var others sync.WaitGroup
	for range min(Cores(threads), jobs) - 1 {
		others.Go(func() {
			// A segment that cannot be read is then a panic, not the end
			// of the process; the setting belongs to each goroutine.
			debug.SetPanicOnFault(true)
			w.take()
		})
	}
	w.take()
	others.Wait()
	if w.first != nil {
		panic(w.first)
	}
}

// work is the state that the threads of one call of Each have in common.
type work struct {
	jobs int64
	do   func(job int)
	next atomic.Int64

	mu    sync.Mutex
	first *BlockPanic
	at    int // the job that first belongs to
}

// take runs jobs until there are none left.
func (w *work) take() {
	job, done := 0, false
	defer func() {
		if !done {
			w.fail(job, recover())
		}
	}()
	for next := w.next.Add(1) - 1; next < w.jobs; next = w.next.Add(1) - 1 {
		job = int(next)
		w.do(job)
	}
	done = true
}

// fail records a panic and lets no further job start. The jobs before it have
// all been handed out and will end, so the first of the panics is the one that
// a single core would have met.
func (w *work) fail(job int, value any) {
	w.next.Store(w.jobs)
	p, nested := value.(*BlockPanic)
	if value == nil {
		value = errGoexit
	}
	if !nested {
		p = &BlockPanic{Value: value, Stack: debug.Stack()}
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.first == nil || job < w.at {
		w.first, w.at = p, job
	}
}
