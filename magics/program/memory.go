package program

import (
	"fmt"
	"os"
	"sync"
	"syscall"
)

// bytesOf maps r for this run alone: what the cell writes there is its own
// copy of the page and reaches neither Python nor another run.
func bytesOf(r Range) []byte {
	if r.Segment < 0 || r.Length == 0 {
		return nil
	}
	page := int64(os.Getpagesize())
	start := r.Offset &^ (page - 1)
	b, err := syscall.Mmap(FdSegments+r.Segment, start, int(r.Offset-start+r.Length),
		syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_PRIVATE)
	if err != nil {
		panic(fmt.Sprintf("map %d bytes of segment %d: %v", r.Length, r.Segment, err))
	}
	mappedMu.Lock()
	mapped = append(mapped, b)
	mappedMu.Unlock()
	b = b[r.Offset-start:]
	return b[:r.Length:r.Length]
}

var (
	mappedMu sync.Mutex
	mapped   [][]byte
)

// unmap ends the run's view of its inputs.
func unmap() {
	mappedMu.Lock()
	defer mappedMu.Unlock()
	for _, b := range mapped {
		syscall.Munmap(b)
	}
	mapped = nil
}

// buffer gives the i-th buffer of a, nil when there is none.
func (a *Array) buffer(i int) []byte {
	if i >= len(a.Buffers) {
		return nil
	}
	return bytesOf(a.Buffers[i])
}
