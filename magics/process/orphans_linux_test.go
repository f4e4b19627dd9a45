package process

import (
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"syscall"
	"testing"
	"time"
)

// leaveChild starts a process in a session of its own, which nothing waits for.
func leaveChild() {
	cmd := exec.Command("sleep", "1000")
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	if err := cmd.Start(); err != nil {
		panic(err)
	}
	fmt.Print(cmd.Process.Pid)
}

// gone waits until a process that was killed has ended, or says that it runs on.
func gone(pid int) bool {
	for end := time.Now().Add(time.Minute); time.Now().Before(end); time.Sleep(time.Millisecond) {
		if _, state := statusOf(pid); state == "Z" {
			return true
		}
	}
	return false
}

// TestOrphans ends what a program has started, wherever that went.
func TestOrphans(t *testing.T) {
	pool := newPool(t)
	for _, script := range []string{"leave;done", "leave;exit 1", "leave;signal 9"} {
		h := newHost()
		if _, err := pool.Run(t.Context(), scripted(t, script), h); err != nil {
			t.Fatal(err)
		}
		pid, err := strconv.Atoi(h.printed["stdout"].String())
		if err != nil {
			t.Fatal(err)
		}
		if !gone(pid) {
			t.Errorf("%s: process %d is still there", script, pid)
		}
	}
}

// TestMarked finds a run's mark in the environment of processes, whole words alone.
func TestMarked(t *testing.T) {
	cmd := exec.Command("sleep", "1000")
	cmd.Env = []string{"FIRST=1", runVariable + "=5.12"}
	began := time.Now()
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	defer cmd.Wait()
	defer cmd.Process.Kill()
	for !marked(cmd.Process.Pid, "FIRST=1") { // the system shows it a moment after the start
		if time.Since(began) > time.Minute {
			t.Fatal("it has no environment")
		}
		time.Sleep(time.Millisecond)
	}
	for mark, want := range map[string]bool{runVariable + "=5.12": true, runVariable + "=5.1": false, "FIRST=1": true, "IRST=1": false} {
		if got := marked(cmd.Process.Pid, mark); got != want {
			t.Errorf("marked(%q) = %v", mark, got)
		}
	}
	leader, state := statusOf(cmd.Process.Pid)
	if own, _ := statusOf(os.Getpid()); leader != own || state == "Z" {
		t.Errorf("group %d, state %q", leader, state)
	}
	if _, state := statusOf(1 << 30); state != "Z" {
		t.Errorf("a process that never was has the state %q", state)
	}
}

// TestHoldsBytes says whether somebody has read what was written.
func TestHoldsBytes(t *testing.T) {
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	defer w.Close()
	if holdsBytes(w) {
		t.Error("an empty pipe holds bytes")
	}
	w.WriteString("job")
	if !holdsBytes(w) {
		t.Error("a full pipe holds nothing")
	}
	r.Read(make([]byte, 3))
	if holdsBytes(w) {
		t.Error("a pipe that was read holds bytes")
	}
}

// TestWatch ends a program that takes more than it may, and says how much it had.
func TestWatch(t *testing.T) {
	pool := newPool(t)
	task := scripted(t, "take 400")
	task.Job.Memory, task.Job.Data = 300<<20, 4<<30
	end, err := pool.Run(t.Context(), task, newHost())
	if err != nil || end.Done {
		t.Fatalf("%+v, %v", end, err)
	}
	if end.Memory.Over == "" || end.Status == 0 && end.Signal == 0 {
		t.Errorf("it ended with %+v", end)
	}
	task.Job.Memory, task.Job.Data = 2<<30, 4<<30
	task.Job.Inputs[0].Name = "do:done;end"
	if end, err := pool.Run(t.Context(), task, newHost()); err != nil || !end.Done || end.Memory.Over != "" {
		t.Errorf("within its memory: %+v, %v", end, err)
	}
	own, data, ok := taken(os.Getpid())
	if !ok || own <= 0 || data <= 0 {
		t.Errorf("this process has %d and %d bytes, %v", own, data, ok)
	}
	if _, _, ok := taken(1 << 30); ok {
		t.Error("a process that never was has memory")
	}
}
