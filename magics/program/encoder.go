package program

import (
	"errors"
	"fmt"
	"reflect"
	"syscall"
	"time"
	"unsafe"

	"goscore/compute"
	"goscore/magics/datatype"
)

// An encoder makes Arrow arrays of Go values: it queues their buffers, then
// writes them all into one range of segment 1.
type encoder struct {
	queue []queued
	size  int64
}

type queued struct {
	bytes []byte
}

// placedSegment marks a buffer that is already in segment 1.
const placedSegment = -2

// align is Arrow's alignment of buffers.
const align = 64

func (e *encoder) put(a *Array, i int, b []byte) {
	for len(a.Buffers) <= i {
		a.Buffers = append(a.Buffers, Range{Segment: -1})
	}
	if offset, ok := placed(b); ok {
		a.Buffers[i] = Range{Segment: placedSegment, Offset: offset, Length: int64(len(b))}
		return
	}
	e.queue = append(e.queue, queued{b})
	a.Buffers[i] = Range{Segment: 1, Offset: e.size, Length: int64(len(b))}
	e.size += (int64(len(b)) + align - 1) &^ (align - 1)
}

// flush writes the queued buffers and sends the result with their places.
func (e *encoder) flush(kind byte, name string, res *Result) {
	to := Range{Segment: 1}
	if onLane {
		move(res, Range{Segment: 1, Offset: e.writeLane()})
		messages.later(kind, encodeOutput(name, res))
		return
	}
	if at, ok := int64(0), false; e.size > OutputRegionBytes {
		if at, ok = takeOutputRegion(e.size); ok {
			to = Range{Segment: PythonMemory, Offset: at}
			e.writePython(at)
		}
	}
	if e.size > 0 && to.Segment == 1 {
		var err error
		if to.Offset, err = alloc(e.size); err == nil {
			err = e.write(to.Offset)
		}
		if errors.Is(err, errFull) {
			noMemory(fmt.Sprintf("bring back results of %d bytes", e.size), err)
		}
		if err != nil {
			fail(&Failure{Class: "ProgramDiedError", Message: "bring back results: " + err.Error()})
		}
	}
	move(res, to)
	messages.later(kind, encodeOutput(name, res))
}

func (e *encoder) write(base int64) error {
	at := base
	for _, q := range e.queue {
		for b, off := q.bytes, at; len(b) > 0; {
			n, err := syscall.Pwrite(FdSegments+1, b, off)
			if err == syscall.EINTR {
				continue
			}
			if err != nil {
				return err
			}
			b, off = b[n:], off+int64(n)
		}
		at += (int64(len(q.bytes)) + align - 1) &^ (align - 1)
	}
	return nil
}

// writePython writes the queued buffers into Python's memory.
func (e *encoder) writePython(at int64) {
	for _, q := range e.queue {
		Reach{job.Python}.WriteAll(at, q.bytes, 0)
		at += (int64(len(q.bytes)) + align - 1) &^ (align - 1)
	}
}

// move makes all places in a result relative to the segment and start of its range.
func move(res *Result, to Range) {
	for _, a := range res.Arrays {
		moveArray(a, to)
	}
	for _, item := range res.Items {
		move(item, to)
	}
}

func moveArray(a *Array, to Range) {
	for i := range a.Buffers {
		switch a.Buffers[i].Segment {
		case placedSegment:
			a.Buffers[i].Segment = 1
		case 1:
			a.Buffers[i].Segment, a.Buffers[i].Offset = to.Segment, a.Buffers[i].Offset+to.Offset
		}
	}
	for _, c := range a.Children {
		moveArray(c, to)
	}
}

// written has what makes arrays of the Go types that are one value, though their kind
// is that of many or of a number.
var written = map[reflect.Type]func(e *encoder, a *Array, v reflect.Value) error{
	timeType:      func(e *encoder, a *Array, v reflect.Value) error { return e.times(a, as[time.Time](v)) },
	decimalGoType: func(e *encoder, a *Array, v reflect.Value) error { return e.decimals(a, as[compute.Decimal](v)) },
	durationType:  (*encoder).raw,
}

// rawOf is the type of results of t that are written as they lie.
func rawOf(t reflect.Type) *datatype.Type {
	if t == durationType {
		return datatype.RawOfGo(t.String())
	}
	return datatype.RawOfGo(t.Kind().String())
}

func (e *encoder) raw(a *Array, v reflect.Value) error {
	a.Type = rawOf(v.Type().Elem()).Format
	e.put(a, 1, raw(v))
	return nil
}

