package magics

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"

	"goscore/magics/compile"
	"goscore/magics/frame"
	"goscore/magics/protocol"
)

// countdown is a context that ends when it has been asked so many times.
type countdown struct {
	context.Context
	left atomic.Int64
}

func (c *countdown) Err() error {
	if c.left.Add(-1) < 0 {
		return context.Canceled
	}
	return nil
}

// stopRows are more than a few blocks of any function.
const stopRows = 300_000

// calling makes a run of a call whose arguments fit the function's letters.
func calling(t *testing.T, w *Worker, name string, by bool) *run {
	r := &run{w: w, ctx: context.Background()}
	r.receipt = &r.reply.Receipt
	add := func(label string, a *frame.Array, err error) {
		if err != nil {
			t.Fatal(err)
		}
		kind := "column"
		if a.Length == 1 {
			kind = "value"
		}
		r.inputs = append(r.inputs, &bound{Input: compile.Input{Name: label, Kind: kind}, rows: a.Length, arrays: []*frame.Array{a}})
		r.meta.Inputs = append(r.meta.Inputs, protocol.Input{Name: label, Label: label})
	}
	numbers, keys, texts := make([]float64, stopRows), make([]int64, stopRows), make([]string, stopRows)
	for i := range numbers {
		numbers[i], keys[i], texts[i] = float64(i%100), int64(i*7919%500), strconv.Itoa(2000+i%3)
	}
	r.meta.Call = &protocol.Call{Function: name, Builtin: true}
	r.meta.Options.Threads = 2
	for i, letter := range builtins[name].params {
		label := fmt.Sprintf("p%d", i)
		var a *frame.Array
		var err error
		switch letter {
		case 't':
			a, err = r.putTexts(texts)
		case 'f', 'i':
			a, err = putColumn(r, "g", []float64{1})
		case 's':
			a, err = r.putTexts([]string{map[string]string{"Rolling": "mean", "RowsNotMatching": "2.*"}[name]})
		case 'l', 'k':
			a, err = putColumn(r, "g", []float64{3, 5})
		default:
			a, err = putColumn(r, "g", numbers)
		}
		add(label, a, err)
		r.meta.Call.Arguments = append(r.meta.Call.Arguments, label)
	}
	if by {
		a, err := putColumn(r, "l", keys)
		add("k0", a, err)
		r.meta.Call.By = []string{"k0"}
		a, err = r.putTexts(texts)
		add("k1", a, err)
		r.meta.Call.By = append(r.meta.Call.By, "k1")
	}
	return r
}

// TestBuiltinsStop ends the run at its first and some later looks at the context, and
// lets it look a few times more: each thread may be in a block.
func TestBuiltinsStop(t *testing.T) {
	w, err := NewWorker(Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	run := func(name string, by bool, looks int64) (int64, error) {
		t.Helper()
		r := calling(t, w, name, by)
		ctx := &countdown{Context: context.Background()}
		ctx.left.Store(looks)
		r.ctx = ctx
		err := r.runBuiltinCall()
		if n := r.done.Rows(); err == nil && n != stopRows && !strings.HasPrefix(name, "RowsMissing") && !strings.HasPrefix(name, "RowsRepeated") {
			t.Errorf("%s, by=%v, counted %d rows of %d", name, by, n, stopRows)
		} else if err != nil && n > stopRows {
			t.Errorf("%s, by=%v, counted %d rows of %d", name, by, n, stopRows)
		}
		r.giveScratch()
		r.free()
		return looks - ctx.left.Load(), err
	}
	grouped := "ScoreSeries Score WeightedSum WeightedMean Ewma ZScore Rolling RowsRepeated"
	for name := range builtins {
		for _, by := range []bool{false, true} {
			if by && !strings.Contains(grouped, name) || !by && name == "RowsRepeated" {
				continue
			}
			t.Run(fmt.Sprintf("%s/by=%v", name, by), func(t *testing.T) {
				all, err := run(name, by, 1<<40)
				if err != nil {
					t.Fatal(err)
				}
				if name != "RowsMissing" && all < stopRows/(1<<16) {
					t.Errorf("it looks %d times whether it is to stop", all)
				}
				for _, looks := range []int64{0, all / 3, all / 2, all * 9 / 10} {
					got, err := run(name, by, max(looks, 0))
					if !errors.Is(err, errInterrupted) {
						t.Errorf("stopped after %d of %d looks: error %v", looks, all, err)
					}
					if got > looks+8 {
						t.Errorf("stopped after %d of %d looks, it looked %d times more", looks, all, got-looks)
					}
				}
			})
		}
	}
}
