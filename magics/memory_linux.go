package magics

import "goscore/magics/frame"

// spareMemory is what a program leaves to Python and everybody else.
const spareMemory = 256 << 20

// memoryLimit is RLIMIT_DATA of a program: what can still be had, plus the
// inputs, which count as soon as they are mapped.
func memoryLimit(mapped int64) int64 {
	room, ok := frame.Headroom()
	if !ok {
		return 0
	}
	return max(room-spareMemory, spareMemory) + mapped
}
