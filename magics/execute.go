package magics

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"go/token"
	"io/fs"
	"math"
	"os"
	"runtime"
	"slices"
	"strings"
	"sync"
	"syscall"
	"time"

	"goscore/magics/builtin"
	"goscore/magics/compile"
	"goscore/magics/frame"
	"goscore/magics/process"
	"goscore/magics/program"
	"goscore/magics/protocol"
	"goscore/magics/session"
	"goscore/magics/vet"
)

// A Worker runs cells. Its methods may be called from several goroutines.
type Worker struct {
	session *session.Switch
	store   *frame.Store
	inputs  *frame.Segment // segment 0, written by Python; nil without one
	results *frame.Segment // segment 1
	own     *frame.Segment // segment 2: what came inline
	python  program.Reach
	memory  process.Allowance

	ranges   *liveRanges
	scratch  builtin.Scratch // of built-in functions
	programs *process.Pool
	lanes    lanes
	tables   sentTables
	mirror   mirror

	mu   sync.Mutex
	seen map[string]bool // renamed columns that were reported
}

// Options of NewWorker.
type Options struct {
	Source          fs.FS          // compute with its rooms, magics/datatype and magics/program, which programs link
	Inputs, Results *frame.Segment // shared with Python; nil: the worker makes its own
	Lanes           int            // the socket on which Python gets lanes; 0 for none
	Python          int            // the process whose memory inputs and results may lie in; 0 for none
}

// NewWorker makes a worker with an empty session. Close ends it.
func NewWorker(o Options) (*Worker, error) {
	w := &Worker{
		session: session.New(o.Source, vet.Check), programs: process.NewPool(o.Lanes),
		inputs: o.Inputs, results: o.Results, python: program.Reach{Pid: o.Python}, seen: map[string]bool{},
	}
	var err error
	if w.memory, err = process.ReadAllowance(os.Getenv(process.MemoryVariable), frame.Capacity()); err != nil {
		return nil, err
	}
	if w.results == nil {
		if w.results, err = frame.Create(1, "goscore-results"); err != nil {
			return nil, err
		}
	}
	if w.own, err = frame.Create(2, "goscore-own"); err != nil {
		return nil, err
	}
	w.ranges, w.tables.free = newLiveRanges(w.results), w.own.Free
	segments := []*frame.Segment{w.results, w.own}
	if w.inputs != nil {
		segments = append(segments, w.inputs)
	}
	w.store = frame.NewStore(segments...)
	return w, nil
}

// Close ends all that cells have started and left behind.
func (w *Worker) Close() {
	w.session.Close()
	w.programs.Close()
}

// Warm compiles packages that a cell would wait for.
func (w *Worker) Warm(ctx context.Context, what compile.Warmth) error {
	return w.session.Warm(ctx, what)
}

// Progress tells how far the work is that a cell may wait for.
func (w *Worker) Progress() compile.Progress { return w.session.Progress(context.Background()) }

// Probe shows Python whether its memory can be read and written from here: of 16
// bytes at an address there, the first 8 are copied to the last 8.
func (w *Worker) Probe(address int64) {
	var b [8]byte
	if address > 0 && w.python.Read(b[:], address) == nil {
		w.python.Write(address+int64(len(b)), b[:])
	}
}

// Memory says what a run that begins now may take.
func (w *Worker) Memory() protocol.Memory {
	l := w.memory.Limit()
	return protocol.Memory{Limit: l.Bytes, Text: l.String()}
}

// Shared says whether Python and the worker share segments.
func (w *Worker) Shared() bool { return w.inputs != nil }

// A run is one cell on its way through the worker.
type run struct {
	w         *Worker
	ctx       context.Context
	req       protocol.Request
	out       protocol.Output
	meta      protocol.RequestMetadata
	text      bool // a frontend without Python: the value is shown there
	code      string
	cell      *compile.Cell
	cells     []*compile.Cell // of the program, by their numbers in generated files
	inputs    []*bound
	uses      []compile.Use
	reply     protocol.ReplyMetadata
	functions []compile.Function // that Python can call from now on
	receipt   *protocol.Receipt
	memory    process.Limit
	variables *process.Environment // Python's; nil: the worker's own
	done      program.Progress     // of built-in functions
	compiled  func()               // called when what is to be compiled is

	mu        sync.Mutex
	ranges    []int64 // of segment 1
	allocated int64   // their bytes
	ownRanges []int64 // of segment 2
	tables    []*sentTable
}

