package program

import (
	"os"
	"syscall"
)

// guardMemory bounds what the program may allocate and offers it to the OOM
// killer first, so that neither the worker nor Python pays for it.
func guardMemory(limit int64) {
	os.WriteFile("/proc/self/oom_score_adj", []byte("1000"), 0)
	if limit <= 0 {
		return
	}
	const data = 2 // RLIMIT_DATA
	l := syscall.Rlimit{Cur: uint64(limit), Max: uint64(limit)}
	syscall.Setrlimit(data, &l)
}

// hugePages asks for pages whose first touch costs a fraction of that of small ones.
func hugePages(b []byte) {
	const advice = 14 // MADV_HUGEPAGE
	if len(b) >= 4<<20 {
		syscall.Madvise(b, advice)
	}
}
