package kernel

import (
	"errors"
	"os"
	"time"
)

const chunkBytes = 256 << 10

// Write buffers after the handshake, since zmq4 writes each frame's header and
// body separately. Flush ends a batch.
func (g *guard) Write(p []byte) (int, error) {
	if !g.ready {
		return g.Conn.Write(p)
	}
	return g.out.Write(p)
}

// Flush writes the buffer.
func (g *guard) Flush() error { return g.out.Flush() }

// watched writes in chunks, each with a deadline: a large message over a slow
// link makes progress, a stalled peer does not.
type watched struct{ *guard }

func (w watched) Write(p []byte) (n int, err error) {
	for n < len(p) && err == nil {
		if err = w.SetWriteDeadline(time.Now().Add(w.limits.Stall)); err != nil {
			break
		}
		var m int
		m, err = w.Conn.Write(p[n:min(n+chunkBytes, len(p))])
		n += m
		if errors.Is(err, os.ErrDeadlineExceeded) && (m > 0 || w.wait != nil && w.wait()) {
			err = nil
		}
	}
	return n, err
}
