//go:build !linux

package program

func offerToKiller() {}

// guardMemory does nothing here: the worker watches the size instead.
func guardMemory(int64) {}

func hugePages([]byte) {}

func adviseHeap(int64) {}
