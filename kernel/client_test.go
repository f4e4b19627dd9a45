package kernel

import (
	"context"
	"encoding/json"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/go-zeromq/zmq4"
	"github.com/go-zeromq/zmq4/security/null"
	"github.com/google/uuid"
)

const (
	testKey = "a key"
	patient = time.Minute // for what should come, however busy the machine is
	brief   = 50 * time.Millisecond
)

// script is an interpreter whose cells are a verb and an argument.
type script struct {
	started chan string // receives the msg_id of each "wait" cell
}

func (s *script) Info() Info {
	return Info{
		Implementation: "script", ImplementationVersion: "1", Banner: "hello",
		Language: LanguageInfo{Name: "script", Version: "1", MIMEType: "text/plain", FileExtension: ".txt"},
		Extra:    map[string]any{"goscore": map[string]int{"protocol": 1}},
	}
}

func (s *script) Execute(ctx context.Context, req *Request, out Output) Reply {
	var c struct{ Code string }
	if err := json.Unmarshal(req.Content, &c); err != nil {
		return Reply{Content: failure("ValueError", err.Error())}
	}
	verb, rest, _ := strings.Cut(c.Code, " ")
	switch verb {
	case "print":
		out.Stream("stdout", rest)
	case "result":
		out.Result(req.Count, map[string]any{"text/plain": rest}, nil)
	case "fail":
		out.Error("Failure", rest, nil)
		return Reply{Content: failure("Failure", rest)}
	case "panic":
		panic(rest)
	case "unencodable":
		return Reply{Metadata: map[string]any{"code": func() {}}}
	case "wait":
		s.started <- req.ID
		<-ctx.Done()
		return Reply{Content: failure("KeyboardInterrupt", context.Cause(ctx).Error())}
	case "ask":
		if req.Ask == nil {
			out.Stream("stdout", "nobody")
			break
		}
		out.Stream("stdout", rest)
		line, err := req.Ask(ctx)
		out.Stream("stdout", fmt.Sprintf("%q %v", line, err))
	case "flood":
		for range 24 {
			out.Display(map[string]any{"text/plain": strings.Repeat("x", 1<<20)}, nil)
		}
	}
	return Reply{Metadata: map[string]any{"code": c.Code}, Buffers: req.Buffers}
}

func (s *script) Answer(_ context.Context, req *Request, _ Output) (Reply, bool) {
	return Reply{Content: map[string]any{"type": req.Type}}, req.Type == "script_request"
}

// logged is a log that tests can read while it is written.
type logged struct {
	mu   sync.Mutex
	text strings.Builder
}

func (l *logged) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

func (l *logged) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

// running is a kernel under test.
type running struct {
	t      testing.TB
	conn   Connection
	kernel *kernel
	script *script
	log    *logged
	stop   context.CancelFunc
	ended  chan error
}

func start(t testing.TB, opts Options) *running {
	t.Helper()
	dir, err := os.MkdirTemp("", "k") // t.TempDir may be too long for a unix socket
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	return startAt(t, filepath.Join(dir, "k"), opts)
}

func startAt(t testing.TB, path string, opts Options) *running {
	t.Helper()
	ctx, stop := context.WithCancel(context.Background())
	r := &running{
		t: t, script: &script{started: make(chan string, 10)}, log: &logged{}, stop: stop, ended: make(chan error, 1),
		conn: Connection{
			Transport: "ipc", IP: path, ShellPort: 1, IOPubPort: 2, StdinPort: 3, ControlPort: 4, HBPort: 5,
			Key: testKey, SignatureScheme: "hmac-sha256",
		},
	}
	opts.Log = r.log
	r.kernel = newKernel(r.conn, r.script, opts)
	go func() { r.ended <- r.kernel.serve(ctx) }()
	t.Cleanup(r.end)
	for begin := time.Now(); time.Since(begin) < patient; time.Sleep(time.Millisecond) {
		if c, err := net.Dial("unix", path+"-5"); err == nil { // the last to listen
			c.Close()
			return r
		}
	}
	t.Fatalf("the kernel does not listen: %s", r.log)
	return nil
}

func (r *running) end() {
	r.stop()
	select {
	case err := <-r.ended:
		if err != nil {
			r.t.Errorf("Serve: %v", err)
		}
		r.ended <- err
	case <-time.After(2 * patient):
		r.t.Error("Serve does not end")
	}
}

// queued waits until so many requests run or wait.
func (r *running) queued(want int) {
	r.t.Helper()
	s := &r.kernel.scheduler
	r.eventually(func() bool {
		s.mu.Lock()
		defer s.mu.Unlock()
		n := 0
		for _, lane := range s.lanes {
			n += len(lane)
		}
		return n == want
	})
}

func (r *running) eventually(true func() bool) {
	r.t.Helper()
	for begin := time.Now(); !true(); time.Sleep(time.Millisecond) {
		if time.Since(begin) > patient {
			r.t.Fatalf("never came true; log: %s", r.log)
		}
	}
}

