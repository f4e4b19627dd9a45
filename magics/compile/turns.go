package compile

import (
	"context"
	"path/filepath"
	"sync"
)

// turns are the running builds, by the keys of their programs.
type turns struct {
	mu   sync.Mutex
	open map[string]chan struct{}
}

// begin takes the turn for a key. If another build has it, begin returns a channel
// that is closed at that build's end.
func (t *turns) begin(key string) <-chan struct{} {
	t.mu.Lock()
	defer t.mu.Unlock()
	if other := t.open[key]; other != nil {
		return other
	}
	if t.open == nil {
		t.open = map[string]chan struct{}{}
	}
	t.open[key] = make(chan struct{})
	return nil
}

func (t *turns) end(key string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	close(t.open[key])
	delete(t.open, key)
}

// obtain takes the unit's program from the cache, or calls build. A program has one
// build at a time: a second one waits, and then finds the program in the cache, or
// builds it if the first build was stopped.
func (b *Builder) obtain(ctx context.Context, u *Unit, p *Program, force bool, build func() error) error {
	p.Path = filepath.Join(b.cache, "programs", p.Key)
	waited := false
	for other := b.turns.begin(p.Key); other != nil; other = b.turns.begin(p.Key) {
		waited = true
		select {
		case <-other:
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
	defer b.turns.end(p.Key)
	if !force && p.recall(u) {
		p.Cached = !waited
		return nil
	}
	return build()
}
