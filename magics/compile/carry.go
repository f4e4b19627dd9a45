package compile

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"sync"
)

// A Portable is a function whose programs are exported to other workers.
type Portable struct {
	Function string   `json:"function"`
	Sources  []Source `json:"sources"`
	Keys     bool     `json:"keys"`           // it takes them
	Merge    bool     `json:"merge"`          // it combines results
	Like     []Source `json:"like,omitempty"` // of the same function in other words: its calls were made here
}

func (f Portable) call() Call {
	return Call{Sources: f.Sources, Function: f.Function, Merge: f.Merge}
}

// A Carried is an exported program of a call, for a worker that may have no
// toolchain.
type Carried struct {
	Of      int    `json:"of"` // the functions
	Depths  []int  `json:"depths"`
	Grouped bool   `json:"grouped"`
	Tree    string `json:"tree"` // of the sources that it links
	Go      string `json:"go"`
	OS      string `json:"os"`
	Arch    string `json:"arch"`

	Note json.RawMessage `json:"note"` // the note of the cache
	Sum  string          `json:"sum"`  // SHA-256 of the packed executable
}

// mostCarried bounds the unpacked size of an executable.
const mostCarried = 256 << 20

// Carry packs the functions' programs: those of all calls that were made here, and
// those for plain columns, also with keys if the function takes them. It builds
// the latter if needed.
func (b *Builder) Carry(ctx context.Context, functions []Portable) (all []Carried, packed [][]byte, err error) {
	for i, f := range functions {
		for _, c := range b.callsOf(f) {
			p, _, err := b.BuildCall(ctx, c, false)
			if err != nil {
				return nil, nil, err
			}
			one, text, err := b.pack(c, p)
			if err != nil {
				return nil, nil, err
			}
			one.Of = i
			all, packed = append(all, one), append(packed, text)
		}
	}
	return all, packed, nil
}

func (b *Builder) callsOf(f Portable) []Call {
	plain := f.call()
	calls := []Call{plain}
	if f.Keys {
		grouped := plain
		grouped.Grouped = true
		calls = append(calls, grouped)
	}
	made := b.calls.like(plain)
	if f.Like != nil {
		before := plain
		before.Sources = f.Like
		for _, c := range b.calls.like(before) {
			c.Sources = f.Sources
			made = append(made, c)
		}
	}
	for _, c := range made {
		if !slices.ContainsFunc(calls, func(o Call) bool { return o.identity() == c.identity() }) {
			calls = append(calls, c)
		}
	}
	return calls
}

func (b *Builder) pack(call Call, p *Program) (Carried, []byte, error) {
	note, err := os.ReadFile(p.Path + ".json")
	if err != nil {
		return Carried{}, nil, fmt.Errorf("carry %s: %w", call.Function, err)
	}
	program, err := os.ReadFile(p.Path)
	if err != nil {
		return Carried{}, nil, fmt.Errorf("carry %s: %w", call.Function, err)
	}
	var text bytes.Buffer
	w, _ := gzip.NewWriterLevel(&text, gzip.BestSpeed)
	w.Write(program)
	if err := w.Close(); err != nil {
		return Carried{}, nil, err
	}
	sum := sha256.Sum256(text.Bytes())
	c := Carried{
		Depths: call.Depths, Grouped: call.Grouped, Tree: b.tree, Go: p.Go, OS: runtime.GOOS, Arch: runtime.GOARCH,
		Note: note, Sum: hex.EncodeToString(sum[:]),
	}
	return c, text.Bytes(), nil
}

// taken are the imported programs, by their calls' identities.
type taken struct {
	mu    sync.Mutex
	paths map[string]string
	unfit map[string]string // the reasons why others cannot run here
}

// Take imports programs that fit this machine. A call without one is compiled.
func (b *Builder) Take(functions []Portable, all []Carried, packed [][]byte) error {
	if len(all) != len(packed) {
		return fmt.Errorf("%d programs are described, and %d came", len(all), len(packed))
	}
	b.mu.Lock()
	err := b.findCache()
	b.mu.Unlock()
	if err != nil {
		return err
	}
	for i, c := range all {
		if c.Of < 0 || c.Of >= len(functions) {
			return fmt.Errorf("a program is of function %d of %d", c.Of, len(functions))
		}
		call := functions[c.Of].call()
		call.Depths, call.Grouped = c.Depths, c.Grouped
		if why := b.misfit(c); why != "" {
			b.taken.refuse(call.identity(), why)
			continue
		}
		path, err := b.unpack(call, c, packed[i])
		if err != nil {
			return err
		}
		b.taken.add(call.identity(), path)
	}
	return nil
}

// misfit returns the reason why a program cannot run here; empty if it can.
func (b *Builder) misfit(c Carried) string {
	there, here := c.OS+"/"+c.Arch, runtime.GOOS+"/"+runtime.GOARCH
	switch {
	case there != here:
		return fmt.Sprintf("the program that it carries is for %s, and this is %s", there, here)
	case c.Tree != b.tree:
		return "the program that it carries was built by another version of goscore"
	}
	return ""
}

func (b *Builder) unpack(call Call, c Carried, packed []byte) (string, error) {
	sum := sha256.Sum256(packed)
	if hex.EncodeToString(sum[:]) != c.Sum {
		return "", fmt.Errorf("the program that %s carries is not the one that was packed", call.Function)
	}
	path := filepath.Join(b.cache, "programs", c.Sum[:32])
	r, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		return "", fmt.Errorf("unpack the program of %s: %w", call.Function, err)
	}
	program, err := io.ReadAll(io.LimitReader(r, mostCarried+1))
	if err == nil && len(program) > mostCarried {
		err = errors.New("it is too large")
	}
	if err != nil {
		return "", fmt.Errorf("unpack the program of %s: %w", call.Function, err)
	}
	if holds(path, program) && holds(path+".json", c.Note) {
		return path, nil // another process was first
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return "", err
	}
	if err := writeWhole(path, program, 0o700); err != nil {
		return "", err
	}
	return path, writeWhole(path+".json", c.Note, 0o600)
}

func holds(path string, text []byte) bool {
	b, err := os.ReadFile(path)
	return err == nil && bytes.Equal(b, text)
}

func (t *taken) add(id, path string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.paths == nil {
		t.paths = map[string]string{}
	}
	t.paths[id] = path
}

func (t *taken) refuse(id, why string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.unfit == nil {
		t.unfit = map[string]string{}
	}
	t.unfit[id] = why
}

// Has reports whether a call has an imported program.
func (b *Builder) Has(call Call) bool {
	p, _ := b.fromElsewhere(call.plain())
	return p != nil
}

// fromElsewhere returns an imported program, if its file still exists.
func (b *Builder) fromElsewhere(call Call) (*Program, *Unit) {
	id := call.identity()
	b.taken.mu.Lock()
	path := b.taken.paths[id]
	b.taken.mu.Unlock()
	if path == "" {
		return nil, nil
	}
	if p, u := b.calls.find(id, nil); p != nil {
		return p, u
	}
	u, err := call.unit()
	if err != nil {
		return nil, nil
	}
	p := &Program{Path: path, Key: filepath.Base(path), Cached: true}
	if !p.recall(u) {
		return nil, nil
	}
	b.calls.keep(id, call, nil, p, u)
	return p, u
}

// why adds to the error for a missing toolchain the reason why an imported program
// cannot run here.
func (t *taken) why(call Call, err error) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	if why := t.unfit[call.identity()]; why != "" && errors.Is(err, ErrNoToolchain) {
		return fmt.Errorf("%w\n  %s", err, why)
	}
	return err
}
