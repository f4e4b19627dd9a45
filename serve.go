package main

import (
	"context"
	"errors"
	"flag"
	"os"
	"os/signal"
	"path/filepath"
	"runtime"
	"strconv"
	"sync/atomic"
	"syscall"
	"time"

	"golang.org/x/sys/unix"

	"goscore/kernel"
	"goscore/magics"
	"goscore/magics/compile"
	"goscore/magics/frame"
	"goscore/magics/protocol"
)

// kernelCommand serves a connection file: as a Jupyter kernel, or with --side
// as the worker of the extension.
func kernelCommand(args []string) error {
	set := flag.NewFlagSet("kernel", flag.ContinueOnError)
	file := set.String("f", "", "Jupyter connection file; - reads it from standard input")
	side := set.Bool("side", false, "serve the extension: clients run at once, the program ends with --parent")
	parent := set.Int("parent", 0, "process whose end ends this one")
	greeting := set.Duration("greeting", 0, "how long to wait for the first kernel_info_request; then the program ends")
	private := set.String("directory", "", "directory to make for the sockets, and to remove at the end")
	in := set.Int("in", -1, "descriptor of the segment that Python writes")
	out := set.Int("out", -1, "descriptor of the segment that the worker writes")
	lanes := set.Int("lanes", 0, "descriptor of the socket on which --parent gets lanes")
	probe := set.Int64("probe", 0, "address in --parent of 16 bytes: the first 8 are copied to the last 8, where the system allows it")
	if err := set.Parse(args); err != nil {
		return err
	}
	if *file == "" {
		return errors.New("kernel: -f FILE is missing")
	}
	conn, err := kernel.ReadConnection(*file)
	if err != nil {
		return err
	}
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer stop()
	signal.Ignore(os.Interrupt) // Jupyter signals the whole process group; interrupts come as messages
	if *parent == 0 {
		*parent = jupyterParent()
	}
	if *parent > 0 {
		if ctx, err = untilEnd(ctx, *parent); err != nil {
			return err
		}
	}
	if *private != "" {
		remove, err := makePrivate(*private)
		if err != nil {
			return err
		}
		defer remove()
	}
	ctx, connected := endWithoutClient(ctx, *greeting)
	w, err := newWorker(*in, *out, *lanes, *parent)
	if err != nil {
		return err
	}
	defer w.Close()
	go w.Warm(ctx, compile.Soon)
	return kernel.Serve(ctx, conn, interpreter{w, *side, *probe, connected}, kernel.Options{Concurrent: *side, Log: os.Stderr})
}

// endWithoutClient returns a context that ends if connected is not set within
// the limit; 0 is no limit. A process that was interrupted while it started
// the worker does not know of it and cannot end it.
func endWithoutClient(ctx context.Context, limit time.Duration) (_ context.Context, connected *atomic.Bool) {
	connected = new(atomic.Bool)
	if limit <= 0 {
		return ctx, connected
	}
	ctx, cancel := context.WithCancel(ctx)
	time.AfterFunc(limit, func() {
		if !connected.Load() {
			cancel()
		}
	})
	return ctx, connected
}

// jupyterParent returns the process that Jupyter wants this kernel to end
// with; 0 if there is none.
func jupyterParent() int {
	pid, err := strconv.Atoi(os.Getenv("JPY_PARENT_PID"))
	if err != nil || pid != os.Getppid() {
		return 0
	}
	return pid
}

// makePrivate makes the directory of the extension's sockets, for this user
// only, and returns a function that removes it. If Python made it and were
// killed before it started the worker, the directory would stay. A lock in it
// marks it as in use: killed workers leave theirs unlocked. A lock gets the name
// by which others try it when it is taken. One that the system refuses has
// another name, since those who can lock files must not take it for a free one.
func makePrivate(dir string) (remove func(), err error) {
	if err := os.Mkdir(dir, 0o700); err != nil {
		return nil, err
	}
	made := filepath.Join(dir, "lock.new")
	lock, err := os.OpenFile(made, os.O_CREATE|os.O_RDWR, 0o600)
	name := "lock"
	if err == nil {
		if unix.Flock(int(lock.Fd()), unix.LOCK_EX) != nil {
			name = "unlocked"
		}
		err = os.Rename(made, filepath.Join(dir, name))
	}
	if err != nil {
		os.RemoveAll(dir)
		return nil, err
	}
	return func() {
		os.RemoveAll(dir)
		lock.Close()
	}, nil
}

