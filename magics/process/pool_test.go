package process

import (
	"context"
	"os"
	"strconv"
	"syscall"
	"testing"
)

// staying is a task of a program that takes one job after the other.
func staying(t testing.TB, script, key string) Task {
	task := scripted(t, script)
	task.Program.Stays, task.Program.Key = true, key
	return task
}

// pidOf runs a task that prints its process's number and stays.
func pidOf(t *testing.T, pool *Pool, task Task) int {
	t.Helper()
	h := newHost()
	end, err := pool.Run(t.Context(), task, h)
	if err != nil || !end.Done {
		t.Fatalf("%+v, %v", end, err)
	}
	pid, err := strconv.Atoi(h.printed["stdout"].String())
	if err != nil {
		t.Fatal(err)
	}
	return pid
}

// TestStoppedAtTheEnd keeps no process that was stopped when it was done already.
func TestStoppedAtTheEnd(t *testing.T) {
	pool := newPool(t)
	for range 20 {
		ctx, cancel := context.WithCancel(t.Context())
		h := newHost()
		h.taken = cancel
		if _, err := pool.Run(ctx, staying(t, "pid;out a;stay", "f"), h); err != nil {
			t.Fatal(err)
		}
		stopped := h.printed["stdout"].String()
		if next := pidOf(t, pool, staying(t, "pid;stay", "f")); stopped == strconv.Itoa(next) {
			t.Errorf("process %d was stopped, and took the next job", next)
		}
	}
}

// TestPool runs calls of a function in one process, and no others in it.
func TestPool(t *testing.T) {
	pool := newPool(t)
	task := staying(t, "pid;stay", "f")
	first := pidOf(t, pool, task)
	for range 3 {
		if again := pidOf(t, pool, task); again != first {
			t.Errorf("process %d took the next job, want %d", again, first)
		}
	}
	threads := task
	threads.Threads = 1
	fresh := task
	fresh.Fresh = true
	around := func(directory string, variables ...string) Task {
		s, err := NewSurroundings(directory, NewEnvironment(variables))
		if err != nil {
			t.Fatal(err)
		}
		other := task
		other.Surroundings = s
		return other
	}
	dir := t.TempDir()
	elsewhere := around(dir, "A=1")
	there := pidOf(t, pool, elsewhere)
	if again := pidOf(t, pool, around(dir, "A=1")); again != there {
		t.Errorf("process %d took the next job there, want %d", again, there)
	}
	if err := os.Rename(dir, dir+"-before"); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	for name, other := range map[string]Task{"of other threads": threads, "of another program": staying(t, "pid;stay", "g"), "that is forced": fresh,
		"in a new directory of that name": around(dir, "A=1"), "of another environment": around(dir+"-before", "A=2")} {
		if pid := pidOf(t, pool, other); pid == first || pid == there {
			t.Errorf("a run %s shares the process", name)
		}
	}
}

// TestPoolDead starts a new process where the one that waits was killed.
func TestPoolDead(t *testing.T) {
	pool := newPool(t)
	task := staying(t, "pid;stay", "f")
	first := pidOf(t, pool, task)
	dead := pool.idle[0].c
	syscall.Kill(first, syscall.SIGKILL)
	<-dead.ended
	if again := pidOf(t, pool, task); again == first {
		t.Error("a dead process took a job")
	}
	if len(pool.idle) != 1 || pool.idle[0].c == dead {
		t.Errorf("%d processes wait", len(pool.idle))
	}
}

// TestPoolOver ends the process that waits longest when there are too many.
func TestPoolOver(t *testing.T) {
	pool := newPool(t)
	pidOf(t, pool, staying(t, "pid;stay", "f0"))
	oldest := pool.idle[0].c
	for i := range idleMost {
		pidOf(t, pool, staying(t, "pid;stay", "f"+strconv.Itoa(i+1)))
	}
	<-oldest.ended
	if len(pool.idle) != idleMost {
		t.Errorf("%d processes wait, want %d", len(pool.idle), idleMost)
	}
	newest := pool.idle[idleMost-1].c
	if newest.idle.Stop() {
		pool.drop(newest)
	}
	<-newest.ended
	if len(pool.idle) != idleMost-1 {
		t.Errorf("%d processes wait, one was dropped", len(pool.idle))
	}
}

// TestPoolLeaves keeps no process that ended, failed, or broke the messages' rules.
func TestPoolLeaves(t *testing.T) {
	pool := newPool(t)
	for _, script := range []string{"done", "exit 1", "fail boom;exit 0", "say ?;wait"} {
		pool.Run(t.Context(), staying(t, script, script), newHost())
		if len(pool.idle) != 0 {
			t.Errorf("after %q a process waits", script)
		}
	}
}
