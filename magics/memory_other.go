//go:build !linux

package magics

const spareMemory = 0

func headroom() (room int64, ok bool) { return 0, false }

// memoryLimit is none where RLIMIT_DATA bounds nothing.
func memoryLimit(int64) int64 { return 0 }
