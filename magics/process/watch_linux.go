package process

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sys/unix"

	"goscore/magics/frame"
	"goscore/magics/program"
)

// How often a program's memory is looked at, and how long one that has too much
// may take to say where it was.
const (
	watchTime = 10 * time.Millisecond
	lastWords = 500 * time.Millisecond
)

// watchMemory looks at what the program takes while it runs, and ends it when
// that is too much: RLIMIT_DATA lets the one allocation through that goes beyond
// it, however large that is. The function that it gives ends that, and says what it saw.
func (c *process) watchMemory(job *program.Job) (ended func() Seen) {
	if job.Memory <= 0 {
		return func() Seen { return Seen{} }
	}
	end, result := make(chan struct{}), make(chan Seen, 1)
	go func() { result <- c.watch(job, end) }()
	return func() Seen {
		close(end)
		return <-result
	}
}

func (c *process) watch(job *program.Job, end <-chan struct{}) Seen {
	pid, most := c.cmd.Process.Pid, int64(0)
	tick := time.NewTicker(watchTime)
	defer tick.Stop()
	for {
		select {
		case <-end:
			return Seen{Full: nearlyFull(job, most)}
		case <-tick.C:
		}
		own, data, ok := taken(pid)
		most = max(most, data)
		if !ok || own <= job.Memory && data <= job.Data {
			continue
		}
		c.askWhere(pid, end)
		if own > job.Memory {
			return Seen{Over: "it had taken " + frame.FormatBytes(own)}
		}
		return Seen{Over: "it had asked for " + frame.FormatBytes(data)}
	}
}

// askWhere ends a program so that it shows its goroutines, first the one that runs.
func (c *process) askWhere(pid int, end <-chan struct{}) {
	threads, _ := filepath.Glob(fmt.Sprintf("/proc/%d/task/*", pid))
	signalled := false
	for _, t := range threads {
		id, err := strconv.Atoi(filepath.Base(t))
		if err == nil && !signalled && running(t) {
			signalled = unix.Tgkill(pid, id, unix.SIGQUIT) == nil
		}
	}
	if !signalled {
		unix.Kill(pid, unix.SIGQUIT)
	}
	select {
	case <-c.ended:
	case <-end:
	case <-time.After(lastWords):
		c.kill()
	}
}

func running(task string) bool {
	text, err := os.ReadFile(filepath.Join(task, "stat"))
	_, rest, ok := strings.Cut(string(text), ") ")
	return err == nil && ok && strings.HasPrefix(rest, "R")
}

// taken gives the memory that a process has for itself, and what it may write
// to: that is what RLIMIT_DATA counts.
func taken(pid int) (own, data int64, ok bool) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/statm", pid))
	if err != nil {
		return 0, 0, false
	}
	var n [7]int64
	for i, word := range strings.Fields(string(text)) {
		if i < len(n) {
			n[i], _ = strconv.ParseInt(word, 10, 64)
		}
	}
	page := int64(os.Getpagesize())
	return (n[1] - n[2]) * page, n[5] * page, true
}
