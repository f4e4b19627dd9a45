package magics

import (
	"encoding/binary"
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"testing"

	"goscore/magics/frame"
	"goscore/magics/protocol"
)

type silent struct{}

func (silent) Stream(name, text string)                        {}
func (silent) Result(count int, data, metadata map[string]any) {}
func (silent) Progress(content any)                            {}

// scores runs ScoreSeries on rows that lie in a segment.
func scores(t *testing.T, w *Worker, in frame.Range, keep bool) *protocol.ReplyMetadata {
	t.Helper()
	request := func(v any) json.RawMessage {
		b, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	array := &frame.Array{Type: "g", Length: int(in.Length / 8), Buffers: []*frame.Range{nil, &in}}
	reply := w.Execute(t.Context(), protocol.Request{
		Client:  "a",
		Content: request(map[string]any{"code": "goscore.ScoreSeries(v)"}),
		Metadata: request(map[string]any{"goscore": map[string]any{
			"inputs":  []any{map[string]any{"name": "v", "kind": "column", "array": array}},
			"options": map[string]any{"keep": keep},
		}}),
	}, silent{})
	if reply.Content != any(protocol.OK()) {
		t.Fatal(reply.Content)
	}
	return reply.Metadata["goscore"].(*protocol.ReplyMetadata)
}

func TestKeep(t *testing.T) {
	inputs, err := frame.Create(0, "test-in")
	if err != nil {
		t.Fatal(err)
	}
	w, err := NewWorker(Options{Inputs: inputs})
	if err != nil {
		t.Fatal(err)
	}
	const size = 2 << 20
	offset, err := inputs.Alloc(size)
	if err != nil {
		t.Fatal(err)
	}
	b, _ := inputs.Bytes(offset, size)
	for i := range size / 8 {
		binary.NativeEndian.PutUint64(b[8*i:], math.Float64bits(float64(i%7)))
	}
	in := frame.Range{Segment: 0, Offset: offset, Length: size}

	first := scores(t, w, in, true)
	place := *first.Value.Array.Buffers[1]
	if want := [][2]int64{{place.Offset, size}}; !slices.Equal(first.Kept, want) {
		t.Fatalf("kept %v, want %v", first.Kept, want)
	}
	read := func() string {
		b, err := w.results.Bytes(place.Offset, size)
		if err != nil {
			t.Fatal(err)
		}
		return string(b)
	}
	before := read()

	// What is kept is an input like any other, from any place in it, and stays as it is.
	part := frame.Range{Segment: 1, Offset: place.Offset + 8, Length: size - 8}
	second := scores(t, w, part, false)
	if second.Kept != nil || second.Value.Array.Buffers[1].Offset == place.Offset {
		t.Errorf("kept %v, result in %v", second.Kept, second.Value.Array.Buffers[1])
	}
	w.ranges.freeClient("a")
	if read() != before {
		t.Error("a kept result changed")
	}

	small := in
	small.Length = exportBytes - 8
	if got := scores(t, w, small, true).Kept; got != nil {
		t.Errorf("kept %v of a small result", got)
	}

	// Only what is kept is released, and once.
	lent := *scores(t, w, in, false).Value.Array.Buffers[1]
	for range 2 {
		w.Release("a", json.RawMessage(fmt.Sprintf(`{"offsets": [%d, %d]}`, place.Offset, lent.Offset)))
	}
	if w.results.Size(place.Offset) != 0 || w.results.Size(lent.Offset) != size {
		t.Error("released what was not asked for")
	}
	w.Release("a", json.RawMessage(`{}`))
	if w.results.Size(lent.Offset) != 0 {
		t.Error("the client's results were not released")
	}
}
