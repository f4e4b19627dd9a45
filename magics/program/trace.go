package program

import "os"

// A Step is something that a traced program did.
type Step struct {
	Kind      string // docs/design/protocol.md has them
	Goroutine int    // counted from 0, in the order in which they first did something
	Depth     int    // of the function, below the first one
	Function  string
	Cell      int // its number in generated files
	Line      int
	Values    []StepValue
	Count     int    // of a round, a call, or of what is left out
	Note      string // the branch taken, or the message of a panic
}

// A StepValue is what a variable held then.
type StepValue struct{ Name, Text string }

// A Trace is what a traced program did.
type Trace struct{ Steps []Step }

// trace ends the record of a traced program; nil of any other.
var trace func(failure string) []Step

// Traced is Main for a program that is built to be traced. end gives its steps; of a
// failure it gets the message.
func Traced(cell func(), end func(failure string) []Step) {
	trace = end
	runCall(cell)
	SendSteps(end(""))
	messages.send(KindDone, nil)
	os.Exit(0)
}

// SendSteps sends all steps so far, in place of those that were sent before. Any
// goroutine may call it.
func SendSteps(steps []Step) {
	var w writer
	list(&w, steps, func(w *writer, s Step) {
		w.str(s.Kind)
		w.int(int64(s.Goroutine))
		w.int(int64(s.Depth))
		w.str(s.Function)
		w.int(int64(s.Cell))
		w.int(int64(s.Line))
		list(w, s.Values, func(w *writer, v StepValue) {
			w.str(v.Name)
			w.str(v.Text)
		})
		w.int(int64(s.Count))
		w.str(s.Note)
	})
	WriteMessage(messages.to, KindTrace, w.b)
}

// DecodeTrace reads the body of KindTrace.
func DecodeTrace(b []byte) (*Trace, error) {
	r := &reader{b: b}
	steps := readList(r, func(r *reader) Step {
		return Step{
			Kind: r.str(), Goroutine: int(r.int()), Depth: int(r.int()), Function: r.str(), Cell: int(r.int()), Line: int(r.int()),
			Values: readList(r, func(r *reader) StepValue { return StepValue{r.str(), r.str()} }),
			Count:  int(r.int()), Note: r.str(),
		}
	})
	return &Trace{steps}, r.err
}
