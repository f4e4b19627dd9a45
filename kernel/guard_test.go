package kernel

import (
	"bytes"
	"encoding/binary"
	"io"
	"net"
	"reflect"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/go-zeromq/zmq4"
)

// frame returns a ZMTP frame, with the length it claims.
func frame(flags byte, claimed uint64, body string) []byte {
	if flags&flagLong == 0 {
		return append([]byte{flags, byte(claimed)}, body...)
	}
	return append(binary.BigEndian.AppendUint64([]byte{flags}, claimed), body...)
}

func greeting() []byte {
	g := make([]byte, greetingBytes)
	g[0], g[9], g[10] = 0xff, 0x7f, 3
	copy(g[12:], "NULL")
	return g
}

const readyBody = "\x05READY\x0bSocket-Type\x00\x00\x00\x06DEALER"

// stream is a connection that only reads.
type stream struct {
	net.Conn
	io.Reader
}

func (s stream) Read(p []byte) (int, error) { return s.Reader.Read(p) }

// messages reads what is there.
func messages(g *guard) (all [][][]byte, err error) {
	for {
		frames, err := g.message()
		g.release()
		if err == io.EOF {
			return all, nil
		}
		if err != nil {
			return all, err
		}
		all = append(all, frames)
	}
}

func TestGuardLimits(t *testing.T) {
	limits := Limits{FrameBytes: 100, MessageBytes: 150, Frames: 4}.withDefaults()
	check := func(want string, frames ...[]byte) {
		t.Helper()
		g := newGuard(stream{Reader: bytes.NewReader(bytes.Join(frames, nil))}, limits, &budget{max: 400})
		g.greeting, g.ready = 0, true
		_, err := messages(g)
		if want == "" && err != nil || want != "" && (err == nil || !strings.Contains(err.Error(), want)) {
			t.Errorf("%q: %v, want %q", frames, err, want)
		}
	}
	hundred := strings.Repeat("x", 100)
	check("", frame(0, 5, "hello"))
	check("", frame(0, 0, ""))
	check("", frame(flagLong, 100, hundred))
	check("", frame(0, 100, hundred), frame(0, 100, hundred), frame(0, 100, hundred))
	check("frame of 101", frame(0, 101, ""))
	check("frame of 4611686018427387904", frame(flagLong, 1<<62, ""))
	check("frame of 18446744073709551615", frame(flagLong, 1<<64-1, ""))
	check("more than 150", frame(flagMore, 100, hundred), frame(0, 51, ""))
	check("more than 4 frames", bytes.Repeat(frame(flagMore, 0, ""), 5))
	check("flags 0x8", frame(8, 0, ""))
	check("flags 0x5", frame(flagCommand|flagMore, 0, ""))
	check("command of", frame(flagCommand|flagLong, 1<<62, ""))
	check("malformed", frame(flagCommand, 2, "\x05a"))
	check("malformed", frame(flagCommand, 0, ""))
	check("EOF", frame(0, 5, "hello"), []byte{flagLong, 0, 0})
	check("EOF", frame(flagMore, 5, "hello"))
	check("EOF", frame(0, 5, ""))
	check("EOF", []byte{flagLong, 0})
	check("EOF", frame(flagCommand, 9, ""))
}

func TestGuardKeepsCommands(t *testing.T) {
	ping := frame(flagCommand, 10, "\x04PING\x00\x09abc")
	text := bytes.Join([][]byte{ping, frame(flagMore, 1, "1"), ping, frame(0, 1, "2")}, nil)
	g := newGuard(stream{Reader: bytes.NewReader(text)}, Limits{}.withDefaults(), &budget{max: 100})
	var pings []string
	g.greeting, g.ready, g.ping = 0, true, func(context []byte) { pings = append(pings, string(context)) }
	got, err := messages(g)
	if len(got) != 1 || string(bytes.Join(got[0], []byte("|"))) != "1|2" || err != nil {
		t.Errorf("read %q, %v", got, err)
	}
	if len(pings) != 2 || pings[0] != "abc" {
		t.Errorf("pings %q", pings)
	}
}

