package kernel

import (
	"bytes"
	"io"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/go-zeromq/zmq4"
)

// alive checks that the kernel answers a new client.
func (r *running) alive(why string) {
	r.t.Helper()
	for _, port := range []int{1, 4} {
		c := r.open(port, zmq4.Dealer, "")
		c.send("kernel_info_request", "{}")
		if m, err := c.next(patient); err != nil || m.kind != "kernel_info_reply" {
			r.t.Fatalf("after %s, port %d: %v", why, port, err)
		}
	}
	h := r.open(5, zmq4.Req, "")
	h.write(nil, []byte("ping"))
	if _, err := h.zmq.RecvMsg(); err != nil {
		r.t.Fatalf("after %s: heartbeat: %v", why, err)
	}
}

func TestBadMessages(t *testing.T) {
	r := start(t, Options{})
	signed := func(c *channel, parts ...string) [][]byte {
		raw := [][]byte{delimiter, nil}
		for _, p := range parts {
			raw = append(raw, []byte(p))
		}
		raw[1] = c.signer.sign(raw[2:min(6, len(raw))])
		return raw
	}
	for _, port := range []int{1, 3, 4} {
		c := r.open(port, zmq4.Dealer, "bad")
		good := c.frames("1", "kernel_info_request", "{}")
		wrong := append([][]byte{}, good...)
		wrong[1] = bytes.Repeat([]byte("0"), 64)
		for why, frames := range map[string][][]byte{
			"one frame":       {[]byte("garbage")},
			"empty frame":     {nil},
			"no delimiter":    good[1:],
			"few frames":      good[:4],
			"wrong signature": wrong,
			"header list":     signed(c, "[]", "{}", "{}", "{}"),
			"header types":    signed(c, `{"msg_id":[],"msg_type":{}}`, "{}", "{}", "{}"),
			"content null":    signed(c, goodHeader, "{}", "{}", "null"),
			"cut JSON":        signed(c, goodHeader, "{}", "{}", `{"a":`),
			"own garbage":     signed(c, "\xff\xfe", "\x00", "{}", "{}"),
		} {
			c.write(frames...)
			r.alive(why)
		}
		c.quiet()
	}
	if n := strings.Count(r.log.String(), "dropped a message"); n != 30 {
		t.Errorf("%d of 30 bad messages logged: %s", n, r.log)
	}
	for port, frames := range map[int][][]byte{2: {[]byte("\x02odd")}, 5: {[]byte("odd")}} {
		kind := map[int]zmq4.SocketType{2: zmq4.Sub, 5: zmq4.Dealer}[port]
		r.open(port, kind, "").write(frames...)
		r.open(port, kind, "").write(append(frames, nil, nil)...)
		r.alive("odd frames")
	}
}

func TestReplay(t *testing.T) {
	r := start(t, Options{})
	c, other := r.open(1, zmq4.Dealer, "a"), r.open(4, zmq4.Dealer, "b")
	frames := c.frames("1", "kernel_info_request", "{}")
	c.write(frames...)
	c.read()
	c.write(frames...)
	c.quiet()
	other.write(frames...)
	other.quiet()
	r.alive("replay")
}

func TestHugeFrames(t *testing.T) {
	r := start(t, Options{})
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	ready := frame(flagCommand, uint64(len(readyBody)), readyBody)
	sub := strings.Replace(readyBody, "\x06DEALER", "\x03SUB", 1)
	for port := 1; port <= 5; port++ {
		hello := append(greeting(), ready...)
		if port == 2 {
			hello = append(greeting(), frame(flagCommand, uint64(len(sub)), sub)...)
		}
		for _, bad := range [][]byte{
			frame(flagLong, 1<<62, ""),
			frame(flagLong|flagMore, 1<<40, ""),
			frame(flagLong|flagCommand, 1<<62, ""),
			bytes.Repeat(frame(flagMore, 0, ""), 2000),
		} {
			c := r.dial(port)
			if _, err := c.Write(append(hello, bad...)); err != nil && port != 2 && port != 5 {
				t.Fatal(err)
			}
			_ = c.SetReadDeadline(time.Now().Add(patient))
			if _, err := io.Copy(io.Discard, c); os.IsTimeout(err) {
				t.Errorf("port %d: %x... is not dropped", port, bad[:2])
			}
		}
	}
	runtime.ReadMemStats(&after)
	if grown := after.TotalAlloc - before.TotalAlloc; grown > 61<<20 {
		t.Errorf("%d MiB allocated", grown>>20)
	}
	r.alive("huge frames")
}

func TestSilentConnection(t *testing.T) {
	r := start(t, Options{Limits: Limits{Handshake: time.Second}})
	silent := r.dial(1)
	r.alive("a silent connection")
	_ = silent.SetReadDeadline(time.Now().Add(patient))
	if _, err := io.Copy(io.Discard, silent); os.IsTimeout(err) {
		t.Error("a silent connection is kept")
	}
}

