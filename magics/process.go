package magics

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strconv"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"goscore/magics/compile"
	"goscore/magics/program"
)

// A process is one run of a program.
type process struct {
	r        *run
	prog     *compile.Program
	mark     string // in the environment of all that it starts
	cmd      *exec.Cmd
	commands *os.File // ours to write
	messages *os.File // ours to read
	crash    *os.File // ours to read
	out, err *printer
	failure  *program.Failure
	done     bool
}

// execute runs the program on the run's inputs and takes its results in.
func (r *run) execute(p *compile.Program) error {
	c := &process{r: r, prog: p, out: newPrinter(r.out, "stdout"), err: newPrinter(r.out, "stderr")}
	if err := c.start(); err != nil {
		return fmt.Errorf("start the cell's program: %w", err)
	}
	defer c.close()
	stop := make(chan struct{})
	var killed sync.WaitGroup
	killed.Go(func() {
		select {
		case <-r.ctx.Done():
			c.kill()
		case <-stop:
		}
	})
	crash := make(chan []byte, 1)
	go func() {
		b, _ := io.ReadAll(io.LimitReader(c.crash, maxCrash))
		crash <- b
	}()
	faulty := c.serve()
	if faulty != nil {
		c.kill()
	}
	waited := c.cmd.Wait()
	close(stop)
	killed.Wait()
	c.kill() // what the cell itself started goes with it
	endOrphans(c.mark)
	text := <-crash
	c.out.close()
	if held := c.err.finish(len(text) > 0 || exitCode(waited) == runtimeExit); len(held) > 0 {
		text = held // has the first line, which the runtime does not send to the pipe
	}
	if r.ctx.Err() != nil && !c.done {
		return r.stopped()
	}
	if faulty != nil {
		return faulty
	}
	return c.verdict(waited, text)
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
	if err != nil {
		return err
	}
	segments, err := c.r.w.segmentFiles()
	if err != nil {
		return err
	}
	theirs = append(theirs, segments...)
	c.cmd = exec.Command(c.prog.Path)
	c.cmd.Args[0] = "goscore-program"
	c.cmd.ExtraFiles = theirs
	c.cmd.Stdout, c.cmd.Stderr = c.out, c.err
	c.cmd.WaitDelay = 200 * time.Millisecond // a grandchild may hold its output open
	c.cmd.SysProcAttr = processAttributes()
	job := c.r.job()
	if c.r.meta.Call != nil {
		job.Call = c.r.callJob(c.prog.Serial)
	}
	job.Text = c.r.text
	job.Data = memoryLimit(c.r.receipt.BytesIn)
	c.mark = fmt.Sprintf("%s=%d.%d", runVariable, os.Getpid(), runs.Add(1))
	c.cmd.Env = append(os.Environ(), c.mark, "GOMAXPROCS="+strconv.Itoa(c.r.threads()), "GOTRACEBACK=all")
	if job.Data > 0 {
		c.cmd.Env = append(c.cmd.Env, fmt.Sprintf("GOMEMLIMIT=%d", job.Data/10*9))
	}
	if err := spawn(c.cmd); err != nil {
		return err
	}
	go func() { // a program that does not read must not hold the worker up
		program.WriteMessage(c.commands, program.KindJob, job.Encode())
	}()
	return nil
}

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
		kind, body, err := program.ReadMessage(c.messages)
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
		case program.KindFail:
			c.failure, err = program.DecodeFailure(body)
			c.done = true
		case program.KindDone:
			c.done = true
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
	return program.WriteMessage(c.commands, program.KindAlloc, program.EncodeOffset(offset))
}

func (c *process) take(kind byte, body []byte) error {
	name, p, err := program.DecodeOutput(body)
	if err != nil {
		return err
	}
	res, err := toResult(p)
	if err != nil {
		return err
	}
	switch {
	case kind == program.KindValue:
		c.r.reply.Value = res
		return nil
	case c.r.meta.Call != nil && name == program.FirstOutput:
		c.r.reply.Outputs = append(c.r.reply.Outputs, output{name, res})
		return nil
	case c.r.meta.Call != nil && name == program.FailedOutput:
		c.r.reply.Failed, err = toFailed(p)
		return err
	}
	for _, o := range c.r.meta.Outputs {
		if o[1] == name {
			c.r.reply.Outputs = append(c.r.reply.Outputs, output{o[0], res})
		}
	}
	return nil
}

// verdict says how the run ended.
func (c *process) verdict(waited error, crash []byte) error {
	switch {
	case c.failure != nil:
		return c.r.programFailure(c.failure)
	case c.done:
		return c.outputsCame()
	case len(crash) > 0:
		return c.r.crashed(string(crash))
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
		return badValue("the cell returned before its end, so -o %s was not set", c.r.meta.Outputs[len(c.r.reply.Outputs)][1])
	}
	return nil
}

// A printer passes what a program prints on, up to a limit, and holds a fatal
// error of the runtime back: the report shows that with the cell's lines.
type printer struct {
	out  Output
	name string

	mu   sync.Mutex
	sent int64
	cut  int64
	held []byte
	hold bool
}

// maxPrinted is how much of a cell's output one stream shows.
const maxPrinted = 1 << 20

func newPrinter(out Output, name string) *printer { return &printer{out: out, name: name} }

// Write takes what the program printed.
func (p *printer) Write(b []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	n := len(b)
	if p.name == "stderr" {
		if i := fatal(b); i >= 0 && !p.hold {
			p.pass(b[:i])
			b, p.hold = b[i:], true
		}
		if p.hold {
			p.held = append(p.held, b[:min(len(b), maxCrash-min(len(p.held), maxCrash))]...)
			return n, nil
		}
	}
	p.pass(b)
	return n, nil
}

func (p *printer) pass(b []byte) {
	keep := min(int64(len(b)), maxPrinted-p.sent)
	if keep > 0 {
		p.out.Stream(p.name, string(b[:keep]))
		p.sent += keep
	}
	p.cut += int64(len(b)) - max(keep, 0)
}

// marks are how the runtime's last words begin.
var marks = []string{"panic: ", "fatal error: ", "runtime: ", "SIGSEGV: ", "unexpected fault address "}

// fatal finds where the runtime begins to report its end.
func fatal(b []byte) int {
	first := -1
	for _, mark := range marks {
		at := bytes.Index(b, []byte("\n"+mark)) + 1
		if at == 0 && !bytes.HasPrefix(b, []byte(mark)) {
			continue
		}
		if bytes.HasPrefix(b, []byte(mark)) {
			at = 0
		}
		if first < 0 || at < first {
			first = at
		}
	}
	return first
}

// finish shows what was held, or gives it when the runtime said it was a crash.
func (p *printer) finish(crashed bool) (report []byte) {
	p.mu.Lock()
	if crashed {
		report = p.held
	} else {
		p.pass(p.held)
	}
	p.held = nil
	p.mu.Unlock()
	p.close()
	return report
}

func (p *printer) close() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.cut > 0 {
		p.out.Stream(p.name, fmt.Sprintf("\n[%s of output left out: a cell shows the first %d]\n", count(int(p.cut), "byte"), maxPrinted))
		p.cut = 0
	}
}
