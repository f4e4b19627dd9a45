//go:build linux

package program

import (
	"os"
	"testing"
	"time"
	"unsafe"
)

// TestProgressEnds sees that Python has the whole count when a run ends, also where
// the last rows came right after others.
func TestProgressEnds(t *testing.T) {
	var told int64
	var p Progress
	p.Begin(Reach{os.Getpid()}, int64(uintptr(unsafe.Pointer(&told))))
	p.told.Store(time.Now().Add(time.Hour).UnixMilli()) // no time for another
	p.Add(3)
	p.Add(4)
	if told != 0 {
		t.Fatalf("told %d at once", told)
	}
	p.End()
	if told != 7 {
		t.Errorf("told %d of 7 rows", told)
	}
	told = 0
	p.End() // Python has been answered
	if told != 0 {
		t.Errorf("told %d after the end", told)
	}
	var none Progress
	none.Begin(Reach{os.Getpid()}, 0)
	none.Add(1)
	none.End() // to nobody
}
