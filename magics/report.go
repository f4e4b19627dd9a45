package magics

import (
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"syscall"

	"goscore/magics/compile"
	"goscore/magics/process"
	"goscore/magics/program"
	"goscore/magics/protocol"
	"goscore/magics/session"
)

// A report is an error as the frontend gets it.
type report struct {
	class, text  string
	line, column int
	row          *int // of a call's arguments
}

func (f report) content() protocol.ErrorReply {
	f.text = program.Brief(f.text, 1100, 16<<10) // a program has cut what it says, to less
	return protocol.ErrorReply{
		Status: "error", EName: f.class, EValue: f.text,
		Traceback: strings.Split(f.class+": "+f.text, "\n"),
		Goscore:   &protocol.Place{Line: f.line, Column: f.column, Row: f.row},
	}
}

// failure words any error for the user. r is nil when nothing ran.
func (w *Worker) failure(err error, r *run) report {
	var diags compile.Diagnostics
	var argument *protocol.ArgumentError
	var panicked *panicError
	var dead *died
	var full *process.FullError
	var got *compile.GetError
	switch {
	case errors.As(err, &diags):
		line, column := diags[0].Place()
		if r != nil && r.meta.Call == nil && !diags[0].Cell.Same(r.cell) { // a function of an earlier cell
			line, column = 0, 0
		}
		return report{class: classOf(diags), text: diags.Error(), line: line, column: column}
	case errors.As(err, &argument):
		f := report{class: argument.Class, text: argument.Text}
		if argument.Cell != nil && argument.Offset >= 0 {
			f.line, f.column = argument.Cell.Place(argument.Offset)
		}
		return f
	case errors.As(err, &panicked):
		return report{class: panicked.class, text: panicked.text, line: panicked.line, row: panicked.row}
	case errors.As(err, &dead):
		return report{class: "ProgramDiedError", text: dead.text}
	case errors.As(err, &full):
		return report{class: "OutOfMemoryError", text: full.Text}
	case errors.Is(err, errTimeout):
		text := "the cell ran into its --timeout"
		if r != nil && r.meta.Call != nil {
			text = fmt.Sprintf("the call did not end within its timeout of %g seconds", r.meta.Options.Timeout)
		} else if r != nil {
			text = fmt.Sprintf("the cell did not end within --timeout %g seconds", r.meta.Options.Timeout)
		}
		return report{class: "GoTimeoutError", text: text}
	case errors.Is(err, errInterrupted):
		return report{class: "KeyboardInterrupt", text: "the cell was interrupted"}
	case errors.As(err, &got):
		return report{class: "GoCompileError", text: got.Error()}
	case errors.Is(err, compile.ErrNoToolchain):
		return report{class: "GoToolchainError", text: strings.TrimPrefix(err.Error(), compile.ErrNoToolchain.Error()+": ")}
	}
	return report{class: "GoscoreError", text: err.Error()}
}

// classOf tells a cell whose only mistakes are names that are not defined from
// others that do not compile.
func classOf(diags compile.Diagnostics) string {
	for _, d := range diags {
		if !session.Undefined.MatchString(d.Message) {
			return "GoCompileError"
		}
	}
	return "GoNameError"
}

// A panicError is a panic, a fatal error or a returned error of the cell.
type panicError struct {
	class, text string
	line        int
	row         *int
}

func (p *panicError) Error() string { return p.text }

// verdict words how a program's task ended; nil when it did what it was to do.
func (r *run) verdict(end process.End) error {
	switch {
	case end.Stopped:
		return r.stopped()
	case end.Failure != nil:
		return r.programFailure(end.Failure)
	case end.Done:
		return r.outputsCame()
	case end.Crash != "":
		return r.crashed(end.Crash, end.Memory)
	case end.Memory.Over != "":
		return &died{"the cell's program ran out of memory: " + end.Memory.Over + r.memory.Exceeded()}
	case end.Signal == syscall.SIGKILL:
		return &died{fmt.Sprintf("the cell's program was ended by signal %d (%v): somebody killed it, or memory ran out", int(end.Signal), end.Signal)}
	case end.Signal != 0:
		return &died{fmt.Sprintf("the cell's program was ended by signal %d (%v)", int(end.Signal), end.Signal)}
	}
	return &died{fmt.Sprintf("the cell's program ended before the cell did, with exit status %d: os.Exit and log.Fatal end it, return does not", end.Status)}
}

// outputsCame sees that the cell did not return above its last line.
func (r *run) outputsCame() error {
	if n := len(r.reply.Outputs); n < len(r.meta.Outputs) {
		return protocol.BadValue("the cell returned before its end, so -o %s was not set", r.meta.Outputs[n][1])
	}
	return nil
}

// died is the end of a program that no line of the cell explains.
type died struct{ text string }

func (d *died) Error() string { return d.text }

func (r *run) programFailure(f *program.Failure) error {
	switch f.Class {
	case "ProgramDiedError":
		return &died{f.Message}
	case program.OutOfMemory:
		return &died{f.Message + r.memory.Exceeded()}
	case "GoPanic":
		err := r.panicked("GoPanic", "panic: "+f.Message, f.Frames)
		if f.Row >= 0 {
			err.row = &f.Row
		}
		return err
	}
	return r.panicked(f.Class, f.Message, f.Frames)
}

