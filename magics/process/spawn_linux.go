package process

import (
	"os/exec"
	"runtime"
	"sync"
	"syscall"

	"golang.org/x/sys/unix"

	"goscore/magics/compile"
)

// processAttributes put a program into a process group of its own, which
// dies with the worker, where the system allows either.
func processAttributes() *syscall.SysProcAttr {
	attributes := compile.OwnGroup()
	if diesWithWorker() {
		attributes.Pdeathsig = syscall.SIGKILL
	}
	return attributes
}

// diesWithWorker tells whether a sandbox lets a process ask for a signal at its
// parent's end: then a signal that does not exist is refused as such.
var diesWithWorker = sync.OnceValue(func() bool {
	return unix.Prctl(unix.PR_SET_PDEATHSIG, 1<<20, 0, 0, 0) == unix.EINVAL
})

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
