package program

import (
	"encoding/binary"
	"sync/atomic"
	"time"
)

// Progress counts the rows of a run that are done, for whoever waits. Python finds
// the number where it looks for it, without a message.
type Progress struct {
	Python Reach
	At     int64 // the number's address there; 0 is none

	done, told atomic.Int64 // told is when Python was told last, in milliseconds
}

// tellEvery is how long it takes until Python is told again, in milliseconds.
const tellEvery = 50

// Begin counts from nothing.
func (p *Progress) Begin(python Reach, at int64) {
	p.Python, p.At = python, at
	p.done.Store(0)
	p.told.Store(time.Now().UnixMilli())
}

// Add counts rows that are done.
func (p *Progress) Add(rows int) {
	n := p.done.Add(int64(rows))
	if p.At == 0 {
		return
	}
	now, before := time.Now().UnixMilli(), p.told.Load()
	if now-before < tellEvery || !p.told.CompareAndSwap(before, now) {
		return
	}
	p.Python.Write(p.At, binary.LittleEndian.AppendUint64(nil, uint64(n)))
}

// Rows is how many they are by now.
func (p *Progress) Rows() int64 { return p.done.Load() }

// progress is that of this process's call.
var progress Progress

// Done counts rows of the call that are done.
func Done(rows int) { progress.Add(rows) }
