package compile

import (
	"fmt"
	"os"
	"strings"
	"sync"
	"time"
)

// keptCalls are the programs of the latest calls, so that another call of a
// function neither parses its sources nor reads the cache.
type keptCalls struct {
	mu  sync.Mutex
	all map[string]*keptCall
}

type keptCall struct {
	call          Call
	p             Program
	u             *Unit
	x             *exports // of the toolchain that built it
	size          int64    // of the executable
	used, touched time.Time
}

// The number of kept calls, and how often an executable's time is updated.
const (
	keptMost  = 64
	touchTime = time.Minute
)

// identity is equal for calls that can share a program and a unit.
func (call Call) identity() string {
	var b strings.Builder
	fmt.Fprintln(&b, call.Function, call.Depths, call.Grouped, call.Merge, call.Profile, call.Trace)
	for _, s := range call.Sources {
		fmt.Fprintf(&b, "%d %d %q\n%s%s", len(s.Cell), len(s.Text), s.Gets, s.Cell, s.Text)
	}
	return b.String()
}

// find returns a kept program whose file has not changed.
func (k *keptCalls) find(id string, x *exports) (*Program, *Unit) {
	k.mu.Lock()
	defer k.mu.Unlock()
	c := k.all[id]
	if c == nil {
		return nil, nil
	}
	st, err := os.Stat(c.p.Path)
	if err != nil || st.Size() != c.size || c.x != x {
		delete(k.all, id)
		return nil, nil
	}
	if c.used = time.Now(); c.used.Sub(c.touched) > touchTime {
		c.touched = c.used
		os.Chtimes(c.p.Path, c.used, c.used) // the least recently used go first
	}
	p := c.p
	return &p, c.u
}

// keep remembers a program, and forgets the least recently used one.
func (k *keptCalls) keep(id string, call Call, x *exports, p *Program, u *Unit) {
	st, err := os.Stat(p.Path)
	if err != nil {
		return
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.all == nil {
		k.all = map[string]*keptCall{}
	}
	for len(k.all) >= keptMost && k.all[id] == nil {
		oldest := ""
		for other, c := range k.all {
			if oldest == "" || c.used.Before(k.all[oldest].used) {
				oldest = other
			}
		}
		delete(k.all, oldest)
	}
	now := time.Now()
	c := &keptCall{call: call, p: *p, u: u, x: x, size: st.Size(), used: now, touched: now}
	c.p.Cached, c.p.ahead = true, false
	k.all[id] = c
}

// like returns the kept calls of the same function.
func (k *keptCalls) like(call Call) (all []Call) {
	k.mu.Lock()
	defer k.mu.Unlock()
	for _, c := range k.all {
		other := c.call
		other.Depths, other.Grouped = call.Depths, call.Grouped
		if other.identity() == call.identity() {
			other = c.call
			other.ahead = false
			all = append(all, other)
		}
	}
	return all
}
