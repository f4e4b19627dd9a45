package process

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"goscore/magics/compile"
	"goscore/magics/program"
	"goscore/magics/protocol"
)

// TestMain lets the test's own binary be the program that is started.
func TestMain(m *testing.M) {
	if os.Args[0] == "goscore-program" {
		actor()
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// actor does, job by job, what the script in the job says.
func actor() {
	for fd := program.FdCommands; fd < program.FdSegments+3; fd++ {
		syscall.CloseOnExec(fd) // as programs do: what they start must not hold the pipes open
	}
	commands, messages := os.NewFile(program.FdCommands, "commands"), os.NewFile(program.FdMessages, "messages")
	for {
		_, job, err := program.ReadMessage(commands)
		if err != nil {
			return // the worker has ended
		}
		_, script, _ := strings.Cut(string(job), "do:")
		script, _, _ = strings.Cut(script, ";end")
		for step := range strings.SplitSeq(script, ";") {
			act(step, commands, messages)
		}
	}
}

func act(step string, commands, messages *os.File) {
	word, rest, _ := strings.Cut(step, " ")
	n, _ := strconv.Atoi(rest)
	send := func(kind byte, body []byte) { program.WriteMessage(messages, kind, body) }
	switch word {
	case "print":
		fmt.Print(rest)
	case "warn":
		fmt.Fprint(os.Stderr, rest)
	case "flood":
		os.Stdout.WriteString(strings.Repeat("x", n))
	case "pid":
		fmt.Print(os.Getpid())
	case "threads":
		fmt.Print(os.Getenv("GOMAXPROCS"))
	case "exit":
		os.Exit(n)
	case "signal":
		syscall.Kill(os.Getpid(), syscall.Signal(n))
		wait()
	case "panic":
		panic(rest)
	case "report": // as the runtime does where it is told to
		os.NewFile(program.FdCrash, "crash").WriteString(rest)
		os.Exit(2)
	case "longreport":
		os.NewFile(program.FdCrash, "crash").WriteString("panic: " + strings.Repeat("x", n))
		os.Exit(2)
	case "wait":
		wait()
	case "take":
		takeMemory(n << 20)
		wait()
	case "leave":
		leaveChild()
	case "alloc":
		send(program.KindAlloc, message(n))
		_, answer, _ := program.ReadMessage(commands)
		offset, _ := program.DecodeSize(answer)
		fmt.Print(offset)
	case "out":
		send(program.KindOut, message(rest, "none", "", 0, 0, 0, 0, 0, ""))
	case "count":
		send(program.KindCount, binary.LittleEndian.AppendUint64(nil, uint64(n)))
	case "fail":
		send(program.KindFail, message("GoPanic", rest, 1, "main.F", "c1", 7, -1))
	case "done":
		send(program.KindDone, nil)
		os.Exit(0)
	case "stay":
		send(program.KindDone, []byte{1})
	case "say":
		send(rest[0], nil)
	}
}

// wait stays until the process is killed. A plain select{} would be a deadlock.
func wait() {
	for {
		time.Sleep(time.Hour)
	}
}

// takeMemory takes n bytes for good.
func takeMemory(n int) {
	b := make([]byte, n)
	for i := 0; i < n; i += 4096 {
		b[i] = 1
	}
	memoryTaken = b
}

var memoryTaken []byte

// message writes fields as programs do: integers as varints, strings behind
// their length.
func message(fields ...any) (b []byte) {
	for _, f := range fields {
		switch f := f.(type) {
		case int:
			b = binary.AppendVarint(b, int64(f))
		case string:
			b = append(binary.AppendVarint(b, int64(len(f))), f...)
		}
	}
	return b
}

// testHost is a run without a cell.
type testHost struct {
	printed map[string]*heard // by the stream's name
	results []string          // what came, as kind and name
	refuses bool              // it takes no result
	taken   func()            // called when it takes one
	ready   chan struct{}     // closed when the program has printed ready
	once    sync.Once
}

func newHost() *testHost {
	return &testHost{printed: map[string]*heard{"stdout": {}, "stderr": {}}, ready: make(chan struct{})}
}

func (h *testHost) Out() protocol.Output { return h }

func (h *testHost) Ask(context.Context) (string, bool) { return "", false }

func (h *testHost) Stream(name, text string) {
	h.printed[name].Stream(name, text)
	if strings.Contains(h.printed[name].String(), "ready") {
		h.once.Do(func() { close(h.ready) })
	}
}

func (h *testHost) Result(int, map[string]any, map[string]any) {}
func (h *testHost) Progress(any)                               {}

func (h *testHost) Files() (files []*os.File, err error) {
	for range 3 {
		f, err := os.Open(os.DevNull)
		if err != nil {
			return nil, err
		}
		files = append(files, f)
	}
	return files, nil
}

const mostAlloc = 1 << 20

func (h *testHost) Alloc(n int64) (int64, error) {
	if n > mostAlloc {
		return 0, errors.New("full")
	}
	return 4096, nil
}

func (h *testHost) Take(kind byte, name string, _ *program.Result) error {
	if h.refuses {
		return errors.New("not taken")
	}
	h.results = append(h.results, fmt.Sprintf("%c %s", kind, name))
	if h.taken != nil {
		h.taken()
	}
	return nil
}

// scripted is a task for the actor.
func scripted(t testing.TB, script string) Task {
	t.Helper()
	path, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	return Task{
		Program: &compile.Program{Path: path, Key: t.Name()},
		Job:     &program.Job{Inputs: []program.Input{{Name: "do:" + script + ";end"}}}, Threads: 2,
	}
}

// newPool is a pool whose programs end with the test.
func newPool(t testing.TB) *Pool {
	p := NewPool(0)
	t.Cleanup(func() {
		for _, i := range slices.Clone(p.idle) {
			if i.c.idle.Stop() {
				p.drop(i.c)
			}
		}
	})
	return p
}
