package session

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"

	"goscore/magics/compile"
)

// A Switch is a session in this process, or, where the toolchain is newer than this
// program, in a checker that the toolchain builds: this program can read neither
// newer sources nor the compiled packages of a newer Go.
type Switch struct {
	local      *local
	version    string // of the Go that made this program
	checker    func(context.Context, *compile.Toolchain) (*remote, error)
	generation atomic.Int64

	mu     sync.Mutex
	remote *remote
	kept   []BuildQuery     // the declarations of the checker, oldest first, for the one after it
	before int              // generations of the checkers before it
	failed map[string]error // by the toolchain's version: why it builds no checker
}

// New makes an empty session. Source has what programs and checkers are made of.
// Cells go through vet, which is not part of checkers.
func New(source fs.FS, vet compile.Vet) *Switch {
	s := &Switch{local: newLocal(source, vet), version: runtime.Version(), failed: map[string]error{}}
	s.checker = s.start
	return s
}

// Close ends the session and what it has started.
func (s *Switch) Close() {
	s.local.Close()
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.remote != nil {
		s.remote.Close()
	}
}

// Generation changes with the declarations.
func (s *Switch) Generation() int { return int(s.generation.Load()) }

// began notes a generation of the session that is asked, and returns it as one of this.
func (s *Switch) began(generation int) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	generation += s.before
	s.generation.Store(int64(generation))
	return generation
}

// at returns the session for the toolchain that is installed now.
func (s *Switch) at(ctx context.Context) (Session, error) {
	tools, err := compile.FindToolchain()
	if err != nil { // what needs no toolchain works without
		return s.local, nil
	}
	if !compile.Lock(ctx, &s.mu) { // a checker is being built
		return nil, context.Cause(ctx)
	}
	defer s.mu.Unlock()
	newer := compile.Newer(tools.Version, s.version)
	switch {
	case s.remote == nil && !newer:
		return s.local, nil
	case s.remote != nil && newer && s.remote.over() && *tools == *s.remote.tools:
		return s.again(ctx, tools)
	case s.remote != nil && newer && s.remote.serves(tools):
		return s.remote, nil
	case s.Generation() > 0:
		return nil, fmt.Errorf("%w: Go has become %s while this session ran: call goscore.restart(), which declares its cells again", compile.ErrNoToolchain, tools.Version)
	}
	if s.remote != nil {
		s.remote.Close()
		s.remote = nil
	}
	if !newer {
		return s.local, nil
	}
	if err := s.failed[tools.Version]; err != nil {
		return nil, err
	}
	r, err := s.checker(ctx, tools)
	if err != nil {
		if errors.Is(err, compile.ErrNoToolchain) { // others, such as a full disk, may be over soon
			s.failed[tools.Version] = err
		}
		return nil, err
	}
	s.remote = r
	return r, nil
}

// again starts the checker anew after it has ended, and declares there what the one
// before it knew. What cannot be declared again is undefined in the next cell.
func (s *Switch) again(ctx context.Context, tools *compile.Toolchain) (Session, error) {
	r, err := s.checker(ctx, tools)
	if err != nil {
		return nil, err
	}
	for _, q := range s.kept {
		if reading, err := r.Read(ctx, q.Reading.Query); err == nil {
			q.Reading = reading
			_, err = r.Build(ctx, q)
		}
		if r.over() || ctx.Err() != nil {
			r.Close()
			return nil, cmp.Or(context.Cause(ctx), errGone)
		}
	}
	s.before = s.Generation() // what Python has planned holds no longer
	s.remote = r
	return r, nil
}

// keep notes what a cell declared in a checker: its declarations, without the values
// that its statements had.
func (s *Switch) keep(q BuildQuery, b *Built) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.remote == nil || !b.Declares {
		return
	}
	query := q.Reading.Query
	query.Declare, query.Inputs, query.Outputs = true, nil, nil
	changed := slices.Clone(q.Changed)
	for _, c := range b.Program.Changed {
		changed = append(changed, c.Name)
	}
	s.kept = append(s.kept, BuildQuery{Reading: &Reading{Query: query}, Options: compile.Options{NoStdin: q.Options.NoStdin}, Changed: changed, Quiet: true})
}

// through asks the session that is right now, once more where its checker has ended.
func through[Q, A any](ctx context.Context, s *Switch, ask func(Session, context.Context, Q) (A, error), q Q) (a A, err error) {
	for range 2 {
		var at Session
		if at, err = s.at(ctx); err != nil {
			return a, err
		}
		if a, err = ask(at, ctx, q); !errors.Is(err, errGone) {
			break
		}
	}
	return a, err
}

// waits reports whether a checker is needed that does not run yet.
func (s *Switch) waits() bool {
	tools, err := compile.FindToolchain()
	if err != nil || !compile.Newer(tools.Version, s.version) {
		return false
	}
	if !s.mu.TryLock() {
		return s.Generation() == 0
	}
	defer s.mu.Unlock()
	return s.remote == nil && s.Generation() == 0
}

func (s *Switch) Read(ctx context.Context, q Query) (*Reading, error) {
	if q.Plain != nil && s.waits() {
		if r, err := s.local.Read(ctx, q); err == nil && q.Plain(r) {
			return r, nil
		}
	}
	r, err := through(ctx, s, Session.Read, q)
	if r != nil {
		r.Generation = s.began(r.Generation)
	}
	return r, err
}

func (s *Switch) Build(ctx context.Context, q BuildQuery) (*Built, error) {
	b, err := through(ctx, s, Session.Build, q)
	if err == nil {
		b.Generation = s.began(b.Generation)
		if !q.Again {
			s.keep(q, b)
		}
	}
	return b, err
}

func (s *Switch) Call(ctx context.Context, q CallQuery) (*Built, error) {
	if !q.Force && s.local.builder.Has(q.Call) { // it came with its program
		return s.local.Call(ctx, q)
	}
	return through(ctx, s, Session.Call, q)
}

func (s *Switch) Offer(ctx context.Context, c Cursor) (Offers, error) {
	return through(ctx, s, Session.Offer, c)
}

func (s *Switch) Describe(ctx context.Context, n Named) (string, error) {
	return through(ctx, s, Session.Describe, n)
}

func (s *Switch) Completeness(ctx context.Context, text string) (compile.State, error) {
	return through(ctx, s, Session.Completeness, text)
}

func (s *Switch) Carry(ctx context.Context, functions []compile.Portable) (Carried, error) {
	return through(ctx, s, Session.Carry, functions)
}

func (s *Switch) Take(ctx context.Context, q TakeQuery) (struct{}, error) {
	return s.local.Take(ctx, q)
}

func (s *Switch) Ahead(ctx context.Context, functions []compile.Function) (struct{}, error) {
	return through(ctx, s, Session.Ahead, functions)
}

func (s *Switch) Warm(ctx context.Context, w compile.Warmth) error {
	_, err := through(ctx, s, Session.Warm, w)
	return err
}

// Progress tells how far the work is that a cell may wait for.
func (s *Switch) Progress(ctx context.Context) compile.Progress {
	p := s.local.builder.Progress() // also that of building a checker
	if p.What == "" && s.mu.TryLock() {
		r := s.remote
		s.mu.Unlock()
		if r != nil {
			p, _ = r.Progress(ctx, struct{}{})
		}
	}
	return p
}

// start builds and starts the checker of a toolchain.
func (s *Switch) start(ctx context.Context, tools *compile.Toolchain) (*remote, error) {
	path, err := s.local.builder.Checker(ctx)
	if err != nil {
		return nil, err
	}
	return run(path, tools)
}
