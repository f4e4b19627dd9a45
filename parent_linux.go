package main

import (
	"context"
	"errors"
	"os"
	"time"

	"golang.org/x/sys/unix"
)

// looksAtParent is how often a parent is looked at that cannot be waited for.
const looksAtParent = 500 * time.Millisecond

// untilEnd returns a context that ends with the process pid, this one's parent. The end of a
// pipe would not do, since a forked child may keep the pipe open.
func untilEnd(ctx context.Context, pid int) (context.Context, error) {
	fd, err := unix.PidfdOpen(pid, 0)
	if os.Getppid() != pid {
		return nil, errors.New("the process that started this one is gone")
	}
	ctx, cancel := context.WithCancel(ctx)
	go func() {
		defer cancel()
		for err != nil { // a sandbox refuses it: an orphan gets another parent
			if os.Getppid() != pid {
				return
			}
			time.Sleep(looksAtParent)
		}
		fds := []unix.PollFd{{Fd: int32(fd), Events: unix.POLLIN}}
		for {
			n, err := unix.Poll(fds, -1)
			if n > 0 || err != nil && err != unix.EINTR {
				return
			}
		}
	}()
	return ctx, nil
}