var errTimeout = errors.New("timeout")

// Execute runs a cell. ctx ends it early; its cause tells a timeout from an interrupt.
func (w *Worker) Execute(ctx context.Context, req protocol.Request, out protocol.Output) protocol.Reply {
	w.ranges.freeClient(req.Client)
	r := &run{w: w, req: req, out: out, memory: w.memory.Limit()}
	r.receipt = &r.reply.Receipt
	r.reply.Outputs = []protocol.NamedResult{}
	cancel, err := r.read(ctx)
	if cancel != nil {
		defer cancel()
	}
	if err == nil {
		r.compiled = w.showWork(r.ctx, out, r.text)
		err = r.run()
		r.compiled()
	}
	for _, offset := range r.ownRanges {
		w.own.Free(offset)
	}
	for _, t := range r.tables {
		w.tables.release(t)
	}
	reply := protocol.Reply{Metadata: map[string]any{"goscore": &r.reply}}
	if err == nil {
		err = r.pack(&reply)
	}
	r.reply.Generation = w.session.Generation()
	if err != nil {
		r.free()
		r.reply.Outputs, r.reply.Value = []protocol.NamedResult{}, nil
		reply.Content, reply.Buffers = w.failure(err, r).content(), nil
		return reply
	}
	reply.Content = protocol.OK()
	if r.functions != nil {
		w.session.Ahead(context.Background(), r.functions)
	}
	return reply
}

// read takes the request apart.
func (r *run) read(ctx context.Context) (context.CancelFunc, error) {
	var content struct {
		Code string `json:"code"`
	}
	r.ctx = ctx
	if err := protocol.Decode("execute_request", r.req.Content, &content); err != nil {
		return nil, err
	}
	var meta struct {
		Goscore *protocol.RequestMetadata `json:"goscore"`
	}
	if len(r.req.Metadata) > 0 {
		if err := protocol.Decode("execute_request's metadata", r.req.Metadata, &meta); err != nil {
			return nil, err
		}
	}
	if r.text = meta.Goscore == nil; !r.text {
		r.meta = *meta.Goscore
	}
	if s := r.meta.Surroundings; s != nil {
		r.variables = r.w.mirror.follow(s.Environment)
	}
	if w := r.meta.Options.OutputRegion; w != nil && (w.Segment != frame.OwnMemory || w.Offset <= 0 || w.Length < 0) {
		return nil, errors.New("the place for results is not in Python's memory")
	} else if w != nil {
		w.Length = process.Available(w.Length)
	}
	for _, o := range r.meta.Outputs {
		if !token.IsIdentifier(o[1]) {
			return nil, protocol.BadValue("-o %s: %q is no name in Go", o[1], o[1])
		}
	}
	var cancel context.CancelFunc
	if t := r.meta.Options.Timeout; t > 0 {
		late := time.Duration(min(t*float64(time.Second), float64(math.MaxInt64/2))) // seconds may be more than a Duration holds
		r.ctx, cancel = context.WithTimeoutCause(ctx, late, errTimeout)
	}
	r.code = content.Code
	return cancel, nil
}

func cellName(name string, count int) string {
	if name == "" {
		return fmt.Sprintf("In[%d]", count)
	}
	return name
}

