package compile

import (
	"context"
	"slices"
	"sync"
)

// aheadMost bounds the queue of calls whose programs are built ahead.
const aheadMost = 4

// ahead builds the programs of calls that the user may make soon, one after the
// other, and then the packages that cells import most.
type ahead struct {
	mu     sync.Mutex
	queue  []Call
	rest   bool               // those packages are to be compiled
	stop   context.CancelFunc // of the running build
	needed int                // builds that the user waits for
	closed bool
	all    sync.WaitGroup
}

// Ahead builds, in the background, the programs for calls of the functions with
// plain columns. Builds that the user waits for go first.
func (b *Builder) Ahead(functions []Function) {
	a := &b.ahead
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, f := range functions {
		// A module is downloaded only while the user waits for it.
		if f.Reason == "" && !slices.ContainsFunc(f.Sources, func(s Source) bool { return len(s.Gets) > 0 }) {
			a.queue = append(a.queue, Call{Sources: f.Sources, Function: f.Name, ahead: true})
		}
	}
	a.queue = a.queue[max(0, len(a.queue)-aheadMost):]
	b.next()
}

// next starts the next build if no other is needed. The caller has the lock.
func (b *Builder) next() {
	a := &b.ahead
	if a.closed || a.stop != nil || a.needed > 0 || len(a.queue) == 0 && !a.rest {
		return
	}
	ctx, stop := context.WithCancel(context.Background())
	a.stop = stop
	build, again := b.restOfCommon, func() { a.rest = true }
	if len(a.queue) > 0 {
		call := a.queue[0]
		a.queue = a.queue[1:]
		build = func(ctx context.Context) { b.BuildCall(ctx, call, false) } // an error is reported by the call itself
		again = func() { a.queue = slices.Insert(a.queue, 0, call) }
	} else {
		a.rest = false
	}
	a.all.Go(func() {
		defer func() {
			recover() // the call itself will report it
			a.mu.Lock()
			defer a.mu.Unlock()
			if ctx.Err() != nil {
				again()
			}
			stop()
			a.stop = nil
			b.next()
		}()
		build(ctx)
	})
}

// restOfCommon compiles the packages that cells import most.
func (b *Builder) restOfCommon(ctx context.Context) {
	if x, err := b.prepare(); err == nil {
		x.need(ctx, common, true) // a cell that needs one will report an error
	}
}

// Warmth is what Warm compiles beside the packages that all programs need.
type Warmth int

const (
	Soon       Warmth = iota // the packages that cells import most, while no cell waits
	Common                   // those, now
	Everything               // all that cells can import, now
)

// Warm compiles packages that a cell would wait for.
func (b *Builder) Warm(ctx context.Context, w Warmth) error {
	x, err := b.prepare()
	if err == nil {
		err = x.need(ctx, always, w == Soon)
	}
	switch {
	case err != nil:
		return err
	case w == Common:
		return x.need(ctx, common, false)
	case w == Everything:
		return x.need(ctx, []string{"std"}, false)
	}
	b.ahead.mu.Lock()
	defer b.ahead.mu.Unlock()
	b.ahead.rest = true
	b.next()
	return nil
}

// Progress tells how far the work is that a cell may wait for.
func (b *Builder) Progress() Progress { return b.work.Progress() }

// standBack stops building ahead until the returned function is called.
func (b *Builder) standBack() func() {
	a := &b.ahead
	a.mu.Lock()
	defer a.mu.Unlock()
	a.needed++
	if a.stop != nil {
		a.stop()
	}
	return func() {
		a.mu.Lock()
		defer a.mu.Unlock()
		a.needed--
		b.next()
	}
}

// Close ends builds ahead.
func (b *Builder) Close() {
	a := &b.ahead
	a.mu.Lock()
	a.closed = true
	if a.stop != nil {
		a.stop()
	}
	a.mu.Unlock()
	a.all.Wait()
}
