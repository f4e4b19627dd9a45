//go:build !linux

package magics

// memoryLimit is none where RLIMIT_DATA bounds nothing.
func memoryLimit(int64) int64 { return 0 }
