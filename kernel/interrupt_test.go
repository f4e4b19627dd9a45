package kernel

import (
	"strings"
	"testing"

	"github.com/google/uuid"
)

func TestInterruptByID(t *testing.T) {
	r := start(t, Options{Concurrent: true})
	a, b := r.client("a"), r.client("b")
	first, second := a.execute("wait"), b.execute("wait")
	<-r.script.started
	<-r.script.started
	a.control.send("interrupt_request", `{"msg_id":"`+second+`"}`)
	if m := a.control.read(); m.status() != "ok" {
		t.Errorf("interrupt: %v", m.content)
	}
	m := b.shell.read()
	if m.parent != second || m.content["evalue"] != ErrInterrupted.Error() {
		t.Errorf("interrupted request: %v", m.content)
	}
	a.shell.quiet()
	a.control.send("interrupt_request", `{}`)
	if m := a.control.read(); m.status() != "ok" {
		t.Errorf("interrupt: %v", m.content)
	}
	_ = first
}

func TestInterruptQueued(t *testing.T) {
	r := start(t, Options{})
	a, b := r.client("a"), r.client("b")
	running := a.execute("wait")
	<-r.script.started
	queued := b.execute("print never")
	r.queued(2)
	b.control.send("interrupt_request", `{"msg_id":"`+queued+`"}`)
	if m := b.shell.read(); m.parent != queued || m.status() != "error:KeyboardInterrupt" {
		t.Errorf("queued request: %v", m.content)
	}
	if out := b.until(queued); out != "busy error:KeyboardInterrupt idle" {
		t.Errorf("queued request caused %q", out)
	}
	a.shell.quiet() // still running
	a.control.send("interrupt_request", `{"msg_id":"`+running+`"}`)
	if m := a.shell.read(); m.parent != running {
		t.Errorf("running request: %v", m.content)
	}
	if out := b.until(b.execute("print next")); !strings.Contains(out, "stdout:next") {
		t.Errorf("next request caused %q", out)
	}
}

func TestInterruptOvertakes(t *testing.T) {
	c := start(t, Options{}).client("a")
	id := uuid.NewString()
	c.control.send("interrupt_request", `{"msg_id":"`+id+`"}`)
	c.control.read()
	c.shell.write(c.shell.frames(id, "execute_request", `{"code":"print never"}`)...)
	if m := c.shell.read(); m.status() != "error:KeyboardInterrupt" {
		t.Errorf("overtaken request: %v", m.content)
	}
}

func TestInterruptEnded(t *testing.T) {
	c := start(t, Options{}).client("a")
	id := c.execute("print 1")
	c.shell.read()
	c.control.send("interrupt_request", `{"msg_id":"`+id+`"}`)
	c.control.read()
	c.execute("print 2")
	if m := c.shell.read(); m.status() != "ok" {
		t.Errorf("request after a late interrupt: %v", m.content)
	}
}

func TestEarlyInterruptsAreBounded(t *testing.T) {
	var s scheduler
	for range 3 * earlyInterrupts {
		s.interrupt(uuid.NewString())
	}
	if len(s.early) != earlyInterrupts {
		t.Errorf("%d interrupts remembered", len(s.early))
	}
}

func TestControlWhileRunning(t *testing.T) {
	c := start(t, Options{}).client("a")
	id := c.execute("wait")
	<-c.script.started
	for _, kind := range []string{"kernel_info", "complete", "script", "x"} {
		c.control.send(kind+"_request", "{}")
		if m := c.control.read(); m.kind != kind+"_reply" {
			t.Errorf("%s: %s", kind, m.kind)
		}
	}
	c.control.send("shutdown_request", "{}")
	if m := c.control.read(); m.kind != "shutdown_reply" {
		t.Errorf("shutdown: %s", m.kind)
	}
	if m := c.shell.read(); m.parent != id || m.content["evalue"] == ErrInterrupted.Error() {
		t.Errorf("request that ran at shutdown: %v", m.content)
	}
	if err := <-c.ended; err != nil {
		t.Error(err)
	}
	c.ended <- nil
}

func TestClientsConcurrent(t *testing.T) {
	r := start(t, Options{Concurrent: true})
	a, b := r.client("a"), r.client("b")
	id := a.execute("wait")
	<-r.script.started
	next := a.execute("print next")
	for range 3 {
		b.execute("print b")
		if m := b.shell.read(); m.status() != "ok" {
			t.Errorf("b: %v", m.content)
		}
	}
	a.shell.quiet()
	a.control.send("interrupt_request", `{"msg_id":"`+id+`"}`)
	if m := a.shell.read(); m.parent != id {
		t.Errorf("a: %v", m)
	}
	if m := a.shell.read(); m.parent != next || m.status() != "aborted" {
		t.Errorf("a's next: %v", m.content)
	}
}

func TestClientsInOrder(t *testing.T) {
	r := start(t, Options{})
	a, b := r.client("a"), r.client("b")
	a.execute("wait")
	<-r.script.started
	b.execute("print b")
	b.shell.quiet()
	a.control.send("interrupt_request", `{}`)
	a.shell.read()
	if m := b.shell.read(); m.status() != "ok" { // another client's failure aborts nothing
		t.Errorf("b: %v", m.content)
	}
}
