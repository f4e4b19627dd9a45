package magics

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"goscore/compute/parallel"
	"goscore/magics/builtin"
	"goscore/magics/program"
	"goscore/magics/protocol"
)

// Builtins describes the built-in functions as Python calls them.
func Builtins() []protocol.FunctionInfo { return builtin.Infos() }

// runBuiltinCall runs a built-in function that Python called.
func (r *run) runBuiltinCall() error {
	r.receipt.Where = "worker"
	if id := r.meta.Options.Lane; id != 0 {
		return r.joinLane(id)
	}
	began := time.Now()
	defer func() { r.receipt.Run = time.Since(began).Seconds() }()
	call, err := r.builtinCall()
	if err != nil {
		return err
	}
	place := r.place(1)
	defer place.Close()
	defer r.done.End()
	err = r.answerBuiltin(call, place)
	if place.Stopped() {
		return r.stopped()
	}
	if err != nil {
		return r.refusedCall(err)
	}
	if r.meta.Options.Lend {
		r.reply.Lane = r.w.lendLane(r)
	}
	return nil
}

// builtinCall finds the function, and the inputs that it is called on.
func (r *run) builtinCall() (c *builtinCall, err error) {
	call := r.meta.Call
	c = &builtinCall{}
	var ok bool
	if c.function, ok = builtin.Lookup(call.Function); !ok || len(c.function.Params) != len(call.Arguments) {
		return nil, fmt.Errorf("there is no built-in function %s of %d arguments", call.Function, len(call.Arguments))
	}
	if c.arguments, err = r.labelled(call.Arguments); err != nil {
		return nil, err
	}
	c.keys, err = r.labelled(call.By)
	return c, err
}

// A builtinCall is a built-in function and what it is called on.
type builtinCall struct {
	function        builtin.Function
	arguments, keys []builtin.Argument
}

// answerBuiltin runs a built-in function, and takes its results into the reply.
func (r *run) answerBuiltin(call *builtinCall, place *builtin.Place) error {
	c := &builtin.Call{Function: call.function, Place: place, FromPython: true, Errors: r.meta.Call.Errors}
	v, err := c.RunOn(call.arguments, call.keys, r.meta.Call.DropNA != nil && !*r.meta.Call.DropNA)
	if err != nil {
		return err
	}
	if c.First != nil {
		r.reply.Outputs = append(r.reply.Outputs, protocol.NamedResult{Name: program.FirstOutput, Result: c.First})
	}
	if r.reply.Value, err = place.Result(v); err != nil {
		return err
	}
	if r.single() {
		builtin.FirstRow(r.reply.Value)
	}
	r.reply.Failed, err = c.Failed()
	return err
}

// place is where the run's built-in functions run, so many of them.
func (r *run) place(calls int) *builtin.Place {
	r.done.Begin(r.w.python, r.progressAt())
	return &builtin.Place{
		Context: r.ctx, Store: r.w.store, Python: r.w.python, Results: r.w.results, Alloc: r.alloc, OutputRegion: r.outputRegion(),
		Scratch: &r.w.scratch, Threads: r.threads(), Progress: &r.done, Calls: calls,
	}
}

// refusedCall words an error about a call's arguments, which has no place in a cell.
func (r *run) refusedCall(err error) error {
	var ours *protocol.ArgumentError
	var theirs parallel.ArgumentError
	switch {
	case errors.As(err, &ours):
		if strings.HasPrefix(ours.Text, "argument ") { // of this function, as Python says
			return ours
		}
		return &protocol.ArgumentError{Class: ours.Class, Offset: -1, Text: r.meta.Cell + ": " + ours.Text}
	case errors.As(err, &theirs):
		text := strings.TrimPrefix(string(theirs), "goscore."+r.meta.Call.Function+": ")
		return protocol.BadValue("%s: %s", r.meta.Cell, text)
	}
	return err
}

// labelled finds inputs of one array, and what Python calls them.
func (r *run) labelled(names []string) (arguments []builtin.Argument, err error) {
	for _, name := range names {
		in, label, err := r.sent(name)
		if err != nil {
			return nil, err
		}
		arguments = append(arguments, builtin.Argument{Array: in.arrays[0], Label: label})
	}
	return arguments, nil
}

// sent finds an input, and what Python calls it.
func (r *run) sent(name string) (in *bound, label string, err error) {
	for i, in := range r.inputs {
		if in.Name == name && len(in.arrays) == 1 && in.Kind != "frame" {
			return in, r.meta.Inputs[i].Label, nil
		}
	}
	return nil, "", fmt.Errorf("no input %s of one array", name)
}

// single says whether a function of rows was given one row.
func (r *run) single() bool {
	in, _, err := r.sent(r.meta.Call.Arguments[0])
	return err == nil && in.Kind == "value" && len(r.meta.Call.By) == 0
}
