package program

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"reflect"
	"runtime"
	"runtime/debug"
	"strconv"
	"strings"
	"sync"
	"syscall"

	"goscore/compute/parallel"
)

var (
	commands *bufio.Reader
	messages outbox
	job      *Job

	stdout, stderr = os.Stdout, os.Stderr
	guard          sync.Once
)

// Start prepares the process and waits for its job. The program's first package
// variable calls it, since others may depend on inputs.
func Start() bool {
	commands, messages.to = bufio.NewReader(os.NewFile(FdCommands, "commands")), os.NewFile(FdMessages, "messages")
	syscall.CloseOnExec(FdCommands)
	syscall.CloseOnExec(FdMessages)
	for i := range 3 {
		syscall.CloseOnExec(FdSegments + i)
	}
	showHidden()
	paceCollections()
	debug.SetMaxStack(64 << 20) // a runaway recursion ends in 0.1 s and not after 1 GB
	if f := os.NewFile(FdCrash, "crash"); f != nil {
		debug.SetCrashOutput(f, debug.CrashOptions{})
		f.Close()
	}
	nextJob()
	if job.Stdin {
		serveStdin()
	}
	adviseHeap(bytesOfInputs())
	return true
}

// nextJob waits for a job, or, if that is false, for a lane; the program ends if the worker
// has neither.
func nextJob() bool {
	kind, body, err := ReadMessage(commands)
	for err == nil && kind == KindJoin { // of a lane that has ended meanwhile
		kind, body, err = ReadMessage(commands)
	}
	if err == nil && kind == KindLane && job != nil {
		return false
	}
	if err != nil || kind != KindJob {
		os.Exit(0)
	}
	if job, err = decodeJob(body); err != nil {
		panic(err)
	}
	if job.Budget > 0 {
		job.text = body
	}
	guard.Do(offerToKiller)
	guardMemory(job.Data)
	if job.Memory > 0 {
		debug.SetMemoryLimit(job.Memory / 10 * 9) // collects in good time
	}
	return true
}

// Main runs the cell and reports its end. A panic of the cell becomes a Failure;
// the runtime reports fatal errors on FdCrash.
func Main(cell func()) {
	runCall(cell)
	messages.send(KindDone, nil)
	os.Exit(0)
}

// Serve runs a call for one job after the other. The worker uses it for
// functions without side effects that last: no package variable, no goroutine,
// no other place to print to, no other directory or environment.
func Serve(call func()) {
	noteSurroundings()
	syscall.CloseOnExec(FdLane)
	syscall.CloseOnExec(FdPrinted)
	syscall.CloseOnExec(FdPrinted + 1)
	for {
		runCall(call)
		done := byte(DoneStays)
		for more := false; !more; {
			if !keepsNothing() {
				messages.send(KindDone, nil)
				os.Exit(0)
			}
			messages.send(KindDone, []byte{done})
			unmap()
			clear(whole)
			current = nil
			later := freeCallMemory(bytesOfInputs())
			more = nextJob()
			later.Stop()
			if done = DoneStays; !more && serveLane(call) {
				done = DoneRested
			}
		}
	}
}

// keepsNothing reports whether the next call finds the process as this one did.
func keepsNothing() bool {
	return alone() && sameSurroundings() && os.Stdout == stdout && os.Stderr == stderr
}

// bytesOfInputs returns the size of the last job's inputs, without tables.
func bytesOfInputs() (n int64) {
	for i := range job.Inputs {
		if job.Inputs[i].Digest != "" { // a table, which is kept
			continue
		}
		for _, a := range job.Inputs[i].Arrays {
			for _, b := range a.Buffers {
				n += b.Length
			}
		}
	}
	return n
}

func runCall(call func()) {
	debug.SetPanicOnFault(true) // a write to a table is a panic; the drivers' goroutines do the same
	defer func() {
		if r := recover(); r != nil {
			f := failure(r, frames(4))
			progress.End()
			fail(f)
		}
		progress.End()
	}()
	call()
}

// alone reports whether only this goroutine is left. Those of the drivers may
// take a moment to end.
func alone() bool {
	for range 200 {
		if runtime.NumGoroutine() == 1 {
			return true
		}
		runtime.Gosched()
	}
	return false
}

// failure describes a panic. A panic of a driver's goroutine has the lines of
// that goroutine with it.
func failure(r any, at []Frame) *Failure {
	f := &Failure{Class: "GoPanic", Frames: at, Row: -1}
	if current != nil {
		f.Row = current.panicAt
	}
	var block *parallel.BlockPanic
	if err, ok := r.(error); ok && errors.As(err, &block) {
		r, f.Frames = block.Value, append(stackFrames(string(block.Stack)), at...)
	}
	if _, ok := r.(parallel.ArgumentError); ok {
		f.Class = "ArgumentValueError"
	}
	if f.Message = faultText(r); f.Message == "" {
		f.Message = panicText(r)
	}
	return f
}

// stackFrames reads the frames of a goroutine from the text of its stack.
func stackFrames(stack string) (out []Frame) {
	name := ""
	for line := range strings.Lines(stack) {
		line = strings.TrimRight(line, "\n")
		place, indented := strings.CutPrefix(line, "\t")
		if !indented {
			name, _, _ = strings.Cut(line, "(")
			continue
		}
		place, _, _ = strings.Cut(place, " ")
		i := strings.LastIndexByte(place, ':')
		if i < 0 {
			continue
		}
		if n, err := strconv.Atoi(place[i+1:]); err == nil {
			out = append(out, Frame{name, place[:i], n})
		}
	}
	return out
}

