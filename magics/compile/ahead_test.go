package compile

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// declared gives the functions of a cell that no cache has yet, and the call of each.
func declared(t *testing.T, b *Builder, text string) ([]Function, []Call) {
	t.Helper()
	fs := build(t, b, "In[1]", text+"\n// "+t.TempDir()).Functions
	var calls []Call
	for i := range fs {
		for j := range fs[i].Sources { // the directory is in no function's source
			fs[i].Sources[j].Text += "// " + t.TempDir() + "\n"
		}
		calls = append(calls, Call{Sources: fs[i].Sources, Function: fs[i].Name})
	}
	return fs, calls
}

// eventually waits for what a goroutine does.
func eventually(t *testing.T, what string, done func() bool) {
	t.Helper()
	for began := time.Now(); !done(); time.Sleep(time.Millisecond) {
		if time.Since(began) > time.Minute {
			t.Fatal("never: ", what)
		}
	}
}

func (b *Builder) building() int {
	b.turns.mu.Lock()
	defer b.turns.mu.Unlock()
	return len(b.turns.open)
}

func (b *Builder) aheadDone() bool {
	b.ahead.mu.Lock()
	defer b.ahead.mu.Unlock()
	return b.ahead.stop == nil && len(b.ahead.queue) == 0
}

// inCache finds the program of a call without building it.
func inCache(b *Builder, call Call) bool {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	p, _, err := b.BuildCall(ctx, call, false)
	return err == nil && p.Cached
}

const twice = "func Twice(x float64) float64 { return 2 * x }"

// TestAhead asks for a program while it is being built ahead: the call gets
// that one, whatever the number of its plain columns, and builds none.
func TestAhead(t *testing.T) {
	b := builder(t)
	defer b.Close()
	fs, calls := declared(t, b, twice)
	b.Ahead(fs)
	eventually(t, "a build ahead", func() bool { return b.building() > 0 || b.aheadDone() })
	call := calls[0]
	call.Depths = []int{0}
	p, _, err := b.BuildCall(t.Context(), call, false)
	if err != nil || p.Command != "" {
		t.Errorf("the call built its program again: %q, %v", p.Command, err)
	}
	if st, err := os.Stat(p.Path); err != nil || st.Size() == 0 {
		t.Error("no program:", err)
	}
	if again, _, err := b.BuildCall(t.Context(), calls[0], false); err != nil || !again.Cached || again.Path != p.Path {
		t.Errorf("later: %+v, %v", again, err)
	}
}

// TestAheadStandsBack lets a cell's build go first, and finishes afterwards.
func TestAheadStandsBack(t *testing.T) {
	b := builder(t)
	defer b.Close()
	fs, calls := declared(t, b, twice+"\nfunc Thrice(x float64) float64 { return 3 * x }")
	b.Ahead(fs)
	eventually(t, "a build ahead", func() bool { return b.building() > 0 })
	done := b.standBack()
	eventually(t, "the end of the build ahead", func() bool { return b.building() == 0 })
	for _, call := range calls {
		if inCache(b, call) {
			t.Errorf("%s was built although another build is needed", call.Function)
		}
	}
	build(t, b, "In[2]", unique(t))
	if b.building() > 0 {
		t.Error("one build ended, and building ahead did not wait for the other")
	}
	done()
	eventually(t, "both programs", b.aheadDone)
	for _, call := range calls {
		if !inCache(b, call) {
			t.Errorf("%s was not built", call.Function)
		}
	}
}

// TestAheadBounds builds the last few functions only, none that Python cannot
// call, and none that needs a module.
func TestAheadBounds(t *testing.T) {
	b := builder(t)
	b.ahead.needed = 1
	many := make([]Function, aheadMost+3)
	for i := range many {
		many[i].Name = string(rune('A' + i))
	}
	b.Ahead(many)
	b.Ahead([]Function{{Name: "Generic", Reason: "it is generic"}, {Name: "Geo", Sources: []Source{{Gets: []string{"example.com/geo@latest"}}}}})
	if q := b.ahead.queue; len(q) != aheadMost || q[aheadMost-1].Function != many[len(many)-1].Name {
		t.Error(q)
	}
}

// TestAheadCloses ends the build that goes on, and starts no other.
func TestAheadCloses(t *testing.T) {
	b := builder(t)
	fs, calls := declared(t, b, twice)
	b.Ahead(fs)
	eventually(t, "a build ahead", func() bool { return b.building() > 0 })
	b.Close()
	b.Ahead(fs)
	if n := b.building(); n > 0 {
		t.Errorf("%d builds go on", n)
	}
	if inCache(b, calls[0]) {
		t.Error("the program was built to its end")
	}
}

// TestAheadFails leaves what is wrong with a function to its call.
func TestAheadFails(t *testing.T) {
	b := builder(t)
	defer b.Close()
	b.Ahead([]Function{{Name: "No", Sources: []Source{{Text: "x := 1"}}}, {Name: "None"}})
	eventually(t, "the end", b.aheadDone)
}

// TestTurns has one build for two who want the same program, and another when
// the first one is interrupted; who waits can be interrupted too.
func TestTurns(t *testing.T) {
	b := builder(t)
	_, calls := declared(t, b, twice)
	type answer struct {
		p   *Program
		err error
	}
	ask := func(ctx context.Context) <-chan answer {
		c := make(chan answer, 1)
		go func() {
			p, _, err := b.BuildCall(ctx, calls[0], false)
			c <- answer{p, err}
		}()
		return c
	}
	first, interrupt := context.WithCancel(t.Context())
	one := ask(first)
	eventually(t, "the first build", func() bool { return b.building() > 0 })
	second, giveUp := context.WithCancel(t.Context())
	two := ask(second)
	giveUp()
	if a := <-two; !errors.Is(a.err, context.Canceled) {
		t.Error("who waits and is interrupted gets", a.err)
	}
	three, four := ask(t.Context()), ask(t.Context())
	interrupt()
	if a := <-one; !errors.Is(a.err, context.Canceled) {
		t.Error("who builds and is interrupted gets", a.err)
	}
	a, c := <-three, <-four
	if a.err != nil || c.err != nil || (a.p.Command == "") == (c.p.Command == "") || a.p.Path != c.p.Path {
		t.Errorf("not one build: %v %v, %q %q", a.err, c.err, a.p.Command, c.p.Command)
	}
	left, _ := filepath.Glob(filepath.Join(b.cache, "programs", a.p.Key+"*"))
	if len(left) != 2 {
		t.Error("more than a program and its note:", left)
	}
}
