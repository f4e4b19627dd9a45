//go:build !linux

package program

func offerToKiller() {}

// guardMemory does nothing where RLIMIT_DATA has no effect. Only the collector
// knows the limit there.
func guardMemory(int64) {}

func hugePages([]byte) {}

func adviseHeap(int64) {}
