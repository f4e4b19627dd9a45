package program

import (
	"bufio"
	"os"
	"runtime"
	"syscall"
	"time"
	"unsafe"
)

// How often to look whether the cell waits for standard input, and how many
// times in a row it must do so before the user is asked: a reader that has just
// got its bytes looks the same for a moment.
const (
	stdinTime = 10 * time.Millisecond
	stdinSeen = 4
)

// serveStdin puts a pipe in the place of os.Stdin. When the cell waits for it,
// the worker is asked for a line; its end, if there is none, is the pipe's.
func serveStdin() {
	syscall.CloseOnExec(FdStdin)
	rd, wr, err := os.Pipe()
	if err != nil {
		return
	}
	raw, err := rd.SyscallConn()
	if err != nil {
		return
	}
	os.Stdin = rd
	answers := bufio.NewReader(os.NewFile(FdStdin, "stdin"))
	go func() {
		defer wr.Close()
		for awaited(raw) {
			if WriteMessage(messages.to, KindAsk, nil) != nil {
				return
			}
			_, line, err := ReadMessage(answers)
			if err != nil {
				return
			}
			wr.Write(line)
		}
	}()
}

// awaited waits until somebody reads from the empty pipe; false says that it is
// closed. One reader keeps others waiting, so that a read of nothing does not
// return while the cell reads.
func awaited(pipe syscall.RawConn) bool {
	var free chan error
	for seen := 0; seen < stdinSeen; {
		if free == nil {
			free = make(chan error, 1)
			go func() { free <- pipe.Read(func(uintptr) bool { return true }) }()
		}
		time.Sleep(stdinTime)
		select {
		case err := <-free:
			if err != nil {
				return false
			}
			free, seen = nil, 0
		default:
			if seen++; unread(pipe) {
				seen = 0
			}
		}
	}
	return true
}

// unread says whether the pipe holds bytes.
func unread(pipe syscall.RawConn) bool {
	request := uintptr(0x4004667f) // FIONREAD, which package syscall does not have everywhere
	if runtime.GOOS == "linux" {
		request = 0x541b
	}
	var n int32
	pipe.Control(func(fd uintptr) {
		syscall.Syscall(syscall.SYS_IOCTL, fd, request, uintptr(unsafe.Pointer(&n)))
	})
	return n > 0
}
