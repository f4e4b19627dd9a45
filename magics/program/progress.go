package program

import (
	"encoding/binary"
	"sync/atomic"
	"time"
)

// Progress counts the finished rows of a run. It writes the number into Python's
// memory, so that no message is needed.
type Progress struct {
	Python Reach
	At     int64 // the number's address there; 0 is none

	done, told atomic.Int64 // told is when Python was told last, in milliseconds
}

// tellEvery is the time between two writes, in milliseconds. A program that is stopped
// is killed, so that so much of its count is lost at most.
const tellEvery = 5

// Begin starts at 0.
func (p *Progress) Begin(python Reach, at int64) {
	p.Python, p.At = python, at
	p.done.Store(0)
	p.told.Store(time.Now().UnixMilli())
}

// Add counts finished rows.
func (p *Progress) Add(rows int) {
	n := p.done.Add(int64(rows))
	if p.At == 0 {
		return
	}
	now, before := time.Now().UnixMilli(), p.told.Load()
	if now-before < tellEvery || !p.told.CompareAndSwap(before, now) {
		return
	}
	p.write(n)
}

// End writes the whole count. It is called before Python is answered: later, the
// place is no longer the count's.
func (p *Progress) End() {
	if n := p.done.Load(); p.At != 0 && n > 0 {
		p.write(n)
	}
	p.At = 0
}

func (p *Progress) write(n int64) {
	p.Python.Write(p.At, binary.LittleEndian.AppendUint64(nil, uint64(n)))
}

// Rows is the number of finished rows.
func (p *Progress) Rows() int64 { return p.done.Load() }

// progress is that of this process's call.
var progress Progress

// Done counts finished rows of the call.
func Done(rows int) { progress.Add(rows) }
