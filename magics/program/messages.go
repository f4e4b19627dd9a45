// Package program is linked into every program: it maps the segments, passes
// columns to the cell, sends results back and reports panics.
//
// It also declares the messages that the worker and a program exchange over
// their pipes, so that both sides share one definition.
package program

// Descriptors that a program inherits from the worker.
const (
	FdCommands = 3 // worker to program: the job, then answers to KindAlloc
	FdMessages = 4 // program to worker
	FdCrash    = 5 // the runtime writes fatal errors there
	FdSegments = 6 // segments 0, 1, 2
	FdStdin    = 9 // of a job with Stdin: answers to KindAsk

	FdLane    = 9  // of a process that stays: Python's end is elsewhere
	FdPrinted = 10 // and 11: the other ends of its stdout and stderr, to see what nobody has read yet
)

// Kinds of messages.
const (
	KindJob     = 'J' // worker to program: a Job
	KindAlloc   = 'A' // program asks for a range of segment 1; the answer is its offset, negative for none
	KindOut     = 'O' // an output: its name and a Result
	KindValue   = 'V' // the cell's value: a Result
	KindAsk     = 'I' // the cell waits for standard input; the answer is a line
	KindCount   = 'C' // the number of converted argument values: 8 bytes, little-endian
	KindFail    = 'F' // a Failure; nothing follows
	KindLane    = 'L' // worker to program: further calls come from Python, on the lane
	KindJoin    = 'N' // worker to program: the worker waits for the end of the call on the lane
	KindProfile = 'P' // of a profiled program: a Profile
	KindTrace   = 'T' // of a traced program: all its steps so far
	KindDone    = 'D' // the cell ran to its end; DoneStays if the process takes another job
)

// A Range is the place of bytes. Segment -1 is no buffer.
type Range struct {
	Segment        int
	Offset, Length int64
}

// An Array is an Arrow array in segments. Type is the format string of
// Arrow's C data interface, or "b8" for booleans of one byte.
type Array struct {
	Type       string
	Length     int
	Nulls      int
	Buffers    []Range
	Children   []*Array
	Dictionary *Array // nil when the array is not dictionary-encoded
	Name       string // of a struct's child

	bytes [][]byte // the buffers that are in this process's memory already
}

// An Input is one Python object bound in the cell.
type Input struct {
	Name    string
	Rows    int      // of a frame
	Columns []string // the frame's columns that were sent, as Python names them
	Fields  []string // and as Go does
	Arrays  []*Array // of a frame: one per sent column; else the data
	Shape   []int    // of a matrix
	Value   bool     // one value for all rows
	Digest  string   // of a table: tells its content
}

// A Job describes one run of a program.
type Job struct {
	Inputs []Input
	Unit   string // of result timestamps: s, m, u or n, as in Arrow's format strings
	Zone   string // of result timestamps; empty is naive
	Bytes  bool   // a []byte result is one bytes object, not a column of uint8
	Stdin  bool   // the user can be asked for what the cell reads from standard input
	Text   bool   // the value is only displayed, by a frontend without Python
	Memory int64  // limit of the run's memory, in bytes; 0 is no limit
	Data   int64  // the limit with the mapped inputs, for RLIMIT_DATA
	Stays  bool   // the process may take another job after this one
	Room   Range  // of segment 1, for results: asking the worker takes longer than a short run
	Python int    // the Python process, for ranges of PythonMemory
	// OutputRegion is the part of Python's memory for results: an address and a length.
	OutputRegion Range
	// Progress is the address there of the number of finished rows; 0 is none.
	Progress int64
	Call     *CallJob
	// Budget is for how long a profiled program repeats the call, in nanoseconds; 0 is once.
	Budget int64

	text         []byte  // what it was read from, for a profiled program
	taken, spare []Range // of segment 1, by a profiled program
}

// A Result is one Go value on its way to Python. docs/design/protocol.md has the kinds.
type Result struct {
	Kind     string // none, scalar, column, frame, map, tuple, record
	Go       string // the Go type
	Rows     int
	Names    []string // of a frame's fields, a record's items
	Arrays   []*Array // scalar, column: one; frame: one per field; map: keys, values
	Nullable []bool   // one per array
	Items    []*Result
	Text     string // of a value that is only displayed
}

// OutOfMemory is the class of a Failure for which the worker knows a hint.
const OutOfMemory = "OutOfMemory"

// A Failure is a panic, or an error the cell returned.
type Failure struct {
	Class   string // GoPanic, GoError, ArgumentValueError, OutOfMemory
	Message string
	Frames  []Frame // innermost first
	Row     int     // of a call that panicked; -1 if it is not known
}

// A Frame is one line of a Go traceback.
type Frame struct {
	Func, File string
	Line       int
}

func putRange(w *writer, r Range) {
	w.int(int64(r.Segment))
	w.int(r.Offset)
	w.int(r.Length)
}

func getRange(r *reader) Range { return Range{int(r.int()), r.int(), r.int()} }

func putArray(w *writer, a *Array) {
	w.bool(a != nil)
	if a == nil {
		return
	}
	w.str(a.Type)
	w.int(int64(a.Length))
	w.int(int64(a.Nulls))
	list(w, a.Buffers, putRange)
	list(w, a.Children, putArray)
	putArray(w, a.Dictionary)
	w.str(a.Name)
}

