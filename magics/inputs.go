package magics

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"math"
	"slices"
	"strings"

	"goscore/magics/compile"
	"goscore/magics/datatype"
	"goscore/magics/frame"
	"goscore/magics/program"
	"goscore/magics/protocol"
)

// bound is one input as it arrived: its description, and where its arrays lie.
type bound struct {
	compile.Input
	rows   int
	shape  []int
	digest string         // of a table
	arrays []*frame.Array // one per sent column of a frame; a map's keys and values; else one
}

// receive checks what was sent, and brings inline streams into segment 2.
// What it allocates there is added to run.
func (r *run) receive() error {
	if len(r.meta.Buffers) != len(r.req.Buffers) {
		return fmt.Errorf("%d buffers were announced and %d came", len(r.meta.Buffers), len(r.req.Buffers))
	}
	for i, b := range r.meta.Buffers {
		sum := sha256.Sum256(r.req.Buffers[i])
		if int64(len(r.req.Buffers[i])) != b.Length || hex.EncodeToString(sum[:]) != b.SHA256 {
			return fmt.Errorf("buffer %d is not the one that was signed", i)
		}
	}
	for i, in := range r.meta.Inputs {
		if slices.ContainsFunc(r.meta.Inputs[:i], func(other protocol.Input) bool { return other.Name == in.Name }) {
			return protocol.BadValue("the input %s came twice", in.Name)
		}
		if err := compile.CheckName(in.Name); err != nil && r.meta.Call == nil {
			return protocol.BadValue("%v", err)
		}
		b, err := r.bind(in)
		if err != nil {
			return fmt.Errorf("input %s: %w", in.Name, err)
		}
		r.inputs = append(r.inputs, b)
	}
	return nil
}

// arraysOf is how many arrays an input of each kind has; -1 for any number.
var arraysOf = map[string]int{"frame": -1, "column": 1, "matrix": 1, "value": 1, "map": 2}

func (r *run) bind(in protocol.Input) (*bound, error) {
	most, ok := arraysOf[in.Kind]
	if !ok {
		return nil, fmt.Errorf("%q is no kind of input", in.Kind)
	}
	arrays, err := r.arrays(in)
	if err != nil {
		return nil, err
	}
	if most >= 0 && len(arrays) > 0 && len(arrays) != most {
		return nil, fmt.Errorf("a %s of %d arrays", in.Kind, len(arrays))
	}
	for _, a := range arrays {
		if err := r.w.store.Check(a, everywhere(r.w.python)); err != nil {
			return nil, err
		}
		if err := r.reaches(a); err != nil {
			return nil, err
		}
		r.receipt.BytesIn += protocol.BytesOf(a)
	}
	if err := frame.CheckBacked(arrays...); err != nil {
		return nil, err
	}
	b := &bound{Input: compile.Input{Name: in.Name, Kind: in.Kind}, rows: in.Rows, shape: in.Shape, digest: in.Digest, arrays: arrays}
	if in.Kind == "frame" {
		return b, b.frameColumns(in)
	}
	if len(arrays) == 0 {
		return b, nil // not used by the cell
	}
	data := arrays[len(arrays)-1]
	b.Type, b.Nulls = typeOf(data), data.Nulls
	b.rows = data.Length
	switch {
	case in.Kind == "matrix" && !fitsShape(in.Shape, data.Length):
		return nil, fmt.Errorf("shape %v does not fit %d values", in.Shape, data.Length)
	case in.Kind == "value" && data.Length != 1:
		return nil, fmt.Errorf("a scalar has %d values", data.Length)
	case in.Kind == "map" && arrays[0].Length != data.Length:
		return nil, fmt.Errorf("a dict's keys and values differ in number")
	case in.Kind == "map" && data.Length > 0:
		if keys, _ := typeOf(arrays[0]).Go(); keys != "string" || arrays[0].Nulls > 0 {
			return nil, fmt.Errorf("a dict's keys are not strings")
		}
	}
	return b, nil
}

// fitsShape says whether so many values are a matrix of that shape.
func fitsShape(shape []int, values int) bool {
	if len(shape) != 2 || shape[0] < 0 || shape[1] < 0 {
		return false
	}
	if shape[0] == 0 || shape[1] == 0 {
		return values == 0
	}
	return values%shape[0] == 0 && values/shape[0] == shape[1] // a product may overflow
}

// claimBytes is how much of Python's memory is believed to be there before
// anybody reads it.
const claimBytes = 64 << 20

// reaches sees that large buffers in Python's memory end where something is: a
// length that is not true must not make the worker take memory for copies.
func (r *run) reaches(a *frame.Array) error {
	var last [1]byte
	for _, b := range a.Buffers {
		if b == nil || b.Segment != frame.OwnMemory || b.Length < claimBytes {
			continue
		}
		if err := r.w.python.Read(last[:], b.Offset+b.Length-1); err != nil {
			return fmt.Errorf("a buffer of %d bytes in Python's memory: %w", b.Length, err)
		}
	}
	for _, child := range a.Children {
		if err := r.reaches(child); err != nil {
			return err
		}
	}
	if a.Dictionary != nil {
		return r.reaches(a.Dictionary)
	}
	return nil
}

