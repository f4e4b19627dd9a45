package main

import (
	"context"
	"errors"
	"fmt"
	"os"

	"golang.org/x/sys/unix"
)

// untilEnd returns a context that ends with the process pid. The end of a pipe
// would not do, since a forked child may keep the pipe open.
func untilEnd(ctx context.Context, pid int) (context.Context, error) {
	fd, err := unix.PidfdOpen(pid, 0)
	if err != nil {
		return nil, fmt.Errorf("watch process %d: %w", pid, err)
	}
	if os.Getppid() != pid {
		return nil, errors.New("the process that started this one is gone")
	}
	ctx, cancel := context.WithCancel(ctx)
	go func() {
		defer cancel()
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
