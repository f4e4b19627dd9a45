package kernel

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"maps"
)

// controlLane is the lane of control requests, which never wait for a cell.
const controlLane = "control"

// accept verifies and parses a message. It logs and drops a wrong one.
func (k *kernel) accept(s *socket, p *peer, frames [][]byte) *job {
	in, err := parse(frames, k.signer)
	if err != nil {
		k.log.Printf("%s: dropped a message: %v", s.name, err)
		return nil
	}
	client := hex.EncodeToString([]byte(p.id))
	for _, f := range in.prefix {
		client += "-" + hex.EncodeToString(f)
	}
	j := &job{header: in.header, socket: s, peer: p, prefix: in.prefix}
	j.req = &Request{
		Type: in.kind, ID: in.id, Session: in.session, Client: client,
		Content: in.content, Metadata: in.metadata, Buffers: in.buffers,
	}
	j.ctx, j.cancel = context.WithCancelCause(context.Background())
	return j
}

func (k *kernel) fromShell(p *peer, frames [][]byte) {
	j := k.accept(&k.shell, p, frames)
	if j == nil {
		return
	}
	lane := "shell"
	if k.opts.Concurrent {
		lane = "shell " + j.req.Client
	}
	k.enqueue(lane, j)
}

func (k *kernel) enqueue(lane string, j *job) {
	if k.scheduler.add(lane, j) {
		k.refuse(j)
	}
}

// fromControl answers requests that must not wait in the peer's own goroutine.
func (k *kernel) fromControl(p *peer, frames [][]byte) {
	j := k.accept(&k.control, p, frames)
	if j == nil {
		return
	}
	switch j.req.Type {
	case "interrupt_request", "shutdown_request", "kernel_info_request":
		k.run(j)
		j.cancel(nil)
	default:
		k.enqueue(controlLane, j)
	}
}

// fromStdin ignores messages: this kernel never asks for input.
func (k *kernel) fromStdin(p *peer, frames [][]byte) {
	if j := k.accept(&k.stdin, p, frames); j != nil {
		j.cancel(nil)
		k.log.Printf("stdin: ignored %.100q", j.req.Type)
	}
}

func (k *kernel) fromHeartbeat(p *peer, frames [][]byte) {
	p.echo(parcel{frames: frames})
}

// reply sends the answer to a job, on the channel of its request.
func (k *kernel) reply(j *job, kind string, r Reply) {
	frames, err := k.compose(kind, j.header, r.Metadata, r.Content, r.Buffers)
	if err != nil {
		k.log.Printf("reply: %v", err)
		failed := failure("ReplyError", err.Error())
		if frames, err = k.compose(kind, j.header, nil, failed, nil); err != nil {
			return
		}
	}
	j.socket.send(j.peer, append(append([][]byte{}, j.prefix...), frames...))
}

// failure is the content of a reply or an error message.
func failure(ename, evalue string) map[string]any {
	return map[string]any{"status": "error", "ename": ename, "evalue": evalue, "traceback": []string{ename + ": " + evalue}}
}

// fields returns the content of a reply as one map, with a status.
func fields(content any) (map[string]any, error) {
	all := map[string]any{"status": "ok"}
	if known, ok := content.(map[string]any); ok {
		maps.Copy(all, known)
		return all, nil
	}
	text, err := encode(content)
	if err != nil {
		return nil, err
	}
	var raw map[string]json.RawMessage
	if err := json.Unmarshal(text, &raw); err != nil {
		return nil, err
	}
	for name, value := range raw {
		all[name] = value
	}
	return all, nil
}
