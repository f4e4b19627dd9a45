package frame

import (
	"errors"
	"fmt"
	"os"

	"golang.org/x/sys/unix"
)

// anonymousFile stands in for memfd, which macOS does not have.
func anonymousFile(name string) (*os.File, error) { return unlinkedFile(name) }

// allocate gives the file's new part disk blocks, then extends the file. Nothing
// is punched on macOS, so older parts have theirs.
func allocate(file *os.File, offset, n int64) error {
	info, err := file.Stat()
	if err != nil || offset+n <= info.Size() {
		return err
	}
	store := &unix.Fstore_t{
		Flags:   unix.F_ALLOCATEALL,
		Posmode: unix.F_PEOFPOSMODE,
		Length:  offset + n - info.Size(),
	}
	if err := unix.FcntlFstore(file.Fd(), unix.F_PREALLOCATE, store); err != nil {
		return fmt.Errorf("preallocate: %w", err)
	}
	return file.Truncate(offset + n)
}

// punch does nothing: macOS writes out and drops the pages of a file itself.
func punch(*os.File, int64, int64) error { return errors.ErrUnsupported }

// Headroom is not known: macOS compresses and swaps before it refuses.
func Headroom() (int64, bool) { return 0, false }

// Capacity is the memory that the machine has.
func Capacity() int64 {
	n, err := unix.SysctlUint64("hw.memsize")
	if err != nil {
		return 0
	}
	return int64(n)
}
