// Package tracing is what a traced program links beside magics/program: it records
// what the instrumented functions of cells do. No other program links it.
package tracing

import (
	"bytes"
	"runtime"
	"runtime/debug"
	"strconv"
	"sync"

	"goscore/magics/program"
)

// What is kept of a trace.
const (
	mostSteps = 1000
	mostDepth = 12 // of functions that are stepped into
	shown     = 3  // rounds of a loop before those that are left out; the last one is shown, too
)

var (
	mu         sync.Mutex
	recording  bool
	goroutines = map[uint64]*goroutine{}
	others     int    // goroutines of the program when the cell began
	steps      []step // that are in no round to be replaced
	kept       int    // steps, with those in rounds
	left       int    // steps that found no room since the last one that did
	rows       loop   // calls of the function that Python calls
	failed     int    // of these, those that returned an error and stay
)

type step struct {
	program.Step
	panicked bool
}

// A goroutine is one that runs functions of cells.
type goroutine struct {
	number int
	depth  int
	sink   *[]step
	failed bool // it panics, and the step of that is there
	top    *Frame
}

// A loop holds what its current round did, from the fourth on.
type loop struct {
	rounds int
	stays  int // the last of them that stays
	buf    []step
	outer  *[]step
}

// A Frame is one call of an instrumented function.
type Frame struct {
	g       *goroutine
	name    string
	cell    int
	depth   int
	line    int // that runs, or of the return
	seen    []any
	loops   []*loop
	returns int
	parent  *Frame // on the same goroutine
	during  bool   // it was called while its goroutine panicked
}

// Main runs the cell or the call of a traced program.
func Main(cell func()) {
	debug.SetMaxStack(128 << 20) // instrumented functions take more of it
	debug.SetGCPercent(400)
	program.Traced(func() {
		mu.Lock()
		recording = true
		rows.outer = &steps
		mu.Unlock()
		cell()
	}, end)
}

// end gives the steps of all; the message is that of the last panic.
func end(failure string) []program.Step {
	mu.Lock()
	defer mu.Unlock()
	recording = false
	return snapshot(failure)
}

// snapshot puts the open rounds behind what is before them.
func snapshot(failure string) (out []program.Step) {
	all := append([]step(nil), steps...)
	seen := map[*loop]bool{}
	add := func(l *loop) {
		if l.rounds > shown && !seen[l] {
			seen[l] = true
			all = append(all, l.folded()...)
		}
	}
	add(&rows)
	for _, f := range open {
		for _, l := range f.loops {
			add(l)
		}
	}
	if left > 0 {
		all = append(all, step{Step: limit(left)})
	}
	last := -1
	for i, s := range all {
		if s.panicked {
			last = i
		}
		out = append(out, s.Step)
	}
	if last >= 0 && failure != "" {
		out[last].Note = failure
	}
	return out
}

// open are the frames that run, the outermost first.
var open []*Frame

func limit(n int) program.Step { return program.Step{Kind: "limit", Count: n} }

// folded is what a loop adds to the steps around it when it ends.
func (l *loop) folded() []step {
	if l.rounds <= shown || len(l.buf) == 0 {
		return nil
	}
	var out []step
	if n := l.rounds - max(shown, l.stays) - 1; n > 0 {
		fold := program.Step{Kind: "fold", Count: n, Note: "round"}
		if l == &rows {
			fold.Note = "call"
		}
		first := l.buf[0].Step
		fold.Goroutine, fold.Depth, fold.Function, fold.Cell, fold.Line = first.Goroutine, first.Depth, first.Function, first.Cell, first.Line
		out = append(out, step{Step: fold})
	}
	return append(out, l.buf...)
}

// round begins a round of a loop: from the fourth on it takes the place of the one before.
func (l *loop) round(sink **[]step) {
	if l.rounds++; l.rounds > shown {
		kept -= len(l.buf)
		l.buf = l.buf[:0]
		*sink = &l.buf
	}
}

