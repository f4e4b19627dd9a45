package process

import (
	"os"
	"strings"
	"sync"
	"testing"
)

// heard collects what a printer passes on.
type heard struct {
	mu   sync.Mutex
	text strings.Builder
}

func (h *heard) Stream(_, text string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.text.WriteString(text)
}

func (h *heard) Result(int, map[string]any, map[string]any) {}
func (h *heard) Progress(any)                               {}

func (h *heard) String() string {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.text.String()
}

// TestDrain sees that all that was written before is passed on when drain
// returns, to the run that it belongs to.
func TestDrain(t *testing.T) {
	ours, theirs, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer ours.Close()
	p, err := newPrinter("stdout", ours, nil)
	if err != nil {
		t.Fatal(err)
	}
	for n := range 200 {
		var run heard
		p.begin(&run)
		want := strings.Repeat("x", 1+n*173) + "\n"
		if _, err := theirs.WriteString(want); err != nil {
			t.Fatal(err)
		}
		if !p.drain() || run.String() != want {
			t.Fatalf("run %d printed %d bytes, %d were passed on", n, len(want), len(run.String()))
		}
	}
	var last heard
	p.begin(&last)
	theirs.WriteString("end")
	theirs.Close()
	<-p.ended
	if p.drain() || last.String() != "end" {
		t.Errorf("after the end: %q", &last)
	}
}

// TestFatal finds where the runtime begins to speak.
func TestFatal(t *testing.T) {
	check := func(text string, want int) {
		t.Helper()
		if got := fatal([]byte(text)); got != want {
			t.Errorf("fatal(%q) = %d, want %d", text, got, want)
		}
	}
	check("", -1)
	check("careful\n", -1)
	check("don't panic: it works", -1)
	check("panic: boom\n\ngoroutine 1", 0)
	check("careful\npanic: boom", 8)
	check("careful\nfatal error: all goroutines are asleep", 8)
	check("careful\nfatal error: x\npanic: y", 8)
	check("panic: y\nfatal error: x", 0)
	check("SIGSEGV: segmentation violation", 0)
	check("\nunexpected fault address 0x1", 1)
}

// TestKeptBack shows what looks like a crash when it was none, in its place.
func TestKeptBack(t *testing.T) {
	check := func(crashed bool, want, report string, writes ...string) {
		t.Helper()
		var run heard
		p := &printer{name: "stderr"}
		p.begin(&run)
		for _, w := range writes {
			p.print([]byte(w))
		}
		if got := string(p.finish(crashed)); got != report || run.String() != want {
			t.Errorf("%q, crashed %v: printed %q and kept %q, want %q and %q", writes, crashed, run.String(), got, want, report)
		}
	}
	check(false, "a\nb\n", "", "a\n", "b\n")
	check(true, "a\n", "panic: b\nmore", "a\npanic: b\n", "more")
	check(false, "a\npanic: b\nmore", "", "a\npanic: b\n", "more")
	check(true, "", "", "")
	out := &printer{name: "stdout"}
	var run heard
	out.begin(&run)
	out.print([]byte("panic: on stdout it is text\n"))
	if got := out.finish(true); got != nil || run.String() != "panic: on stdout it is text\n" {
		t.Errorf("stdout: printed %q, kept %q", run.String(), got)
	}
}

// TestKeptBackMost bounds what is kept of an endless report.
func TestKeptBackMost(t *testing.T) {
	var run heard
	p := &printer{name: "stderr"}
	p.begin(&run)
	p.print([]byte("fatal error: deep\n"))
	for range 3 {
		p.print(make([]byte, maxCrash/2))
	}
	if got := len(p.finish(true)); got != maxCrash {
		t.Errorf("%d bytes are kept, want %d", got, maxCrash)
	}
}
