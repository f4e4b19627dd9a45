package process

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"os/exec"
	"sync/atomic"
	"time"
)

// maxCrash bounds how much of a fatal error is read.
const maxCrash = 1 << 20

func (c *process) start() (err error) {
	var theirs []*os.File
	defer func() {
		for _, f := range theirs {
			f.Close()
		}
		if err != nil {
			c.close()
			c.closePrinters(0)
		}
	}()
	pipe := func(toProgram bool) *os.File {
		if err != nil {
			return nil
		}
		rd, wr, e := os.Pipe()
		if e != nil {
			err = e
			return nil
		}
		if toProgram {
			rd, wr = wr, rd
		}
		theirs = append(theirs, wr)
		return rd
	}
	c.commands, c.messages, c.crash = pipe(true), pipe(false), pipe(false)
	stdout, stderr := pipe(false), pipe(false)
	if c.task.Job.Stdin {
		c.stdin = pipe(true)
	}
	if err != nil {
		return err
	}
	c.read = bufio.NewReader(c.messages)
	if c.out, err = newPrinter("stdout", stdout, c.host.Out()); err != nil {
		return err
	}
	if c.err, err = newPrinter("stderr", stderr, c.host.Out()); err != nil {
		return err
	}
	segments, err := c.host.Files()
	if err != nil {
		return err
	}
	if c.task.Program.Stays && !c.task.Job.Stdin {
		if theirs, err = c.openLane(theirs); err != nil {
			return err
		}
	}
	inherited := append(segments, theirs[5:]...)
	theirs = append(theirs, segments...)
	c.cmd = exec.Command(c.task.Program.Path)
	c.cmd.Args[0] = "goscore-program"
	c.cmd.ExtraFiles = append(theirs[:3:3], inherited...)
	c.cmd.Stdout, c.cmd.Stderr = theirs[3], theirs[4]
	c.cmd.SysProcAttr = processAttributes()
	c.mark = fmt.Sprintf("%s=%d.%d", runVariable, os.Getpid(), runs.Add(1))
	c.cmd.Dir, c.cmd.Env = c.task.directory(), c.task.environment(c.mark)
	if err := spawn(c.cmd); err != nil {
		return &NotStarted{err}
	}
	c.ended, c.crashed = make(chan struct{}), make(chan []byte, 1)
	go func() {
		r := bufio.NewReader(c.crash)
		if _, err := r.Peek(1); err == nil {
			_, c.lastHad, _ = taken(c.cmd.Process.Pid)
		}
		b, _ := io.ReadAll(io.LimitReader(r, maxCrash))
		io.Copy(io.Discard, r) // the runtime waits until all of it is read
		c.crashed <- b
	}()
	go func() {
		c.waited = c.cmd.Wait()
		c.closePrinters(outputTime)
		close(c.ended)
	}()
	return nil
}

// outputTime is how long what a program started may hold its output open.
const outputTime = 200 * time.Millisecond

// closePrinters ends the reading of output when all of it has come. What a process that
// lives on may still write is not waited for longer than wait; what is written is read.
func (c *process) closePrinters(wait time.Duration) {
	late := time.After(wait)
	for _, p := range []*printer{c.out, c.err} {
		if p == nil {
			continue
		}
		p.wait()
		if p.drain(); p.isOver() { // that it is was not seen while it was held
			late = time.After(0)
		}
		select {
		case <-p.ended:
		case <-late:
			late = time.After(0)
		}
		p.drain()
		p.from.Close()
		<-p.ended
	}
}

// runVariable marks, in the environment, what belongs to a run: the worker's
// process number and the run's own.
const runVariable = "GOSCORE_RUN"

var runs atomic.Int64
