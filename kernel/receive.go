package kernel

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"maps"
	"slices"
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

// fromStdin takes an input_reply if its client was asked, and ignores all else.
func (k *kernel) fromStdin(p *peer, frames [][]byte) {
	j := k.accept(&k.stdin, p, frames)
	if j == nil {
		return
	}
	j.cancel(nil)
	var c struct{ Value *string }
	if j.req.Type == "input_reply" && json.Unmarshal(j.req.Content, &c) == nil && c.Value != nil {
		if asked, ok := k.asked.LoadAndDelete(j.req.Client); ok {
			asked.(chan string) <- *c.Value
			return
		}
	}
	k.log.Printf("stdin: ignored %.100q", j.req.Type)
}

// endOfFile is what frontends send as the value when the user ends the input.
const endOfFile = "\x04"

// ask sends an input_request to the client of a job, on the stdin channel, and
// waits for the answer.
//
// Errors: io.EOF; a client without a stdin channel; the end of ctx.
func (k *kernel) ask(ctx context.Context, j *job) (string, error) {
	peers := k.stdin.peers()
	at := slices.IndexFunc(peers, func(p *peer) bool { return p.id == j.peer.id })
	if at < 0 {
		return "", errNoStdin
	}
	frames, err := k.compose("input_request", j.header, nil, map[string]any{"prompt": "", "password": false}, nil)
	if err != nil {
		return "", err
	}
	asked := make(chan string, 1)
	k.asked.Store(j.req.Client, asked)
	defer k.asked.CompareAndDelete(j.req.Client, asked)
	k.stdin.send(peers[at], append(append([][]byte{}, j.prefix...), frames...))
	select {
	case line := <-asked:
		if line == endOfFile {
			return "", io.EOF
		}
		return line, nil
	case <-peers[at].gone:
		return "", errNoStdin
	case <-ctx.Done():
		return "", context.Cause(ctx)
	}
}

var errNoStdin = errors.New("the frontend is not connected to the stdin channel")

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
