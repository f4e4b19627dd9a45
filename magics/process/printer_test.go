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
