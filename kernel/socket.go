package kernel

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"os"
	"runtime/debug"
	"sync"
	"syscall"
	"time"

	"github.com/go-zeromq/zmq4"
)

// maxPeers bounds the connections of one socket.
const maxPeers = 1024

// socket is one of the five channels: a listener and its peers.
type socket struct {
	name    string
	kind    zmq4.SocketType
	limits  Limits
	budget  *budget
	anyUser bool
	log     *log.Logger
	receive func(p *peer, frames [][]byte) // called by each peer's reader

	listener net.Listener
	work     sync.WaitGroup // accept loop and readers

	mu     sync.Mutex
	closed bool
	conns  map[net.Conn]*peer // nil until the handshake is over
}

// listen binds the socket and starts to accept.
func (s *socket) listen(network, address string) error {
	s.conns = map[net.Conn]*peer{}
	if network == "unix" {
		if err := removeStale(address); err != nil {
			return fmt.Errorf("%s channel: %w", s.name, err)
		}
	}
	l, err := net.Listen(network, address)
	if err != nil {
		if network == "unix" && len(address) > 100 {
			err = fmt.Errorf("%w (the path has %d bytes; unix sockets allow about 100)", err, len(address))
		}
		return fmt.Errorf("%s channel: %w", s.name, err)
	}
	if network == "unix" && !s.anyUser {
		if err := os.Chmod(address, 0o600); err != nil {
			l.Close()
			return fmt.Errorf("%s channel: %w", s.name, err)
		}
	}
	s.listener = l
	s.work.Go(s.accept)
	return nil
}

// removeStale unlinks a socket file on which no process listens.
func removeStale(path string) error {
	info, err := os.Lstat(path)
	if err != nil || info.Mode()&os.ModeSocket == 0 {
		return nil // nothing there, or another kind of file, which listen reports
	}
	if c, err := net.Dial("unix", path); err == nil {
		c.Close()
		return fmt.Errorf("%s: another process listens there", path)
	}
	if err := os.Remove(path); err != nil {
		return fmt.Errorf("remove stale socket: %w", err)
	}
	return nil
}

func (s *socket) accept() {
	pause := time.Millisecond
	for {
		c, err := s.listener.Accept()
		if errors.Is(err, net.ErrClosed) {
			return
		}
		if err != nil { // such as too many open files
			s.log.Printf("%s: accept: %v", s.name, err)
			time.Sleep(pause)
			pause = min(2*pause, time.Second)
			continue
		}
		pause = time.Millisecond
		if err := s.admit(c); err != nil {
			s.log.Printf("%s: refused a connection: %v", s.name, err)
			c.Close()
			continue
		}
		s.work.Go(func() { s.serve(c) })
	}
}

func (s *socket) admit(c net.Conn) error {
	if !s.anyUser {
		if err := checkOwner(c); err != nil {
			return err
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return net.ErrClosed
	}
	if len(s.conns) >= maxPeers {
		return fmt.Errorf("there are %d already", maxPeers)
	}
	s.conns[c] = nil
	return nil
}

// serve reads one connection until it ends.
func (s *socket) serve(c net.Conn) {
	defer func() {
		s.mu.Lock()
		delete(s.conns, c)
		s.mu.Unlock()
		c.Close()
	}()
	p, err := newPeer(c, s.kind, s.limits, s.budget)
	if err != nil {
		s.report("handshake", err)
		return
	}
	s.mu.Lock()
	closed := s.closed
	if !closed {
		s.conns[c] = p
	}
	s.mu.Unlock()
	if closed {
		return
	}
	go func() { s.report("send", p.send()) }()
	s.report("read", s.read(p))
	close(p.gone)
	p.drop()
	<-p.done
}

func (s *socket) read(p *peer) (err error) {
	defer p.guard.release()
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("%v\n%s", r, debug.Stack())
		}
	}()
	for {
		frames, err := p.guard.message()
		if err != nil {
			return err
		}
		s.receive(p, frames)
		p.guard.release()
	}
}

// report logs the error that ended a connection, unless the peer just left.
func (s *socket) report(doing string, err error) {
	quiet := err == nil || errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) ||
		errors.Is(err, net.ErrClosed) || errors.Is(err, zmq4.ErrClosedConn) ||
		errors.Is(err, syscall.ECONNRESET) || errors.Is(err, syscall.EPIPE)
	if !quiet {
		s.log.Printf("%s: dropped a connection: %s: %v", s.name, doing, err)
	}
}

// send queues frames for the peer, or for its new connection with the same
// routing identity.
func (s *socket) send(p *peer, frames [][]byte) {
	if p.put(parcel{frames: frames}) {
		return
	}
	for _, other := range s.peers() {
		if other.id == p.id && other.put(parcel{frames: frames}) {
			return
		}
	}
	s.log.Printf("%s: a reply found its client gone", s.name)
}

// peers returns the peers whose handshake is over.
func (s *socket) peers() []*peer {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := make([]*peer, 0, len(s.conns))
	for _, p := range s.conns {
		if p != nil {
			all = append(all, p)
		}
	}
	return all
}

// close stops listening, sends queued messages for at most linger, and ends all
// connections.
func (s *socket) close(linger time.Duration) {
	if s.listener == nil {
		return
	}
	s.listener.Close()
	s.mu.Lock()
	s.closed = true
	s.mu.Unlock()
	late, cancel := context.WithTimeout(context.Background(), linger)
	defer cancel()
	peers := s.peers()
	for _, p := range peers {
		p.leave()
	}
	for _, p := range peers {
		select {
		case <-p.done:
		case <-late.Done():
		}
	}
	s.mu.Lock()
	for c := range s.conns {
		c.Close()
	}
	s.mu.Unlock()
	s.work.Wait()
}
