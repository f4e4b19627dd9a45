package magics

import (
	"goscore/magics/compile"
	"goscore/magics/datatype"
	"goscore/magics/frame"
	"goscore/magics/program"
	"goscore/magics/protocol"
	"goscore/magics/session"
)

// note tells the user, and Python, what a cell declares.
func (r *run) note(b *session.Built) {
	r.functions = b.Functions
	for _, f := range b.Functions {
		r.reply.Functions = append(r.reply.Functions, protocol.FunctionInfoOf(f, r.cell.Name))
	}
	if b.Declares { // should the worker be lost, Python declares that again
		r.reply.Declared = &protocol.Declared{}
		for _, v := range b.Program.Changed {
			r.reply.Declared.Changed = append(r.reply.Declared.Changed, v.Name)
		}
	}
	for _, n := range b.Notes {
		r.out.Stream(n.Stream, n.Text)
	}
}

// runCall runs a function on columns.
func (r *run) runCall() error {
	r.receipt.Where = "program"
	call := compile.Call{Sources: r.meta.Call.Sources, Function: r.meta.Call.Function, Depths: r.depths(), Grouped: len(r.meta.Call.By) > 0, Merge: r.meta.Call.Merge, Profile: r.meta.Options.Profile > 0, Trace: r.meta.Options.Trace}
	built, err := r.w.session.Call(r.ctx, session.CallQuery{Call: call, Force: r.meta.Options.Force})
	p, err := r.built(built, err)
	if err != nil {
		return err
	}
	return r.timed(p, func() (*compile.Program, error) {
		built, err := r.w.session.Call(r.ctx, session.CallQuery{Call: call, Force: true})
		return built.Program, err
	})
}

// built takes in what was compiled.
func (r *run) built(b *session.Built, err error) (*compile.Program, error) {
	if b == nil {
		b = &session.Built{}
	}
	if b.Cells != nil {
		r.cells, r.cell = b.Cells, b.Cells[0]
	}
	if p := b.Program; p != nil {
		r.receipt.Compile, r.receipt.Cached = p.Seconds, p.Cached
		if r.meta.Options.Verbose {
			r.reply.Verbose = &protocol.Verbose{Command: p.Command, Source: p.Source, Program: p.Path}
		}
	}
	if err != nil && r.ctx.Err() != nil {
		err = r.stopped()
	}
	return b.Program, err
}

// depths gives how deep the lists of each argument nest: they make a slice
// parameter one row's value.
func (r *run) depths() []int {
	out := make([]int, len(r.meta.Call.Arguments))
	for i, name := range r.meta.Call.Arguments {
		for _, in := range r.inputs {
			if in.Name == name && in.Kind == "column" && len(in.arrays) == 1 {
				out[i] = depth(in.arrays[0])
			}
		}
	}
	return out
}

func depth(a *frame.Array) int {
	switch class := datatype.Of(a.Type).Class; {
	case class == datatype.List && len(a.Children) == 1:
		return 1 + max(depth(a.Children[0]), 0)
	case class == datatype.Bytes:
		return compile.Binary
	}
	return 0
}

// callJob describes the call for the program.
func (r *run) callJob(serial bool) *program.CallJob {
	c := r.meta.Call
	j := &program.CallJob{
		Arguments: c.Arguments, By: c.By, KeepMissing: c.DropNA != nil && !*c.DropNA,
		Coerce: c.Errors == "coerce", All: c.Errors == "report", Serial: serial, Partial: c.Partial,
	}
	if c.Init != nil {
		j.Init = *c.Init
	}
	return j
}
