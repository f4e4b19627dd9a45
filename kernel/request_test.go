package kernel

import (
	"context"
	"encoding/json"
	"net"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/go-zeromq/zmq4"
)

// quiet is an interpreter that is content with everything.
type quiet struct{ script }

func (q *quiet) Execute(context.Context, *Request, Output) Reply { return Reply{} }

// offline is a kernel with a client on no wire: what it sends stays in queues.
type offline struct {
	*kernel
	client, subscriber *peer
}

func newOffline() *offline {
	o := &offline{kernel: newKernel(Connection{Key: testKey}, &quiet{}, Options{})}
	unread := func() *peer {
		return &peer{id: "p", topics: map[string]struct{}{"": {}}, wake: make(chan struct{}, 1)}
	}
	o.client, o.subscriber = unread(), unread()
	o.iopub.conns = map[net.Conn]*peer{nil: o.subscriber}
	o.shell.log, o.iopub.log = o.log, o.log
	return o
}

// ask signs a message, and runs it if it is accepted.
func (o *offline) ask(header, metadata, content string, buffers ...[]byte) bool {
	parts := [][]byte{[]byte(header), []byte("{}"), []byte(metadata), []byte(content)}
	frames := append(append([][]byte{delimiter, o.signer.sign(parts)}, parts...), buffers...)
	j := o.accept(&o.shell, o.client, frames)
	if j == nil {
		return false
	}
	o.run(j)
	return true
}

// sent takes what a peer would get, and sees that it can read it.
func (o *offline) sent(t *testing.T, p *peer, header string, before int) (all []received) {
	t.Helper()
	batch, _ := p.take()
	reader := newSigner(testKey)
	for _, m := range batch {
		f := m.frames[before:]
		if err := reader.verify(f[1], f[2:6]); err != nil || string(f[0]) != string(delimiter) {
			t.Errorf("%q: %v", f, err)
		}
		var head struct {
			Kind string `json:"msg_type"`
		}
		var r received
		for i, into := range []any{&head, nil, &r.metadata, &r.content} {
			if into != nil && json.Unmarshal(f[2+i], into) != nil || !utf8.Valid(f[2+i]) {
				t.Errorf("part %d is %q", i, f[2+i])
			}
		}
		if string(f[3]) != header {
			t.Errorf("parent_header is %q, want %q", f[3], header)
		}
		r.kind = head.Kind
		all = append(all, r)
	}
	return all
}

// FuzzRequest runs any message that has the right signature: every request has
// one reply with a status, all is between busy and idle, and nothing panics.
func FuzzRequest(f *testing.F) {
	for kind, content := range map[string]string{
		"execute_request":     `{"code":"1","silent":false,"store_history":true,"user_expressions":{"a":[{}],"b":1e300},"allow_stdin":true,"stop_on_error":null}`,
		"kernel_info_request": `{}`,
		"history_request":     `{"output":true,"raw":true,"hist_access_type":"search","n":-1,"pattern":"*?[","unique":true}`,
		"complete_request":    `{"code":"x","cursor_pos":-1}`,
		"inspect_request":     `{"code":"x","cursor_pos":9223372036854775807,"detail_level":0}`,
		"is_complete_request": `{"code":"x"}`,
		"interrupt_request":   `{"msg_id":"2"}`,
		"shutdown_request":    `{"restart":"yes"}`,
		"comm_open":           `{"comm_id":"c","target_name":[1],"data":null}`,
		"comm_msg":            `{"comm_id":{}}`,
		"comm_info_request":   `{"target_name":5}`,
		"input_reply":         `{"value":"x"}`,
		"_request":            `{}`,
	} {
		f.Add(`{"msg_id":"1","msg_type":"`+kind+`","session":"s","username":"u","date":"2026-01-01","version":"5.4"}`, `{"goscore":{}}`, content)
	}
	f.Add(`{"msg_id":"1","msg_type":"connect_request","session":null,"date":1e300,"version":-1}`, `{"a":9223372036854775808}`, `{"":0}`)
	f.Fuzz(func(t *testing.T, header, metadata, content string) {
		o := newOffline()
		if !o.ask(header, metadata, content, nil, []byte(content)) {
			return
		}
		var h struct {
			Kind string `json:"msg_type"`
		}
		if err := json.Unmarshal([]byte(header), &h); err != nil {
			t.Fatal(err)
		}
		replies := o.sent(t, o.client, header, 0)
		name, isRequest := strings.CutSuffix(h.Kind, "_request")
		switch {
		case !isRequest && len(replies) > 0, isRequest && len(replies) != 1:
			t.Errorf("%s has %d replies", h.Kind, len(replies))
		case isRequest && replies[0].kind != name+"_reply":
			t.Errorf("%s is answered by %s", h.Kind, replies[0].kind)
		case isRequest && !slices.Contains([]any{"ok", "error", "unknown"}, replies[0].content["status"]):
			t.Errorf("%s has status %v", h.Kind, replies[0].content["status"])
		case isRequest && slices.Contains([]any{"InternalError", "ReplyError"}, replies[0].content["ename"]):
			t.Errorf("%s: %v", h.Kind, replies[0].content)
		}
		public := o.sent(t, o.subscriber, header, 1)
		for i, m := range public {
			first, last := i == 0, i == len(public)-1
			want := map[bool]any{first: "busy", last: "idle"}[true]
			if got := m.content["execution_state"]; got != want || (m.kind == "status") != (first || last) {
				t.Errorf("message %d of %d is %s %v", i, len(public), m.kind, m.content)
			}
		}
		if len(public) < 2 {
			t.Errorf("%d messages on iopub", len(public))
		}
	})
}

