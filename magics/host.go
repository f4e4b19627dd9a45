package magics

import (
	"context"
	"io"
	"os"
	"syscall"
	"time"

	"goscore/magics/compile"
	"goscore/magics/process"
	"goscore/magics/program"
	"goscore/magics/protocol"
)

// runProgram runs the program on the run's inputs and takes its results in.
func (r *run) runProgram(p *compile.Program) error {
	task := process.Task{Program: p, Job: r.programJob(p), Threads: r.threads(), Fresh: r.meta.Options.Force} // forced, it was compiled for this run
	task.Lend, task.Join = r.meta.Options.Lend && r.meta.Call != nil, r.meta.Options.Lane
	if r.variables != nil {
		var err error
		if task.Surroundings, err = process.NewSurroundings(bytesOf(r.meta.Surroundings.Directory), r.variables); err != nil {
			return err
		}
	}
	end, err := r.w.programs.Run(r.ctx, task, host{r})
	if err != nil {
		return err
	}
	r.reply.Lane = end.Lane
	if end.Converted > 0 {
		r.receipt.Converted = end.Converted
	}
	if end.Profile != nil {
		if err := r.noteProfile(p, end.Profile); err != nil {
			return err
		}
	}
	if end.Trace != nil {
		r.noteTrace(end.Trace)
	}
	return r.verdict(end)
}

// programJob describes the run for the program.
func (r *run) programJob(p *compile.Program) *program.Job {
	job := r.job()
	if r.meta.Call != nil {
		job.Call = r.callJob(p.Serial)
	}
	job.Text, job.Stdin = r.text, p.Stdin && r.noStdin() == ""
	if job.Memory = r.memory.Bytes; job.Memory > 0 {
		job.Data = job.Memory
		for _, in := range r.inputs {
			for _, a := range in.arrays {
				job.Data += process.Mapped(a)
			}
		}
	}
	job.Stays = p.Stays
	if r.meta.Call != nil && p.Profile {
		job.Budget = int64(r.meta.Options.Profile * float64(time.Second))
	}
	if offset, err := r.alloc(roomBytes); err == nil {
		job.Room = program.Range{Segment: 1, Offset: offset, Length: roomBytes}
	}
	return job
}

// roomBytes is how much of segment 1 a program gets without asking.
const roomBytes = 64 << 10

// host is the run as its program sees it.
type host struct{ *run }

func (h host) Out() protocol.Output { return h.out }

func (h host) Alloc(n int64) (int64, error) { return h.alloc(n) }

// noStdin says why the cell cannot read standard input; empty if it can.
func (r *run) noStdin() string {
	switch {
	case !r.text:
		return "a cell has no standard input. Bring values from Python with -i"
	case r.req.Ask == nil:
		return "this frontend does not ask its user for input"
	}
	return ""
}

// Ask gets a line of standard input from the frontend's user.
func (h host) Ask(ctx context.Context) (line string, ok bool) {
	line, err := h.req.Ask(ctx)
	if err != nil && err != io.EOF && ctx.Err() == nil {
		h.out.Stream("stderr", "warning: standard input ends here: "+err.Error()+"\n")
	}
	return line, err == nil
}

// Files gives descriptors of segments 0, 1 and 2 for a program.
func (h host) Files() (files []*os.File, err error) {
	dup := func(fd uintptr) {
		n, e := syscall.Dup(int(fd))
		if e != nil {
			err = e
			return
		}
		syscall.CloseOnExec(n)
		files = append(files, os.NewFile(uintptr(n), "segment"))
	}
	if h.w.inputs != nil {
		dup(h.w.inputs.Fd())
	} else {
		null, e := os.Open(os.DevNull)
		if e != nil {
			return nil, e
		}
		files = append(files, null)
	}
	dup(h.w.results.Fd())
	dup(h.w.own.Fd())
	return files, err
}

// Take notes a result of the cell or of a call.
func (h host) Take(kind byte, name string, p *program.Result) error {
	res, err := protocol.ToResult(p)
	if err != nil {
		return err
	}
	reply, call := &h.reply, h.meta.Call != nil
	switch {
	case kind == program.KindValue:
		reply.Value = res
		return nil
	case call && name == program.FirstOutput:
		reply.Outputs = append(reply.Outputs, protocol.NamedResult{Name: name, Result: res})
		return nil
	case call && name == program.FailedOutput:
		reply.Failed, err = protocol.ToFailed(p)
		return err
	}
	for _, o := range h.meta.Outputs {
		if o[1] == name {
			reply.Outputs = append(reply.Outputs, protocol.NamedResult{Name: o[0], Result: res})
		}
	}
	return nil
}