func newWorker(in, out, lanes, python int) (*magics.Worker, error) {
	o := magics.Options{Source: source, Lanes: lanes}
	var err error
	if lanes > 0 {
		syscall.CloseOnExec(lanes)
	}
	if in >= 0 && out >= 0 {
		o.Python = python
		if o.Inputs, err = frame.Open(0, uintptr(in), false, false); err != nil {
			return nil, err
		}
		if o.Results, err = frame.Open(1, uintptr(out), true, true); err != nil {
			return nil, err
		}
	}
	return magics.NewWorker(o)
}

// An interpreter connects the kernel to the worker.
type interpreter struct {
	w         *magics.Worker
	side      bool
	probe     int64
	connected *atomic.Bool // set by the first kernel_info_request
}

func (i interpreter) Info() kernel.Info {
	i.connected.Store(true)
	i.w.Probe(i.probe)
	about := protocol.About{
		Protocol: 1, Segments: i.w.Shared(), Cores: runtime.NumCPU(), PID: os.Getpid(), Builtins: magics.Builtins(),
	}
	tools, err := compile.FindToolchain()
	lang := runtime.Version()
	if err != nil {
		about.Go.Error = err.Error()
	} else {
		about.Go.Path, about.Go.Version = tools.Go, tools.Version
		lang = tools.Version
	}
	return kernel.Info{
		Implementation: "goscore", ImplementationVersion: version,
		Banner: "Go (goscore " + version + ", " + lang + "): every cell is Go, declarations and statements mixed",
		Language: kernel.LanguageInfo{
			Name: "go", Version: lang, MIMEType: "text/x-go", FileExtension: ".go",
			PygmentsLexer: "go", CodeMirrorMode: "go",
		},
		Extra: map[string]any{"goscore": about},
	}
}

// cacheInfo names the directory of programs, and what was wrong with better ones.
func cacheInfo() protocol.Cache {
	dir, passed, err := compile.CacheDir()
	if err != nil {
		return protocol.Cache{Error: err.Error()}
	}
	return protocol.Cache{Path: dir, Passed: passed, Shared: compile.SharedCaches(dir)}
}

func request(r *kernel.Request) protocol.Request {
	return protocol.Request{Client: r.Client, Count: r.Count, Content: r.Content, Metadata: r.Metadata, Buffers: r.Buffers, Ask: r.Ask}
}

func (i interpreter) Execute(ctx context.Context, req *kernel.Request, out kernel.Output) kernel.Reply {
	reply := i.w.Execute(ctx, request(req), out)
	if failed, ok := reply.Content.(protocol.ErrorReply); ok {
		out.Error(failed.EName, failed.EValue, failed.Traceback)
	}
	return kernel.Reply{Content: reply.Content, Metadata: reply.Metadata, Buffers: reply.Buffers}
}

// Answer handles the extension's own messages, and a frontend's requests while
// the user writes a cell.
func (i interpreter) Answer(ctx context.Context, req *kernel.Request, out kernel.Output) (kernel.Reply, bool) {
	var content any
	switch req.Type {
	case "goscore_plan_request":
		content = i.w.Plan(ctx, request(req), out).Content
	case "goscore_health_request":
		content = protocol.HealthReply{Status: "ok", Memory: i.w.Memory(), Cache: cacheInfo()}
	case "goscore_release_request":
		content = i.w.Release(req.Client, req.Content)
	case "goscore_carry_request":
		reply := i.w.ExportPrograms(ctx, request(req))
		return kernel.Reply{Content: reply.Content, Buffers: reply.Buffers}, true
	case "goscore_files_request":
		content = i.w.Files(request(req)).Content
	case "goscore_take_request":
		content = i.w.ImportPrograms(request(req)).Content
	case "complete_request":
		content = i.w.Complete(req.Content)
	case "inspect_request":
		content = i.w.Inspect(req.Content)
	case "is_complete_request":
		content = i.w.IsComplete(req.Content)
	default:
		return kernel.Reply{}, false
	}
	return kernel.Reply{Content: content}, true
}
