package magics

import (
	"fmt"
	"slices"
	"sync"
	"time"

	"goscore/magics/compile"
)

// idleProcesses are programs that wait for their function's next call, the
// one that was used last at the end.
type idleProcesses struct {
	mu  sync.Mutex
	all []idleProcess
}

type idleProcess struct {
	key string
	c   *process
}

// How many programs wait at once, and how long.
const (
	idleMost = 4
	idleTime = 30 * time.Second
)

// poolKey tells programs apart that cannot stand for each other.
func (r *run) poolKey(p *compile.Program) string {
	return fmt.Sprint(p.Key, " ", r.threads())
}

// take gives a process that waits, nil when there is none.
func (l *idleProcesses) take(key string) *process {
	l.mu.Lock()
	defer l.mu.Unlock()
	for i := len(l.all) - 1; i >= 0; i-- {
		c := l.all[i].c
		if l.all[i].key != key || !c.idle.Stop() {
			continue
		}
		l.all = slices.Delete(l.all, i, i+1)
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
func (l *idleProcesses) put(key string, c *process) {
	l.mu.Lock()
	defer l.mu.Unlock()
	c.idle = time.AfterFunc(idleTime, func() { l.drop(c) })
	l.all = append(l.all, idleProcess{key, c})
	if len(l.all) > idleMost {
		oldest := l.all[0].c
		oldest.idle.Stop()
		l.all = slices.Delete(l.all, 0, 1)
		go oldest.dismiss()
	}
}

func (l *idleProcesses) drop(c *process) {
	l.mu.Lock()
	l.all = slices.DeleteFunc(l.all, func(i idleProcess) bool { return i.c == c })
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