func TestStalledSubscriber(t *testing.T) {
	r := start(t, Options{Concurrent: true, Limits: Limits{Stall: time.Second}})
	stalled := r.client("s") // reads nothing from here on
	a := r.client("a")
	id := a.execute("flood")
	go func() {
		b := r.open(1, zmq4.Dealer, "b")
		b.send("kernel_info_request", "{}")
		b.read()
	}()
	words := strings.Fields(a.until(id))
	if len(words) != 27 {
		t.Errorf("%d messages, want 27", len(words))
	}
	r.eventually(func() bool { return strings.Contains(r.log.String(), "iopub: dropped a connection: send") })
	stalled.shell.send("kernel_info_request", "{}")
	if m := stalled.shell.read(); m.kind != "kernel_info_reply" {
		t.Errorf("stalled subscriber's request: %s", m.kind)
	}
}

func TestSlowSubscriber(t *testing.T) {
	r := start(t, Options{Limits: Limits{Stall: 20 * time.Millisecond}})
	c := r.client("a")
	id := c.shell.send("execute_request", `{"code":"print `+strings.Repeat("x", 1<<20)+`"}`)
	time.Sleep(200 * time.Millisecond) // several watchdogs' time
	if n := len(c.until(id)); n < 1<<20 {
		t.Errorf("%d bytes arrived: %s", n, r.log)
	}
}

// A peer that asks and never listens is dropped, however little it asks.
func TestEchoFlood(t *testing.T) {
	r := start(t, Options{})
	ping := frame(flagCommand, 7, "\x04PING\x00\x09")
	for port, ask := range map[int][]byte{5: frame(0, 0, ""), 1: ping} {
		c := r.dial(port)
		ready := frame(flagCommand, uint64(len(readyBody)), readyBody)
		if _, err := c.Write(append(greeting(), ready...)); err != nil {
			t.Fatal(err)
		}
		many := bytes.Repeat(ask, 1<<14)
		var err error
		for asked := 0; asked < 1<<22 && err == nil; asked += 1 << 14 {
			_, err = c.Write(many)
		}
		if err == nil {
			t.Errorf("port %d: %d questions without a listener", port, 1<<22)
		}
	}
	r.alive("a flood")
}

func TestPing(t *testing.T) {
	r := start(t, Options{})
	c := r.dial(1)
	hello := append(greeting(), frame(flagCommand, uint64(len(readyBody)), readyBody)...)
	if _, err := c.Write(append(hello, frame(flagCommand, 10, "\x04PING\x00\x09abc")...)); err != nil {
		t.Fatal(err)
	}
	got := make([]byte, 1024)
	n := 0
	_ = c.SetReadDeadline(time.Now().Add(patient))
	for want := "\x04\x08\x04PONGabc"; !strings.HasSuffix(string(got[:n]), want); {
		m, err := c.Read(got[n:])
		if err != nil {
			t.Fatalf("read %q, %v", got[:n], err)
		}
		n += m
	}
	if r.log.String() != "" {
		t.Errorf("log: %s", r.log)
	}
}

func TestSocketModes(t *testing.T) {
	r := start(t, Options{})
	for port := 1; port <= 5; port++ {
		_, path := r.conn.address(port)
		if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: %v %v", path, info.Mode(), err)
		}
	}
}

func TestStalePath(t *testing.T) {
	dir, err := os.MkdirTemp("", "k")
	if err != nil {
		t.Fatal(err)
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "k")
	l, err := net.ListenUnix("unix", &net.UnixAddr{Name: path + "-1", Net: "unix"})
	if err != nil {
		t.Fatal(err)
	}
	l.SetUnlinkOnClose(false)
	l.Close()
	r := startAt(t, path, Options{})
	r.alive("a stale path")

	if err := Serve(t.Context(), r.conn, r.script, Options{}); err == nil || !strings.Contains(err.Error(), "another process listens") {
		t.Errorf("second kernel: %v", err)
	}
	r.alive("a second kernel")
	r.end()
	if left, err := os.ReadDir(dir); err != nil || len(left) != 0 {
		t.Errorf("left behind: %v %v", left, err)
	}

	if err := os.WriteFile(path+"-2", []byte("a file"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := Serve(t.Context(), r.conn, r.script, Options{}); err == nil {
		t.Error("replaced a file that is no socket")
	}
	long := r.conn
	long.IP = filepath.Join(dir, strings.Repeat("x", 120))
	if err := Serve(t.Context(), long, r.script, Options{}); err == nil || !strings.Contains(err.Error(), "about 100") {
		t.Errorf("long path: %v", err)
	}
}
