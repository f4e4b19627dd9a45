package session

import (
	"context"
	"errors"
	"io"
	"os"
	"reflect"
	"strings"
	"testing"
	"time"

	"goscore/magics/compile"
)

// served is a session at the other end of two pipes, as a checker is.
func served(t *testing.T) *remote {
	t.Helper()
	questions, in := io.Pipe()
	out, answers := io.Pipe()
	over := make(chan struct{})
	go func() {
		Serve(os.DirFS("../.."), questions, answers)
		answers.Close()
		close(over)
	}()
	r := attach(&compile.Toolchain{}, in, out, func() {})
	t.Cleanup(func() {
		r.Close()
		<-over
	})
	return r
}

// TestRemote runs the same cells here and through pipes: programs, notes, functions
// and errors are the same.
func TestRemote(t *testing.T) {
	if _, err := compile.FindToolchain(); err != nil {
		t.Skip(err)
	}
	here := newLocal(os.DirFS("../.."), nil)
	defer here.Close()
	there := served(t)
	ctx := t.Context()
	frame := compile.Input{Name: "df", Kind: "frame", Columns: []compile.Column{{Name: "v", Field: "v"}, {Name: "w", Field: "w"}}}
	for _, code := range []string{
		"type Box[T any] struct{ v T }\nfunc (b Box[T]) Get() T { return b.v }\nfunc Double(x float64) float64 { return 2 * x }",
		"x := Box[int]{3}\nx.Get()",
		"func Double(x float64) float64 { return 3 * x }",
		"fmt.Println(df.v, Double)\nmissing(3)",
		"total := df.Len\nlen(",
		"y := 1",
	} {
		q := Query{Name: "In[7]", Code: code, Inputs: []compile.Input{frame}}
		type outcome struct {
			Free, Variables, Notes, Uses any
			Error, Source, Cell          string
			Diagnostics                  int
		}
		run := func(s Session) (o outcome) {
			var diags compile.Diagnostics
			r, err := s.Read(ctx, q)
			if err == nil {
				o.Free, o.Variables, o.Uses = r.Free, r.Variables, r.Uses[0].Columns()
				q := BuildQuery{Reading: r}
				if r.Uses[0].Used {
					frame.Columns[0].Sent, frame.Columns[0].Type = true, compile.Type{Format: "g"}
					q.Inputs = []compile.Input{frame}
				}
				var b *Built
				if b, err = s.Build(ctx, q); err == nil {
					o.Notes, o.Source, o.Cell = b.Notes, b.Program.Source, b.Cells[0].Line(1)
				}
			}
			if err != nil {
				o.Error = err.Error()
			}
			if errors.As(err, &diags) {
				o.Diagnostics = len(diags)
			}
			return o
		}
		if want, got := run(here), run(there); !reflect.DeepEqual(got, want) {
			t.Errorf("%s\nhere  %+v\nthere %+v", code, want, got)
		}
	}
	c := Cursor{Before: "strings.ToU"}
	want, _ := here.Offer(ctx, c)
	if got, err := there.Offer(ctx, c); err != nil || len(got.Names) == 0 || !reflect.DeepEqual(got, want) {
		t.Errorf("offers %v, %v, want %v", got, err, want)
	}
	if text, err := there.Describe(ctx, Named{Name: "Box"}); !strings.HasPrefix(text, "type Box") || err != nil {
		t.Errorf("described as %q, %v", text, err)
	}
	_, err := there.Call(ctx, CallQuery{Call: compile.Call{Function: "F"}})
	if err == nil || !strings.Contains(err.Error(), "without the function's source") {
		t.Errorf("a call of nothing: %v", err)
	}
}

// TestRemoteEnds gives what waits for an answer an error when the question is
// withdrawn, or the checker is gone.
func TestRemoteEnds(t *testing.T) {
	r := served(t)
	ctx, stop := context.WithCancel(t.Context())
	stop()
	if _, err := r.Completeness(ctx, "x := 1"); !errors.Is(err, context.Canceled) {
		t.Errorf("withdrawn: %v", err)
	}
	if state, err := r.Completeness(t.Context(), "x := ("); state != compile.Incomplete || err != nil {
		t.Errorf("the next: %v, %v", state, err)
	}
	r.Close()
	for !r.over() {
		time.Sleep(time.Millisecond)
	}
	if _, err := r.Completeness(t.Context(), "x := 1"); !errors.Is(err, errGone) {
		t.Errorf("gone: %v", err)
	}
}

// TestCheckerDies ends a session's checkers, between cells and while one is built: the
// next cell has another one, which knows what was declared.
func TestCheckerDies(t *testing.T) {
	if _, err := compile.FindToolchain(); err != nil {
		t.Skip(err)
	}
	s := New(os.DirFS("../.."), nil)
	defer s.Close()
	s.version = "go1.20" // older than any toolchain
	var checkers []*remote
	s.checker = func(_ context.Context, tools *compile.Toolchain) (*remote, error) {
		r := served(t)
		r.tools = tools
		checkers = append(checkers, r)
		return r, nil
	}
	ctx, generation := t.Context(), 0
	run := func(code string) string {
		t.Helper()
		r, err := s.Read(ctx, Query{Name: "In[1]", Code: code})
		if err != nil {
			return err.Error()
		}
		b, err := s.Build(ctx, BuildQuery{Reading: r})
		if err != nil {
			return err.Error()
		}
		if b.Generation < generation || b.Declares && b.Generation == generation {
			t.Errorf("%s: generation %d after %d", code, b.Generation, generation)
		}
		generation = b.Generation
		return ""
	}
	die := func() {
		last := checkers[len(checkers)-1]
		last.Close()
		for !last.over() {
			time.Sleep(time.Millisecond)
		}
	}
	for i, cell := range []struct{ code, want string }{
		{"type Box struct{ V int }\nvar rate = 2", ""},
		{"func (b Box) Twice() int { return rate * b.V }\nlost := 3", ""},
		{"Box{4}.Twice()", ""},
		{"import \"strings\"\nfunc Up(s string) string { return strings.ToUpper(s) }", ""},
		{"Up(\"a\") + strings.Repeat(\"b\", Box{1}.Twice())", ""},
		{"Box{\"four\"}", "In[1], line 1: cannot use"},
	} {
		if got := run(cell.code); !strings.HasPrefix(got, cell.want) || cell.want == "" && got != "" {
			t.Errorf("%s: %s", cell.code, got)
		}
		if len(checkers) != i+1 {
			t.Errorf("%s: %d checkers of %d", cell.code, len(checkers), i+1)
		}
		die()
	}
	s.checker = func(context.Context, *compile.Toolchain) (*remote, error) { return nil, errGone }
	if got := run("1"); !strings.Contains(got, "the checker of cells ended") {
		t.Errorf("no other checker: %q", got)
	}
}
