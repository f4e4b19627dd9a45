package process

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"goscore/magics/program"
)

// TestEnds runs a program that ends in all the ways that programs do.
func TestEnds(t *testing.T) {
	pool := newPool(t)
	check := func(script string, want End, stdout, stderr, results string) {
		t.Helper()
		h := newHost()
		got, err := pool.Run(t.Context(), scripted(t, script), h)
		if err != nil {
			t.Errorf("%s: %v", script, err)
			return
		}
		if want.Crash != "" && strings.HasPrefix(got.Crash, want.Crash) {
			got.Crash = want.Crash // the traceback behind it is the runtime's
		}
		if want.Failure != nil && got.Failure != nil {
			if g, w := fmt.Sprint(*got.Failure), fmt.Sprint(*want.Failure); g != w {
				t.Errorf("%s: failure %s, want %s", script, g, w)
			}
			got.Failure = want.Failure
		}
		if got != want {
			t.Errorf("%s: %+v, want %+v", script, got, want)
		}
		if out, warn := h.printed["stdout"].String(), h.printed["stderr"].String(); out != stdout || warn != stderr {
			t.Errorf("%s: printed %q and %q, want %q and %q", script, out, warn, stdout, stderr)
		}
		if all := strings.Join(h.results, ", "); all != results {
			t.Errorf("%s: results %q, want %q", script, all, results)
		}
	}
	check("done", End{Done: true}, "", "", "")
	check("print hello;warn careful;done", End{Done: true}, "hello", "careful", "")
	check("threads;done", End{Done: true}, "2", "", "")
	check("out a;out b;done", End{Done: true}, "", "", "O a, O b")
	check("count 7;done", End{Done: true, Converted: 7}, "", "", "")
	check("alloc 64;done", End{Done: true}, "4096", "", "")
	check("alloc 9999999;done", End{Done: true}, "-1", "", "") // there is no room, which the program words
	check("fail boom;exit 0", End{Done: true, Failure: &program.Failure{Class: "GoPanic", Message: "boom", Frames: []program.Frame{{Func: "main.F", File: "c1", Line: 7}}, Row: -1}}, "", "", "")

	check("exit 0", End{}, "", "", "")
	check("print half;exit 3", End{Status: 3}, "half", "", "")
	check("signal 9", End{Status: -1, Signal: syscall.SIGKILL}, "", "", "")
	check("signal 15", End{Status: -1, Signal: syscall.SIGTERM}, "", "", "")

	// What the runtime says of its end is for the report, what the cell printed is not.
	check("warn careful\n;panic boom", End{Status: 2, Crash: "panic: boom"}, "", "careful\n", "")
	check("report fatal error: stack overflow", End{Status: 2, Crash: "fatal error: stack overflow"}, "", "", "")
	check("warn panic: no, I only say so;exit 1", End{Status: 1}, "", "panic: no, I only say so", "")
	check("warn panic: no, I only say so;done", End{Done: true}, "", "panic: no, I only say so", "")
}

// TestFaults gives an error where a program does not keep to the messages.
func TestFaults(t *testing.T) {
	pool := newPool(t)
	check := func(script, want string, refuses bool) {
		t.Helper()
		h := newHost()
		h.refuses = refuses
		if _, err := pool.Run(t.Context(), scripted(t, script), h); err == nil || err.Error() != "messages of the cell's program: "+want {
			t.Errorf("%s: error %v, want %s", script, err, want)
		}
	}
	check("say ?;wait", `unknown message '?'`, false)
	check("out a;wait", "not taken", true)
	check("say O;wait", "message ends too early", false)
	check("say A;wait", "message ends too early", false)
}

// TestNotStarted tells what cannot be run because of the file from the rest.
func TestNotStarted(t *testing.T) {
	pool, dir := newPool(t), t.TempDir()
	spoilt := filepath.Join(dir, "spoilt")
	if err := os.WriteFile(spoilt, []byte("no program"), 0o777); err != nil {
		t.Fatal(err)
	}
	plain := filepath.Join(dir, "plain")
	if err := os.WriteFile(plain, nil, 0o666); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{filepath.Join(dir, "gone"), dir, spoilt, plain} {
		task := scripted(t, "done")
		task.Program.Path = path
		_, err := pool.Run(t.Context(), task, newHost())
		var not *NotStarted
		if !errors.As(err, &not) || !not.File() {
			t.Errorf("%s: %v", path, err)
		}
		if err != nil && !strings.HasPrefix(err.Error(), "start the cell's program: ") {
			t.Errorf("%s: %v", path, err)
		}
	}
	if (&NotStarted{syscall.EAGAIN}).File() {
		t.Error("too many processes are no fault of the file")
	}
}

// TestStop ends a program when the run's context does, and not one that is done.
func TestStop(t *testing.T) {
	pool := newPool(t)
	ctx, cancel := context.WithCancel(t.Context())
	h := newHost()
	go func() {
		<-h.ready
		cancel()
	}()
	end, err := pool.Run(ctx, scripted(t, "print ready;wait"), h)
	if err != nil || !end.Stopped || end.Done || end.Signal != syscall.SIGKILL {
		t.Errorf("%+v, %v", end, err)
	}
	if got := h.printed["stdout"].String(); got != "ready" {
		t.Errorf("printed %q", got)
	}
	end, err = pool.Run(ctx, scripted(t, "wait"), newHost())
	if err != nil || !end.Stopped {
		t.Errorf("begun after the end: %+v, %v", end, err)
	}
}

// TestFlood shows the first part of what a program prints, and says how much is left out.
func TestFlood(t *testing.T) {
	h := newHost()
	if _, err := newPool(t).Run(t.Context(), scripted(t, fmt.Sprintf("flood %d;done", maxPrinted+1234)), h); err != nil {
		t.Fatal(err)
	}
	want := strings.Repeat("x", maxPrinted) + "\n[1,234 bytes of output left out: a cell shows the first 1048576]\n"
	if got := h.printed["stdout"].String(); got != want {
		t.Errorf("%d bytes, want %d; the end is %q", len(got), len(want), got[max(0, len(got)-100):])
	}
}

// TestLongReport reads all of a fatal error, since the runtime waits for it, and keeps the first part.
func TestLongReport(t *testing.T) {
	end, err := newPool(t).Run(t.Context(), scripted(t, fmt.Sprintf("longreport %d", 3*maxCrash)), newHost())
	if err != nil || end.Status != 2 || len(end.Crash) != maxCrash {
		t.Errorf("%+d bytes, status %d, %v", len(end.Crash), end.Status, err)
	}
}
