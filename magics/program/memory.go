package program

import (
	"fmt"
	"os"
	"sync"
	"syscall"
	"unsafe"
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

// results is segment 1 as this process sees it, mapped once: the pages that one
// call has touched are there for the next. Its length is far beyond the
// segment's, which grows.
var (
	resultsOnce sync.Once
	results     []byte
)

const resultsReach = 1 << 40

// Make gives room for n results of a row-wise function: numbers lie in segment
// 1 at once, where Python finds them, all else on the heap. The memory may
// hold anything.
func Make[T any](n int) []T {
	kind := typeFor[T]().Kind()
	if _, number := formats[kind]; !number || n < placedRows {
		return make([]T, n)
	}
	resultsOnce.Do(func() {
		for reach := resultsReach; reach >= 1<<32 && results == nil; reach >>= 2 {
			results, _ = syscall.Mmap(FdSegments+1, 0, reach, syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_SHARED|syscall.MAP_NORESERVE)
		}
	})
	size := int(unsafe.Sizeof(*new(T))) * n
	offset, err := alloc(int64(size))
	if err != nil || offset+int64(size) > int64(len(results)) {
		return make([]T, n)
	}
	return cast[T](results[offset:offset+int64(size)], n)
}

// placedRows is from how many rows on it pays to write results into the segment at once.
const placedRows = 4096

// placed gives where in segment 1 a buffer lies already.
func placed(b []byte) (offset int64, ok bool) {
	if len(b) == 0 || len(results) == 0 {
		return 0, false
	}
	at := uintptr(unsafe.Pointer(unsafe.SliceData(b))) - uintptr(unsafe.Pointer(unsafe.SliceData(results)))
	return int64(at), at < uintptr(len(results))
}
