package kernel

import (
	"strings"
	"testing"
	"time"
)

func TestWhole(t *testing.T) {
	check := func(text string, want int) {
		t.Helper()
		if got := wholeRunes([]byte(text)); got != want {
			t.Errorf("wholeRunes(%q) = %d, want %d", text, got, want)
		}
	}
	check("", 0)
	check("a", 1)
	check("aü", 3)
	check("a\xc3", 1)
	check("a\xe2\x82", 1)
	check("€", 3)
	check("a\xf0\x9f\x98", 1)
	check("a\x80\x80\x80\x80", 5) // never to be completed
	check("a\xff", 2)
}

// published runs do and returns what subscribers saw.
func published(t *testing.T, do func(out *output)) string {
	t.Helper()
	r := start(t, Options{})
	c := r.client("a")
	j := &job{req: &Request{Client: "a"}, header: []byte(`{"msg_id":"1","msg_type":"x"}`), ctx: t.Context()}
	out := newOutput(r.kernel, j)
	do(out)
	out.close()
	r.kernel.status(j, "idle")
	return c.until("1")
}

func TestStream(t *testing.T) {
	check := func(want string, do func(out *output)) {
		t.Helper()
		if got := published(t, do); got != want {
			t.Errorf("published %q, want %q", got, want)
		}
	}
	check("stdout:a stdout:bc idle", func(out *output) { // the first goes at once, the others are joined
		out.Stream("stdout", "a")
		out.Stream("stdout", "b")
		out.Stream("stdout", "c")
	})
	check("stdout:a stderr:b stdout:c idle", func(out *output) {
		out.Stream("stdout", "a")
		out.Stream("stderr", "b")
		out.Stream("stdout", "c")
	})
	check("stdout:a display_data stdout:b idle", func(out *output) {
		out.Stream("stdout", "a")
		out.Display(nil, nil)
		out.Stream("stdout", "b")
	})
	check("stdout:a stderr:x stdout:ü idle", func(out *output) { // a rune in two pieces
		out.Stream("stdout", "a\xc3")
		out.Stream("stderr", "x")
		out.Stream("stdout", "\xbc")
	})
	check("stdout:\ufffd idle", func(out *output) { out.Stream("stdout", "\xc3") })
	check("stdout:a stdout:b idle", func(out *output) { // the timer sends what waits
		out.Stream("stdout", "a")
		out.Stream("stdout", "b")
		for waits := true; waits; time.Sleep(time.Millisecond) {
			out.mu.Lock()
			waits = out.timer != nil
			out.mu.Unlock()
		}
	})
	check("idle", func(out *output) {
		out.close()
		out.Stream("stdout", "late")
		out.Display(nil, nil)
	})
}

func TestStreamIsComplete(t *testing.T) {
	const lines = 20000
	got := published(t, func(out *output) {
		for range lines {
			out.Stream("stdout", "x")
		}
	})
	if n := strings.Count(got, "x"); n != lines {
		t.Errorf("%d of %d characters arrived", n, lines)
	}
	if n := strings.Count(got, "stdout:"); n > lines/100 {
		t.Errorf("%d messages", n)
	}
}