// everywhere is all of Python's memory: what lies there at an address, the
// system knows. None of it is within reach of a worker that Python did not start.
func everywhere(python program.Reach) frame.Own {
	own := frame.Own{Range: frame.Range{Segment: frame.OwnMemory}}
	if python.Pid > 0 {
		own.Offset, own.Length = 1, math.MaxInt64-1
	}
	return own
}

// arrays gives an input's arrays in the order of the messages.
func (r *run) arrays(in protocol.Input) ([]*frame.Array, error) {
	if in.IPC != nil {
		if *in.IPC < 0 || *in.IPC >= len(r.req.Buffers) {
			return nil, fmt.Errorf("there is no buffer %d", *in.IPC)
		}
		_, arrays, base, err := frame.ReadIPC(r.req.Buffers[*in.IPC], r.w.own)
		if err != nil {
			return nil, err
		}
		if in.Digest != "" {
			r.tables = append(r.tables, r.w.tables.keep(in.Digest, arrays, base.Offset))
			return arrays, nil
		}
		r.ownRanges = append(r.ownRanges, base.Offset)
		return arrays, nil
	}
	if in.Digest != "" && in.Array == nil {
		return r.tableArrays(in.Digest)
	}
	if in.Kind == "frame" {
		var arrays []*frame.Array
		for _, c := range in.Columns {
			if c.Array != nil {
				arrays = append(arrays, c.Array)
			}
		}
		return arrays, nil
	}
	if in.Kind == "map" && in.Keys != nil {
		return []*frame.Array{in.Keys, in.Values}, nil
	}
	if in.Array == nil {
		return nil, nil
	}
	return []*frame.Array{in.Array}, nil
}

func (b *bound) frameColumns(in protocol.Input) error {
	if in.Rows < 0 {
		return fmt.Errorf("a frame of %d rows", in.Rows)
	}
	names := make([]string, len(in.Columns))
	for i, c := range in.Columns {
		names[i] = c.Name
	}
	b.Columns = columns(names)
	next := 0
	for i, c := range in.Columns {
		b.Columns[i].Refused = c.Refused
		if c.Array == nil && !c.Sent {
			continue
		}
		if next == len(b.arrays) {
			return fmt.Errorf("fewer columns came than were announced")
		}
		a := b.arrays[next]
		next++
		if a.Length != in.Rows {
			return fmt.Errorf("column %q has %d rows, the frame %d", c.Name, a.Length, in.Rows)
		}
		b.Columns[i].Sent, b.Columns[i].Type, b.Columns[i].Nulls = true, typeOf(a), a.Nulls
	}
	if next != len(b.arrays) {
		return fmt.Errorf("more columns came than were announced")
	}
	return nil
}

func typeOf(a *frame.Array) compile.Type {
	t := compile.Type{Format: a.Type, Name: a.Name}
	for _, c := range a.Children {
		t.Children = append(t.Children, typeOf(c))
	}
	switch {
	case a.Dictionary != nil && a.Dictionary.Dictionary != nil:
		t.Values = datatype.Twice
	case a.Dictionary != nil:
		t.Values = a.Dictionary.Type
	}
	return t
}

// refuseMissing sees that no plain slice has a null in it: Go's zero values
// would be silent wrong numbers.
func (r *run) refuseMissing() error {
	for i, in := range r.inputs {
		u := &r.uses[i]
		if !u.Used {
			continue
		}
		if in.Kind != "frame" {
			if err := r.refuseInput(in, u); err != nil {
				return err
			}
			continue
		}
		if err := r.refuseColumns(in, u); err != nil {
			return err
		}
	}
	return nil
}

// refuseInput refuses an input that is no frame and has missing values.
func (r *run) refuseInput(in *bound, u *compile.Use) error {
	elem, err := in.Type.Go()
	switch {
	case err != nil:
		return r.unsupported(u, -1, in.Name, err)
	case in.Nulls == 0:
		return nil
	case in.Kind == "value":
		return r.missing(u, -1, fmt.Sprintf("%s is missing, and Go's %s cannot be", in.Name, elem), "give it a value in Python")
	}
	form := map[string]string{"matrix": "[][]", "map": "map[string]", "column": "[]"}[in.Kind] + elem
	return r.missing(u, -1, fmt.Sprintf("%s has %s, which %s cannot hold", in.Name, protocol.Count(in.Nulls, "missing value"), form),
		"fill or drop them in Python, or pass a frame and use goscore.Nullable")
}

