package frame

import (
	"errors"
	"fmt"
	"os"

	"golang.org/x/sys/unix"
)

// piece bounds one fallocate: a signal undoes the whole call, so a long one
// might never end.
const piece = 64 << 20

// spare is memory that stays free for all other processes.
const spare = 64 << 20

// anonymousFile makes a memfd that cannot shrink, so that no process can
// truncate it under another's mapping.
func anonymousFile(name string) (*os.File, error) {
	flags := unix.MFD_CLOEXEC | unix.MFD_ALLOW_SEALING
	fd, err := unix.MemfdCreate(name, flags|unix.MFD_NOEXEC_SEAL)
	if errors.Is(err, unix.EINVAL) { // Linux before 6.3
		fd, err = unix.MemfdCreate(name, flags)
	}
	if err != nil { // a sandbox may refuse it
		return unlinkedFile(name)
	}
	if _, err := unix.FcntlInt(uintptr(fd), unix.F_ADD_SEALS, unix.F_SEAL_SHRINK); err != nil {
		unix.Close(fd)
		return nil, fmt.Errorf("seal memfd: %w", err)
	}
	return os.NewFile(uintptr(fd), name), nil
}

// allocate gives [offset, offset+n) memory and extends the file to there. It
// checks the headroom first: when memory is short, Linux does not refuse it but
// kills a process.
func allocate(file *os.File, offset, n int64) error {
	if room, ok := Headroom(); ok && n > room-spare {
		return fmt.Errorf("%w: %d MiB of memory are left", unix.ENOSPC, max(0, room)>>20)
	}
	for n > 0 {
		step := min(n, piece)
		err := unix.Fallocate(int(file.Fd()), 0, offset, step)
		if errors.Is(err, unix.EINTR) {
			continue
		}
		if err != nil {
			return fmt.Errorf("fallocate: %w", err)
		}
		offset, n = offset+step, n-step
	}
	return nil
}

// punch returns memory to the system; the file keeps its size.
func punch(file *os.File, offset, n int64) error {
	return unix.Fallocate(int(file.Fd()), unix.FALLOC_FL_PUNCH_HOLE|unix.FALLOC_FL_KEEP_SIZE, offset, n)
}
