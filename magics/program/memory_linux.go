package program

import (
	"os"
	"runtime"
	"syscall"
	"unsafe"
)

// offerToKiller offers the program to the OOM killer first, so that neither the
// worker nor Python pays for it.
func offerToKiller() { os.WriteFile("/proc/self/oom_score_adj", []byte("1000"), 0) }

// guardMemory bounds what the program may allocate. The hard limit stays where
// it is: only root could raise that again for the next job.
func guardMemory(limit int64) {
	const data = 2 // RLIMIT_DATA
	var l syscall.Rlimit
	if limit <= 0 || syscall.Getrlimit(data, &l) != nil {
		return
	}
	l.Cur = min(uint64(limit), l.Max)
	syscall.Setrlimit(data, &l)
}

// adviseHeap lets what the cell makes next, about as large as its inputs, lie in
// huge pages: the first touch of small ones takes longer than most loops. Room
// of that size is taken and freed again untouched; the advice stays with it.
func adviseHeap(bytes int64) {
	if bytes < settledBytes || bytes > advisedMost || job.Memory > 0 && bytes > job.Memory/4 {
		return // the addresses stay taken, and count as memory that is limited
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

// hugePages asks for pages whose first touch costs a fraction of that of small ones.
func hugePages(b []byte) {
	const advice = 14 // MADV_HUGEPAGE
	if len(b) >= 4<<20 {
		syscall.Madvise(b, advice)
	}
}
