package tracing

import (
	"runtime"
	"strings"
	"time"

	"goscore/magics/program"
)

// leaving says whether a deferred call runs because of a panic, and which line of a
// cell that came from. The runtime calls it then; recover would make it another
// panic. The call is that of Leave, or, so many frames above, of the function of Enter.
func leaving(above int) (panics bool, at program.Frame) {
	var pcs [64]uintptr
	frames := runtime.CallersFrames(pcs[:runtime.Callers(3+above, pcs[:])])
	f, more := frames.Next()
	for more && strings.Contains(f.Function, ".deferwrap") {
		f, more = frames.Next()
	}
	if f.Function != "runtime.gopanic" {
		return false, at
	}
	return true, program.InnermostCell(frames)
}

// How much time is between two times at which steps are sent, of a program that may
// not come to its end.
const (
	slow  = 200 * time.Millisecond
	quick = 20 * time.Millisecond
	often = 200 // at most so often without a pause
)

var (
	sent  time.Time
	times int
)

// Flush sends the steps so far, since the process may end without a word.
func Flush() {
	mu.Lock()
	defer mu.Unlock()
	flush(quick)
}

func flush(pause time.Duration) {
	if !recording {
		return
	}
	now := time.Now()
	if sent.IsZero() {
		sent = now
	}
	if now.Sub(sent) < pause && (pause == slow || times >= often) {
		return
	}
	times++
	sent = now
	program.SendSteps(snapshot(""))
}
