package builtin

import (
	"context"
	"errors"
	"sync"
	"time"

	"goscore/magics/frame"
	"goscore/magics/program"
)

// A Place is where built-in functions run: the memory that they read and
// write, and the run that they belong to.
type Place struct {
	Context      context.Context
	Store        *frame.Store
	Python       program.Reach
	Results      *frame.Segment
	Alloc        func(n int64) (offset int64, err error) // takes a range of Results
	OutputRegion frame.Range                             // of Python's memory, which large results go to
	Scratch      *Scratch
	Threads      int
	Progress     *program.Progress
	Calls        int // of the run, which count its rows together

	regionUsed int64    // bytes of OutputRegion that are taken
	buffers    [][]byte // of Scratch
}

// Stopped says whether the run's context has ended. While all cores compute,
// the context hears of its deadline late.
func (p *Place) Stopped() bool {
	deadline, ok := p.Context.Deadline()
	return p.Context.Err() != nil || ok && !time.Now().Before(deadline)
}

var errStopped = readError{errors.New("the run was stopped")}

// check ends a built-in function whose run is interrupted or over its time. It is
// called between blocks of rows, on any thread.
func (p *Place) check() {
	if p.Stopped() {
		panic(errStopped)
	}
}

// count says that rows are done; of several calls each does its part of them.
func (p *Place) count(rows int) { p.Progress.Add(rows / max(p.Calls, 1)) }

// Scratch is memory for blocks of rows, which stays warm from one run to the next.
type Scratch struct {
	mu   sync.Mutex
	free [][]byte
}

const (
	scratchBytes = 1 << 20 // more than a block of any built-in function has
	scratchMost  = 16
)

// scratch takes a buffer until the end of the run.
func (p *Place) scratch(size int) (b []byte) {
	s := p.Scratch
	s.mu.Lock()
	defer s.mu.Unlock()
	if last := len(s.free) - 1; last >= 0 && len(s.free[last]) >= size {
		b, s.free = s.free[last], s.free[:last]
	} else {
		b = make([]byte, max(size, scratchBytes))
	}
	p.buffers = append(p.buffers, b)
	return b
}

// Close gives the run's buffers back.
func (p *Place) Close() {
	s := p.Scratch
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, b := range p.buffers {
		if len(b) == scratchBytes && len(s.free) < scratchMost {
			s.free = append(s.free, b)
		}
	}
	p.buffers = nil
}