// keep lets the last round stay beside those before.
func (l *loop) keep() {
	out := l.folded()
	kept += len(out) - len(l.buf)
	*l.outer = append(*l.outer, out...)
	l.buf, l.stays = nil, l.rounds
}

// close puts the last round behind those that stay.
func (l *loop) close(sink **[]step) {
	if l.rounds > shown {
		l.keep()
		*sink = l.outer
	}
}

func (f *Frame) add(s program.Step, always bool) *step {
	if !recording {
		return nil
	}
	if f.depth > mostDepth && !always {
		return nil
	}
	if !always && kept >= mostSteps {
		left++
		return nil
	}
	sink := f.g.sink
	if left > 0 {
		*sink = append(*sink, step{Step: limit(left)})
		left = 0
		kept++
	}
	s.Goroutine, s.Depth, s.Function, s.Cell = f.g.number, f.depth, f.name, f.cell
	*sink = append(*sink, step{Step: s})
	kept++
	flush(slow)
	return &(*sink)[len(*sink)-1]
}

// Enter begins a function with its parameters. The statements of a cell have no name.
func Enter(cell, line int, name string, params ...any) *Frame {
	mu.Lock()
	defer mu.Unlock()
	g := current()
	if panics, at := leaving(1); panics && g.top != nil {
		g.top.panics(at.Line)
	}
	f := &Frame{g: g, name: name, cell: cell, depth: g.depth, line: line, parent: g.top, during: g.failed}
	g.depth++
	g.top = f
	open = append(open, f)
	if name == "" || !recording {
		return f
	}
	count := 0
	if f.depth == 0 && g.number == 0 {
		rows.round(&g.sink)
		count = rows.rounds
	}
	note := ""
	if f.depth == mostDepth {
		note = "deeper calls are not shown"
	}
	f.add(program.Step{Kind: "call", Line: line, Values: values(params), Count: count, Note: note}, false)
	if f.depth == mostDepth+1 { // it may call until there is no memory
		flush(quick)
	}
	return f
}

// current is the goroutine that runs. Its number is in the text of its stack, for
// which the runtime goes through all of it: a deep recursion asks only once.
func current() *goroutine {
	if len(open) > 0 && runtime.NumGoroutine() == others {
		return open[len(open)-1].g // no other one calls meanwhile
	}
	var b [64]byte
	text := b[:runtime.Stack(b[:], false)]
	digits, _, _ := bytes.Cut(bytes.TrimPrefix(text, []byte("goroutine ")), []byte(" "))
	id, _ := strconv.ParseUint(string(digits), 10, 64)
	g := goroutines[id]
	if g == nil {
		g = &goroutine{sink: &steps}
		if recording {
			if g.number = len(goroutines); g.number == 0 {
				others = runtime.NumGoroutine()
			}
			goroutines[id] = g
		}
	}
	return g
}

// panics records that the function panics, unless its goroutine is known to.
func (f *Frame) panics(line int) {
	if f.g.failed {
		return
	}
	f.g.failed = true
	if line == 0 {
		line = f.line
	}
	if s := f.add(program.Step{Kind: "panic", Line: line, Values: values(f.seen)}, true); s != nil {
		s.panicked = true
	}
}

// Leave ends a function, by a return or by a panic. line is that of its end.
func (f *Frame) Leave(line int, results ...any) {
	mu.Lock()
	defer mu.Unlock()
	panics, at := leaving(0)
	if panics {
		f.panics(at.Line)
	}
	f.truncate(0)
	if !panics {
		note := ""
		if f.g.failed && !f.during {
			f.g.failed, note = false, "recovered"
		} else if f.returns > 0 {
			line = f.returns
		}
		if f.name != "" {
			f.add(program.Step{Kind: "return", Line: line, Values: values(results), Note: note}, f.depth == 0)
		}
		if recording && f.name != "" && f.depth == 0 && f.g.number == 0 && rows.rounds > shown && failed < shown && isError(results) {
			failed++
			rows.keep()
		}
	}
	f.g.depth, f.g.top = f.depth, f.parent
	for i := len(open) - 1; i >= 0; i-- {
		if open[i] == f {
			open = append(open[:i], open[i+1:]...)
			break
		}
	}
	if panics && recording && f.depth == 0 && f.g.number > 0 {
		program.SendSteps(snapshot("")) // nothing recovers: the process ends
	}
}

