package program

import (
	"errors"
	"fmt"
	"syscall"
	"unsafe"

	"goscore/compute/parallel"
)

// PythonMemory, as the segment of a Range, is the memory of the Python process
// itself: the offset is an address there.
const PythonMemory = 3

// A Reach copies bytes from and to the memory of another process, where the
// system allows that.
type Reach struct{ Pid int }

// errNoReach is the error on a system without access to another process's memory.
var errNoReach = errors.New("not possible on this system")

// Read fills dst with the bytes at an address.
func (r Reach) Read(dst []byte, address int64) error {
	return r.all("read", readCall, dst, address)
}

// Write writes src to an address.
func (r Reach) Write(address int64, src []byte) error {
	return r.all("write", writeCall, src, address)
}

// ReadAll is Read on several cores.
func (r Reach) ReadAll(dst []byte, address int64, threads int) {
	parallel.Pieces(len(dst), reachPiece, threads, func(lo, hi int) {
		if err := r.Read(dst[lo:hi], address+int64(lo)); err != nil {
			panic(err)
		}
	})
}

// WriteAll is Write on several cores.
func (r Reach) WriteAll(address int64, src []byte, threads int) {
	parallel.Pieces(len(src), reachPiece, threads, func(lo, hi int) {
		if err := r.Write(address+int64(lo), src[lo:hi]); err != nil {
			panic(err)
		}
	})
}

// reachPiece is a huge page, so that two cores never fault in the same one.
const reachPiece = 2 << 20

// iovec is the system's struct of that name.
type iovec struct {
	base unsafe.Pointer
	size uint64
}

// remoteIovec is an iovec of another process's memory, which is no Go pointer.
type remoteIovec struct {
	base uintptr
	size uint64
}

func (r Reach) all(what string, call uintptr, b []byte, address int64) error {
	if call == 0 {
		return fmt.Errorf("%s Python's memory: %w", what, errNoReach)
	}
	for len(b) > 0 {
		local := iovec{unsafe.Pointer(unsafe.SliceData(b)), uint64(len(b))}
		remote := remoteIovec{uintptr(address), uint64(len(b))}
		n, _, errno := syscall.Syscall6(call, uintptr(r.Pid), uintptr(unsafe.Pointer(&local)), 1, uintptr(unsafe.Pointer(&remote)), 1, 0)
		if errno == syscall.EINTR {
			continue
		}
		if errno != 0 || n == 0 {
			return fmt.Errorf("%s Python's memory: %w", what, errno)
		}
		b, address = b[n:], address+int64(n)
	}
	return nil
}