func (r *running) dial(port int) net.Conn {
	r.t.Helper()
	network, address := r.conn.address(port)
	c, err := net.Dial(network, address)
	if err != nil {
		r.t.Fatal(err)
	}
	r.t.Cleanup(func() { c.Close() })
	return c
}

// channel is a client's end of one channel.
type channel struct {
	t      testing.TB
	net    net.Conn
	zmq    *zmq4.Conn
	signer *signer
	prefix int // frames before the delimiter
}

func (r *running) open(port int, kind zmq4.SocketType, id string) *channel {
	r.t.Helper()
	c := r.dial(port)
	z, err := zmq4.Open(c, null.Security(), kind, zmq4.SocketIdentity(id), false, nil)
	if err != nil {
		r.t.Fatal(err)
	}
	return &channel{t: r.t, net: c, zmq: z, signer: newSigner(testKey)}
}

// client is a frontend.
type client struct {
	*running
	shell, control, iopub *channel
}

func (r *running) client(id string) *client {
	r.t.Helper()
	c := &client{running: r, shell: r.open(1, zmq4.Dealer, id), control: r.open(4, zmq4.Dealer, id)}
	c.iopub = r.open(2, zmq4.Sub, "")
	c.iopub.prefix = 1
	c.iopub.write([]byte{1})
	if m := c.iopub.read(); m.kind != "iopub_welcome" {
		r.t.Fatalf("first message on iopub is %s", m.kind)
	}
	return c
}

func (c *channel) write(frames ...[]byte) {
	c.t.Helper()
	if err := c.zmq.SendMsg(zmq4.NewMsgFrom(frames...)); err != nil {
		c.t.Fatal(err)
	}
}

// send sends a request and returns its msg_id.
func (c *channel) send(kind, content string, buffers ...[]byte) string {
	c.t.Helper()
	id := uuid.NewString()
	c.write(c.frames(id, kind, content, buffers...)...)
	return id
}

func (c *channel) frames(id, kind, content string, buffers ...[]byte) [][]byte {
	head := fmt.Sprintf(`{"msg_id":%q,"msg_type":%q,"session":"s"}`, id, kind)
	parts := [][]byte{[]byte(head), []byte("{}"), []byte("{}"), []byte(content)}
	return append(append([][]byte{delimiter, c.signer.sign(parts)}, parts...), buffers...)
}

// received is a message as a client sees it.
type received struct {
	topic, kind, parent string
	content, metadata   map[string]any
	buffers             [][]byte
}

func (c *channel) read() received {
	c.t.Helper()
	m, err := c.next(patient)
	if err != nil {
		c.t.Fatalf("no message: %v", err)
	}
	return m
}

// quiet checks that nothing comes for a while.
func (c *channel) quiet() {
	c.t.Helper()
	if m, err := c.next(brief); err == nil {
		c.t.Errorf("unexpected %s %v", m.kind, m.content)
	}
}

func (c *channel) next(wait time.Duration) (m received, err error) {
	c.t.Helper()
	if err := c.net.SetReadDeadline(time.Now().Add(wait)); err != nil {
		return m, err
	}
	raw, err := c.zmq.RecvMsg()
	if err != nil {
		return m, err
	}
	f := raw.Frames[c.prefix:]
	if err := c.signer.verify(f[1], f[2:6]); err != nil {
		c.t.Errorf("signature: %v", err)
	}
	var head, parent struct {
		ID   string `json:"msg_id"`
		Kind string `json:"msg_type"`
	}
	for i, into := range []any{&head, &parent, &m.metadata, &m.content} {
		if err := json.Unmarshal(f[2+i], into); err != nil {
			c.t.Errorf("part %d: %v", i, err)
		}
	}
	m.topic, m.kind, m.parent, m.buffers = string(raw.Frames[0]), head.Kind, parent.ID, f[6:]
	return m, nil
}

// execute sends an execute_request for code, with further content such as
// `"silent":true`.
func (c *client) execute(code string, more ...string) string {
	c.t.Helper()
	text, err := json.Marshal(code)
	if err != nil {
		c.t.Fatal(err)
	}
	return c.shell.send("execute_request", `{"code":`+strings.Join(append([]string{string(text)}, more...), ",")+`}`)
}

// until reads iopub up to the idle of the request, and returns what it
// caused as words: "busy", "stream:text", ...
func (c *client) until(id string) string {
	c.t.Helper()
	var words []string
	for {
		m := c.iopub.read()
		if m.parent != id {
			continue
		}
		words = append(words, m.word())
		if m.word() == "idle" {
			return strings.Join(words, " ")
		}
	}
}

func (m received) word() string {
	switch m.kind {
	case "status":
		return fmt.Sprint(m.content["execution_state"])
	case "stream":
		return fmt.Sprintf("%s:%s", m.content["name"], m.content["text"])
	case "error":
		return fmt.Sprintf("error:%s", m.content["ename"])
	}
	return m.kind
}

// status of a reply, with the ename of an error.
func (m received) status() string {
	if name, ok := m.content["ename"]; ok {
		return fmt.Sprintf("%v:%v", m.content["status"], name)
	}
	return fmt.Sprint(m.content["status"])
}