// panicked reduces a Go traceback to the lines of cells, innermost first.
func (r *run) panicked(class, message string, frames []program.Frame) *panicError {
	e := &panicError{class: class, text: message}
	var lines []string
	last := ""
	for _, f := range frames {
		cell := r.cellOf(f.File)
		if cell == nil {
			continue
		}
		at := fmt.Sprintf("%s, line %d", cell.Name, f.Line)
		if at == last {
			continue
		}
		last = at
		if e.line == 0 && (r.meta.Call != nil || cell == r.cell) {
			e.line = f.Line
		}
		how := "called from "
		if strings.HasPrefix(f.Func, startedBy) {
			how = "started from "
		}
		if lines == nil {
			how = ""
		}
		lines = append(lines, fmt.Sprintf("%s%s%s\n%4d | %s", how, at, inFunction(f.Func), f.Line, cell.Line(f.Line)))
		if len(lines) == maxFrames {
			lines = append(lines, "...")
			break
		}
	}
	if len(lines) > 0 {
		head, rest, _ := strings.Cut(lines[0], "\n")
		e.text = head + ": " + message + "\n" + rest
		for _, l := range lines[1:] {
			e.text += "\n" + l
		}
	}
	return e
}

// maxFrames bounds how much of a deep recursion is shown.
const maxFrames = 10

// startedBy is how the runtime marks the line of a go statement.
const startedBy = "created by "

func inFunction(name string) string {
	name = strings.TrimPrefix(strings.TrimPrefix(name, startedBy), "main.")
	if name == "" || strings.HasPrefix(name, "goscore__cell") || name == "init" || strings.HasPrefix(name, "init.") {
		return ""
	}
	return ", in " + name
}

// cellOf finds the cell that generated files call c0, c1, ...
func (r *run) cellOf(file string) *compile.Cell {
	if i := strings.LastIndexByte(file, '/'); i >= 0 {
		file = file[i+1:]
	}
	number, ok := strings.CutPrefix(file, "c")
	if !ok {
		return nil
	}
	n, err := strconv.Atoi(number)
	if err != nil || n < 0 || n >= len(r.cells) {
		return nil
	}
	return r.cells[n]
}

var (
	goroutineFunc = regexp.MustCompile(`^((?:created by )?[\w./*()\[\]·-]+?)(?:\(.*\))?(?: in goroutine \d+)?$`)
	goroutineLine = regexp.MustCompile(`^\t(\S+):(\d+)(?: .*)?$`)
)

// crashed reads what Go's runtime writes when a program ends in a way that
// nothing can recover from.
func (r *run) crashed(text string, saw process.Seen) error {
	message, rest, _ := strings.Cut(text, "\ngoroutine ")
	message = tidy(message)
	var frames []program.Frame
	name := ""
	for line := range strings.Lines(rest) {
		line = strings.TrimRight(line, "\n")
		if line == "" && len(frames) > 0 && r.anyCell(frames) {
			break // the first goroutine that is in the cell is the one to show
		}
		if m := goroutineLine.FindStringSubmatch(line); m != nil {
			n, _ := strconv.Atoi(m[2])
			frames = append(frames, program.Frame{Func: name, File: m[1], Line: n})
		} else if m := goroutineFunc.FindStringSubmatch(line); m != nil {
			name = m[1]
		}
	}
	if strings.HasPrefix(message, "unexpected fault address") {
		message = r.tableFault(message)
	}
	over := saw.Over
	switch {
	case over != "":
	case saw.Full && runtimeFault.MatchString(text):
		over = "the runtime got no more"
	case runtimeFault.MatchString(text):
		over = "the runtime got no more, or the cell wrote over its memory"
	case noMemory.MatchString(message):
		over = message
	}
	if over != "" {
		e := r.panicked("ProgramDiedError", "the cell's program ran out of memory: "+over, frames)
		e.text += r.memory.Exceeded()
		return e
	}
	return r.panicked("GoPanic", message, frames)
}

var (
	noMemory = regexp.MustCompile(`out of memory|cannot allocate memory`)
	// runtimeFault is what the runtime makes of memory that it asked for and did
	// not get: a fault in its own code, which it tells with the place.
	runtimeFault = regexp.MustCompile(`(?s)^SIGSEGV: .*\nPC=.*addr=0x[0-9a-f]{1,4}\n\ngoroutine `)
)

func (r *run) anyCell(frames []program.Frame) bool {
	for _, f := range frames {
		if r.cellOf(f.File) != nil {
			return true
		}
	}
	return false
}

// tidy keeps the message of a fatal error and drops the runtime's figures.
func tidy(message string) string {
	var keep []string
	for line := range strings.Lines(strings.TrimSpace(message)) {
		line = strings.TrimSpace(line)
		if line == "runtime stack:" {
			break
		}
		if line == "" || strings.HasPrefix(line, "runtime: ") || strings.HasPrefix(line, "[signal ") {
			continue
		}
		line = recovered.ReplaceAllString(strings.TrimPrefix(line, "fatal error: "), "")
		if m := opaque.FindStringSubmatch(line); m != nil {
			line = "panic: a value of type " + m[1]
		} else if strings.HasPrefix(line, "panic: interface conversion: ") || strings.HasPrefix(line, "panic: main.") {
			line = strings.ReplaceAll(line, "main.", "")
		}
		keep = append(keep, line)
	}
	return strings.Join(keep, "; ")
}

var (
	recovered = regexp.MustCompile(` \[recovered(, repanicked)?\]$`)
	// opaque is how the runtime shows a value that it cannot print.
	opaque = regexp.MustCompile(`^panic: \((?:main\.)?([^)]+)\) 0x[0-9a-f]+$`)
)