func getArray(r *reader) *Array {
	defer r.leave()
	if !r.enter() || !r.bool() || r.err != nil {
		return nil
	}
	return &Array{
		Type: r.str(), Length: int(r.int()), Nulls: int(r.int()),
		Buffers: readList(r, getRange), Children: readList(r, getArray),
		Dictionary: getArray(r), Name: r.str(),
	}
}

func putInt(w *writer, v int) { w.int(int64(v)) }
func getInt(r *reader) int    { return int(r.int()) }

func putInput(w *writer, in Input) {
	w.str(in.Name)
	w.int(int64(in.Rows))
	list(w, in.Columns, (*writer).str)
	list(w, in.Fields, (*writer).str)
	list(w, in.Arrays, putArray)
	list(w, in.Shape, putInt)
	w.bool(in.Value)
	w.str(in.Digest)
}

func getInput(r *reader) Input {
	return Input{
		Name: r.str(), Rows: int(r.int()),
		Columns: readList(r, (*reader).str), Fields: readList(r, (*reader).str),
		Arrays: readList(r, getArray), Shape: readList(r, getInt),
		Value: r.bool(), Digest: r.str(),
	}
}

// Encode returns the job's bytes.
func (j *Job) Encode() []byte {
	var w writer
	list(&w, j.Inputs, putInput)
	w.str(j.Unit)
	w.str(j.Zone)
	w.bool(j.Bytes)
	w.bool(j.Text)
	w.bool(j.Stdin)
	w.int(j.Memory)
	w.int(j.Data)
	w.bool(j.Stays)
	putRange(&w, j.Room)
	w.int(int64(j.Python))
	putRange(&w, j.OutputRegion)
	w.int(j.Progress)
	w.int(j.Budget)
	w.bool(j.Call != nil)
	if j.Call != nil {
		putCall(&w, j.Call)
	}
	return w.b
}

func putCall(w *writer, c *CallJob) {
	list(w, c.Arguments, (*writer).str)
	list(w, c.By, (*writer).str)
	w.str(c.Init)
	for _, b := range []bool{c.KeepMissing, c.Coerce, c.All, c.Serial, c.Partial} {
		w.bool(b)
	}
}

func getCall(r *reader) *CallJob {
	return &CallJob{
		Arguments: readList(r, (*reader).str), By: readList(r, (*reader).str), Init: r.str(),
		KeepMissing: r.bool(), Coerce: r.bool(), All: r.bool(), Serial: r.bool(), Partial: r.bool(),
	}
}

func decodeJob(b []byte) (*Job, error) {
	r := &reader{b: b}
	j := &Job{
		Inputs: readList(r, getInput), Unit: r.str(), Zone: r.str(),
		Bytes: r.bool(), Text: r.bool(), Stdin: r.bool(), Memory: r.int(), Data: r.int(),
		Stays: r.bool(), Room: getRange(r),
		Python: int(r.int()), OutputRegion: getRange(r), Progress: r.int(), Budget: r.int(),
	}
	if r.bool() {
		j.Call = getCall(r)
	}
	return j, r.err
}

func putResult(w *writer, v *Result) {
	w.str(v.Kind)
	w.str(v.Go)
	w.int(int64(v.Rows))
	list(w, v.Names, (*writer).str)
	list(w, v.Arrays, putArray)
	list(w, v.Nullable, (*writer).bool)
	list(w, v.Items, putResult)
	w.str(v.Text)
}

func getResult(r *reader) *Result {
	defer r.leave()
	if !r.enter() {
		return nil
	}
	return &Result{
		Kind: r.str(), Go: r.str(), Rows: int(r.int()),
		Names: readList(r, (*reader).str), Arrays: readList(r, getArray),
		Nullable: readList(r, (*reader).bool), Items: readList(r, getResult),
		Text: r.str(),
	}
}

func encodeOutput(name string, v *Result) []byte {
	var w writer
	w.str(name)
	putResult(&w, v)
	return w.b
}

// AppendOutput adds the message of one result, as a program sends it: of KindOut or KindValue.
func AppendOutput(to []byte, kind byte, name string, v *Result) []byte {
	return appendMessage(to, kind, encodeOutput(name, v))
}

// DecodeOutput reads the body of KindOut and KindValue.
func DecodeOutput(b []byte) (name string, v *Result, err error) {
	r := &reader{b: b}
	name, v = r.str(), getResult(r)
	return name, v, r.err
}

func encodeFailure(f *Failure) []byte {
	var w writer
	w.str(f.Class)
	w.str(f.Message)
	list(&w, f.Frames, func(w *writer, f Frame) {
		w.str(f.Func)
		w.str(f.File)
		w.int(int64(f.Line))
	})
	w.int(int64(f.Row))
	return w.b
}

// DecodeFailure reads the body of KindFail.
func DecodeFailure(b []byte) (*Failure, error) {
	r := &reader{b: b}
	f := &Failure{Class: r.str(), Message: r.str()}
	f.Frames = readList(r, func(r *reader) Frame { return Frame{r.str(), r.str(), int(r.int())} })
	f.Row = int(r.int())
	return f, r.err
}

// EncodeOffset is the body of the worker's answer to KindAlloc.
func EncodeOffset(offset int64) []byte {
	var w writer
	w.int(offset)
	return w.b
}

// DecodeSize reads the body of KindAlloc.
func DecodeSize(b []byte) (int64, error) {
	r := &reader{b: b}
	n := r.int()
	return n, r.err
}