// TestStrangeContent asks with content that is JSON and nothing else.
func TestStrangeContent(t *testing.T) {
	check := func(want, kind, content string) {
		t.Helper()
		o := newOffline()
		header := `{"msg_id":"1","msg_type":"` + kind + `"}`
		if !o.ask(header, `{"goscore":[1e300,-1,9223372036854775808]}`, content) {
			t.Fatalf("%s was not accepted", kind)
		}
		for _, m := range o.sent(t, o.client, header, 0) {
			if text, _ := json.Marshal(m.content); !strings.Contains(string(text), want) {
				t.Errorf("%s of %.100s: %.300s, want %s", kind, content, text, want)
			}
		}
	}
	check(`"ename":"ValueError"`, "execute_request", `{"code":1e300}`)
	check(`"status":"ok"`, "execute_request", `{"code":"x","user_expressions":[[]],"allow_stdin":"perhaps","stop_on_error":null}`)
	check(`"ename":"ValueError"`, "interrupt_request", `{"msg_id":-1}`)
	check(`"status":"ok"`, "shutdown_request", `{"restart":1e300}`)
	check(`"history":[]`, "history_request", `{"hist_access_type":"tail","n":-9223372036854775808}`)
	check(`"ename":"ValueError"`, "history_request", `{"n":9223372036854775808}`)
	check(`pattern of 4000000 bytes`, "history_request", `{"hist_access_type":"search","pattern":"`+strings.Repeat("a", 4_000_000)+`"}`)
	check(`"cursor_start":0`, "complete_request", `{"cursor_pos":-9223372036854775808}`)
	check(`"cursor_start":2`, "complete_request", `{"code":"üx","cursor_pos":9223372036854775807}`)
}

func TestAsk(t *testing.T) {
	r := start(t, Options{Concurrent: true})
	a, b := r.client("a"), r.client("b")
	stdin, other := r.open(3, zmq4.Dealer, "a"), r.open(3, zmq4.Dealer, "b")
	r.eventually(func() bool { return len(r.kernel.stdin.peers()) == 2 })
	for value, want := range map[string]string{"42": `"42" <nil>`, "": `"" <nil>`, endOfFile: `"" EOF`} {
		id := a.execute("ask ", `"allow_stdin":true`)
		if m := stdin.read(); m.kind != "input_request" || m.parent != id || m.content["prompt"] != "" || m.content["password"] != false {
			t.Errorf("asked with %s %v", m.kind, m.content)
		}
		other.send("input_reply", `{"value":"not asked"}`)
		stdin.send("input_reply", `{"value":1}`)
		text, _ := json.Marshal(value)
		stdin.send("input_reply", `{"value":`+string(text)+`}`)
		if out := a.until(id); out != "busy execute_input stdout:"+want+" idle" {
			t.Errorf("%q: %s", value, out)
		}
	}
	if out := b.until(b.execute("ask ")); !strings.Contains(out, "stdout:nobody") {
		t.Errorf("without allow_stdin: %s", out)
	}
	if out := b.until(b.execute("ask ", `"allow_stdin":false`)); !strings.Contains(out, "stdout:nobody") {
		t.Errorf("without allow_stdin: %s", out)
	}
	other.quiet()
}

func TestAskInVain(t *testing.T) {
	r := start(t, Options{Concurrent: true})
	a := r.client("a")
	if out := a.until(a.execute("ask ", `"allow_stdin":true`)); !strings.Contains(out, errNoStdin.Error()) {
		t.Errorf("without a stdin channel: %s", out)
	}
	stdin := r.open(3, zmq4.Dealer, "a")
	r.eventually(func() bool { return len(r.kernel.stdin.peers()) == 1 })
	id := a.execute("ask first", `"allow_stdin":true`)
	stdin.read()
	a.control.send("interrupt_request", `{}`)
	if out := a.until(id); !strings.Contains(out, "stdout:first ") || !strings.Contains(out, ErrInterrupted.Error()) {
		t.Errorf("interrupted: %s", out)
	}
	id = a.execute("ask ", `"allow_stdin":true`)
	stdin.read()
	stdin.net.Close()
	if out := a.until(id); !strings.Contains(out, errNoStdin.Error()) {
		t.Errorf("the frontend has gone: %s", out)
	}
}
