package program

import (
	"os"
	"runtime"
	"syscall"
	"unsafe"
)

// offerToKiller makes the program the OOM killer's first choice, before the
// worker and Python.
func offerToKiller() { os.WriteFile("/proc/self/oom_score_adj", []byte("1000"), 0) }

// guardMemory bounds the program's memory. It keeps the hard limit: only root
// could raise that again for the next job.
func guardMemory(limit int64) {
	const data = 2 // RLIMIT_DATA
	var l syscall.Rlimit
	if limit <= 0 || syscall.Getrlimit(data, &l) != nil {
		return
	}
	l.Cur = min(uint64(limit), l.Max)
	syscall.Setrlimit(data, &l)
}

// adviseHeap asks for huge pages for the cell's next values, which are about as
// large as its inputs: the first touch of small pages takes longer than most
// loops. It allocates and frees so much memory; the advice stays with it.
func adviseHeap(bytes int64) {
	if bytes < collectedBytes || bytes > advisedMost || job.Memory > 0 && bytes > job.Memory/4 {
		return // the addresses stay allocated, and count towards the limit
	}
	room := make([]byte, bytes+bytes/16)
	page := uintptr(os.Getpagesize())
	skip := -uintptr(unsafe.Pointer(unsafe.SliceData(room))) & (page - 1)
	hugePages(room[skip : uintptr(len(room))&^(page-1)-page])
	runtime.KeepAlive(room)
	room = nil
	runtime.GC()
}

const advisedMost = 1 << 30

// hugePages asks for huge pages, whose first touch is much cheaper than that of
// small ones.
func hugePages(b []byte) {
	const advice = 14 // MADV_HUGEPAGE
	if len(b) >= 4<<20 {
		syscall.Madvise(b, advice)
	}
}
