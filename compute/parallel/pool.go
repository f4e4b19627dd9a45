package parallel

import "sync"

// Pool keeps what a thread works with between its blocks. Unlike a sync.Pool
// it gives back all that was ever made, and it makes one at a time.
type Pool[T any] struct {
	mu   sync.Mutex
	idle []T
	make func() T
}

// NewPool returns an empty pool, which calls make when nothing is idle.
func NewPool[T any](make func() T) *Pool[T] { return &Pool[T]{make: make} }

// Get takes out what is idle, or what make returns.
func (p *Pool[T]) Get() T {
	p.mu.Lock()
	defer p.mu.Unlock()
	if last := len(p.idle) - 1; last >= 0 {
		t := p.idle[last]
		p.idle = p.idle[:last]
		return t
	}
	return p.make()
}

// Put gives back what Get took out.
func (p *Pool[T]) Put(t T) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.idle = append(p.idle, t)
}
