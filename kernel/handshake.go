package kernel

import (
	"fmt"
	"net"
	"time"

	"github.com/go-zeromq/zmq4"
	"github.com/go-zeromq/zmq4/security/null"
	"github.com/google/uuid"
)

// newPeer performs the ZMTP handshake, within Limits.Handshake.
func newPeer(nc net.Conn, kind zmq4.SocketType, l Limits, b *budget) (p *peer, err error) {
	g := newGuard(nc, l, b)
	defer g.release()
	defer func() { // zmq4 indexes past the end of some malformed metadata
		if r := recover(); r != nil {
			err = fmt.Errorf("handshake: %v", r)
		}
	}()
	if err := nc.SetDeadline(time.Now().Add(l.Handshake)); err != nil {
		return nil, err
	}
	conn, err := zmq4.Open(g, null.Security(), kind, nil, true, nil)
	if err != nil {
		return nil, err
	}
	if err := nc.SetDeadline(time.Time{}); err != nil {
		return nil, err
	}
	id := conn.Peer.Meta["Identity"]
	if len(id) > 255 {
		return nil, fmt.Errorf("identity of %d bytes", len(id))
	}
	if id == "" {
		id = uuid.NewString()
	}
	p = &peer{id: id, conn: conn, guard: g, topics: map[string]struct{}{},
		wake: make(chan struct{}, 1), gone: make(chan struct{}), done: make(chan struct{})}
	g.ping = func(context []byte) { p.echo(parcel{frames: [][]byte{context}, pong: true}) }
	g.wait = func() bool { return p.full() == nil }
	g.ready = true
	return p, nil
}