func (r *run) run() error {
	if err := r.receive(); err != nil {
		return err
	}
	r.receipt.Cores = r.threads()
	for _, in := range r.inputs {
		r.receipt.Rows = max(r.receipt.Rows, in.rows)
	}
	if r.meta.Call != nil && r.meta.Call.Builtin {
		return r.runBuiltinCall()
	}
	if r.meta.Call != nil {
		return r.runCall()
	}
	read, err := r.w.session.Read(r.ctx, session.Query{
		Name: cellName(r.meta.Cell, r.req.Count), Code: r.code, Gets: r.meta.Options.Get, Declare: r.meta.Options.Declare,
		Inputs: r.described(), Outputs: goNames(r.meta.Outputs), Text: r.text, Plain: ofBuiltins(r.described()),
	})
	if err != nil {
		var diags compile.Diagnostics
		if errors.As(err, &diags) {
			r.cell = diags[0].Cell
		}
		if r.ctx.Err() != nil {
			return r.stopped()
		}
		return err
	}
	r.cell, r.uses = read.Cell, read.Uses
	r.reportNames()
	if err := r.refuseMissing(); err != nil {
		return err
	}
	if cell, list := calls(read, r.described()); list != nil && r.meta.Options.Profile == 0 && !r.meta.Options.Trace {
		r.cell = cell
		r.receipt.Where = "worker"
		began := time.Now()
		err := r.runBuiltins(list)
		r.receipt.Run = time.Since(began).Seconds()
		return err
	}
	return r.compileAndRun(read)
}

// described are the inputs without their data.
func (r *run) described() []compile.Input {
	out := make([]compile.Input, len(r.inputs))
	for i, in := range r.inputs {
		out[i] = in.Input
	}
	return out
}

// maxThreads bounds -j: Go's runtime and the drivers take memory for each thread.
const maxThreads = 1024

func (r *run) threads() int {
	if r.meta.Options.Trace {
		return 1
	}
	if n := r.meta.Options.Threads; n > 0 {
		return min(n, maxThreads)
	}
	return runtime.GOMAXPROCS(0)
}

func (r *run) compileAndRun(read *session.Reading) error {
	r.receipt.Where = "program"
	o := r.meta.Options
	query := session.BuildQuery{
		Reading: read, Inputs: r.described(), Changed: o.Changed, Quiet: o.Quiet, Describe: o.Describe && !r.text,
		Options: compile.Options{Outputs: goNames(r.meta.Outputs), NoReturn: o.NoReturn, Force: o.Force, Python: !r.text, NoStdin: r.noStdin(), Profile: o.Profile > 0, Trace: o.Trace},
	}
	built, err := r.w.session.Build(r.ctx, query)
	p, err := r.built(built, err)
	if err != nil {
		return err
	}
	for _, d := range p.Warnings {
		if o.Declare {
			break // what only the statements used is not unused
		}
		r.out.Stream("stderr", "warning: "+d.String()+"\n")
	}
	r.note(built)
	if p.Declares || o.Declare {
		return nil
	}
	return r.timed(p, func() (*compile.Program, error) {
		query.Options.Force, query.Again = true, true
		built, err := r.w.session.Build(r.ctx, query)
		return built.Program, err
	})
}

// timed runs a program, and notes how long that took. One that the system does
// not run, because the cache was tampered with, is built again.
func (r *run) timed(p *compile.Program, again func() (*compile.Program, error)) error {
	r.compiled()
	began := time.Now()
	err := r.runProgram(p)
	var spoilt *process.NotStarted
	if errors.As(err, &spoilt) && spoilt.File() {
		if p, err = again(); err == nil {
			err = r.runProgram(p)
		}
	}
	r.receipt.Run = time.Since(began).Seconds()
	return err
}

// stopped words the end of the run's context.
func (r *run) stopped() error {
	if cause := context.Cause(r.ctx); cause == nil || cause == errTimeout { // nil: over before the context knows
		return errTimeout
	}
	return errInterrupted
}

var errInterrupted = errors.New("interrupted")

// reportNames says which columns go by another name in Go: always those that
// the cell mentions, all others once for each frame.
func (r *run) reportNames() {
	if r.meta.Options.Quiet {
		return
	}
	for i, in := range r.inputs {
		var lines []string
		for j, c := range in.Columns {
			if c.Name == c.Field {
				continue
			}
			line := fmt.Sprintf("%s[%q] is %s.%s", in.Name, c.Name, in.Name, c.Field)
			if r.w.first(line) || slices.Contains(r.uses[i].Plain, j) || slices.Contains(r.uses[i].Nullable, j) {
				lines = append(lines, line)
			}
		}
		const most = 20
		if n := len(lines) - most; n > 0 {
			lines = append(lines[:most], fmt.Sprintf("and %d more", n))
		}
		if lines != nil {
			r.out.Stream("stdout", strings.Join(lines, "\n")+"\n")
		}
	}
}