func TestHandshake(t *testing.T) {
	check := func(name, want string, frames ...[]byte) {
		t.Helper()
		ours, theirs := net.Pipe()
		defer ours.Close()
		go func() { _, _ = io.Copy(io.Discard, theirs) }()
		go func() {
			for _, f := range frames {
				_, _ = theirs.Write(f)
			}
		}()
		limits := Limits{Handshake: patient}.withDefaults()
		if want == "timeout" {
			limits.Handshake = brief
		}
		_, err := newPeer(ours, zmq4.Router, limits, &budget{max: 1 << 20})
		if want == "" && err != nil || want != "" && (err == nil || !strings.Contains(err.Error(), want)) {
			t.Errorf("%s: %v, want %q", name, err, want)
		}
	}
	ready := func(body string) []byte { return frame(flagCommand|flagLong, uint64(len(body)), body) }
	check("right", "", greeting(), ready(readyBody))
	check("silent", "timeout")
	check("silent after greeting", "timeout", greeting())
	check("HTTP", "invalid ZMTP signature", bytes.Repeat([]byte("GET / HTTP/1.1\r\n"), 4))
	check("no READY", "could not recv", greeting(), frame(0, 5, "hello"))
	check("huge READY", "handshake frame", greeting(), frame(flagCommand|flagLong, 1<<62, ""))
	check("cut key", "handshake", greeting(), ready("\x05READY\x0bSocket"))
	check("cut value", "handshake", greeting(), ready("\x05READY\x0bSocket-Type\x00"))
	check("wrong type", "not compatible", greeting(), ready("\x05READY\x0bSocket-Type\x00\x00\x00\x04PUSH"))
	check("unknown type", "unknown socket-type", greeting(), ready("\x05READY\x0bSocket-Type\x00\x00\x00\x04NONE"))
	check("long identity", "identity of 300", greeting(),
		ready(readyBody+"\x08Identity\x00\x00\x01\x2c"+strings.Repeat("x", 300)))
}

func TestBudgetIsReturned(t *testing.T) {
	b := &budget{max: 10}
	if err := b.take(11); err == nil {
		t.Error("took more than there is")
	}
	for range 3 {
		if err := b.take(10); err != nil {
			t.Fatal(err)
		}
		b.give(10)
	}
}

func TestMemoryFollowsBytes(t *testing.T) {
	budget := &budget{max: 1 << 20}
	read := func(text []byte) (*guard, error) {
		g := newGuard(stream{Reader: bytes.NewReader(text)}, Limits{}.withDefaults(), budget)
		g.greeting, g.ready = 0, true
		frames, err := g.message()
		if err == nil && len(frames[0]) != len(text)-9 {
			t.Errorf("%d bytes of %d", len(frames[0]), len(text)-9)
		}
		return g, err
	}
	body := strings.Repeat("x", 1<<20)
	for _, n := range []int{0, 1, creditBytes, creditBytes + 1, 4*creditBytes + 1, 1 << 20} {
		g, err := read(frame(flagLong, uint64(n), body[:n]))
		if err != nil || budget.used.Load() != uint64(max(0, n-creditBytes)) {
			t.Errorf("%d bytes: %v, %d are counted", n, err, budget.used.Load())
		}
		g.release()
	}
	if _, err := read(frame(flagLong, 200<<20, "x")); err != io.ErrUnexpectedEOF || budget.used.Load() != 0 {
		t.Errorf("a claim of 200 MiB: %v, %d bytes are counted", err, budget.used.Load())
	}
	big := frame(flagLong, 1<<20, body)
	if _, err := read(big); err != nil {
		t.Fatal(err)
	}
	if _, err := read(big); err == nil || !strings.Contains(err.Error(), "exceed 1048576 bytes") {
		t.Errorf("beyond the budget: %v", err)
	}
	if _, err := read(frame(flagLong, creditBytes, body[:creditBytes])); err != nil {
		t.Errorf("a small message while others hold the budget: %v", err)
	}
}

