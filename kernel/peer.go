package kernel

import (
	"fmt"
	"runtime/debug"
	"sync"
	"time"

	"github.com/go-zeromq/zmq4"
)

// highWater is the number of queued bytes from which iopub waits for a
// subscriber, and from which a stalled peer is dropped.
const highWater = 16 << 20

// maxEchoes bounds the queued answers to messages that need no key, in bytes:
// heartbeats, pings and subscriptions.
const maxEchoes = 256 << 10

// lingerTime bounds a closing connection's wait for the peer's end of file.
const lingerTime = 200 * time.Millisecond

// peer is one connection. Its reader is the goroutine that accepted it; its
// sender has its own queue.
type peer struct {
	id    string // routing identity
	conn  *zmq4.Conn
	guard *guard

	topics map[string]struct{} // its subscriptions; guarded by the publisher's lock

	mu      sync.Mutex
	queue   []parcel
	queued  int           // bytes
	echoes  int           // bytes of queued
	leaving bool          // the queue takes no more, and the sender ends when it is empty
	wake    chan struct{} // capacity 1: the queue or leaving changed
	room    chan struct{} // when not nil: closed once queued falls below highWater
	gone    chan struct{} // closed when the reader has ended
	done    chan struct{} // closed when the sender has ended
}

type parcel struct {
	frames [][]byte
	echo   bool // counts towards maxEchoes
	pong   bool
}

// frameBytes is the memory of a queued frame besides its bytes, so that empty
// frames count, too.
const frameBytes = 64

func (m parcel) size() (n int) {
	for _, f := range m.frames {
		n += frameBytes + len(f)
	}
	return n
}

// put queues a message; it returns false if the peer takes no more.
func (p *peer) put(m parcel) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.leaving {
		return false
	}
	p.queue = append(p.queue, m)
	p.queued += m.size()
	p.signal()
	return true
}

// echo queues an answer to a message that needs no key, and drops a peer that
// sends many without reading the answers.
func (p *peer) echo(m parcel) {
	m.echo = true
	p.mu.Lock()
	p.echoes += m.size()
	flood := p.echoes > maxEchoes
	p.mu.Unlock()
	if flood {
		p.drop()
		return
	}
	p.put(m)
}

func (p *peer) signal() {
	select {
	case p.wake <- struct{}{}:
	default:
	}
}

// leave lets the sender end once the queue is empty.
func (p *peer) leave() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.leaving = true
	p.signal()
}

// drop ends the connection without waiting for the queue.
func (p *peer) drop() {
	p.mu.Lock()
	p.leaving, p.queue, p.queued = true, nil, 0
	p.makeRoom()
	p.signal()
	p.mu.Unlock()
	_ = p.guard.Close()
}

// full returns nil, or a channel that closes when the queue has room again.
func (p *peer) full() <-chan struct{} {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.leaving || p.queued < highWater {
		return nil
	}
	if p.room == nil {
		p.room = make(chan struct{})
	}
	return p.room
}

func (p *peer) makeRoom() {
	if p.room != nil && p.queued < highWater {
		close(p.room)
		p.room = nil
	}
}

// send is the sender: it writes the queue, batch by batch.
func (p *peer) send() (err error) {
	defer close(p.done)
	defer p.drop()
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("send: %v\n%s", r, debug.Stack())
		}
	}()
	for range p.wake {
		batch, leaving := p.take()
		for _, m := range batch {
			if err := p.write(m); err != nil {
				return err
			}
		}
		if err := p.guard.Flush(); err != nil {
			return err
		}
		if leaving {
			p.hangUp()
			return nil
		}
	}
	return nil
}

func (p *peer) take() (batch []parcel, leaving bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	batch, p.queue = p.queue, nil
	return batch, p.leaving
}

func (p *peer) write(m parcel) error {
	var err error
	if m.pong {
		err = p.conn.SendCmd(zmq4.CmdPong, m.frames[0])
	} else {
		err = p.conn.SendMsg(zmq4.NewMsgFrom(m.frames...))
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.queued = max(0, p.queued-m.size())
	if m.echo {
		p.echoes -= m.size()
	}
	p.makeRoom()
	return err
}

// hangUp shuts down writing, and waits a moment for the peer to do the same.
// Closing a TCP connection with unread input would reset it, and the peer could
// lose the last messages.
func (p *peer) hangUp() {
	half, ok := p.guard.Conn.(interface{ CloseWrite() error })
	if !ok || half.CloseWrite() != nil {
		return
	}
	_ = p.guard.SetReadDeadline(time.Now().Add(lingerTime))
	<-p.gone
}
