package process

import (
	"os/exec"
	"runtime"
	"sync"
	"syscall"
)

// processAttributes put a program into a process group of its own, which
// dies with the worker.
func processAttributes() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
}

type starting struct {
	cmd *exec.Cmd
	err chan error
}

var (
	spawnOnce sync.Once
	spawns    chan starting
)

// spawn starts a program from a thread that never ends: Linux sends the
// parent-death signal when the parent's thread does.
func spawn(cmd *exec.Cmd) error {
	spawnOnce.Do(func() {
		spawns = make(chan starting)
		go func() {
			runtime.LockOSThread()
			for s := range spawns {
				s.err <- s.cmd.Start()
			}
		}()
	})
	s := starting{cmd, make(chan error, 1)}
	spawns <- s
	return <-s.err
}
