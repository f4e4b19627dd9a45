package kernel

import (
	"strings"
	"testing"
	"time"
)

func TestThrottled(t *testing.T) {
	var text strings.Builder
	w := &throttled{to: &text}
	for range 10 * logLines {
		if n, err := w.Write([]byte("x\n")); n != 2 || err != nil {
			t.Fatal(n, err)
		}
	}
	if n := strings.Count(text.String(), "x\n"); n < logLines || n > 2*logLines {
		t.Errorf("%d lines were written", n)
	}
	text.Reset()
	w.began = time.Now().Add(-2 * logTime)
	_, _ = w.Write([]byte("y\n"))
	if got := text.String(); got != "kernel: 1800 more lines were left out\ny\n" {
		t.Errorf("after a while: %q", got)
	}
}
