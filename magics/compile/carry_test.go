package compile

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// withoutGo lets nothing find a toolchain, and gives an empty cache.
func withoutGo(t *testing.T) {
	t.Helper()
	t.Setenv("GOSCORE_CACHE", t.TempDir())
	t.Setenv("GOSCORE_GO", filepath.Join(t.TempDir(), "go"))
	toolchainMu.Lock()
	found := toolchain
	toolchain = nil
	toolchainMu.Unlock()
	t.Cleanup(func() {
		toolchainMu.Lock()
		toolchain = found
		toolchainMu.Unlock()
	})
}

// carried packs a function that no cache has.
func carried(t *testing.T, keys bool) ([]Portable, []Carried, [][]byte) {
	t.Helper()
	sources := []Source{{Cell: "In[1]", Text: fmt.Sprintf("// %s\nfunc Largest(v []float64) float64 { return slices.Max(v) }\n", t.TempDir())}}
	functions := []Portable{{Function: "Largest", Sources: sources, Keys: keys}}
	all, packed, err := builder(t).Carry(context.Background(), functions)
	if err != nil {
		t.Fatal(err)
	}
	return functions, all, packed
}

// TestCarry calls, without Go, a function that was compiled elsewhere.
func TestCarry(t *testing.T) {
	functions, all, packed := carried(t, true)
	if len(all) != 2 || all[0].Grouped || !all[1].Grouped {
		t.Fatalf("carried %+v, want one program with plain columns and one with keys", all)
	}
	withoutGo(t)
	b := &Builder{Source: os.DirFS("../..")}
	call := Call{Sources: functions[0].Sources, Function: "Largest", Depths: []int{0}}
	if _, _, err := b.BuildCall(context.Background(), call, false); !errors.Is(err, ErrNoToolchain) {
		t.Fatalf("before: %v, want %v", err, ErrNoToolchain)
	}
	if err := b.Take(functions, all, packed); err != nil {
		t.Fatal(err)
	}
	for _, grouped := range []bool{false, true, false} {
		call.Grouped = grouped
		p, u, err := b.BuildCall(context.Background(), call, false)
		if err != nil || !p.Cached || u.Cell.Name != "In[1]" || p.Function != "aggregate" || p.Go == "" {
			t.Fatalf("with keys %v: %+v, %v", grouped, p, err)
		}
		if st, err := os.Stat(p.Path); err != nil || st.Mode().Perm() != 0o700 {
			t.Errorf("with keys %v: the program has mode %v, %v", grouped, st.Mode(), err)
		}
	}
}

// TestCarryUnfit compiles what does not run here, and says why where it cannot.
func TestCarryUnfit(t *testing.T) {
	functions, all, packed := carried(t, false)
	call := Call{Sources: functions[0].Sources, Function: "Largest"}
	for want, change := range map[string]func(c *Carried){
		"is for plan9/": func(c *Carried) { c.OS = "plan9" },
		"/mips":         func(c *Carried) { c.Arch = "mips" },
		"was built by another version of goscore": func(c *Carried) { c.Tree = "0" },
	} {
		other := []Carried{all[0]}
		change(&other[0])
		b := builder(t)
		if err := b.Take(functions, other, packed); err != nil {
			t.Fatal(err)
		}
		if _, _, err := b.BuildCall(context.Background(), call, false); err != nil {
			t.Errorf("%s: not compiled: %v", want, err)
		}
		t.Run(want, func(t *testing.T) {
			withoutGo(t)
			b := &Builder{Source: os.DirFS("../..")}
			if err := b.Take(functions, other, packed); err != nil {
				t.Fatal(err)
			}
			_, _, err := b.BuildCall(context.Background(), call, false)
			if !errors.Is(err, ErrNoToolchain) || !strings.Contains(err.Error(), want) {
				t.Errorf("error %v, want one with %q", err, want)
			}
		})
	}
}

// TestCarryChanged refuses a program that was changed on its way.
func TestCarryChanged(t *testing.T) {
	functions, all, packed := carried(t, false)
	withoutGo(t)
	b := &Builder{Source: os.DirFS("../..")}
	for what, text := range map[string][]byte{
		"a byte changed": append([]byte{packed[0][0] ^ 1}, packed[0][1:]...),
		"cut short":      packed[0][:len(packed[0])/2],
		"nothing":        nil,
	} {
		if err := b.Take(functions, all, [][]byte{text}); err == nil {
			t.Errorf("%s: taken", what)
		}
	}
	if err := b.Take(functions, all, nil); err == nil {
		t.Error("taken without the program")
	}
}

// TestCarryMerge calls, without Go, what combines an aggregate's partial results.
func TestCarryMerge(t *testing.T) {
	text := fmt.Sprintf("// %s\nfunc MergeLargest(a, b float64) float64 { return max(a, b) }\n", t.TempDir())
	functions := []Portable{{Function: "MergeLargest", Sources: []Source{{Cell: "In[1]", Text: text}}, Keys: true, Merge: true}}
	all, packed, err := builder(t).Carry(context.Background(), functions)
	if err != nil {
		t.Fatal(err)
	}
	withoutGo(t)
	b := &Builder{Source: os.DirFS("../..")}
	if err := b.Take(functions, all, packed); err != nil {
		t.Fatal(err)
	}
	for _, grouped := range []bool{false, true} {
		call := functions[0].call()
		call.Grouped = grouped
		if p, _, err := b.BuildCall(context.Background(), call, false); err != nil || !p.Cached {
			t.Errorf("with keys %v: %+v, %v", grouped, p, err)
		}
	}
	all[0].Of = 1
	if err := b.Take(functions, all, packed); err == nil {
		t.Error("taken a program of no function")
	}
}
