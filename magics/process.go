package magics

import (
	"bufio"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strconv"
	"sync/atomic"
	"syscall"
	"time"

	"goscore/magics/compile"
	"goscore/magics/program"
	"goscore/magics/protocol"
)

// A process is a program that runs: once, or for one call after the other.
type process struct {
	r        *run // the one it works for
	prog     *compile.Program
	mark     string // in the environment of all that it starts
	cmd      *exec.Cmd
	commands *os.File // ours to write
	messages *os.File // ours to read
	read     *bufio.Reader
	crash    *os.File // ours to read
	out, err *printer
	failure  *program.Failure
	refused  atomic.Bool // it was dead before the job was written
	done     bool        // the run is over, as the program says
	stays    bool        // and it waits for the next one

	ended   chan struct{} // closed when the process has
	waited  error
	crashed chan []byte
	lastHad int64 // what it had asked for when it began to report its end
	idle    *time.Timer
}

// execute runs the program on the run's inputs and takes its results in.
func (r *run) execute(p *compile.Program) error {
	var c *process
	if p.Stays && !r.meta.Options.Force { // forced, it was compiled for this run
		c = r.w.idle.take(r.poolKey(p))
	}
	var err error
	if c != nil {
		if err = c.run(r); err != nil && c.untaken() {
			c.close()
			c = nil
		}
	}
	if c == nil {
		c = &process{prog: p, r: r}
		if err := c.start(); err != nil {
			return fmt.Errorf("start the cell's program: %w", err)
		}
		err = c.run(r)
	}
	if c.stays && err == nil {
		r.w.idle.put(r.poolKey(p), c)
	} else {
		c.close()
	}
	return err
}

// run gives the process one job and sees it through.
func (c *process) run(r *run) error {
	c.r, c.failure, c.done, c.stays = r, nil, false, false
	c.out.begin(r.out)
	c.err.begin(r.out)
	killed := make(chan struct{})
	stop := context.AfterFunc(r.ctx, func() {
		defer close(killed)
		c.kill()
	})
	job := c.job()
	c.tell(program.KindJob, job.Encode())
	watched := c.watchMemory(job)
	faulty := c.serve()
	if faulty == nil && c.stays {
		out, err := c.out.drain(), c.err.drain()
		c.stays = out && err
	}
	if faulty != nil || c.done && !c.stays && c.prog.Stays && c.failure == nil {
		c.kill() // it does not keep to the messages, or cannot print any more
	}
	var text []byte
	if !c.stays {
		text = c.settle()
	}
	saw := watched()
	saw.full = saw.full || len(text) > 0 && nearlyFull(job, c.lastHad)
	if !stop() {
		<-killed
	}
	if r.ctx.Err() != nil && !c.done {
		return r.stopped()
	}
	if faulty != nil {
		return faulty
	}
	return c.verdict(c.waited, text, saw)
}

// pipeHolds is what a pipe takes at least while nobody reads.
const pipeHolds = 4 << 10

// tell sends a message: a program that does not read must not hold the worker up.
func (c *process) tell(kind byte, body []byte) {
	write := func() {
		if program.WriteMessage(c.commands, kind, body) != nil {
			c.refused.Store(true)
		}
	}
	if 5+len(body) <= pipeHolds {
		write()
		return
	}
	go write()
}

// untaken says of a process that has ended whether it did so before it read
// its job: while it waited, somebody had killed it, or memory had run out.
func (c *process) untaken() bool {
	select {
	case <-c.ended:
		return !c.done && c.r.ctx.Err() == nil && (c.refused.Load() || holdsBytes(c.commands))
	default:
		return false
	}
}

// settle waits for the process's end, and gives what the runtime said of it.
func (c *process) settle() []byte {
	<-c.ended
	c.kill() // what the cell itself started goes with it
	endOrphans(c.mark)
	text := <-c.crashed
	c.out.close()
	if held := c.err.finish(len(text) > 0 || exitCode(c.waited) == runtimeExit); len(held) > 0 {
		text = held // has the first line, which the runtime does not send to the pipe
	}
	return text
}

