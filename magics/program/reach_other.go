//go:build !linux

package program

const readCall, writeCall uintptr = 0, 0
