package process

import (
	"errors"
	"syscall"

	"goscore/magics/program"
)

// An End is how a program's task ended.
type End struct {
	Stopped   bool             // the context ended it
	Done      bool             // the program said so
	Failure   *program.Failure // what it said of the cell's mistake
	Lane      int64            // the process waits for calls on that lane; 0: for the worker's
	Converted int64            // values of arguments that changed their type
	Profile   *program.Profile // of a program that was built for one
	Trace     *program.Trace   // of a program that was built to be traced

	// How the process ended, unless it waits for the next task.
	Crash  string // what Go's runtime wrote
	Status int
	Signal syscall.Signal
	Memory Seen
}

// NotStarted is that the system does not run a program.
type NotStarted struct{ error }

func (e *NotStarted) Unwrap() error { return e.error }

// File says whether that is because of the program's file.
func (e *NotStarted) File() bool {
	for _, cause := range []error{syscall.ENOEXEC, syscall.EACCES, syscall.ENOENT, syscall.EISDIR, syscall.ENOTDIR} {
		if errors.Is(e, cause) {
			return true
		}
	}
	return false
}
