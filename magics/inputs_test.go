package magics

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"goscore/magics/frame"
)

// unseen is an Output that nobody looks at.
type unseen struct{}

func (unseen) Stream(string, string)                      {}
func (unseen) Result(int, map[string]any, map[string]any) {}

// describedWorker makes a worker whose segment 1 holds three float64 at its beginning,
// and the function that runs a cell with the metadata of a request.
func describedWorker(t testing.TB) (w *Worker, ask func(code, metadata string, buffers ...[]byte) map[string]any) {
	t.Helper()
	w, err := NewWorker(Options{Source: os.DirFS("..")})
	if err != nil {
		t.Fatal(err)
	}
	offset, err := w.results.Alloc(64)
	if err != nil || offset != 0 {
		t.Fatalf("the segment begins at %d, %v", offset, err)
	}
	b, err := w.results.Bytes(0, 24)
	if err != nil {
		t.Fatal(err)
	}
	copy(view[float64](b, 3), []float64{1, 2, 3})
	return w, func(code, metadata string, buffers ...[]byte) map[string]any {
		text, err := json.Marshal(map[string]string{"code": code})
		if err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
		defer cancel()
		reply := w.Execute(ctx, Request{Client: "c", Content: text, Metadata: json.RawMessage(`{"goscore":` + metadata + `}`), Buffers: buffers}, unseen{})
		content := reply.Content.(map[string]any)
		content["receipt"] = reply.Metadata["goscore"].(*runReply).Receipt
		return content
	}
}

const threeFloats = `{"type":"g","length":3,"nulls":0,"buffers":[null,[1,0,24]]}`

// TestStrangeDescriptions sends what no honest client sends.
func TestStrangeDescriptions(t *testing.T) {
	_, ask := describedWorker(t)
	check := func(want, code, metadata string, buffers ...[]byte) {
		t.Helper()
		got := ask(code, metadata, buffers...)
		if want == "ok" && got["status"] != "ok" || want != "ok" && !strings.Contains(fmt.Sprint(got["ename"], " ", got["evalue"]), want) {
			t.Errorf("%s with %s: %v, want %s", code, metadata, got, want)
		}
	}
	input := func(text string) string { return `{"inputs":[` + text + `]}` }
	column := func(array string) string { return input(`{"name":"v","kind":"column","array":` + array + `}`) }
	const score = "goscore.Score(v)"
	check("ok", score, column(threeFloats))
	check("cannot take values", score, input(`{"name":"v","kind":"column"}`))
	check(`"heap" is no kind of input`, score, input(`{"name":"v","kind":"heap","array":`+threeFloats+`}`))
	check("does not fit 0 values", score, input(`{"name":"m","kind":"matrix","shape":[4294967296,4294967296],"array":{"type":"g","length":0,"buffers":[null,null]}}`))
	check("does not fit", "1", input(`{"name":"m","kind":"matrix","shape":[-1,-3],"array":`+threeFloats+`}`))
	check("-5 rows", "1", input(`{"name":"df","kind":"frame","rows":-5,"columns":[]}`))
	check("df.a was not sent", "goscore.Score(df.a)", input(`{"name":"df","kind":"frame","rows":3,"columns":[{"name":"a"},{"name":"b","array":`+threeFloats+`}]}`))
	check("keys are not strings", "1", input(`{"name":"m","kind":"map","keys":`+threeFloats+`,"values":`+threeFloats+`}`))
	check("dictionary of a dictionary", "v", column(`{"type":"c","length":0,"buffers":[null,null],"dictionary":{"type":"c","length":0,"buffers":[null,null],"dictionary":`+threeFloats+`}}`))
	check("missing", "1", column(`{"type":"+l","length":0,"buffers":[null,null],"children":[null]}`))
	check("no range", score, column(`{"type":"g","length":3,"buffers":[null,[1,9223372036854775800,24]]}`))
	check("no range", score, column(`{"type":"g","length":3,"buffers":[null,[1,-8,24]]}`))
	check("no segment -1", score, column(`{"type":"g","length":3,"buffers":[null,[-1,8,24]]}`))
	check("no range", score, column(`{"type":"g","length":3,"buffers":[null,[3,4096,24]]}`))
	check("rows", score, column(`{"type":"g","length":9223372036854775807,"buffers":[null,[1,0,24]]}`))
	check("read execute_request's metadata", score, column(`{"type":"g","length":1e300,"buffers":[]}`))
	check("read execute_request's metadata", score, column(`{"type":"g","length":9223372036854775808,"buffers":[]}`))
	check("ok", score, `{"inputs":[{"name":"v","kind":"column","array":`+threeFloats+`}],"options":{"timeout":1e300,"threads":-1}}`)
	check("there is no buffer -1", score, input(`{"name":"v","kind":"column","ipc":-1}`))
	check("1 buffers were announced and 0 came", score, `{"inputs":[],"buffers":[{}]}`)
	check("twice", score, input(`{"name":"v","kind":"column","array":`+threeFloats+`},{"name":"v","kind":"column","array":`+threeFloats+`}`))
	call := func(text string) string {
		return `{"call":{"builtin":true,` + text + `},"inputs":[{"name":"v","kind":"column","array":` + threeFloats + `}]}`
	}
	check("by=", "", call(`"function":"RowsRepeated","arguments":["v"]`))
	check("at most", "", `{"call":{"builtin":true,"function":"ZScore","arguments":["v"]},"inputs":[{"name":"v","kind":"column","array":{"type":"n","length":1099511627776,"buffers":[]}}]}`)
	check("no built-in function", "", call(`"function":"Score","arguments":[]`))
	check("no input x", "", call(`"function":"Score","arguments":["x"]`))
	if n := ask(score, `{"inputs":[{"name":"v","kind":"column","array":`+threeFloats+`}],"options":{"threads":1000000000000}}`)["receipt"].(receipt).Cores; n < 1 || n > maxThreads {
		t.Errorf("%d cores", n)
	}
}

// TestStreamOfTwo refuses a column that comes as two: the one would be read as
// the other's type.
func TestStreamOfTwo(t *testing.T) {
	w, ask := describedWorker(t)
	a := &frame.Array{Type: "g", Length: 3, Buffers: []*frame.Range{nil, {Segment: 1, Length: 24}}}
	stream, err := frame.WriteIPC([]string{"a", "b"}, []*frame.Array{a, a}, w.store)
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256(stream)
	for _, kind := range []string{"column", "value", "matrix"} {
		meta := fmt.Sprintf(`{"inputs":[{"name":"v","kind":%q,"shape":[3,1],"ipc":0}],"buffers":[{"length":%d,"sha256":%q}]}`, kind, len(stream), hex.EncodeToString(sum[:]))
		if got := ask("1", meta, stream); !strings.Contains(fmt.Sprint(got["evalue"]), "2 arrays") {
			t.Errorf("%s: %v", kind, got)
		}
	}
}