// column makes an array of a slice; nullable reports whether its type has a
// missing value.
func (e *encoder) column(v reflect.Value) (a *Array, nullable bool, err error) {
	t := v.Type().Elem()
	a = &Array{Length: v.Len(), Buffers: []Range{{Segment: -1}}}
	write := written[t]
	switch {
	case write != nil:
		return a, false, write(e, a, v)
	case isNull(t):
		return e.pointers(v, func(x reflect.Value) (reflect.Value, bool) {
			return x.FieldByName("Value"), x.FieldByName("Valid").Bool()
		})
	case t == bytesType || t.Kind() == reflect.Slice && t.Elem().Kind() == reflect.Uint8:
		b := as[[]byte](v)
		e.bytes(a, "zZ", len(b), func(i int) []byte { return b[i] })
		return a, false, nil
	}
	switch t.Kind() {
	case reflect.Bool:
		a.Type = "b"
		e.put(a, 1, pack(v.Len(), func(i int) bool { return v.Index(i).Bool() }))
		return a, false, nil
	case reflect.String:
		return a, false, e.strings(a, as[string](v))
	case reflect.Pointer:
		return e.pointers(v, func(x reflect.Value) (reflect.Value, bool) { return x.Elem(), !x.IsNil() })
	case reflect.Slice, reflect.Array:
		return a, false, e.lists(a, v)
	case reflect.Struct:
		return a, false, e.structs(a, v)
	}
	if rawOf(t).IsNumber() {
		return a, false, e.raw(a, v)
	}
	return nil, false, fmt.Errorf("values of Go type %s have no form in Python", t)
}

// as views a slice whose elements have the layout of T.
func as[T any](v reflect.Value) []T {
	return unsafe.Slice((*T)(v.UnsafePointer()), v.Len())
}

// raw views the memory of a slice.
func raw(v reflect.Value) []byte {
	return unsafe.Slice((*byte)(v.UnsafePointer()), v.Len()*int(v.Type().Elem().Size()))
}

// reach makes an unexported field readable.
func reach(v reflect.Value) reflect.Value {
	if v.CanInterface() || !v.CanAddr() {
		return v
	}
	return reflect.NewAt(v.Type(), v.Addr().UnsafePointer()).Elem()
}

func pack(n int, at func(int) bool) []byte {
	bits := make([]byte, (n+7)/8)
	for i := range n {
		if at(i) {
			bits[i/8] |= 1 << (i % 8)
		}
	}
	return bits
}

// pointers makes an array with validity: get gives an item's value and
// whether it has one.
func (e *encoder) pointers(v reflect.Value, get func(reflect.Value) (reflect.Value, bool)) (*Array, bool, error) {
	elem := v.Type().Elem()
	if elem.Kind() == reflect.Pointer {
		elem = elem.Elem()
	} else {
		f, _ := elem.FieldByName("Value")
		elem = f.Type
	}
	values := reflect.MakeSlice(reflect.SliceOf(elem), v.Len(), v.Len())
	bits := make([]byte, (v.Len()+7)/8)
	for i := range v.Len() {
		if x, ok := get(v.Index(i)); ok {
			values.Index(i).Set(x)
			bits[i/8] |= 1 << (i % 8)
		}
	}
	a, _, err := e.column(filled(values, bits))
	if err != nil {
		return nil, false, err
	}
	e.setValidity(a, bits)
	return a, true, nil
}

// setValidity sets an array's bitmap, if it has a null.
func (e *encoder) setValidity(a *Array, bits []byte) {
	if bits == nil {
		return
	}
	valid := 0
	for i := range a.Length {
		valid += int(bits[i/8] >> (i % 8) & 1)
	}
	if a.Nulls = a.Length - valid; a.Nulls > 0 {
		e.put(a, 0, bits[:(a.Length+7)/8])
	}
}

func (e *encoder) lists(a *Array, v reflect.Value) error {
	total := 0
	for i := range v.Len() {
		total += v.Index(i).Len()
	}
	flat := reflect.MakeSlice(reflect.SliceOf(v.Type().Elem().Elem()), 0, total)
	ends := make([]int64, v.Len()+1)
	for i := range v.Len() {
		flat = reflect.AppendSlice(flat, v.Index(i).Slice(0, v.Index(i).Len()))
		ends[i+1] = int64(flat.Len())
	}
	child, _, err := e.column(flat)
	if err != nil {
		return err
	}
	child.Name = "item"
	a.Type, a.Children = "+L", []*Array{child}
	e.put(a, 1, raw(reflect.ValueOf(ends)))
	return nil
}

func (e *encoder) structs(a *Array, v reflect.Value) error {
	a.Type = "+s"
	for _, f := range visible(v.Type().Elem()) {
		col := reflect.MakeSlice(reflect.SliceOf(f.Type), v.Len(), v.Len())
		for i := range v.Len() {
			col.Index(i).Set(reach(v.Index(i).FieldByIndex(f.Index)))
		}
		child, _, err := e.column(col)
		if err != nil {
			return fmt.Errorf("field %s: %w", f.Name, err)
		}
		child.Name = label(f)
		a.Children = append(a.Children, child)
	}
	return nil
}
