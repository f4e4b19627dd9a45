package kernel

import (
	"encoding/json"
	"testing"

	"github.com/go-zeromq/zmq4"
)

func TestAnswers(t *testing.T) {
	r := start(t, Options{})
	c := r.client("a")
	check := func(on *channel, kind, content, wantKind, want string) {
		t.Helper()
		id := on.send(kind, content)
		if wantKind != "" {
			m := on.read()
			text, err := json.Marshal(m.content)
			if err != nil || m.kind != wantKind || m.parent != id || want != "" && string(text) != want {
				t.Errorf("%s: %s %s, want %s %s", kind, m.kind, text, wantKind, want)
			}
		}
		wantOut := map[string]string{"comm_open": "busy comm_close idle", "shutdown_request": "busy shutdown_reply idle"}[kind]
		if got := c.until(id); got != wantOut && got != "busy idle" {
			t.Errorf("%s caused %q", kind, got)
		}
	}
	const unknown = `{"ename":"NotImplementedError","evalue":"unknown message type x_request","status":"error","traceback":["NotImplementedError: unknown message type x_request"]}`
	const info = `{"banner":"hello","debugger":false,"goscore":{"protocol":1},"help_links":[],"implementation":"script","implementation_version":"1",` +
		`"language_info":{"file_extension":".txt","mimetype":"text/plain","name":"script","version":"1"},"protocol_version":"5.4","status":"ok"}`
	for _, on := range []*channel{c.shell, c.control} {
		check(on, "kernel_info_request", `{}`, "kernel_info_reply", info)
		check(on, "complete_request", `{"code":"abc","cursor_pos":2}`, "complete_reply", `{"cursor_end":2,"cursor_start":2,"matches":[],"metadata":{},"status":"ok"}`)
		check(on, "inspect_request", `{}`, "inspect_reply", `{"data":{},"found":false,"metadata":{},"status":"ok"}`)
		check(on, "is_complete_request", `{"code":"x"}`, "is_complete_reply", `{"status":"unknown"}`)
		check(on, "history_request", `{"hist_access_type":"tail","n":3}`, "history_reply", `{"history":[],"status":"ok"}`)
		check(on, "comm_info_request", `{}`, "comm_info_reply", `{"comms":{},"status":"ok"}`)
		check(on, "comm_open", `{"comm_id":"1","target_name":"x"}`, "", "")
		check(on, "comm_msg", `{"comm_id":"1"}`, "", "")
		check(on, "comm_close", `{"comm_id":"1"}`, "", "")
		check(on, "connect_request", `{}`, "connect_reply", `{"control_port":4,"hb_port":5,"iopub_port":2,"shell_port":1,"status":"ok","stdin_port":3}`)
		check(on, "script_request", `{}`, "script_reply", `{"status":"ok","type":"script_request"}`)
		check(on, "x_request", `{}`, "x_reply", unknown)
		check(on, "interrupt_request", `{}`, "interrupt_reply", `{"status":"ok"}`)
		check(on, "interrupt_request", `{"msg_id":5}`, "interrupt_reply", "")
		check(on, "x", `{}`, "", "")
		check(on, "x_reply", `{}`, "", "")
	}
	check(c.control, "execute_request", `{"code":"print"}`, "execute_reply", "")
	stdin := r.open(3, zmq4.Dealer, "a")
	stdin.send("input_reply", `{"value":"x"}`)
	stdin.quiet()
	check(c.shell, "shutdown_request", `{"restart":true}`, "shutdown_reply", `{"restart":true,"status":"ok"}`)
}

func TestHeartbeat(t *testing.T) {
	r := start(t, Options{})
	for range 2 {
		h := r.open(5, zmq4.Req, "")
		h.write(nil, []byte("ping"))
		if m, err := h.zmq.RecvMsg(); err != nil || len(m.Frames) != 2 || string(m.Frames[1]) != "ping" {
			t.Errorf("heartbeat: %q %v", m.Frames, err)
		}
	}
}

func TestHistory(t *testing.T) {
	var h history
	for i, code := range []string{"abc", "a/c", "x*", "abc", "[a"} {
		h.add(i+1, code)
	}
	check := func(request, want string) {
		t.Helper()
		got, err := json.Marshal(h.reply([]byte(request)).Content.(map[string]any)["history"])
		if err != nil || string(got) != want {
			t.Errorf("%s: %s, want %s", request, got, want)
		}
	}
	check(`{"hist_access_type":"tail","n":2}`, `[[0,4,"abc"],[0,5,"[a"]]`)
	check(`{"hist_access_type":"tail","n":0}`, `[]`)
	check(`{"hist_access_type":"tail","n":1,"output":true}`, `[[0,5,["[a",null]]]`)
	check(`{"hist_access_type":"range","session":0,"start":2,"stop":4}`, `[[0,2,"a/c"],[0,3,"x*"]]`)
	check(`{"hist_access_type":"range","session":0,"start":5}`, `[[0,5,"[a"]]`)
	check(`{"hist_access_type":"range","session":7,"start":1}`, `[]`)
	check(`{"hist_access_type":"search","pattern":"a?c"}`, `[[0,1,"abc"],[0,2,"a/c"],[0,4,"abc"]]`)
	check(`{"hist_access_type":"search","pattern":"a*","unique":true,"n":9}`, `[[0,2,"a/c"],[0,4,"abc"]]`)
	check(`{"hist_access_type":"search","pattern":"[*"}`, `[[0,5,"[a"]]`)
	for range 100 {
		h.add(6, string(make([]byte, historyBytes/50)))
	}
	if h.bytes > historyBytes || len(h.entries) > 50 {
		t.Errorf("history keeps %d bytes, %d entries", h.bytes, len(h.entries))
	}
}
