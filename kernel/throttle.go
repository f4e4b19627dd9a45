package kernel

import (
	"fmt"
	"io"
	"sync"
	"time"
)

// logLines are logged in each logTime, and more are only counted. Any peer that
// connects can cause a line with an empty message, and could fill the disk.
const (
	logLines = 200
	logTime  = 10 * time.Second
)

// throttled is the writer of a log; each Write is one line.
type throttled struct {
	to io.Writer

	mu      sync.Mutex
	began   time.Time
	lines   int
	leftOut int
}

func (w *throttled) Write(line []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if time.Since(w.began) > logTime {
		if w.leftOut > 0 {
			fmt.Fprintf(w.to, "kernel: %d more lines were left out\n", w.leftOut)
		}
		w.began, w.lines, w.leftOut = time.Now(), 0, 0
	}
	if w.lines++; w.lines > logLines {
		w.leftOut++
		return len(line), nil
	}
	return w.to.Write(line)
}