// runtimeExit is the status with which Go's runtime ends a program.
const runtimeExit = 2

func exitCode(waited error) int {
	var exit *exec.ExitError
	if errors.As(waited, &exit) {
		return exit.ExitCode()
	}
	return 0
}

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
	if err != nil {
		return err
	}
	c.read = bufio.NewReader(c.messages)
	if c.out, err = newPrinter("stdout", stdout, c.r.out); err != nil {
		return err
	}
	if c.err, err = newPrinter("stderr", stderr, c.r.out); err != nil {
		return err
	}
	segments, err := c.r.w.segmentFiles()
	if err != nil {
		return err
	}
	theirs = append(theirs, segments...)
	c.cmd = exec.Command(c.prog.Path)
	c.cmd.Args[0] = "goscore-program"
	c.cmd.ExtraFiles = append(theirs[:3:3], segments...)
	c.cmd.Stdout, c.cmd.Stderr = theirs[3], theirs[4]
	c.cmd.SysProcAttr = processAttributes()
	c.mark = fmt.Sprintf("%s=%d.%d", runVariable, os.Getpid(), runs.Add(1))
	c.cmd.Env = append(os.Environ(), c.mark, "GOMAXPROCS="+strconv.Itoa(c.r.threads()), "GOTRACEBACK=all")
	if err := spawn(c.cmd); err != nil {
		return &notStarted{err}
	}
	c.ended, c.crashed = make(chan struct{}), make(chan []byte, 1)
	go func() {
		r := bufio.NewReader(io.LimitReader(c.crash, maxCrash))
		if _, err := r.Peek(1); err == nil {
			_, c.lastHad, _ = taken(c.cmd.Process.Pid)
		}
		b, _ := io.ReadAll(r)
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

// closePrinters ends the reading of output when all of it has come, at the latest after wait.
func (c *process) closePrinters(wait time.Duration) {
	late := time.After(wait)
	for _, p := range []*printer{c.out, c.err} {
		if p == nil {
			continue
		}
		select {
		case <-p.ended:
		case <-late:
			late = time.After(0)
		}
		p.from.Close()
		<-p.ended
	}
}

// job describes the run for the program.
func (c *process) job() *program.Job {
	job := c.r.job()
	if c.r.meta.Call != nil {
		job.Call = c.r.callJob(c.prog.Serial)
	}
	job.Text = c.r.text
	if job.Memory = c.r.memory.bytes; job.Memory > 0 {
		job.Data = job.Memory + c.r.mappedBytes()
	}
	job.Stays = c.prog.Stays
	if offset, err := c.r.alloc(roomBytes); err == nil {
		job.Room = program.Range{Segment: 1, Offset: offset, Length: roomBytes}
	}
	return job
}

// roomBytes is how much of segment 1 a program gets without asking.
const roomBytes = 64 << 10

// runVariable marks, in the environment, what belongs to a run: the worker's
// process number and the run's own.
const runVariable = "GOSCORE_RUN"

var runs atomic.Int64

// segmentFiles gives descriptors of segments 0, 1 and 2 for a program.
func (w *Worker) segmentFiles() (files []*os.File, err error) {
	dup := func(fd uintptr) {
		n, e := syscall.Dup(int(fd))
		if e != nil {
			err = e
			return
		}
		syscall.CloseOnExec(n)
		files = append(files, os.NewFile(uintptr(n), "segment"))
	}
	if w.inputs != nil {
		dup(w.inputs.Fd())
	} else {
		null, e := os.Open(os.DevNull)
		if e != nil {
			return nil, e
		}
		files = append(files, null)
	}
	dup(w.results.Fd())
	dup(w.own.Fd())
	return files, err
}

func (c *process) close() {
	for _, f := range []*os.File{c.commands, c.messages, c.crash} {
		if f != nil {
			f.Close()
		}
	}
}

// kill ends the program and all that it started.
func (c *process) kill() { syscall.Kill(-c.cmd.Process.Pid, syscall.SIGKILL) }

// serve answers the program's messages until it ends or says that it is done.
// An error is a fault of the messages, not of the cell.
func (c *process) serve() error {
	for {
		kind, body, err := program.ReadMessage(c.read)
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			return nil
		}
		if err != nil {
			return err
		}
		switch kind {
		case program.KindAlloc:
			err = c.alloc(body)
		case program.KindOut, program.KindValue:
			err = c.take(kind, body)
		case program.KindCount:
			if len(body) == 8 {
				c.r.receipt.Converted = int64(binary.LittleEndian.Uint64(body))
			}
		case program.KindFail:
			c.failure, err = program.DecodeFailure(body)
			c.done = true
		case program.KindDone:
			c.done, c.stays = true, len(body) > 0
			if c.stays {
				return nil
			}
		default:
			err = fmt.Errorf("unknown message %q", kind)
		}
		if err != nil {
			return fmt.Errorf("messages of the cell's program: %w", err)
		}
	}
}