// isError says whether the last result is an error, and not nil.
func isError(results []any) bool {
	if len(results) == 0 {
		return false
	}
	err, ok := results[len(results)-1].(*error)
	return ok && *err != nil
}

// Do is a statement that sets no variable.
func (f *Frame) Do(line int, seen ...any) {
	mu.Lock()
	defer mu.Unlock()
	f.line, f.seen = line, seen
	f.add(program.Step{Kind: "do", Line: line}, false)
}

// At is in front of a statement that may panic.
func (f *Frame) At(line int, seen ...any) { f.line, f.seen = line, seen }

// Return is in front of a return.
func (f *Frame) Return(line int, seen ...any) { f.line, f.seen, f.returns = line, seen, line }

// Set is behind a statement that sets variables.
func (f *Frame) Set(line int, set ...any) {
	mu.Lock()
	defer mu.Unlock()
	f.add(program.Step{Kind: "set", Line: line, Values: values(set)}, false)
}

// Case begins a clause of a switch.
func (f *Frame) Case(line int, seen ...any) {
	mu.Lock()
	defer mu.Unlock()
	f.line, f.seen = line, seen
	f.add(program.Step{Kind: "case", Line: line, Values: values(seen)}, false)
}

// A Condition is what one is about to look at.
type Condition struct {
	f    *Frame
	line int
	seen []program.StepValue
}

// Cond is in front of a condition.
func (f *Frame) Cond(line int, seen ...any) Condition {
	mu.Lock()
	defer mu.Unlock()
	f.line, f.seen = line, seen
	return Condition{f, line, values(seen)}
}

// If passes the condition of an if statement through.
func If[B ~bool](c Condition, holds B) B {
	mu.Lock()
	defer mu.Unlock()
	c.f.add(program.Step{Kind: "if", Line: c.line, Values: c.seen, Note: strconv.FormatBool(bool(holds))}, false)
	return holds
}

// Test passes the condition of a loop through.
func Test[B ~bool](_ Condition, holds B) B { return holds }

// Loop is in front of a loop inside of so many others.
func (f *Frame) Loop(line, loops int, seen ...any) {
	mu.Lock()
	defer mu.Unlock()
	f.line, f.seen = line, seen
	f.truncate(loops)
	f.loops = append(f.loops, &loop{outer: f.g.sink})
}

// Round begins the body of a loop.
func (f *Frame) Round(line, loops int, seen ...any) {
	mu.Lock()
	defer mu.Unlock()
	f.truncate(loops + 1)
	if loops >= len(f.loops) {
		return
	}
	l := f.loops[loops]
	l.round(&f.g.sink)
	f.add(program.Step{Kind: "round", Line: line, Values: values(seen), Count: l.rounds}, false)
}

// EndLoop is behind a loop.
func (f *Frame) EndLoop(line, loops int) {
	mu.Lock()
	defer mu.Unlock()
	n := 0
	if loops < len(f.loops) {
		n = f.loops[loops].rounds
	}
	f.truncate(loops)
	f.add(program.Step{Kind: "end", Line: line, Count: n}, false)
}

// truncate ends the loops that are inside of so many.
func (f *Frame) truncate(loops int) {
	for len(f.loops) > loops {
		f.loops[len(f.loops)-1].close(&f.g.sink)
		f.loops = f.loops[:len(f.loops)-1]
	}
}
