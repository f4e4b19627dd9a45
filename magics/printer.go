package magics

import (
	"bytes"
	"fmt"
	"sync"
	"time"
)

// A printer passes what a program prints on, up to a limit, and holds a fatal
// error of the runtime back: the report shows that with the cell's lines.
type printer struct {
	name string

	mu   sync.Mutex
	out  Output
	sent int64
	cut  int64
	held []byte
	hold bool

	mark []byte        // ends the output of a process that stays
	part []byte        // what may be the mark's beginning
	came chan struct{} // closed when the mark came
}

// maxPrinted is how much of a cell's output one stream shows.
const maxPrinted = 1 << 20

func newPrinter(name string) *printer { return &printer{name: name} }

// begin turns to another run's output.
func (p *printer) begin(out Output, mark string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.out, p.sent, p.cut, p.held, p.hold, p.part = out, 0, 0, nil, false, nil
	p.mark, p.came = []byte(mark), make(chan struct{})
}

// markTime is how long the end of a run's output may be behind its result.
const markTime = 2 * time.Second

// marked waits until all that the run printed has come.
func (p *printer) marked() bool {
	select {
	case <-p.came:
		p.close()
		return true
	case <-time.After(markTime):
		return false
	}
}

// unmark takes the mark off the output, also when it comes in pieces.
func (p *printer) unmark(b []byte) []byte {
	if len(p.mark) == 0 {
		return b
	}
	b = append(p.part, b...)
	p.part = nil
	if i := bytes.Index(b, p.mark); i >= 0 {
		select {
		case <-p.came:
		default:
			close(p.came)
		}
		return append(b[:i:i], b[i+len(p.mark):]...)
	}
	for n := min(len(p.mark)-1, len(b)); n > 0; n-- {
		if bytes.HasSuffix(b, p.mark[:n]) {
			p.part = bytes.Clone(b[len(b)-n:])
			return b[:len(b)-n]
		}
	}
	return b
}

// Write takes what the program printed.
func (p *printer) Write(b []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	n := len(b)
	b = p.unmark(b)
	if p.name == "stderr" {
		if i := fatal(b); i >= 0 && !p.hold {
			p.pass(b[:i])
			b, p.hold = b[i:], true
		}
		if p.hold {
			p.held = append(p.held, b[:min(len(b), maxCrash-min(len(p.held), maxCrash))]...)
			return n, nil
		}
	}
	p.pass(b)
	return n, nil
}

func (p *printer) pass(b []byte) {
	keep := min(int64(len(b)), maxPrinted-p.sent)
	if keep > 0 {
		p.out.Stream(p.name, string(b[:keep]))
		p.sent += keep
	}
	p.cut += int64(len(b)) - max(keep, 0)
}

// marks are how the runtime's last words begin.
var marks = []string{"panic: ", "fatal error: ", "runtime: ", "SIGSEGV: ", "unexpected fault address "}

// fatal finds where the runtime begins to report its end.
func fatal(b []byte) int {
	first := -1
	for _, mark := range marks {
		at := bytes.Index(b, []byte("\n"+mark)) + 1
		if at == 0 && !bytes.HasPrefix(b, []byte(mark)) {
			continue
		}
		if bytes.HasPrefix(b, []byte(mark)) {
			at = 0
		}
		if first < 0 || at < first {
			first = at
		}
	}
	return first
}

// finish shows what was held, or gives it when the runtime said it was a crash.
func (p *printer) finish(crashed bool) (report []byte) {
	p.mu.Lock()
	if crashed {
		report = p.held
	} else {
		p.pass(p.held)
	}
	p.held = nil
	p.mu.Unlock()
	p.close()
	return report
}

func (p *printer) close() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.cut > 0 {
		p.out.Stream(p.name, fmt.Sprintf("\n[%s of output left out: a cell shows the first %d]\n", count(int(p.cut), "byte"), maxPrinted))
		p.cut = 0
	}
}
