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
func carried(t *testing.T, keys bool) ([]Source, []Carried, [][]byte) {
	t.Helper()
	sources := []Source{{Cell: "In[1]", Text: fmt.Sprintf("// %s\nfunc Largest(v []float64) float64 { return slices.Max(v) }\n", t.TempDir())}}
	all, packed, err := builder(t).Carry(context.Background(), sources, "Largest", keys)
	if err != nil {
		t.Fatal(err)
	}
	return sources, all, packed
}

// TestCarry calls, without Go, a function that was compiled elsewhere.
func TestCarry(t *testing.T) {
	sources, all, packed := carried(t, true)
	if len(all) != 2 || all[0].Grouped || !all[1].Grouped {
		t.Fatalf("carried %+v, want one program with plain columns and one with keys", all)
	}
	withoutGo(t)
	b := &Builder{Source: os.DirFS("../..")}
	call := Call{Sources: sources, Function: "Largest", Depths: []int{0}}
	if _, _, err := b.BuildCall(context.Background(), call, false); !errors.Is(err, ErrNoToolchain) {
		t.Fatalf("before: %v, want %v", err, ErrNoToolchain)
	}
	if err := b.Take(sources, "Largest", all, packed); err != nil {
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
	sources, all, packed := carried(t, false)
	call := Call{Sources: sources, Function: "Largest"}
	for want, change := range map[string]func(c *Carried){
		"is for plan9/": func(c *Carried) { c.OS = "plan9" },
		"/mips":         func(c *Carried) { c.Arch = "mips" },
		"was built by another version of goscore": func(c *Carried) { c.Tree = "0" },
	} {
		other := []Carried{all[0]}
		change(&other[0])
		b := builder(t)
		if err := b.Take(sources, "Largest", other, packed); err != nil {
			t.Fatal(err)
		}
		if _, _, err := b.BuildCall(context.Background(), call, false); err != nil {
			t.Errorf("%s: not compiled: %v", want, err)
		}
		t.Run(want, func(t *testing.T) {
			withoutGo(t)
			b := &Builder{Source: os.DirFS("../..")}
			if err := b.Take(sources, "Largest", other, packed); err != nil {
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
	sources, all, packed := carried(t, false)
	withoutGo(t)
	b := &Builder{Source: os.DirFS("../..")}
	for what, text := range map[string][]byte{
		"a byte changed": append([]byte{packed[0][0] ^ 1}, packed[0][1:]...),
		"cut short":      packed[0][:len(packed[0])/2],
		"nothing":        nil,
	} {
		if err := b.Take(sources, "Largest", all, [][]byte{text}); err == nil {
			t.Errorf("%s: taken", what)
		}
	}
	if err := b.Take(sources, "Largest", all, nil); err == nil {
		t.Error("taken without the program")
	}
}
