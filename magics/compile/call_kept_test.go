package compile

import (
	"context"
	"fmt"
	"os"
	"testing"
)

// TestCallsAreKept sees when a call is built again, and whose lines its unit has.
func TestCallsAreKept(t *testing.T) {
	b := builder(t)
	text := fmt.Sprintf("// %s\nfunc Twice(x float64) float64 { return 2 * x }\n", t.TempDir())
	call := func(cell, text string, depth int) (*Program, *Unit) {
		t.Helper()
		p, u, err := b.BuildCall(context.Background(), Call{Sources: []Source{{Cell: cell, Text: text}}, Function: "Twice", Depths: []int{depth}}, false)
		if err != nil {
			t.Fatal(err)
		}
		return p, u
	}
	first, unit := call("In[1]", text, 0)
	if first.Cached {
		t.Error("a new function was found in the cache")
	}
	again, same := call("In[1]", text, 0)
	if !again.Cached || again == first || same != unit {
		t.Errorf("the second call: cached %v, of its own %v, the same unit %v", again.Cached, again != first, same == unit)
	}
	if p, u := call("In[2]", text, 0); p.Key != first.Key || u == unit || u.Cell.Name != "In[2]" {
		t.Errorf("another cell of the same text: program %s, cell %s", p.Key, u.Cell.Name)
	}
	if p, _ := call("In[1]", text+"\n", 0); p.Cached {
		t.Error("another text has the same program")
	}
	if err := os.Truncate(first.Path, 10); err != nil {
		t.Fatal(err)
	}
	if p, _ := call("In[1]", text, 0); p.Cached {
		t.Error("a program that was cut short was taken")
	}
	if err := os.Remove(first.Path); err != nil {
		t.Fatal(err)
	}
	if p, _ := call("In[1]", text, 0); p.Cached {
		t.Error("a program that is gone was taken")
	}
	if st, err := os.Stat(first.Path); err != nil || st.Size() < 1<<16 {
		t.Errorf("the program is not there again: %v", err)
	}
	for n := range 2 * keptMost {
		b.calls.keep(fmt.Sprint(n), Call{}, b.ready, first, unit)
	}
	if n := len(b.calls.all); n != keptMost {
		t.Errorf("%d calls are kept", n)
	}
}
