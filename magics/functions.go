package magics

import (
	"fmt"
	"go/token"
	"strings"

	"goscore/magics/compile"
	"goscore/magics/datatype"
	"goscore/magics/frame"
	"goscore/magics/program"
	"goscore/magics/protocol"
)

// announce prints one line for each exported function, and says why there is none.
func (r *run) announce(functions []compile.Function) {
	if r.text || r.meta.Options.Quiet {
		return // there is nobody to call them
	}
	r.functions = functions
	for _, f := range functions {
		r.reply.Functions = append(r.reply.Functions, protocol.FunctionInfoOf(f, r.cell.Name))
		r.out.Stream("stdout", describe(f)+"\n")
	}
	if len(functions) > 0 || len(r.cell.Body.Stmts) > 0 {
		return
	}
	for _, d := range r.cell.Decls {
		if d.Kind == token.FUNC && d.Recv == "" && d.Names[0] != "main" && d.Names[0] != "init" {
			name := d.Names[0]
			r.out.Stream("stdout", fmt.Sprintf("nothing became callable from Python: Go exports names with a capital, so %s would be %s\n",
				name, compile.Exported(name)))
			return
		}
	}
}

// noteChanges says what the cell's statements change for their own run alone, and
// what of other cells its initial declarations change for all runs.
func (r *run) noteChanges(p *compile.Program) {
	if r.meta.Options.Quiet || r.meta.Options.Declare {
		return
	}
	for _, v := range p.Changed {
		if v.Start != "" {
			r.out.Stream("stdout", fmt.Sprintf("%s: functions and later cells see %s, its starting value\n", v.Name, v.Start))
		}
	}
	for _, d := range r.cell.Decls {
		for _, n := range d.Changes {
			if of := r.w.session.Decls(n); len(of) > 0 && of[0].Cell != r.cell {
				r.out.Stream("stdout", fmt.Sprintf("%s: from now on %s changes %s of %s before every run that uses it\n", r.cell.Name, d.Names[0], n, of[0].Cell.Name))
			}
		}
	}
}

// noteDeclared notes for Python that later cells know the cell: should the worker
// be lost, Python declares that again.
func (r *run) noteDeclared(p *compile.Program) {
	if len(r.cell.Decls)+len(r.cell.Local)+len(r.cell.Imports) == 0 {
		return
	}
	r.reply.Declared = &protocol.Declared{}
	for _, v := range p.Changed {
		r.reply.Declared.Changed = append(r.reply.Declared.Changed, v.Name)
	}
}

// describe is the line that a cell prints for a function.
func describe(f compile.Function) string {
	head := strings.TrimPrefix(f.Signature, "func ")
	if f.Reason != "" {
		return head + ": not callable from Python: " + f.Reason
	}
	what := map[string]string{
		"scalar": "scalar function, applied to every row", "vector": "vector function, sees whole columns",
		"aggregate": "aggregate function, one value for a column or for each group", "row": "row function, applied to every row of a frame",
		"scan": "scan, each result is the next row's first argument",
	}[f.Kind]
	if len(f.Merges) > 0 {
		what = "combines partial results of " + strings.Join(f.Merges, " and ")
	}
	if f.Merge != nil && f.Merge.Reason == "" {
		what += "; " + f.Merge.Function + " combines its partial results"
	}
	if f.Error {
		what += ", rows may fail (errors=)"
	}
	if f.Serial {
		what += "; it may write package variables (" + f.SerialAt + "), so it runs on one core"
	}
	return head + ": " + what
}

// runCall runs a function on columns.
func (r *run) runCall() error {
	r.receipt.Where = "program"
	call := compile.Call{Sources: r.meta.Call.Sources, Function: r.meta.Call.Function, Depths: r.depths(), Grouped: len(r.meta.Call.By) > 0, Merge: r.meta.Call.Merge}
	p, unit, err := r.w.builder.BuildCall(r.ctx, call, r.meta.Options.Force)
	if unit != nil {
		r.unit, r.cell = unit, unit.Cell
	}
	if p != nil {
		r.receipt.Compile, r.receipt.Cached = p.Seconds, p.Cached
		if r.meta.Options.Verbose {
			r.reply.Verbose = &protocol.Verbose{Command: p.Command, Source: p.Source, Program: p.Path}
		}
	}
	if err != nil {
		if r.ctx.Err() != nil {
			return r.stopped()
		}
		return err
	}
	return r.timed(p, func() (*compile.Program, error) {
		p, _, err := r.w.builder.BuildCall(r.ctx, call, true)
		return p, err
	})
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

// reportStale says which functions of earlier cells no longer compile with
// what this cell declared again, and which still do but for Python are the old
// ones: what Python has keeps working as it was made.
func (r *run) reportStale(replaced []string) {
	if replaced == nil {
		return
	}
	for _, d := range r.w.session.dependents(r.cell, replaced) {
		name := d.Names[0]
		probe, diags := compile.Parse(d.Cell.Name, "var _ = "+name)
		if diags != nil {
			continue
		}
		if errs := r.w.builder.Check(r.ctx, compile.NewUnit(probe, r.w.session)); errs != nil {
			text := fmt.Sprintf("%s of %s is stale: it does not compile with the new %s: %s\n", name, d.Cell.Name, strings.Join(replaced, ", "), errs[0].Message)
			r.out.Stream("stderr", "warning: "+text)
		} else if token.IsExported(name) && !r.text {
			r.out.Stream("stdout", fmt.Sprintf("%s of %s keeps the %s it was made with in Python: run its cell again to take the new one\n",
				name, d.Cell.Name, strings.Join(replaced, ", ")))
		}
	}
}
