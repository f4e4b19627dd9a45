package builtin

import (
	"context"
	"slices"
	"strconv"
	"testing"

	"goscore/magics/frame"
	"goscore/magics/program"
)

// newPlace makes a place with a segment of results alone.
func newPlace(t testing.TB) *Place {
	t.Helper()
	results, err := frame.Create(1, "test-results")
	if err != nil {
		t.Fatal(err)
	}
	return &Place{
		Context: context.Background(), Store: frame.NewStore(results), Results: results, Alloc: results.Alloc,
		Scratch: &Scratch{}, Threads: 2, Progress: &program.Progress{},
	}
}

// arrayOf puts values into the place's segment.
func arrayOf(t testing.TB, p *Place, values any) *frame.Array {
	t.Helper()
	var a *frame.Array
	var err error
	switch v := values.(type) {
	case *frame.Array:
		return v
	case []float64:
		a, err = putColumn(p, "g", v)
	case []float32:
		a, err = putColumn(p, "f", v)
	case []int64:
		a, err = putColumn(p, "l", v)
	case []int32:
		a, err = putColumn(p, "i", v)
	case []uint8:
		a, err = putColumn(p, "C", v)
	case []string:
		a, err = p.putTexts(v)
	default:
		t.Fatalf("no array of %T", values)
	}
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// withNulls makes rows of an array missing.
func withNulls(t testing.TB, p *Place, values any, rows ...int) *frame.Array {
	t.Helper()
	a := arrayOf(t, p, values)
	valid := allValid(a.Length)
	for _, row := range rows {
		clearBit(valid, row)
	}
	if err := p.putValidity(a, valid); err != nil {
		t.Fatal(err)
	}
	return a
}

// shown words a result's rows, a missing one as null.
func shown(t testing.TB, p *Place, a *frame.Array) []string {
	t.Helper()
	valid, err := p.validity(a)
	if err != nil {
		t.Fatal(err)
	}
	out := []string{}
	add := func(row int, text string) {
		if !isValid(valid, row) {
			text = "null"
		}
		out = append(out, text)
	}
	switch {
	case a.Type == "g":
		column, err := columnOf[float64](p, a)
		if err != nil {
			t.Fatal(err)
		}
		for i, x := range whole(column, 1) {
			add(i, strconv.FormatFloat(x, 'g', 6, 64))
		}
	case a.Type == "U":
		column, err := p.texts(a)
		if err != nil {
			t.Fatal(err)
		}
		for i, s := range whole(column, 1) {
			add(i, s)
		}
	default:
		column, err := columnOf[int64](p, a)
		if err != nil {
			t.Fatal(err)
		}
		for i, x := range whole(column, 1) {
			add(i, strconv.FormatInt(x, 10))
		}
	}
	return out
}

func TestScratch(t *testing.T) {
	p := newPlace(t)
	first := p.scratch(10)
	large := p.scratch(scratchBytes + 1)
	if len(first) != scratchBytes || len(large) != scratchBytes+1 {
		t.Fatalf("buffers of %d and %d bytes", len(first), len(large))
	}
	if &p.scratch(10)[0] == &first[0] {
		t.Error("a buffer in use was given again")
	}
	p.Close()
	if n := len(p.Scratch.free); n != 2 {
		t.Errorf("%d buffers stay, want the 2 of the usual size", n)
	}
	if again := p.scratch(scratchBytes); !slices.ContainsFunc(append(p.buffers, first), func(b []byte) bool { return &b[0] == &again[0] }) {
		t.Error("a buffer that was given back is not used again")
	}
	for range 2 * scratchMost {
		p.scratch(1)
	}
	p.Close()
	if n := len(p.Scratch.free); n != scratchMost {
		t.Errorf("%d buffers stay, want %d", n, scratchMost)
	}
}

func TestStopped(t *testing.T) {
	p := newPlace(t)
	if p.Stopped() {
		t.Error("a run without an end has ended")
	}
	var cancel context.CancelFunc
	p.Context, cancel = context.WithCancel(context.Background())
	cancel()
	if !p.Stopped() {
		t.Error("a cancelled run goes on")
	}
	call := &Call{Function: byName["ZScore"], Place: p}
	if _, err := call.RunOn([]Argument{{Array: arrayOf(t, p, []float64{1, 2, 3})}}, nil, false); err != errStopped {
		t.Errorf("a cancelled call gives %v", err)
	}
}