// panicText describes a panic's value as the Go runtime does, with the cell's
// names of types.
func panicText(r any) (text string) {
	defer func() {
		if recover() != nil { // the value's own method panicked
			text = fmt.Sprintf("a value of type %s", goName(reflect.TypeOf(r)))
		}
	}()
	switch v := r.(type) {
	case runtime.Error:
		return strings.ReplaceAll(v.Error(), "main.", "")
	case error:
		return v.Error()
	case string:
		return v
	case fmt.Stringer:
		return v.String()
	}
	t := reflect.TypeOf(r)
	switch {
	case t.Kind() > reflect.Complex128 && t.Kind() != reflect.String:
		return strings.Replace(fmt.Sprintf("%#v", r), "main.", "", 1)
	case t.PkgPath() == "":
		return fmt.Sprint(r)
	}
	return fmt.Sprintf("%s(%#v)", goName(t), r)
}

// frames returns the panicking goroutine's lines in the user's cells.
func frames(skip int) []Frame {
	pcs := make([]uintptr, 256)
	pcs = pcs[:runtime.Callers(skip, pcs)]
	var out []Frame
	for it := runtime.CallersFrames(pcs); ; {
		f, more := it.Next()
		if f.PC != 0 && !strings.HasPrefix(f.Function, "runtime.") {
			out = append(out, Frame{f.Function, f.File, f.Line})
		}
		if !more {
			return out
		}
	}
}

func fail(f *Failure) {
	if f.Class != "GoPanic" {
		f.Row = -1
	}
	f.Message = brief(f.Message)
	messages.waiting = messages.waiting[:0]
	if trace != nil {
		SendSteps(trace(f.Message))
	}
	messages.send(KindFail, encodeFailure(f))
	os.Exit(2)
}

// Out sends the Go variable name back to Python.
func Out(name string, v any) { send(KindOut, name, v, true) }

// Print is what print does in cells: on stdout, without blanks between the values.
func Print(args ...any) {
	for _, a := range args {
		fmt.Print(a)
	}
}

// Println is what println does in cells.
func Println(args ...any) { fmt.Println(args...) }

// Value sends the cell's value: one expression, or the results of a call.
func Value(vs ...any) {
	if job.Text {
		show(vs)
		return
	}
	if len(vs) == 1 {
		send(KindValue, "", vs[0], false)
		return
	}
	whole := &Result{Kind: "tuple"}
	e := encoder{}
	for i, v := range vs {
		item, err := e.result(reflect.ValueOf(v), 0)
		if err != nil {
			refuse(fmt.Sprintf("result %d of the last expression", i+1), err)
		}
		whole.Items = append(whole.Items, item)
	}
	e.flush(KindValue, "", whole)
}

// show sends the text of the cell's value, and nothing else: a value without a
// form in Python has a text, too.
func show(vs []any) {
	texts := make([]string, len(vs))
	for i, v := range vs {
		texts[i] = textOf(v)
	}
	res := &Result{Kind: "none", Text: texts[0]}
	if len(texts) > 1 {
		res.Text = "(" + strings.Join(texts, ", ") + ")"
	}
	messages.later(KindValue, encodeOutput("", res))
}

// ValueOrError is Value for an expression whose last result is an error. It
// raises a non-nil one, and omits a nil one.
func ValueOrError(vs ...any) {
	last := vs[len(vs)-1]
	if err, _ := last.(error); err != nil {
		raise(err)
	}
	if len(vs) > 1 {
		Value(vs[:len(vs)-1]...)
	}
}

func raise(err error) {
	fail(&Failure{Class: "GoError", Message: err.Error()})
}

func refuse(what string, err error) {
	fail(&Failure{Class: "ArgumentTypeError", Message: what + ": " + err.Error()})
}

// send encodes one value and sends its place.
func send(kind byte, name string, v any, output bool) {
	if err, ok := v.(error); ok && output && err != nil && !isNil(v) {
		raise(err)
	}
	e := encoder{}
	res, err := e.result(reflect.ValueOf(v), 0)
	if err != nil {
		what := "the cell's value"
		if output {
			what = "-o " + name
		}
		refuse(what, err)
	}
	e.flush(kind, name, res)
}

func isNil(v any) bool {
	r := reflect.ValueOf(v)
	return r.Kind() == reflect.Pointer && r.IsNil()
}

// errFull is the error when the worker has no memory for results.
var errFull = errors.New("no memory is left")

// alloc returns the offset of n bytes of segment 1, from the job's Room or else
// from the worker.
func alloc(n int64) (int64, error) {
	if taken := (n + align - 1) &^ (align - 1); taken <= job.Room.Length {
		offset := job.Room.Offset
		job.Room.Offset, job.Room.Length = offset+taken, job.Room.Length-taken
		return offset, nil
	}
	if offset, ok := job.spared(n); ok {
		return offset, nil
	}
	var w writer
	w.int(n)
	if err := messages.send(KindAlloc, w.b); err != nil {
		return 0, err
	}
	_, body, err := ReadMessage(commands)
	if err != nil {
		return 0, err
	}
	r := &reader{b: body}
	offset := r.int()
	if offset < 0 {
		return 0, errFull
	}
	if job.Budget > 0 {
		job.taken = append(job.taken, Range{Segment: 1, Offset: offset, Length: n})
	}
	return offset, r.err
}

// Ignore drops a value that the user silenced with a semicolon.
func Ignore(...any) {}

// Raise is ValueOrError for a silenced expression.
func Raise(vs ...any) {
	if err, _ := vs[len(vs)-1].(error); err != nil {
		raise(err)
	}
}
