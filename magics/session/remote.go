package session

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"sync"
	"syscall"

	"goscore/magics/compile"
)

// Requests and answers are lines of JSON in the checker's standard input and output.
// An answer may come before those of earlier requests.
type question struct {
	ID     int64           `json:"id"`
	Method string          `json:"method,omitempty"` // empty: the question with that ID is withdrawn
	Params json.RawMessage `json:"params,omitempty"`
}

type answer struct {
	ID     int64           `json:"id"`
	Result json.RawMessage `json:"result"`
	Error  *sentError      `json:"error,omitempty"`
}

// remote is a session in a checker.
type remote struct {
	tools *compile.Toolchain
	in    io.WriteCloser
	ended func() // called when it has

	mu   sync.Mutex
	last int64
	open map[int64]chan answer
	gone bool
}

// run starts the checker's process.
func run(path string, tools *compile.Toolchain) (*remote, error) {
	cmd := exec.Command(path)
	cmd.Dir = "/" // the current one may go
	// It is built for this Go, which may have been installed while the worker ran.
	cmd.Env = append(os.Environ(), "GOSCORE_GO="+tools.Go)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	in, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	return attach(tools, in, out, func() { cmd.Wait() }), nil
}

// attach makes a session of what reads in and writes out.
func attach(tools *compile.Toolchain, in io.WriteCloser, out io.Reader, ended func()) *remote {
	r := &remote{tools: tools, in: in, ended: ended, open: map[int64]chan answer{}}
	go r.listen(out)
	return r
}

// over reports whether the checker has ended.
func (r *remote) over() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.gone
}

func (r *remote) serves(tools *compile.Toolchain) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return *tools == *r.tools && !r.gone
}

// listen hands out the answers until the checker ends.
func (r *remote) listen(out io.Reader) {
	from := json.NewDecoder(bufio.NewReader(out))
	for {
		var a answer
		err := from.Decode(&a)
		r.mu.Lock()
		if err != nil {
			r.gone = true
			for _, c := range r.open {
				close(c)
			}
			r.open = nil
			r.mu.Unlock()
			r.ended()
			return
		}
		c := r.open[a.ID]
		delete(r.open, a.ID)
		r.mu.Unlock()
		if c != nil {
			c <- a
		}
	}
}

// Close ends the checker: it ends with its standard input.
func (r *remote) Close() { r.in.Close() }

var errGone = fmt.Errorf("%w: the checker of cells ended: the next cell starts another one, with the session's declarations", compile.ErrNoToolchain)

func (r *remote) send(q question) error {
	text, err := json.Marshal(q)
	if err != nil {
		return err
	}
	if _, err := r.in.Write(append(text, '\n')); err != nil {
		return errGone
	}
	return nil
}

// begin sends a question; the answer comes through the channel.
func (r *remote) begin(method string, params any) (int64, chan answer, error) {
	text, err := json.Marshal(params)
	if err != nil {
		return 0, nil, err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.gone {
		return 0, nil, errGone
	}
	r.last++
	c := make(chan answer, 1)
	r.open[r.last] = c
	return r.last, c, r.send(question{r.last, method, text})
}

// ask asks the checker, and withdraws the question if ctx ends before the answer comes.
func ask[A any](ctx context.Context, r *remote, method string, params any) (result A, err error) {
	id, c, err := r.begin(method, params)
	if err != nil {
		return result, err
	}
	select {
	case <-ctx.Done():
		r.mu.Lock()
		delete(r.open, id)
		r.send(question{ID: id})
		r.mu.Unlock()
		return result, context.Cause(ctx)
	case a, ok := <-c:
		if !ok {
			return result, errGone
		}
		if len(a.Result) > 0 {
			if err := json.Unmarshal(a.Result, &result); err != nil {
				return result, fmt.Errorf("read the checker's answer: %w", err)
			}
		}
		return result, a.Error.err()
	}
}

func (r *remote) Read(ctx context.Context, q Query) (*Reading, error) {
	return ask[*Reading](ctx, r, "Read", q)
}

func (r *remote) Build(ctx context.Context, q BuildQuery) (*Built, error) {
	return ask[*Built](ctx, r, "Build", q)
}

func (r *remote) Call(ctx context.Context, q CallQuery) (*Built, error) {
	return ask[*Built](ctx, r, "Call", q)
}

func (r *remote) Offer(ctx context.Context, c Cursor) (Offers, error) {
	return ask[Offers](ctx, r, "Offer", c)
}

func (r *remote) Describe(ctx context.Context, n Named) (string, error) {
	return ask[string](ctx, r, "Describe", n)
}

func (r *remote) Completeness(ctx context.Context, text string) (compile.State, error) {
	return ask[compile.State](ctx, r, "Completeness", text)
}

func (r *remote) Carry(ctx context.Context, functions []compile.Portable) (Carried, error) {
	return ask[Carried](ctx, r, "Carry", functions)
}

func (r *remote) Take(ctx context.Context, q TakeQuery) (struct{}, error) {
	return ask[struct{}](ctx, r, "Take", q)
}

func (r *remote) Ahead(ctx context.Context, functions []compile.Function) (struct{}, error) {
	return ask[struct{}](ctx, r, "Ahead", functions)
}

func (r *remote) Warm(ctx context.Context, w compile.Warmth) (struct{}, error) {
	return ask[struct{}](ctx, r, "Warm", w)
}

func (r *remote) Progress(ctx context.Context, none struct{}) (compile.Progress, error) {
	return ask[compile.Progress](ctx, r, "Progress", none)
}

// A sentError is an error on its way: errors that callers tell apart stay apart.
type sentError struct {
	Text        string
	Diagnostics compile.Diagnostics `json:",omitempty"`
	Get         bool                `json:",omitempty"`
	NoToolchain bool                `json:",omitempty"`
}

func sent(err error) *sentError {
	if err == nil {
		return nil
	}
	s := &sentError{Text: err.Error(), NoToolchain: errors.Is(err, compile.ErrNoToolchain)}
	errors.As(err, &s.Diagnostics)
	var get *compile.GetError
	s.Get = errors.As(err, &get)
	return s
}

// noToolchain has the words of an error about the toolchain.
type noToolchain string

func (e noToolchain) Error() string { return string(e) }
func (e noToolchain) Unwrap() error { return compile.ErrNoToolchain }

func (s *sentError) err() error {
	switch {
	case s == nil:
		return nil
	case s.Diagnostics != nil:
		return s.Diagnostics
	case s.Get:
		return compile.NewGetError(s.Text)
	case s.NoToolchain:
		return noToolchain(s.Text)
	}
	return errors.New(s.Text)
}
