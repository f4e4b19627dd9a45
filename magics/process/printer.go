package process

import (
	"bytes"
	"fmt"
	"os"
	"sync"
	"syscall"

	"goscore/magics/protocol"
)

// A printer passes what a program prints on, up to a limit, and keeps a fatal
// error of the runtime back: the report shows that with the cell's lines.
type printer struct {
	name  string
	from  *os.File // ours to read
	raw   syscall.RawConn
	ended chan struct{} // closed when nothing comes any more

	mu      sync.Mutex
	buf     []byte
	over    bool          // the other end is closed
	held    chan struct{} // not nil: what comes stays in the pipe until this is closed
	out     protocol.Output
	sent    int64
	cut     int64
	crash   []byte // what is held back
	crashes bool
}

// maxPrinted is how much of a cell's output one stream shows.
const maxPrinted = 1 << 20

// printedAtOnce is how much is read at once.
const printedAtOnce = 32 << 10

// pipeMost is the most that a pipe holds.
const pipeMost = 1 << 20

// newPrinter begins to read what a program prints.
func newPrinter(name string, from *os.File, out protocol.Output) (*printer, error) {
	raw, err := from.SyscallConn()
	if err != nil {
		return nil, err
	}
	p := &printer{name: name, from: from, raw: raw, ended: make(chan struct{}), buf: make([]byte, printedAtOnce), out: out}
	go func() {
		defer close(p.ended)
		for raw.Read(p.take) == nil && !p.isOver() {
		}
	}()
	return p, nil
}

// begin turns to another run's output.
func (p *printer) begin(out protocol.Output) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.out, p.sent, p.cut, p.crash, p.crashes = out, 0, 0, nil, false
}

// hold leaves what comes in the pipe, until release.
func (p *printer) hold() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.held = make(chan struct{})
}

func (p *printer) release() {
	p.mu.Lock()
	held := p.held
	p.held = nil
	p.mu.Unlock()
	if held != nil {
		close(held)
		p.drain()
	}
}

// wait waits for release.
func (p *printer) wait() {
	p.mu.Lock()
	held := p.held
	p.mu.Unlock()
	if held != nil {
		<-held
	}
}

// take reads once, without waiting, and passes that on; false means that there is nothing.
// One lock covers both: whoever has it knows that nothing is on its way.
func (p *printer) take(fd uintptr) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.held != nil {
		return false
	}
	n, err := syscall.Read(int(fd), p.buf)
	for err == syscall.EINTR {
		n, err = syscall.Read(int(fd), p.buf)
	}
	if err == syscall.EAGAIN {
		return false
	}
	if p.over = n <= 0; !p.over {
		p.print(p.buf[:n])
	}
	return true
}

func (p *printer) isOver() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.over
}

// drain passes on all that the program has printed so far. It is false when
// the program can print no more.
func (p *printer) drain() bool {
	p.raw.Control(func(fd uintptr) {
		for range pipeMost / printedAtOnce { // a process that lives on may write for ever
			if p.isOver() || !p.take(fd) {
				break
			}
		}
	})
	p.close()
	return !p.isOver()
}

// print takes what the program printed.
func (p *printer) print(b []byte) {
	if p.name == "stderr" {
		if i := fatal(b); i >= 0 && !p.crashes {
			p.pass(b[:i])
			b, p.crashes = b[i:], true
		}
		if p.crashes {
			p.crash = append(p.crash, b[:min(len(b), maxCrash-min(len(p.crash), maxCrash))]...)
			return
		}
	}
	p.pass(b)
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
var marks = []string{"panic: ", "fatal error: ", "runtime: ", "SIGSEGV: ", "SIGBUS: ", "SIGQUIT: ", "SIGABRT: ", "SIGILL: ", "SIGFPE: ", "unexpected fault address "}

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

// finish shows what was kept back, or gives it when the runtime said it was a crash.
func (p *printer) finish(crashed bool) (report []byte) {
	p.mu.Lock()
	if crashed {
		report = p.crash
	} else {
		p.pass(p.crash)
	}
	p.crash = nil
	p.mu.Unlock()
	p.close()
	return report
}

func (p *printer) close() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.cut > 0 {
		p.out.Stream(p.name, fmt.Sprintf("\n[%s of output left out: a cell shows the first %d]\n", protocol.Count(int(p.cut), "byte"), maxPrinted))
		p.cut = 0
	}
}