// first says whether a line is new to this worker.
func (w *Worker) first(line string) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	known := w.seen[line]
	w.seen[line] = true
	return !known
}

// outputRegion is where in Python's memory results may go.
func (r *run) outputRegion() frame.Range {
	if w := r.meta.Options.OutputRegion; w != nil {
		return *w
	}
	return frame.Range{Segment: frame.OwnMemory}
}

// readOwn reads a part of Python's memory.
func (r *run) readOwn(place frame.Range) ([]byte, error) {
	b := make([]byte, place.Length)
	return b, r.w.python.Read(b, place.Offset)
}

// alloc takes a range of segment 1 for this run.
func (r *run) alloc(n int64) (int64, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if l := r.memory; l.Bytes > 0 && n > l.Bytes-r.allocated {
		return 0, r.memory.Full(r.allocated+n, nil)
	}
	offset, err := r.w.results.Alloc(n)
	if errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.ENOMEM) {
		return 0, r.memory.Full(r.allocated+n, err)
	}
	if err != nil {
		return 0, err
	}
	r.ranges, r.allocated = append(r.ranges, offset), r.allocated+n
	return offset, nil
}

// free gives the run's ranges back.
func (r *run) free() {
	for _, offset := range r.ranges {
		r.w.results.Free(offset)
	}
	r.ranges = nil
}

// pack puts the results into the reply: by place, or inline without shared segments.
func (r *run) pack(reply *protocol.Reply) error {
	all := []*protocol.Result{}
	for _, o := range r.reply.Outputs {
		all = append(all, o.Result)
	}
	if r.reply.Value != nil {
		all = append(all, r.reply.Value)
	}
	if r.reply.Failed != nil {
		all = append(all, r.reply.Failed.Result)
	}
	for _, v := range all {
		n, err := v.Check(r.w.store, frame.Own{Range: r.outputRegion(), Read: r.readOwn})
		if err != nil {
			return err
		}
		r.receipt.BytesOut += n
	}
	r.warnLeftOut(all)
	r.show()
	if !r.meta.Options.Inline && r.w.Shared() {
		r.leave()
		return nil
	}
	for _, v := range all {
		if err := v.Inline(r.w.store, &reply.Buffers); err != nil {
			return err
		}
	}
	for _, b := range reply.Buffers { // the signature does not cover them
		sum := sha256.Sum256(b)
		r.reply.Buffers = append(r.reply.Buffers, protocol.Digest{Length: int64(len(b)), SHA256: hex.EncodeToString(sum[:])})
	}
	r.free()
	return nil
}

// show publishes the cell's value, where no Python takes it.
func (r *run) show() {
	if v := r.reply.Value; v != nil && r.text && v.Text != "" {
		r.out.Result(r.req.Count, map[string]any{"text/plain": v.Text}, nil)
	}
}

// warnLeftOut says which columns a frame lacks that the cell gave another name
// and brings back: none of them was mentioned, and these could not be sent.
func (r *run) warnLeftOut(all []*protocol.Result) {
	for i, in := range r.inputs {
		if in.Kind != "frame" || i >= len(r.uses) {
			continue
		}
		var lacks []string
		for _, j := range r.uses[i].Soft {
			if c := in.Columns[j]; c.Refused != "" || !c.Sent {
				lacks = append(lacks, fmt.Sprintf("%q", c.Name))
			}
		}
		back := slices.ContainsFunc(all, func(v *protocol.Result) bool { return v.Kind == "frame" && v.Go == compile.TypeName(in.Name) })
		if back && lacks != nil {
			r.out.Stream("stderr", fmt.Sprintf("warning: what comes back of %s lacks %s, which Go cannot hold as they are\n", in.Name, strings.Join(lacks, ", ")))
		}
	}
}
