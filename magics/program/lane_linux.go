package program

import (
	"syscall"
	"unsafe"
)

// pending says whether something lies in a pipe.
func pending(fds ...int32) bool {
	type pollFd struct {
		fd              int32
		events, revents int16
	}
	const readable = 1
	var all [3]pollFd
	for i, fd := range fds {
		all[i] = pollFd{fd: fd, events: readable}
	}
	var now syscall.Timespec
	for {
		n, _, err := syscall.Syscall6(syscall.SYS_PPOLL, uintptr(unsafe.Pointer(&all)), uintptr(len(fds)), uintptr(unsafe.Pointer(&now)), 0, 0, 0)
		if err != syscall.EINTR {
			return n != 0
		}
	}
}
