package builtin

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
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

// argumentsOf gives arrays that fit a function's parameters.
func argumentsOf(t *testing.T, p *Place, name string) (arguments, keys []Argument) {
	numbers, groups, texts := make([]float64, stopRows), make([]int64, stopRows), make([]string, stopRows)
	for i := range numbers {
		numbers[i], groups[i], texts[i] = float64(i%100), int64(i*7919%500), strconv.Itoa(2000+i%3)
	}
	f, _ := Lookup(name)
	for i, param := range f.Params {
		var values any = numbers
		switch param.Kind {
		case Texts:
			values = texts
		case Float, Int:
			values = []float64{1}
		case String:
			values = []string{map[string]string{"Rolling": "mean", "RowsNotMatching": "2.*"}[name]}
		case NumberList, ValueList:
			values = []float64{3, 5}
		}
		arguments = append(arguments, Argument{Array: arrayOf(t, p, values), Label: fmt.Sprintf("p%d", i)})
	}
	return arguments, []Argument{{Array: arrayOf(t, p, groups), Label: "k0"}, {Array: arrayOf(t, p, texts), Label: "k1"}}
}

// TestBuiltinsStop ends the run at its first and some later looks at the context, and
// lets it look a few times more: each thread may be in a block.
func TestBuiltinsStop(t *testing.T) {
	run := func(name string, by bool, looks int64) (int64, error) {
		t.Helper()
		p := newPlace(t)
		arguments, keys := argumentsOf(t, p, name)
		if !by {
			keys = nil
		}
		ctx := &countdown{Context: context.Background()}
		ctx.left.Store(looks)
		p.Context = ctx
		f, _ := Lookup(name)
		_, err := (&Call{Function: f, Place: p, FromPython: true}).RunOn(arguments, keys, false)
		if n := p.Progress.Rows(); err == nil && n != stopRows && !strings.HasPrefix(name, "RowsMissing") && !strings.HasPrefix(name, "RowsRepeated") {
			t.Errorf("%s, by=%v, counted %d rows of %d", name, by, n, stopRows)
		} else if err != nil && n > stopRows {
			t.Errorf("%s, by=%v, counted %d rows of %d", name, by, n, stopRows)
		}
		p.Close()
		used := looks - ctx.left.Load()
		if err == nil && p.Stopped() {
			err = errStopped
		}
		p.Results.Close()
		return used, err
	}
	for name, f := range byName {
		for _, by := range []bool{false, true} {
			if by && !f.grouped || !by && name == "RowsRepeated" {
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
					if !errors.Is(err, errStopped) {
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
