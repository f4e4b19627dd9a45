package process

import (
	"bytes"
	"os"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

// adopt makes this process the parent of what its programs leave behind, also
// of what has left their process groups.
func adopt() { unix.Prctl(unix.PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) }

// endOrphans ends what this process has adopted whose environment holds mark;
// with an empty mark, all that it and its children have started.
func endOrphans(mark string) {
	for range 100 { // what was being forked meanwhile is seen the next time
		if len(childrenOf(os.Getpid())) == 0 {
			return
		}
		killed := false
		for _, pid := range below(os.Getpid()) {
			if mark == "" || marked(pid, mark) {
				killed = unix.Kill(pid, unix.SIGKILL) == nil || killed
			}
		}
		reap()
		if !killed {
			return
		}
		time.Sleep(time.Millisecond)
	}
}

// below lists the living processes that a process has started, and those that
// they have.
func below(pid int) (all []int) {
	for _, child := range childrenOf(pid) {
		if _, state := statusOf(child); state != "Z" {
			all = append(all, child)
		}
		all = append(all, below(child)...)
	}
	return all
}

func childrenOf(pid int) (all []int) {
	tasks := "/proc/" + strconv.Itoa(pid) + "/task/"
	threads, _ := os.ReadDir(tasks)
	for _, thread := range threads {
		text, _ := os.ReadFile(tasks + thread.Name() + "/children") // a thread that has ended has none
		for _, word := range strings.Fields(string(text)) {
			if child, err := strconv.Atoi(word); err == nil {
				all = append(all, child)
			}
		}
	}
	return all
}

func marked(pid int, mark string) bool {
	text, _ := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/environ")
	return bytes.Contains(append([]byte{0}, text...), []byte("\x00"+mark+"\x00"))
}

// reap takes note of adopted processes that have ended, and of no others: who
// started those waits for them. Programs and tools lead process groups in this
// session; what is adopted does not.
func reap() {
	session, _ := unix.Getsid(0)
	for _, pid := range childrenOf(os.Getpid()) {
		leader, state := statusOf(pid)
		if own, _ := unix.Getsid(pid); state == "Z" && (leader != pid || own != session) {
			unix.Wait4(pid, nil, unix.WNOHANG, nil)
		}
	}
}

// statusOf reads the process group and the state of a process.
func statusOf(pid int) (leader int, state string) {
	text, _ := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/stat")
	word := strings.Fields(string(text[bytes.LastIndexByte(text, ')')+1:]))
	if len(word) < 3 {
		return 0, "Z" // gone
	}
	leader, _ = strconv.Atoi(word[2])
	return leader, word[0]
}