// unsupported refuses a type by name, with its advice.
func (r *run) unsupported(u *compile.Use, column int, what string, err error) error {
	text, advice := err.Error(), "leave it out, or convert it in Python"
	if i := strings.LastIndex(text, ": "); i >= 0 {
		text, advice = text[:i], text[i+2:]
	}
	e := r.missing(u, column, what+": "+text, advice)
	e.Class = "ArgumentTypeError"
	return e
}

// unknownColumns says that goscore.Nullable was given the name of no column.
func (r *run) unknownColumns(in *bound, u *compile.Use) error {
	var diags compile.Diagnostics
	for _, p := range u.Unknown {
		var names []string
		for _, c := range in.Columns {
			names = append(names, c.Name)
		}
		d := compile.Diagnostic{Cell: p.Cell, Offset: p.Offset, Message: fmt.Sprintf("%s has no column %q", in.Name, p.Name)}
		if near := compile.Nearest(p.Name, names); near != "" {
			d.Hint = fmt.Sprintf("did you mean %q?", near)
		}
		diags = append(diags, d)
	}
	if diags == nil {
		return nil
	}
	return diags
}

func (r *run) refuseColumns(in *bound, u *compile.Use) error {
	if err := r.unknownColumns(in, u); err != nil {
		return err
	}
	for j := range in.Columns {
		c := &in.Columns[j]
		if slices.Contains(u.Columns(), j) && c.Refused != "" { // by Python
			text, advice, _ := strings.Cut(c.Refused, ": ")
			return r.missing(u, j, fmt.Sprintf("column %q of %s %s", c.Name, in.Name, text), advice)
		}
		if _, err := c.Type.Go(); err != nil && c.Sent && slices.Contains(u.Columns(), j) {
			return r.unsupported(u, j, fmt.Sprintf("column %q of %s", c.Name, in.Name), err)
		}
		if c.Refused == "" && c.Sent && c.Nulls > 0 {
			elem, _ := c.Type.Go()
			c.Refused = fmt.Sprintf("column %q of %s has %s, which []%s cannot hold: use goscore.Nullable[%s](%s, %q), or fill or drop them in Python",
				c.Name, in.Name, protocol.Count(c.Nulls, "missing value"), elem, elem, in.Name, c.Name)
		}
		if slices.Contains(u.Plain, j) && c.Refused != "" {
			text, advice, _ := strings.Cut(c.Refused, ": ")
			return r.missing(u, j, text, advice)
		}
	}
	return nil
}

func (r *run) missing(u *compile.Use, column int, text, advice string) *protocol.ArgumentError {
	e := protocol.BadValue("%s\n  hint: %s", text, advice)
	if off, ok := u.Offsets[column]; ok && u.Cell != nil {
		line, _ := u.Cell.Place(off)
		e.Cell, e.Offset = u.Cell, off
		e.Text = fmt.Sprintf("%s, line %d: %s\n%s\n  hint: %s", u.Cell.Name, line, text, u.Cell.Excerpt(off), advice)
	}
	return e
}

// progressAt is the address in Python's memory of the number of rows that are done; 0
// for none.
func (r *run) progressAt() int64 {
	if at := r.meta.Options.Progress; at != nil && at.Segment == frame.OwnMemory && at.Length == 8 && r.w.python.Pid > 0 {
		return at.Offset
	}
	return 0
}

// job describes the inputs for the program.
func (r *run) job() *program.Job {
	j := &program.Job{Unit: "n", Zone: "UTC", Bytes: true, Python: r.w.python.Pid, Progress: r.progressAt()}
	region := r.outputRegion()
	j.OutputRegion = program.Range{Segment: region.Segment, Offset: region.Offset, Length: region.Length}
	timed := false
	var times func(a *frame.Array)
	times = func(a *frame.Array) {
		switch class := datatype.Of(a.Type).Class; {
		case timed:
		case class == datatype.Timestamp:
			j.Unit, j.Zone, timed = a.Type[2:3], datatype.ParameterOf(a.Type), true
		case class == datatype.Date:
			j.Unit, j.Zone = "s", ""
		}
		for _, child := range a.Children {
			times(child)
		}
	}
	for _, in := range r.inputs {
		p := program.Input{Name: in.Name, Rows: in.rows, Shape: in.shape, Value: in.Kind == "value", Digest: in.digest}
		for _, a := range in.arrays {
			p.Arrays = append(p.Arrays, protocol.ToProgram(a))
			if in.digest != "" { // what a table holds says nothing of the results
				continue
			}
			j.Bytes = j.Bytes && datatype.Of(a.Type).Go != "uint8"
			times(a)
		}
		for _, c := range in.Columns {
			if c.Sent {
				p.Columns, p.Fields = append(p.Columns, c.Name), append(p.Fields, c.Field)
			}
		}
		j.Inputs = append(j.Inputs, p)
	}
	return j
}
