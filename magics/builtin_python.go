package magics

import (
	"errors"
	"fmt"
	"math"
	"strings"
	"time"

	"goscore/compute"
	"goscore/magics/frame"
	"goscore/magics/program"
	"goscore/magics/protocol"
)

// runBuiltinCall runs a built-in function that Python called.
func (r *run) runBuiltinCall() error {
	r.receipt.Where = "worker"
	began := time.Now()
	defer func() { r.receipt.Run = time.Since(began).Seconds() }()
	f, ok := builtins[r.meta.Call.Function]
	if !ok || len(f.params) != len(r.meta.Call.Arguments) {
		return fmt.Errorf("there is no built-in function %s of %d arguments", r.meta.Call.Function, len(r.meta.Call.Arguments))
	}
	c := &builtinCall{r: r, threads: r.threads(), python: true}
	c.rows.coerce, c.rows.all = r.meta.Call.Errors == "coerce", r.meta.Call.Errors == "report"
	r.done.Begin(r.w.python, r.progressAt())
	v, err := r.calledBuiltin(f, c)
	if r.over() {
		return r.stopped()
	}
	if err != nil {
		return r.refusedCall(err)
	}
	if r.reply.Value, err = r.builtinResult(v); err != nil {
		return err
	}
	if r.single() {
		firstOf(r.reply.Value)
	}
	if r.reply.Failed, err = c.failedRows(); err != nil {
		return err
	}
	return nil
}

// calledBuiltin reads the arguments where memory of Python's that cannot be read
// is an error, and runs the function.
func (r *run) calledBuiltin(f builtin, c *builtinCall) (any, error) {
	return fetching(func() (any, error) {
		if err := c.take(f.params); err != nil {
			return nil, err
		}
		return f.on(c)
	})
}

// refusedCall words an error about a call's arguments, which has no place in a cell.
func (r *run) refusedCall(err error) error {
	var ours *protocol.ArgumentError
	var theirs compute.ArgumentError
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

// sent finds an input, and what Python calls it.
func (r *run) sent(name string) (in *bound, label string, err error) {
	for i, in := range r.inputs {
		if in.Name == name && len(in.arrays) == 1 && in.Kind != "frame" {
			return in, r.meta.Inputs[i].Label, nil
		}
	}
	return nil, "", fmt.Errorf("no input %s of one array", name)
}

// take reads the arguments and the keys.
func (c *builtinCall) take(params string) error {
	n := -1
	for i, name := range c.r.meta.Call.Arguments {
		in, label, err := c.r.sent(name)
		if err != nil {
			return err
		}
		v, err := c.argument(in.arrays[0], rune(params[i]), label)
		if err != nil {
			return err
		}
		c.args = append(c.args, v)
		if strings.IndexByte("nwtc", params[i]) < 0 {
			continue
		}
		if n >= 0 && in.rows != n {
			return protocol.BadValue("the columns differ in length: %d and %d rows", n, in.rows)
		}
		n = in.rows
	}
	if len(c.r.meta.Call.By) == 0 {
		return nil
	}
	return c.group(n)
}

func (c *builtinCall) group(n int) error {
	var keys []compute.Key
	for _, name := range c.r.meta.Call.By {
		in, label, err := c.r.sent(name)
		if err != nil {
			return err
		}
		if in.rows != n {
			return protocol.BadValue("%s has %s, and the columns %d", label, protocol.Count(in.rows, "row"), n)
		}
		k, err := c.r.key(in.arrays[0])
		if err != nil {
			return err
		}
		keys = append(keys, k)
	}
	keep := c.r.meta.Call.DropNA != nil && !*c.r.meta.Call.DropNA
	c.groups = compute.GroupByUnless(c.r.check, keys, n, keep, c.threads)
	return nil
}

// argument reads one argument of a call from Python.
func (c *builtinCall) argument(a *frame.Array, param rune, label string) (any, error) {
	switch param {
	case 'f', 'i', 's':
		if a.Length != 1 || a.Nulls > 0 || a.Type == "n" {
			return nil, protocol.BadType("%s is missing, or a column", label)
		}
		return c.scalar(a, param, label)
	}
	v, err := c.r.given(a, param)
	var refused *protocol.ArgumentError
	if errors.As(err, &refused) {
		refused.Text = label + ": " + refused.Text
	}
	return v, err
}

func (c *builtinCall) scalar(a *frame.Array, param rune, label string) (any, error) {
	if param == 's' {
		v, err := c.r.texts(a)
		if err != nil {
			return nil, protocol.BadType("%s takes one string", label)
		}
		return whole(v, 1)[0], nil
	}
	v, err := c.r.column(a)
	if err != nil {
		return nil, protocol.BadType("%s takes one number", label)
	}
	values, err := (&builtinCall{args: []any{v}}).list(0)
	if err != nil {
		return nil, err
	}
	if param == 'f' {
		return values[0], nil
	}
	if n := values[0]; n == math.Trunc(n) && math.Abs(n) <= 1<<53 {
		return int64(n), nil
	}
	return nil, protocol.BadType("%s takes one whole number", label)
}

// single says whether a function of rows was given one row.
func (r *run) single() bool {
	in, _, err := r.sent(r.meta.Call.Arguments[0])
	return err == nil && in.Kind == "value" && len(r.meta.Call.By) == 0
}

// firstOf makes a scalar of a column with one row.
func firstOf(v *protocol.Result) {
	if v.Kind != "column" {
		return
	}
	if v.Array.Nulls > 0 {
		*v = protocol.Result{Kind: "none"}
		return
	}
	v.Kind, v.Go = "scalar", strings.TrimPrefix(v.Go, "[]")
}

// sendFirst sends the first row of each group, where its keys are.
func (c *builtinCall) sendFirst() error {
	rows := make([]int64, 0, c.groups.Len())
	for _, row := range c.groups.First() {
		rows = append(rows, int64(row))
	}
	place, err := putColumn(c.r, "l", rows)
	if err != nil {
		return err
	}
	res, err := c.r.builtinResult(place)
	c.r.reply.Outputs = append(c.r.reply.Outputs, protocol.NamedResult{Name: program.FirstOutput, Result: res})
	return err
}
