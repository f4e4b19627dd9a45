package kernel

import (
	"fmt"
	"runtime/debug"
	"sync"
	"time"

	"github.com/go-zeromq/zmq4"
)

// highWater is how many bytes may wait for a subscriber before output to
// iopub waits for it, and for any stalled peer before it is dropped.
const highWater = 16 << 20

// maxEchoes is how many bytes may wait for a peer that has proved nothing:
// answers to heartbeats, pings and subscriptions.
const maxEchoes = 256 << 10

// lingerTime is how long a closing connection waits for the peer's end of file.
const lingerTime = 200 * time.Millisecond

// peer is one connection. Its reader is the goroutine that accepted it, its
// sender takes from a queue of its own.
type peer struct {
	id    string // routing identity
	conn  *zmq4.Conn
	guard *guard

	topics map[string]struct{} // what it subscribes to; the publisher's lock covers it

	mu      sync.Mutex
	queue   []parcel
	queued  int           // bytes
	echoes  int           // bytes of queued
	leaving bool          // nothing is added any more, the sender ends when the queue is empty
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

// frameBytes is what a waiting frame takes in memory besides its bytes: frames
// of no bytes at all must count, too.
const frameBytes = 64

func (m parcel) size() (n int) {
	for _, f := range m.frames {
		n += frameBytes + len(f)
	}
	return n
}

// put queues a message; false means that the peer takes none any more.
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

// echo queues an answer to what anybody may send, and drops a peer that asks
// without listening.
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

// full returns nil, or a channel that closes when there is room again.
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

// send is the sender: it writes what is queued, batch by batch.
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

// hangUp tells the peer that nothing follows and waits a moment for it to do
// the same: closing a TCP connection with unread input would reset it, and
// the peer might lose what was just sent.
func (p *peer) hangUp() {
	half, ok := p.guard.Conn.(interface{ CloseWrite() error })
	if !ok || half.CloseWrite() != nil {
		return
	}
	_ = p.guard.SetReadDeadline(time.Now().Add(lingerTime))
	<-p.gone
}