// FuzzGuard reads any bytes as messages. What is let pass is within the limits
// and is in the bytes as it came; memory follows what arrived, and the budget
// is whole again.
func FuzzGuard(f *testing.F) {
	f.Add(append(frame(flagMore, 2, "ab"), frame(0, 1, "c")...))
	f.Add(append(frame(flagMore, 0, ""), frame(flagLong, 3, "abc")...))
	f.Add(append(frame(flagCommand, 10, "\x04PING\x00\x09abc"), frame(0, 0, "")...))
	f.Add(frame(flagLong, 1<<30, "x"))
	f.Add(bytes.Repeat(frame(flagMore, 0, ""), 40))
	limits := Limits{FrameBytes: 1 << 30, MessageBytes: 1 << 31, Frames: 32}.withDefaults()
	f.Fuzz(func(t *testing.T, text []byte) {
		pings := 0
		b := &budget{max: 1 << 31}
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		g := newGuard(stream{Reader: bytes.NewReader(text)}, limits, b)
		g.greeting, g.ready, g.ping = 0, true, func([]byte) { pings++ }
		all, err := messages(g)
		runtime.ReadMemStats(&after)
		if got, most := after.TotalAlloc-before.TotalAlloc, uint64(64*len(text)+1<<18); got > most {
			t.Errorf("%d bytes were allocated for %d, want at most %d", got, len(text), most)
		}
		if b.used.Load() != 0 {
			t.Errorf("%d bytes of the budget are not given back", b.used.Load())
		}
		var passed []byte
		for _, m := range all {
			if len(m) > limits.Frames {
				t.Errorf("%d frames", len(m))
			}
			for i, body := range m {
				flags := byte(0)
				if i < len(m)-1 {
					flags = flagMore
				}
				passed = append(passed, shortest(flags, body)...)
			}
		}
		g = newGuard(stream{Reader: bytes.NewReader(passed)}, limits, b)
		g.greeting, g.ready = 0, true
		if again, err := messages(g); err != nil || !reflect.DeepEqual(all, again) {
			t.Errorf("%q was read as %q, and that as %q, %v", text, all, again, err)
		}
		if err == nil && pings == 0 && len(text) > 0 && len(all) == 0 && text[0]&flagCommand == 0 {
			t.Errorf("%q is no message and no error", text)
		}
	})
}

// shortest writes a frame with as short a length as ZMTP allows.
func shortest(flags byte, body []byte) []byte {
	if len(body) > 255 {
		flags |= flagLong
	}
	return frame(flags, uint64(len(body)), string(body))
}

// FuzzPeer reads what a peer may send after its greeting.
func FuzzPeer(f *testing.F) {
	f.Add(append(frame(flagCommand, uint64(len(readyBody)), readyBody), frame(flagMore, 2, "ab")...))
	f.Add(frame(flagCommand|flagLong, 1<<62, ""))
	identity := readyBody + "\x08Identity\x00\x00\x00\x02id"
	f.Add(append(frame(flagCommand, uint64(len(identity)), identity), frame(0, 2, "ab")...))
	f.Fuzz(func(t *testing.T, text []byte) {
		ours, theirs := net.Pipe()
		defer ours.Close()
		go func() { _, _ = io.Copy(io.Discard, theirs) }()
		go func() {
			_, _ = theirs.Write(append(greeting(), text...))
			theirs.Close()
		}()
		limits := Limits{FrameBytes: 1 << 16, MessageBytes: 1 << 17, Handshake: time.Second}.withDefaults()
		b := &budget{max: 1 << 20}
		p, err := newPeer(ours, zmq4.Router, limits, b)
		if err == nil && (p.id == "" || len(p.id) > 255) {
			t.Errorf("identity of %d bytes", len(p.id))
		}
		for err == nil {
			var frames [][]byte
			frames, err = p.guard.message()
			if n := (parcel{frames: frames}).size() - frameBytes*len(frames); uint64(n) > limits.MessageBytes {
				t.Errorf("message of %d bytes", n)
			}
			p.guard.release()
		}
		if b.used.Load() != 0 {
			t.Errorf("%d bytes of the budget are not given back", b.used.Load())
		}
	})
}
