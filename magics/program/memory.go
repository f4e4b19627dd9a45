package program

import (
	"fmt"
	"os"
	"runtime"
	"runtime/debug"
	"slices"
	"sync"
	"syscall"
	"time"
	"unsafe"

	"goscore/magics/datatype"
)

// bytesOf maps r for this run alone: what the cell writes there is its own
// copy of the page and reaches neither Python nor another run.
func bytesOf(r Range) []byte {
	if r.Segment < 0 || r.Length == 0 {
		return nil
	}
	if r.Segment == PythonMemory {
		return copied(r)
	}
	page := int64(os.Getpagesize())
	start := r.Offset &^ (page - 1)
	b, err := syscall.Mmap(FdSegments+r.Segment, start, int(r.Offset-start+r.Length),
		syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_PRIVATE)
	if err != nil {
		noMemory(fmt.Sprintf("map %d bytes of a column", r.Length), err)
	}
	mappedMu.Lock()
	mapped = append(mapped, b)
	mappedMu.Unlock()
	b = b[r.Offset-start:]
	return b[:r.Length:r.Length]
}

// copied brings a whole buffer of Python's memory here, into memory for this
// run alone.
func copied(r Range) []byte {
	b := takeSpare(int(r.Length))
	if b == nil {
		var err error
		b, err = syscall.Mmap(-1, 0, int(r.Length), syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_PRIVATE|syscall.MAP_ANON)
		if err != nil {
			noMemory(fmt.Sprintf("copy a column of %d bytes", r.Length), err)
		}
		hugePages(b)
	}
	mappedMu.Lock()
	copies = append(copies, b)
	mappedMu.Unlock()
	Reach{job.Python}.ReadAll(b[:r.Length], r.Offset, 0)
	return b[:r.Length:r.Length]
}

// noMemory ends the program: it is not the cell that is at fault.
func noMemory(what string, err error) {
	fail(&Failure{Class: OutOfMemory, Message: fmt.Sprintf("the cell's program ran out of memory: %s: %v", what, err)})
}

var (
	mappedMu sync.Mutex
	mapped   [][]byte // of segments
	copies   [][]byte // of Python's memory
	spares   [][]byte // copies of an earlier call, whose pages are warm
)

// unmap ends the run's view of its inputs.
func unmap() {
	mappedMu.Lock()
	defer mappedMu.Unlock()
	for _, b := range slices.Concat(mapped, spares) {
		syscall.Munmap(b)
	}
	mapped, spares, copies = nil, copies, nil
}

// takeSpare finds memory of an earlier call for n bytes.
func takeSpare(n int) []byte {
	mappedMu.Lock()
	defer mappedMu.Unlock()
	for i, b := range spares {
		if n <= len(b) && len(b) < n+n/2+1<<20 {
			spares = slices.Delete(spares, i, i+1)
			return b
		}
	}
	return nil
}

// spareTime is how long a process that waits for another call keeps the memory
// of the last one.
const spareTime = 3 * time.Second

// settle makes the heap of the last call free for the next one, and gives all
// memory back when that does not come soon: a small heap may have grown too.
func settle(bytes int64) *time.Timer {
	if bytes >= settledBytes {
		runtime.GC()
	}
	return time.AfterFunc(spareTime, func() {
		dropSpares() // and nothing that a call which comes just now has taken
		debug.FreeOSMemory()
	})
}

func dropSpares() {
	mappedMu.Lock()
	defer mappedMu.Unlock()
	for _, b := range spares {
		syscall.Munmap(b)
	}
	spares = nil
}

// settledBytes is from how much memory on a call is settled.
const settledBytes = 8 << 20

// buffer gives the i-th buffer of a, nil when there is none.
func (a *Array) buffer(i int) []byte {
	if a.bytes != nil {
		return a.bytes[i]
	}
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

// Make gives room for n results: numbers lie in segment 1 at once, where Python
// finds them, unless results are written into its memory; all else is on the
// heap. The memory may hold anything.
func Make[T any](n int) []T {
	if n < placedRows || job.Landing.Length > 0 || !datatype.RawOfGo(typeFor[T]().Kind().String()).IsNumber() {
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
