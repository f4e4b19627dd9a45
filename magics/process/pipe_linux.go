package process

import (
	"os"

	"golang.org/x/sys/unix"
)

// holdsBytes says whether a pipe, by its end for writing, holds what nobody has read.
func holdsBytes(pipe *os.File) (unread bool) {
	raw, err := pipe.SyscallConn()
	if err != nil {
		return false
	}
	raw.Control(func(fd uintptr) {
		n, err := unix.IoctlGetInt(int(fd), unix.TIOCINQ)
		unread = err == nil && n > 0
	})
	return unread
}
