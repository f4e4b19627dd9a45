package session

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"sync"
)

// Serve answers questions until in ends. It is what a checker does.
func Serve(source fs.FS, in io.Reader, out io.Writer) error {
	l := newLocal(source, nil)
	defer l.Close()
	v := &server{methods: methods(l), out: json.NewEncoder(out), running: map[int64]context.CancelFunc{}}
	ctx, stop := context.WithCancel(context.Background())
	defer v.all.Wait()
	defer stop()
	from := json.NewDecoder(bufio.NewReader(in))
	for {
		var q question
		if err := from.Decode(&q); err == io.EOF {
			return nil
		} else if err != nil {
			return err
		}
		v.begin(ctx, q)
	}
}

type server struct {
	methods map[string]method
	all     sync.WaitGroup

	mu      sync.Mutex
	out     *json.Encoder
	running map[int64]context.CancelFunc
}

func (v *server) begin(ctx context.Context, q question) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if q.Method == "" {
		if stop := v.running[q.ID]; stop != nil {
			stop()
		}
		return
	}
	ctx, stop := context.WithCancel(ctx)
	v.running[q.ID] = stop
	v.all.Go(func() {
		a := v.answer(ctx, q)
		v.mu.Lock()
		defer v.mu.Unlock()
		stop()
		delete(v.running, q.ID)
		v.out.Encode(a)
	})
}

// answer answers one question. A panic is the answer to that question alone.
func (v *server) answer(ctx context.Context, q question) (a answer) {
	defer func() {
		if r := recover(); r != nil {
			a = answer{ID: q.ID, Error: sent(fmt.Errorf("check the cell: %v", r))}
		}
	}()
	f := v.methods[q.Method]
	if f == nil {
		return answer{ID: q.ID, Error: sent(fmt.Errorf("the checker has no method %q", q.Method))}
	}
	result, err := f(ctx, q.Params)
	text, e := json.Marshal(result)
	if err == nil {
		err = e
	}
	return answer{q.ID, text, sent(err)}
}

type method func(ctx context.Context, params json.RawMessage) (any, error)

// methods are what a checker can be asked, by name.
func methods(l *local) map[string]method {
	return map[string]method{
		"Read": of(l.Read), "Build": of(l.Build), "Call": of(l.Call), "Offer": of(l.Offer), "Describe": of(l.Describe),
		"Completeness": of(l.Completeness), "Carry": of(l.Carry), "Take": of(l.Take), "Ahead": of(l.Ahead), "Warm": of(l.Warm),
		"Progress": of(l.Progress),
	}
}

func of[Q, A any](f func(context.Context, Q) (A, error)) method {
	return func(ctx context.Context, params json.RawMessage) (any, error) {
		var q Q
		if err := json.Unmarshal(params, &q); err != nil {
			return nil, err
		}
		return f(ctx, q)
	}
}
