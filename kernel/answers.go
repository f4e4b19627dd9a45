package kernel

import (
	"encoding/json"
	"maps"
	"unicode/utf8"
)

// builtin answers the requests that the kernel never passes to the interpreter.
func (k *kernel) builtin(j *job) (Reply, bool) {
	switch j.req.Type {
	case "kernel_info_request":
		return k.kernelInfo(j), true
	case "interrupt_request":
		return k.interrupt(j), true
	case "shutdown_request":
		var c struct {
			Restart bool `json:"restart"`
		}
		_ = json.Unmarshal(j.req.Content, &c) // malformed content is still a request to shut down
		return Reply{Content: map[string]any{"status": "ok", "restart": c.Restart}}, true
	case "history_request":
		return k.history.reply(j.req.Content), true
	case "comm_info_request":
		return Reply{Content: map[string]any{"status": "ok", "comms": map[string]any{}}}, true
	case "connect_request":
		return Reply{Content: map[string]any{
			"status": "ok", "shell_port": k.conn.ShellPort, "iopub_port": k.conn.IOPubPort,
			"stdin_port": k.conn.StdinPort, "control_port": k.conn.ControlPort, "hb_port": k.conn.HBPort,
		}}, true
	case "execute_request":
		return Reply{Content: failure("ValueError", "execute_request belongs on the shell channel")}, true
	case "comm_open":
		k.refuseComm(j)
		return Reply{}, true
	case "comm_msg", "comm_close":
		return Reply{}, true
	}
	return Reply{}, false
}

// kernelInfo's metadata has the prefix of iopub topics for this client's requests.
func (k *kernel) kernelInfo(j *job) Reply {
	info := k.in.Info()
	content := map[string]any{
		"status":                 "ok",
		"protocol_version":       protocolVersion,
		"implementation":         info.Implementation,
		"implementation_version": info.ImplementationVersion,
		"banner":                 info.Banner,
		"language_info":          info.Language,
		"help_links":             []any{},
		"debugger":               false,
	}
	maps.Copy(content, info.Extra)
	return Reply{Content: content, Metadata: map[string]any{"topic": j.req.Client}}
}

// interrupt cancels the request that content.msg_id names, or all that run.
func (k *kernel) interrupt(j *job) Reply {
	var c struct {
		ID string `json:"msg_id"`
	}
	if err := json.Unmarshal(j.req.Content, &c); err != nil {
		return Reply{Content: failure("ValueError", "interrupt_request: "+err.Error())}
	}
	for _, queued := range k.scheduler.interrupt(c.ID) {
		k.refuse(queued)
	}
	return Reply{Content: map[string]string{"status": "ok"}}
}

// refuseComm closes a comm at once: this kernel has no comm targets.
func (k *kernel) refuseComm(j *job) {
	var c struct {
		ID string `json:"comm_id"`
	}
	if json.Unmarshal(j.req.Content, &c) != nil || c.ID == "" {
		return
	}
	k.publish("comm_close", j, map[string]any{"comm_id": c.ID, "data": map[string]any{}})
}

// fallback answers requests that neither the kernel nor the interpreter knows.
func (k *kernel) fallback(j *job) Reply {
	switch j.req.Type {
	case "complete_request":
		var c struct {
			Code   string `json:"code"`
			Cursor int    `json:"cursor_pos"`
		}
		_ = json.Unmarshal(j.req.Content, &c) // the answer has no matches either way
		c.Cursor = max(0, min(c.Cursor, utf8.RuneCountInString(c.Code)))
		return Reply{Content: map[string]any{
			"status": "ok", "matches": []string{}, "metadata": empty,
			"cursor_start": c.Cursor, "cursor_end": c.Cursor,
		}}
	case "inspect_request":
		return Reply{Content: map[string]any{"status": "ok", "found": false, "data": empty, "metadata": empty}}
	case "is_complete_request":
		return Reply{Content: map[string]any{"status": "unknown"}}
	}
	k.log.Printf("%s: nobody knows %.100q", j.socket.name, j.req.Type)
	return Reply{Content: failure("NotImplementedError", "unknown message type "+j.req.Type)}
}
