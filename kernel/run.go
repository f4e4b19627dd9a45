package kernel

import (
	"context"
	"encoding/json"
	"fmt"
	"runtime/debug"
	"strings"
)

// run answers one request, between busy and idle.
func (k *kernel) run(j *job) {
	k.status(j, "busy")
	out := newOutput(k, j)
	kind, r := k.answer(j, out)
	out.close()
	if j.req.Type == "execute_request" {
		r.addMetadata("published", out.published())
	}
	if kind != "" {
		k.reply(j, kind, r)
	}
	if kind == "shutdown_reply" {
		k.publish(kind, j, r.Content)
	}
	k.status(j, "idle")
	if kind == "shutdown_reply" {
		k.stopOnce.Do(func() { close(k.stop) })
	}
}

func (k *kernel) status(j *job, state string) {
	k.publish("status", j, map[string]string{"execution_state": state})
}

// answer returns the reply and its msg_type, which is empty if there is no reply.
func (k *kernel) answer(j *job, out *output) (kind string, r Reply) {
	name, isRequest := strings.CutSuffix(j.req.Type, "_request")
	if isRequest {
		kind = name + "_reply"
	}
	defer func() {
		if p := recover(); p != nil {
			k.log.Printf("%s: panic: %v\n%s", j.req.Type, p, debug.Stack())
			r = k.fail(j, out, "InternalError", fmt.Sprintf("the interpreter panicked: %v", p))
		}
	}()
	switch {
	case k.scheduler.isAborted(j):
		return kind, Reply{Content: map[string]string{"status": "aborted"}}
	case j.ctx.Err() != nil:
		return kind, k.fail(j, out, "KeyboardInterrupt", "interrupted before it began")
	case j.req.Type == "execute_request" && j.socket == &k.shell:
		return kind, k.execute(j, out)
	}
	if known, ok := k.builtin(j); ok {
		return kind, known
	}
	if a, ok := k.in.(Answerer); ok && isRequest {
		if r, ok := a.Answer(j.ctx, j.req, out); ok {
			return kind, k.withStatus(r)
		}
	}
	return kind, k.fallback(j)
}

// refuse answers a job that was interrupted before its turn.
func (k *kernel) refuse(j *job) {
	j.cancel(ErrInterrupted)
	k.run(j)
}

// withStatus returns a reply with a status in its content.
func (k *kernel) withStatus(r Reply) Reply {
	content, err := fields(r.Content)
	if err != nil {
		return Reply{Content: failure("ReplyError", err.Error())}
	}
	r.Content = content
	return r
}

// fail returns an error reply, and publishes it for an execute_request.
func (k *kernel) fail(j *job, out *output, ename, evalue string) Reply {
	content := failure(ename, evalue)
	if j.req.Type == "execute_request" {
		out.Error(ename, evalue, content["traceback"].([]string))
		content["execution_count"] = k.count.Load()
	}
	return Reply{Content: content}
}

type executeContent struct {
	Code         string `json:"code"`
	Silent       bool   `json:"silent"`
	StoreHistory *bool  `json:"store_history"`
	StopOnError  *bool  `json:"stop_on_error"`
	AllowStdin   any    `json:"allow_stdin"`
}

func (k *kernel) execute(j *job, out *output) Reply {
	var c executeContent
	if err := json.Unmarshal(j.req.Content, &c); err != nil {
		return k.fail(j, out, "ValueError", "execute_request: "+err.Error())
	}
	j.req.Count = k.executionCount(c)
	out.silent = c.Silent
	if c.AllowStdin == true {
		j.req.Ask = func(ctx context.Context) (string, error) {
			out.send() // the user reads the question first
			return k.ask(ctx, j)
		}
	}
	if !c.Silent {
		k.publish("execute_input", j, map[string]any{"code": c.Code, "execution_count": j.req.Count})
	}
	r := k.withStatus(k.in.Execute(j.ctx, j.req, out))
	content := r.Content.(map[string]any)
	content["execution_count"] = j.req.Count
	ok := isOK(content["status"])
	for _, name := range []string{"payload", "user_expressions"} {
		if _, there := content[name]; ok && !there {
			content[name] = map[string]any{}
		}
	}
	if p, isMap := content["payload"].(map[string]any); isMap && len(p) == 0 {
		content["payload"] = []any{}
	}
	if !ok && !c.Silent && (c.StopOnError == nil || *c.StopOnError) {
		k.scheduler.abort(j.req.Client)
	}
	return r
}

// executionCount returns the execution_count of a request: the next one, or
// the last one for a request that is silent or not stored in the history.
func (k *kernel) executionCount(c executeContent) int {
	if c.Silent || c.StoreHistory != nil && !*c.StoreHistory {
		return int(k.count.Load())
	}
	n := int(k.count.Add(1))
	k.history.add(n, c.Code)
	return n
}

func isOK(status any) bool {
	if text, isRaw := status.(json.RawMessage); isRaw {
		return string(text) == `"ok"`
	}
	return status == "ok"
}
