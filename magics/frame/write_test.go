package frame

import (
	"fmt"
	"strings"
	"testing"

	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"
)

// Byte booleans become bits, wherever they are.
func TestWriteByteBools(t *testing.T) {
	mem := memory.NewCheckedAllocator(memory.NewGoAllocator())
	defer mem.AssertSize(t, 0)
	seg := segment(t)
	bools := &Array{Name: "b", Type: byteBool, Length: 9, Nulls: 1, Buffers: []*Range{
		put[byte](t, seg, 0b11111101, 1), put[byte](t, seg, 1, 0, 0, 1, 0, 0, 0, 0, 1)}}
	rows := &Array{Type: "+s", Length: 9, Buffers: []*Range{nil}, Children: []*Array{bools}}
	none := &Array{Type: byteBool, Buffers: []*Range{nil, nil}}
	list := &Array{Type: "+l", Length: 9, Buffers: []*Range{nil, put(t, seg, make([]int32, 10)...)}, Children: []*Array{none}}
	data, err := encode([]string{"x", "y", "z"}, []*Array{bools, rows, list}, NewStore(seg), mem)
	if err != nil {
		t.Fatal(err)
	}
	got := columns(t, mem, data)
	for _, a := range got {
		defer a.Release()
	}
	const want = "[true (null) false true false false false false true]"
	if got[0].String() != want || got[1].(*array.Struct).Field(0).String() != want {
		t.Errorf("got %v, %v, want %s", got[0], got[1], want)
	}
	if text := got[2].DataType().String(); text != "list<item: bool, nullable>" {
		t.Errorf("got %s", text)
	}
}

func TestWriteRefuses(t *testing.T) {
	seg := segment(t)
	st := NewStore(seg)
	three := &Array{Type: "g", Length: 3, Buffers: []*Range{nil, put(t, seg, 1.0, 2, 3)}}
	none := &Array{Type: "g", Buffers: []*Range{nil, nil}}
	check := func(want string, names []string, arrays ...*Array) {
		t.Helper()
		if _, err := WriteIPC(names, arrays, st); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want an error with %q", err, want)
		}
	}
	check("1 names for 2 arrays", []string{"a"}, three, three)
	check(`column "b" has 0 rows, not 3`, []string{"a", "b"}, three, none)
	check(`column "a": array: missing`, []string{"a"}, nil)
	much := &Array{Type: "z", Length: 1, Buffers: []*Range{nil, put(t, seg, int32(0), 0), {2, 0, 1 << 20}}}
	many := make([]*Array, 1<<17)
	for i := range many {
		many[i] = much
	}
	check("MiB of memory left", make([]string, len(many)), many...)
	check(`type "?" is not supported`, []string{"a"}, &Array{Type: "?"})
}

func BenchmarkWriteIPC(b *testing.B) {
	for _, rows := range []int{1000, 1_000_000} {
		seg := segment(b)
		a := &Array{Type: "g", Length: rows, Buffers: []*Range{nil, put(b, seg, make([]float64, rows)...)}}
		st := NewStore(seg)
		b.Run(fmt.Sprintf("rows=%.0e", float64(rows)), func(b *testing.B) {
			b.SetBytes(int64(8 * rows))
			for b.Loop() {
				if _, err := WriteIPC([]string{"v"}, []*Array{a}, st); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
