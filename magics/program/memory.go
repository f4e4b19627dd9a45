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

// bytesOf maps r for this run only. A write by the cell makes its own copy of
// the page, and reaches neither Python nor another run.
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

// copied copies a whole buffer of Python's memory, for this run only.
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

// noMemory ends the program, without blaming the cell.
func noMemory(what string, err error) {
	fail(&Failure{Class: OutOfMemory, Message: fmt.Sprintf("the cell's program ran out of memory: %s: %v", what, err)})
}

var (
	mappedMu sync.Mutex
	mapped   [][]byte // of segments
	copies   [][]byte // of Python's memory
	spares   [][]byte // copies of an earlier call, whose pages are warm
)

// unmap unmaps the run's inputs.
func unmap() {
	mappedMu.Lock()
	defer mappedMu.Unlock()
	for _, b := range slices.Concat(mapped, spares) {
		syscall.Munmap(b)
	}
	mapped, spares, copies = nil, copies, nil
}

// takeSpare returns memory of an earlier call for n bytes, or nil.
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

// spareTime is the time for which a process that waits for another call keeps
// the memory of the last one.
const spareTime = 3 * time.Second

// freeCallMemory frees the heap of the last call for the next one. If none comes
// soon, it returns all memory to the system: a small heap may have grown, too.
func freeCallMemory(bytes int64) *time.Timer {
	if bytes >= collectedBytes {
		runtime.GC()
	}
	return time.AfterFunc(spareTime, func() {
		dropSpares() // not the memory that a new call has taken already
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

// collectedBytes is the input size from which a call's heap is collected at its end.
const collectedBytes = 8 << 20

// buffer returns the i-th buffer of a; nil if there is none.
func (a *Array) buffer(i int) []byte {
	if a.bytes != nil {
		return a.bytes[i]
	}
	if i >= len(a.Buffers) {
		return nil
	}
	return bytesOf(a.Buffers[i])
}

// results is this process's mapping of segment 1. It is mapped once, so the next
// call finds the pages of earlier ones. It is much longer than the segment,
// which grows.
var (
	resultsOnce sync.Once
	results     []byte
)

const resultsReach = 1 << 40

// Make allocates n results. Numbers are in segment 1 at once, unless results are
// written into Python's memory; all else is on the heap. The memory is not
// cleared.
func Make[T any](n int) []T {
	if n < placedRows || onLane || job.OutputRegion.Length > 0 || !datatype.RawOfGo(typeFor[T]().Kind().String()).IsNumber() {
		return make([]T, n)
	}
	resultsOnce.Do(func() {
		var limit syscall.Rlimit // ulimit -v: addresses are for the heap then
		if syscall.Getrlimit(syscall.RLIMIT_AS, &limit) == nil && limit.Cur > 16*resultsReach {
			results, _ = syscall.Mmap(FdSegments+1, 0, resultsReach, syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_SHARED|syscall.MAP_NORESERVE)
		}
	})
	size := int(unsafe.Sizeof(*new(T))) * n
	offset, err := alloc(int64(size))
	if err != nil || offset+int64(size) > int64(len(results)) {
		return make([]T, n)
	}
	return cast[T](results[offset:offset+int64(size)], n)
}

// placedRows is the number of rows from which results are written into the
// segment at once.
const placedRows = 4096

// placed returns the offset of a buffer that is already in segment 1.
func placed(b []byte) (offset int64, ok bool) {
	if len(b) == 0 || len(results) == 0 {
		return 0, false
	}
	at := uintptr(unsafe.Pointer(unsafe.SliceData(b))) - uintptr(unsafe.Pointer(unsafe.SliceData(results)))
	return int64(at), at < uintptr(len(results))
}
