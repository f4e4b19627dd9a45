//go:build !linux

package program

func offerToKiller() {}

// guardMemory does nothing where RLIMIT_DATA bounds nothing: the collector alone
// knows the limit here.
func guardMemory(int64) {}

func hugePages([]byte) {}

func adviseHeap(int64) {}
