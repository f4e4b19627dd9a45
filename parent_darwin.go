package main

import (
	"context"
	"errors"
	"fmt"
	"os"

	"golang.org/x/sys/unix"
)

// untilEnd returns a context that ends with the process pid.
func untilEnd(ctx context.Context, pid int) (context.Context, error) {
	kq, err := unix.Kqueue()
	if err != nil {
		return nil, fmt.Errorf("watch process %d: %w", pid, err)
	}
	change := unix.Kevent_t{Ident: uint64(pid), Filter: unix.EVFILT_PROC, Flags: unix.EV_ADD, Fflags: unix.NOTE_EXIT}
	if _, err := unix.Kevent(kq, []unix.Kevent_t{change}, nil, nil); err != nil {
		return nil, fmt.Errorf("watch process %d: %w", pid, err)
	}
	if os.Getppid() != pid {
		return nil, errors.New("the process that started this one is gone")
	}
	ctx, cancel := context.WithCancel(ctx)
	go func() {
		defer cancel()
		events := make([]unix.Kevent_t, 1)
		for {
			n, err := unix.Kevent(kq, nil, events, nil)
			if n > 0 || err != nil && err != unix.EINTR {
				return
			}
		}
	}()
	return ctx, nil
}
