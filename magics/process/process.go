// Package process runs programs: it starts them or keeps them for the next call,
// answers their messages, bounds their memory, and tells how they ended.
package process

import (
	"bufio"
	"context"
	"errors"
	"os"
	"os/exec"
	"sync/atomic"
	"syscall"
	"time"

	"goscore/magics/compile"
	"goscore/magics/program"
	"goscore/magics/protocol"
)

// A Host is the run that a program works for.
type Host interface {
	Out() protocol.Output                                      // where it prints
	Files() ([]*os.File, error)                                // segments 0, 1 and 2, which it inherits
	Alloc(n int64) (offset int64, err error)                   // takes a range of segment 1
	Take(kind byte, name string, result *program.Result) error // takes in one of its results
	Ask(ctx context.Context) (line string, ok bool)            // gets a line of standard input, of a Job with Stdin
}

// A Task is what a program is to do.
type Task struct {
	Program *compile.Program
	Job     *program.Job
	Threads int
	Fresh   bool // it is not for a process that waits

	Lend bool  // Python would send further calls to the process itself
	Join int64 // the task runs already, on the lane of that number; 0 is none

	Surroundings *Surroundings // nil: the worker's own
}

// A process is a program that runs: once, or for one call after the other.
type process struct {
	task     Task
	host     Host   // it works for
	mark     string // in the environment of all that it starts
	cmd      *exec.Cmd
	commands *os.File // ours to write
	messages *os.File // ours to read
	read     *bufio.Reader
	crash    *os.File  // ours to read
	stdin    *os.File  // ours to write; nil: nobody can be asked
	spoke    time.Time // when the pool saw that it has a message, while Python has its lane
	lane     *os.File  // Python's end of the process's lane; nil: there is none, or Python has it
	out, err *printer
	refused  atomic.Bool // it was dead before the job was written
	end      End         // so far as the program has said
	stays    bool        // the run is over, and it waits for the next one

	ended   chan struct{} // closed when the process has
	waited  error
	crashed chan []byte
	lastHad int64 // what it had asked for when it began to report its end
	idle    *time.Timer
}

// run gives the process one job and sees it through.
func (c *process) run(ctx context.Context, task Task, host Host) (End, error) {
	c.task, c.host, c.end, c.stays = task, host, End{}, false
	kind, body := byte(program.KindJoin), []byte(nil)
	if task.Join == 0 {
		kind, body = program.KindJob, task.Job.Encode()
	}
	c.out.begin(host.Out())
	c.err.begin(host.Out())
	killed := make(chan struct{})
	stop := context.AfterFunc(ctx, func() {
		defer close(killed)
		c.kill()
	})
	c.tell(kind, body)
	c.out.release() // a program on its lane has been told, and looks for that when its call ends
	c.err.release()
	unwatch := c.watchMemory(task.Job)
	asking, over := context.WithCancel(ctx)
	fault := c.serve(asking)
	over()
	if fault == nil && c.stays {
		out, err := c.out.drain(), c.err.drain()
		c.stays = out && err
	}
	if fault != nil || c.end.Done && !c.stays && task.Program.Stays && c.end.Failure == nil {
		c.kill() // it does not keep to the messages, or cannot print any more
	}
	apart := c.stays && stop() // from the context
	if c.stays && !apart {     // stopped at its very end, it is not there for another call
		<-killed
		c.stays = false
	}
	if !c.stays {
		c.finish()
	}
	saw := unwatch()
	c.end.Memory = Seen{saw.Over, saw.Full || c.end.Crash != "" && nearlyFull(task.Job, c.lastHad)}
	if !apart && !stop() {
		<-killed
	}
	if c.end.Stopped = ctx.Err() != nil && !c.end.Done; c.end.Stopped {
		fault = nil
	}
	return c.end, fault
}

// finish waits for the process's end, and notes what the system and the runtime said of it.
func (c *process) finish() {
	<-c.ended
	c.kill() // what the cell itself started goes with it
	endOrphans(c.mark)
	text := <-c.crashed
	c.out.close()
	c.end.Status, c.end.Signal = exitOf(c.waited)
	if report := c.err.finish(len(text) > 0 || c.end.Status == runtimeExit); len(report) > 0 {
		text = report // has the first line, which the runtime does not send to the pipe
	}
	c.end.Crash = string(text)
}

// runtimeExit is the status with which Go's runtime ends a program.
const runtimeExit = 2

// exitOf reads how a process ended.
func exitOf(waited error) (status int, signal syscall.Signal) {
	var exit *exec.ExitError
	if !errors.As(waited, &exit) {
		return 0, 0
	}
	if wait, ok := exit.Sys().(syscall.WaitStatus); ok && wait.Signaled() {
		return exit.ExitCode(), wait.Signal()
	}
	return exit.ExitCode(), 0
}

func (c *process) close() {
	for _, f := range []*os.File{c.commands, c.messages, c.crash, c.stdin, c.lane} {
		if f != nil {
			f.Close()
		}
	}
}

// kill ends the program and all that it started.
func (c *process) kill() { compile.KillGroup(c.cmd.Process.Pid) }
