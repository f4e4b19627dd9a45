package kernel

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/go-zeromq/zmq4"
)

func TestExecute(t *testing.T) {
	c := start(t, Options{}).client("a")
	check := func(code, more string, count float64, wantStatus, wantOutput string) {
		t.Helper()
		var extra []string
		if more != "" {
			extra = append(extra, more)
		}
		id := c.execute(code, extra...)
		m := c.shell.read()
		if m.kind != "execute_reply" || m.parent != id || m.status() != wantStatus || m.content["execution_count"] != count {
			t.Errorf("%s: %s %v, want %s, count %v", code, m.kind, m.content, wantStatus, count)
		}
		if got := c.until(id); got != wantOutput {
			t.Errorf("%s caused %q, want %q", code, got, wantOutput)
		}
	}
	check("print a", "", 1, "ok", "busy execute_input stdout:a idle")
	check("result a", "", 2, "ok", "busy execute_input execute_result idle")
	check("result a", `"store_history":false`, 2, "ok", "busy execute_input execute_result idle")
	check("result a", `"silent":true`, 2, "ok", "busy idle")
	check("print a", `"silent":true`, 2, "ok", "busy stdout:a idle")
	check("fail x", "", 3, "error:Failure", "busy execute_input error:Failure idle")
	check("panic x", "", 4, "error:InternalError", "busy execute_input error:InternalError idle")
	check("", `"code":5`, 4, "error:ValueError", "busy error:ValueError idle")
	check("", `"silent":"no"`, 4, "error:ValueError", "busy error:ValueError idle")
}

func TestExecuteReply(t *testing.T) {
	c := start(t, Options{}).client("a")
	id := c.shell.send("execute_request", `{"code":"x"}`, []byte("one"), nil, []byte("three"))
	m := c.shell.read()
	if fmt.Sprint(m.metadata, m.content["payload"], m.content["user_expressions"]) != "map[code:x published:0] [] map[]" {
		t.Errorf("reply %v %v", m.metadata, m.content)
	}
	if !bytes.Equal(bytes.Join(m.buffers, []byte(",")), []byte("one,,three")) {
		t.Errorf("buffers %q", m.buffers)
	}
	c.until(id)
	c.execute("unencodable")
	if m := c.shell.read(); m.kind != "execute_reply" || m.status() != "error:ReplyError" {
		t.Errorf("reply that cannot be encoded: %s %v", m.kind, m.content)
	}
}

func TestTopicBeginsWithClient(t *testing.T) {
	r := start(t, Options{})
	a, b := r.client("a"), r.client("b")
	only := r.open(2, zmq4.Sub, "")
	only.prefix = 1
	only.write(append([]byte{1}, "62."...)) // hex of b
	if m := only.read(); m.content["subscription"] != "62." {
		t.Errorf("welcome %v", m.content)
	}
	a.until(a.execute("print from a"))
	id := b.execute("print from b")
	for _, want := range []string{"62.status", "62.execute_input", "62.stream", "62.status"} {
		if m := only.read(); m.topic != want || m.parent != id {
			t.Errorf("topic %q, want %q", m.topic, want)
		}
	}
	only.write(append([]byte{0}, "62."...))
	only.write(append([]byte{1}, "mark"...))
	if m := only.read(); m.topic != "mark" {
		t.Errorf("welcome to %q", m.topic)
	}
	b.until(b.execute("print unheard"))
	only.quiet()
}

func TestReplySaysWhatWasPublished(t *testing.T) {
	c := start(t, Options{}).client("a")
	check := func(code, more string, want int) {
		t.Helper()
		c.until(c.execute(code, more))
		if m := c.shell.read(); m.metadata["published"] != float64(want) {
			t.Errorf("%s: %v messages, want %d", code, m.metadata["published"], want)
		}
	}
	check("result a", `"silent":false`, 1)
	check("result a", `"silent":true`, 0)
	check("print a", `"silent":false`, 1)
	check("fail a", `"silent":false`, 1)
	check("panic a", `"silent":false`, 1)
	check("flood", `"silent":false`, 24)
	c.shell.send("kernel_info_request", "{}")
	if m := c.shell.read(); m.metadata["topic"] != "61" { // hex of a
		t.Errorf("the topics of a client begin with %v", m.metadata["topic"])
	}
}

func TestStopOnError(t *testing.T) {
	check := func(more, want string) {
		t.Helper()
		c := start(t, Options{}).client("a")
		c.execute("wait", more) // fails once interrupted, with all of these in the queue
		<-c.script.started
		ids := []string{c.execute("print 1", more), c.shell.send("kernel_info_request", "{}"), c.execute("print 2", more)}
		c.queued(4)
		c.control.send("interrupt_request", "{}")
		var got []string
		for range 4 {
			got = append(got, c.shell.read().status())
		}
		if fmt.Sprint(got) != want {
			t.Errorf("%s: %v, want %s", more, got, want)
		}
		if out := c.until(ids[2]); !strings.HasPrefix(out, "busy") {
			t.Errorf("aborted request caused %q", out)
		}
		c.execute("print later")
		if m := c.shell.read(); m.status() != "ok" {
			t.Errorf("after the abort: %v", m.content)
		}
	}
	check(`"stop_on_error":true`, "[error:KeyboardInterrupt aborted ok aborted]")
	check(`"stop_on_error":false`, "[error:KeyboardInterrupt ok ok ok]")
	check(`"silent":true`, "[error:KeyboardInterrupt ok ok ok]")
}
