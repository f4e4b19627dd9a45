package program

import (
	"encoding/binary"
	"sync/atomic"
	"time"
)

// done counts the rows of the call that are done; told is when Python was told
// last, in milliseconds.
var done, told atomic.Int64

// tellEvery is how long it takes until Python is told again, in milliseconds.
const tellEvery = 50

// Done counts rows that are done, for whoever waits. Python finds the number
// where it looks for it, without a message.
func Done(rows int) {
	n := done.Add(int64(rows))
	if job.Progress == 0 {
		return
	}
	now, before := time.Now().UnixMilli(), told.Load()
	if now-before < tellEvery || !told.CompareAndSwap(before, now) {
		return
	}
	Reach{job.Python}.Write(job.Progress, binary.LittleEndian.AppendUint64(nil, uint64(n)))
}
