//go:build !linux

package process

const spareMemory = 0

func headroom() (room int64, ok bool) { return 0, false }