func (c *process) alloc(body []byte) error {
	n, err := program.DecodeSize(body)
	if err != nil {
		return err
	}
	offset, err := c.r.alloc(n)
	if err != nil {
		offset = -1
	}
	err = program.WriteMessage(c.commands, program.KindAlloc, program.EncodeOffset(offset))
	if errors.Is(err, syscall.EPIPE) {
		return nil // it died meanwhile; how is still to be read
	}
	return err
}

func (c *process) take(kind byte, body []byte) error {
	name, p, err := program.DecodeOutput(body)
	if err != nil {
		return err
	}
	res, err := protocol.ToResult(p)
	if err != nil {
		return err
	}
	switch {
	case kind == program.KindValue:
		c.r.reply.Value = res
		return nil
	case c.r.meta.Call != nil && name == program.FirstOutput:
		c.r.reply.Outputs = append(c.r.reply.Outputs, protocol.NamedResult{Name: name, Result: res})
		return nil
	case c.r.meta.Call != nil && name == program.FailedOutput:
		c.r.reply.Failed, err = protocol.ToFailed(p)
		return err
	}
	for _, o := range c.r.meta.Outputs {
		if o[1] == name {
			c.r.reply.Outputs = append(c.r.reply.Outputs, protocol.NamedResult{Name: o[0], Result: res})
		}
	}
	return nil
}

// verdict says how the run ended.
func (c *process) verdict(waited error, crash []byte, saw seen) error {
	switch {
	case c.failure != nil:
		return c.r.programFailure(c.failure)
	case c.done:
		return c.outputsCame()
	case len(crash) > 0:
		return c.r.crashed(string(crash), saw)
	case saw.over != "":
		return &died{"the cell's program ran out of memory: " + saw.over + c.r.memory.exceeded()}
	}
	var exit *exec.ExitError
	if !errors.As(waited, &exit) {
		return c.exited(0)
	}
	status, ok := exit.Sys().(syscall.WaitStatus)
	if ok && status.Signaled() {
		return c.signalled(status.Signal())
	}
	return c.exited(exit.ExitCode())
}

func (c *process) exited(code int) error {
	return &died{fmt.Sprintf("the cell's program ended before the cell did, with exit status %d: os.Exit and log.Fatal end it, return does not", code)}
}

func (c *process) signalled(sig syscall.Signal) error {
	why := ""
	if sig == syscall.SIGKILL {
		why = ": somebody killed it, or memory ran out"
	}
	return &died{fmt.Sprintf("the cell's program was ended by signal %d (%v)%s", int(sig), sig, why)}
}

// died is the end of a program that no line of the cell explains.
type died struct{ text string }

func (d *died) Error() string { return d.text }

// outputsCame sees that the cell did not return above its last line.
func (c *process) outputsCame() error {
	if len(c.r.reply.Outputs) < len(c.r.meta.Outputs) {
		return protocol.BadValue("the cell returned before its end, so -o %s was not set", c.r.meta.Outputs[len(c.r.reply.Outputs)][1])
	}
	return nil
}
