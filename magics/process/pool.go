package process

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"
)

// A Pool runs programs, and keeps those that wait for their function's next
// call, the one that was used last at the end.
type Pool struct {
	lanes int // a socket on which Python gets lanes; 0 for none

	mu     sync.Mutex
	idle   []idleProcess
	lent   map[int64]*process // Python sends calls to them
	count  int64              // of lanes
	sweeps bool               // somebody looks for those that are over
}

type idleProcess struct {
	key string
	c   *process
}

// NewPool makes a pool. Its worker adopts what programs leave behind. Lanes is the socket on
// which Python gets lanes, 0 for none.
func NewPool(lanes int) *Pool {
	adopt()
	return &Pool{lanes: lanes, lent: map[int64]*process{}}
}

// Close ends all that programs have started and left behind.
func (l *Pool) Close() { endOrphans("") }

// How many programs wait at once, and how long.
const (
	idleMost = 4
	idleTime = 30 * time.Second
)

// Run gives a program its task, and answers with how that ended. An error is a
// fault of the program's start or its messages, not of the cell.
func (l *Pool) Run(ctx context.Context, task Task, host Host) (end End, err error) {
	var c *process
	if task.Join != 0 {
		if c = l.joined(task.Join); c == nil {
			return End{}, errors.New("the program of the lane is gone")
		}
		end, err = c.run(ctx, task, host)
		go c.dismiss() // it has no lane any more: the next call gets one that has
		return end, err
	}
	if task.Program.Stays && !task.Fresh {
		c = l.take(task.key())
	}
	if c != nil {
		if end, err = c.run(ctx, task, host); c.untaken(ctx) {
			c.close()
			c = nil
		}
	}
	if c == nil {
		c = &process{task: task, host: host}
		if err := c.start(); err != nil {
			return End{}, fmt.Errorf("start the cell's program: %w%s", err, refusal(task.Program.Path, err))
		}
		end, err = c.run(ctx, task, host)
	}
	if c.stays && err == nil {
		if task.Lend {
			end.Lane = l.lend(c)
		}
		if end.Lane == 0 {
			l.put(task.key(), c)
		}
	} else {
		c.close()
	}
	return end, err
}

// refusal says what to do where the system executes no new files, an antivirus for one.
func refusal(path string, err error) string {
	if !errors.Is(err, os.ErrPermission) {
		return ""
	}
	return fmt.Sprintf("\n  hint: the system does not let programs run in %s: allow them there, or name another folder in GOSCORE_CACHE",
		filepath.Dir(path))
}

// key tells programs apart that cannot stand for each other.
func (t Task) key() string {
	key := fmt.Sprint(t.Program.Key, " ", t.Threads)
	if t.Surroundings != nil {
		key += " " + t.Surroundings.key
	}
	return key
}

// take gives a process that waits, nil when there is none.
func (l *Pool) take(key string) *process {
	l.mu.Lock()
	defer l.mu.Unlock()
	for i := len(l.idle) - 1; i >= 0; i-- {
		c := l.idle[i].c
		if l.idle[i].key != key || !c.idle.Stop() {
			continue
		}
		l.idle = slices.Delete(l.idle, i, i+1)
		select {
		case <-c.ended: // somebody killed it
			c.close()
		default:
			return c
		}
	}
	return nil
}

// put keeps a process for the next call.
func (l *Pool) put(key string, c *process) {
	l.mu.Lock()
	defer l.mu.Unlock()
	c.idle = time.AfterFunc(idleTime, func() { l.drop(c) })
	l.idle = append(l.idle, idleProcess{key, c})
	if len(l.idle) > idleMost {
		oldest := l.idle[0].c
		oldest.idle.Stop()
		l.idle = slices.Delete(l.idle, 0, 1)
		go oldest.dismiss()
	}
}

func (l *Pool) drop(c *process) {
	l.mu.Lock()
	l.idle = slices.DeleteFunc(l.idle, func(i idleProcess) bool { return i.c == c })
	l.mu.Unlock()
	c.dismiss()
}

// dismiss ends a process that waits.
func (c *process) dismiss() {
	c.kill()
	<-c.ended
	endOrphans(c.mark)
	c.close()
}
