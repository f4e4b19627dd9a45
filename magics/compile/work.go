package compile

import (
	"bytes"
	"os/exec"
	"strings"
	"sync"
)

// Work is what of a build takes long enough to be shown.
type Work struct {
	mu       sync.Mutex
	now      Progress
	compiled int
}

// Progress is how far it is. What is empty while there is nothing to show; All is 0
// where it is not known.
type Progress struct {
	What      string
	Done, All int
}

// begin notes that work begins, and returns the function that ends it.
func (w *Work) begin(what string, all int) (end func()) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.now = Progress{What: what, All: all}
	return func() {
		w.mu.Lock()
		defer w.mu.Unlock()
		w.now = Progress{}
	}
}

// Progress tells how far the current work is.
func (w *Work) Progress() Progress {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.now
}

// Compiled is the number of packages that were compiled.
func (w *Work) Compiled() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.compiled
}

// run runs a go command. With -v, it names on stderr the packages that it compiles:
// these are counted.
func (w *Work) run(cmd *exec.Cmd) (stdout, stderr string, err error) {
	var out bytes.Buffer
	names := &nameCounter{work: w}
	cmd.Stdout, cmd.Stderr = &out, names
	err = cmd.Run()
	return out.String(), names.other.String() + names.part, err
}

// A nameCounter counts lines that are names of packages, and keeps all others.
type nameCounter struct {
	work  *Work
	part  string // of a line
	other strings.Builder
}

func (n *nameCounter) Write(b []byte) (int, error) {
	n.part += string(b)
	for {
		line, rest, whole := strings.Cut(n.part, "\n")
		if !whole {
			return len(b), nil
		}
		n.part = rest
		if line == "" || strings.ContainsAny(line, " \t:#") {
			n.other.WriteString(line + "\n")
			continue
		}
		n.work.mu.Lock()
		n.work.compiled++
		n.work.now.Done++
		n.work.mu.Unlock()
	}
}
