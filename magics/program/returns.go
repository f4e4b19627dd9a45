package program

import (
	"encoding/binary"
	"reflect"
	"slices"
)

// Names of the outputs that a call sends beside its value.
const (
	FirstOutput  = "goscore.first"  // the first row of each group
	FailedOutput = "goscore.failed" // rows whose function returned an error
)

// ReturnRows sends results with one value for each row.
func ReturnRows(c *Call, results ...any) {
	bits := c.valid
	if c.bad != nil {
		if bits == nil {
			bits = slices.Repeat([]byte{0xff}, (c.n+7)/8)
		}
		for i := range bits {
			bits[i] &^= c.bad[i]
		}
	}
	c.send(bits, c.single, results)
}

// ReturnGroups sends results with one value for each group.
func ReturnGroups(c *Call, results ...any) {
	var bits []byte
	if len(c.failedGroups) > 0 {
		bits = slices.Repeat([]byte{0xff}, (c.Groups()+7)/8)
		for _, g := range c.failedGroups {
			bits[g>>3] &^= 1 << (g & 7)
		}
	}
	c.sendFirst()
	c.send(bits, c.groups == nil && !c.Partial, results)
}

// ReturnWhole sends the results of a vector function.
func ReturnWhole(c *Call, results ...any) {
	var bits []byte
	if c.groups != nil {
		bits = c.grouped()
		for _, g := range c.failedGroups {
			for _, row := range c.groups.Order[c.groups.Starts[g]:c.groups.Starts[g+1]] {
				bits[row>>3] &^= 1 << (row & 7)
			}
		}
	} else if len(c.failedGroups) > 0 {
		bits = make([]byte, (c.n+7)/8)
		for i, r := range results { // the whole column is missing
			results[i] = reflect.MakeSlice(reflect.TypeOf(r), c.n, c.n).Interface()
		}
	}
	c.send(bits, false, results)
}

func (c *Call) sendFirst() {
	if c.groups == nil {
		return
	}
	rows := make([]int64, 0, c.groups.Len())
	for _, r := range c.groups.First() {
		rows = append(rows, int64(r))
	}
	send(KindOut, FirstOutput, rows, false)
}

// send sends the value: one result, or a tuple of them, missing where bits is 0.
func (c *Call) send(bits []byte, single bool, results []any) {
	if n := converted.Load(); n > 0 {
		messages.later(KindCount, binary.LittleEndian.AppendUint64(nil, uint64(n)))
	}
	c.sendFailed()
	e := encoder{}
	whole := &Result{Kind: "tuple"}
	for _, v := range results {
		item, err := e.called(reflect.ValueOf(v), bits, single)
		if err != nil {
			refuse("the function's result", err)
		}
		for i := range item.Nullable {
			item.Nullable[i] = item.Nullable[i] || c.Coerce
		}
		whole.Items = append(whole.Items, item)
	}
	if len(results) == 1 {
		whole = whole.Items[0]
	}
	e.flush(KindValue, "", whole)
}

// called encodes a result of a call.
func (e *encoder) called(v reflect.Value, bits []byte, single bool) (*Result, error) {
	if !v.IsValid() {
		return &Result{Kind: "none"}, nil
	}
	if l, ok := v.Interface().(*pythonColumn); ok {
		e.setValidity(l.array, bits)
		return &Result{Kind: "column", Go: l.typ, Rows: l.array.Length, Arrays: []*Array{l.array}, Nullable: []bool{false}}, nil
	}
	job.Bytes = single // a column of bytes stays a column, one value is bytes
	if single {
		if bits != nil && bits[0]&1 == 0 {
			return &Result{Kind: "none"}, nil
		}
		return e.result(v.Index(0), 0)
	}
	if bits != nil && v.Kind() == reflect.Slice {
		v = filled(v, bits)
	}
	res, err := e.result(v, 0)
	if err != nil || bits == nil {
		return res, err
	}
	for _, a := range res.Arrays {
		e.narrow(a, bits)
	}
	return res, nil
}

// narrow removes rows from an array's validity.
func (e *encoder) narrow(a *Array, bits []byte) {
	if a.Nulls > 0 {
		have := e.queue[e.find(a.Buffers[0])].bytes
		merged := slices.Clone(bits[:len(have)])
		for i := range merged {
			merged[i] &= have[i]
		}
		bits = merged
	}
	e.setValidity(a, bits)
}

// find returns the index of the queued buffer at a place.
func (e *encoder) find(r Range) int {
	at := int64(0)
	for i, q := range e.queue {
		if at == r.Offset && len(q.bytes) == int(r.Length) {
			return i
		}
		at += (int64(len(q.bytes)) + align - 1) &^ (align - 1)
	}
	panic("a buffer that was never queued")
}

// failures of a call, as Python reads them.
type failures struct {
	Row     []int64
	Line    []int64
	Message []string
}

func (c *Call) sendFailed() {
	if c.failures == 0 {
		return
	}
	c.keepFirst()
	var f failures
	for _, r := range c.failed {
		f.Row, f.Line, f.Message = append(f.Row, int64(r.row)), append(f.Line, int64(r.line)), append(f.Message, r.text)
	}
	e := encoder{}
	res, err := e.result(reflect.ValueOf(f), 0)
	if err != nil {
		refuse("the rows that failed", err)
	}
	res.Rows = c.failures
	e.flush(KindOut, FailedOutput, res)
}
