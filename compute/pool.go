package compute

import "sync"

// pool keeps what a thread works with between its blocks. Unlike a sync.Pool
// it gives back all that was ever made, and it makes one at a time.
type pool[T any] struct {
	mu   sync.Mutex
	idle []T
	make func() T
}

func newPool[T any](make func() T) *pool[T] { return &pool[T]{make: make} }

func (p *pool[T]) get() T {
	p.mu.Lock()
	defer p.mu.Unlock()
	if last := len(p.idle) - 1; last >= 0 {
		t := p.idle[last]
		p.idle = p.idle[:last]
		return t
	}
	return p.make()
}

func (p *pool[T]) put(t T) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.idle = append(p.idle, t)
}
