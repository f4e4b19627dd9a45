package kernel

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
)

const (
	greetingBytes  = 64
	handshakeBytes = 4 << 10 // the READY command
	commandBytes   = 512     // PING carries 2 + 16 bytes

	flagMore    = 1
	flagLong    = 2
	flagCommand = 4
)

// guard is the net.Conn that zmq4.Conn gets. It reads each frame's header
// first and refuses frames beyond the limits, because zmq4 allocates any length
// that a peer claims. During the handshake zmq4 reads the admitted frames.
// After it, message does: zmq4 would return a PING as a message, and answer it
// from the reading goroutine while another message is being written.
type guard struct {
	net.Conn
	in     *bufio.Reader
	out    *bufio.Writer
	limits Limits
	budget *budget
	ping   func(context []byte) // called for each PING
	wait   func() bool          // reports whether to go on waiting for a stalled peer

	ready    bool // the handshake is over
	greeting int  // unread bytes of the greeting

	headBuf  [9]byte
	head     []byte // the part of the frame header that zmq4 has not read yet
	left     uint64 // unread bytes of the frame's body
	more     bool   // the message has another frame
	frames   int    // of this message
	bytes    uint64 // of this message
	inMemory uint64 // bytes of this message
	claimed  uint64 // of inMemory, taken from the budget
}

func newGuard(c net.Conn, l Limits, b *budget) *guard {
	g := &guard{Conn: c, limits: l, budget: b, greeting: greetingBytes}
	g.in = bufio.NewReader(c)
	g.out = bufio.NewWriterSize(watched{g}, 32<<10)
	return g
}

// Read returns the greeting to zmq4, then whole frames within the limits.
func (g *guard) Read(p []byte) (int, error) {
	if len(p) == 0 {
		return 0, nil
	}
	if g.greeting > 0 {
		n, err := g.in.Read(p[:min(len(p), g.greeting)])
		g.greeting -= n
		return n, err
	}
	if len(g.head) == 0 && g.left == 0 {
		if err := g.next(); err != nil {
			return 0, err
		}
	}
	if len(g.head) > 0 {
		n := copy(p, g.head)
		g.head = g.head[n:]
		return n, nil
	}
	n, err := g.in.Read(p[:min(uint64(len(p)), g.left)])
	g.left -= uint64(n)
	return n, err
}

// message reads the frames of the next message.
func (g *guard) message() (frames [][]byte, err error) {
	for g.more = false; len(frames) == 0 || g.more; {
		err := g.next()
		if len(frames) > 0 {
			err = inMessage(err)
		}
		if err != nil {
			return nil, err
		}
		body, err := g.body(int(g.left))
		if err != nil {
			return nil, inMessage(err)
		}
		g.head, g.left = nil, 0
		frames = append(frames, body)
	}
	return frames, nil
}

// inMessage turns an end of file into an unexpected one.
func inMessage(err error) error {
	if err == io.EOF {
		return io.ErrUnexpectedEOF
	}
	return err
}

// creditBytes are allocated for a frame before any of it arrives. The budget
// does not count that much of a message, so that small messages of good peers
// arrive however much bad ones take.
const creditBytes = 64 << 10

// body reads n bytes. Its memory grows with the bytes that arrived, so a
// claimed length alone takes none.
func (g *guard) body(n int) (b []byte, err error) {
	for size := min(n, creditBytes); ; size = min(n, 4*size) {
		at := len(b)
		if err := g.reserve(uint64(size - at)); err != nil {
			return nil, err
		}
		larger := make([]byte, size)
		copy(larger, b)
		b = larger
		if _, err := io.ReadFull(g.in, b[at:]); err != nil || size == n {
			return b, err
		}
	}
}

// reserve takes n bytes of the message's from the budget.
func (g *guard) reserve(n uint64) error {
	g.inMemory += n
	if g.inMemory <= creditBytes {
		return nil
	}
	more := g.inMemory - creditBytes - g.claimed
	if err := g.budget.take(more); err != nil {
		return err
	}
	g.claimed += more
	return nil
}

// next reads commands, and the header of the next frame that is not one.
func (g *guard) next() error {
	for {
		flags, size, err := g.readHead()
		if err != nil {
			return err
		}
		if flags&flagCommand == 0 || !g.ready {
			return g.admit(flags, size)
		}
		if err := g.command(flags, size); err != nil {
			return err
		}
	}
}

func (g *guard) readHead() (flags byte, size uint64, err error) {
	if _, err = io.ReadFull(g.in, g.headBuf[:2]); err != nil {
		return 0, 0, err
	}
	flags, size = g.headBuf[0], uint64(g.headBuf[1])
	if flags&^(flagMore|flagLong|flagCommand) != 0 || flags&(flagMore|flagCommand) == flagMore|flagCommand {
		return 0, 0, fmt.Errorf("frame with flags %#x", flags)
	}
	g.head = g.headBuf[:2]
	if flags&flagLong != 0 {
		if _, err = io.ReadFull(g.in, g.headBuf[2:]); err != nil {
			return 0, 0, inMessage(err)
		}
		size = binary.BigEndian.Uint64(g.headBuf[1:])
		g.head = g.headBuf[:]
	}
	return flags, size, nil
}

// admit checks a frame against the limits of its message.
func (g *guard) admit(flags byte, size uint64) error {
	if !g.more {
		g.frames, g.bytes = 0, 0
	}
	g.frames++
	switch {
	case !g.ready && (flags != flagCommand && flags != flagCommand|flagLong || size > handshakeBytes):
		return fmt.Errorf("handshake frame with flags %#x of %d bytes", flags, size)
	case size > g.limits.FrameBytes:
		return fmt.Errorf("frame of %d bytes, limit is %d", size, g.limits.FrameBytes)
	case size > g.limits.MessageBytes-g.bytes:
		return fmt.Errorf("message of more than %d bytes", g.limits.MessageBytes)
	case g.frames > g.limits.Frames:
		return fmt.Errorf("message of more than %d frames", g.limits.Frames)
	}
	g.bytes += size
	g.left, g.more = size, flags&flagMore != 0
	return nil
}

// release returns the bytes of the last message to the budget.
func (g *guard) release() {
	g.budget.give(g.claimed)
	g.inMemory, g.claimed = 0, 0
}

// command handles a ZMTP command after the handshake.
func (g *guard) command(flags byte, size uint64) error {
	g.head = nil
	if size > commandBytes {
		return fmt.Errorf("command of %d bytes", size)
	}
	body := make([]byte, size)
	if _, err := io.ReadFull(g.in, body); err != nil {
		return inMessage(err)
	}
	if len(body) == 0 || int(body[0]) > len(body)-1 {
		return errors.New("malformed command")
	}
	name, rest := string(body[1:1+body[0]]), body[1+body[0]:]
	if name == "PING" && len(rest) >= 2 && g.ping != nil {
		g.ping(rest[2:]) // the first two bytes are a time to live
	}
	return nil
}
