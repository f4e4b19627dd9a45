package magics

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"runtime"
	"strings"
	"testing"
	"time"

	"goscore/magics/frame"
	"goscore/magics/protocol"
)

// unseen is an Output that nobody looks at.
type unseen struct{}

func (unseen) Stream(string, string)                      {}
func (unseen) Result(int, map[string]any, map[string]any) {}
func (unseen) Progress(any)                               {}

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
	if _, err := binary.Encode(b, binary.NativeEndian, []float64{1, 2, 3}); err != nil {
		t.Fatal(err)
	}
	return w, func(code, metadata string, buffers ...[]byte) map[string]any {
		text, err := json.Marshal(map[string]string{"code": code})
		if err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
		defer cancel()
		reply := w.Execute(ctx, protocol.Request{Client: "c", Content: text, Metadata: json.RawMessage(`{"goscore":` + metadata + `}`), Buffers: buffers}, unseen{})
		content := fields(t, reply.Content)
		content["receipt"] = reply.Metadata["goscore"].(*protocol.ReplyMetadata).Receipt
		return content
	}
}

// fields reads a reply's content as the frontend does.
func fields(t testing.TB, content any) (all map[string]any) {
	text, err := json.Marshal(content)
	if err == nil {
		err = json.Unmarshal(text, &all)
	}
	if err != nil {
		t.Fatal(err)
	}
	return all
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
	for _, name := range []string{"", "a //", "a)\\n}\\nfunc b() {(", "1", "func"} {
		check("is no name in Go", "a := 1\na", `{"outputs":[["x","`+name+`"]]}`)
	}
	call := func(text string) string {
		return `{"call":{"builtin":true,` + text + `},"inputs":[{"name":"v","kind":"column","array":` + threeFloats + `}]}`
	}
	check("by=", "", call(`"function":"RowsRepeated","arguments":["v"]`))
	check("no bytes for them", "", `{"call":{"builtin":true,"function":"ZScore","arguments":["v"]},"inputs":[{"name":"v","kind":"column","array":{"type":"n","length":1099511627776,"buffers":[]}}]}`)
	check("no built-in function", "", call(`"function":"Score","arguments":[]`))
	check("no input x", "", call(`"function":"Score","arguments":["x"]`))
	if n := ask(score, `{"inputs":[{"name":"v","kind":"column","array":`+threeFloats+`}],"options":{"threads":1000000000000}}`)["receipt"].(protocol.Receipt).Cores; n < 1 || n > maxThreads {
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

// FuzzDescriptions describes inputs and options in any way, for a cell or a
// call of built-in functions, which run in the worker. Nothing panics, memory
// follows the bytes, and every range is given back.
func FuzzDescriptions(f *testing.F) {
	f.Setenv("GOSCORE_GO", "/nowhere") // whatever needs a program is refused
	w, ask := describedWorker(f)
	const text = `{"type":"u","length":1,"nulls":0,"buffers":[null,[1,40,8],[1,0,0]]}`
	for _, in := range []string{
		`{"name":"v","kind":"column","array":` + threeFloats + `}`,
		`{"name":"v","kind":"column","array":` + text + `},{"name":"w","kind":"value","array":` + threeFloats + `}`,
		`{"name":"v","kind":"column","array":{"type":"n","length":9,"nulls":9,"buffers":[]}}`,
		`{"name":"v","kind":"column","array":{"type":"vu","length":1,"nulls":1,"buffers":[[1,32,1],[1,32,16],[1,0,24]]}}`,
		`{"name":"v","kind":"column","array":{"type":"c","length":1,"buffers":[null,[1,32,1]],"dictionary":` + threeFloats + `}}`,
		`{"name":"v","kind":"matrix","shape":[1,3],"array":` + threeFloats + `}`,
		`{"name":"v","kind":"map","keys":` + text + `,"values":{"type":"b","length":1,"buffers":[null,[1,0,1]]}}`,
		`{"name":"v","kind":"frame","rows":3,"columns":[{"name":"a","array":` + threeFloats + `},{"name":"b","refused":"no: why"}]}`,
		`{"name":"v","kind":"column","ipc":0}`,
		`{"name":"v","kind":"column","array":{"type":"+w:3","length":1,"buffers":[null],"children":[` + threeFloats + `]}}`,
		`{"name":"v","kind":"column","array":{"type":"+s","length":1,"buffers":[null],"children":[` + text + `]}}`,
	} {
		for code, call := range map[string]string{
			"goscore.Score(v)": "", "a := goscore.ZScore(v.a)\ngoscore.Rolling(a, 2, \"mean\", 1)": "",
			"HashEncode": `"by":["v"],"arguments":["v","w"],`, "RowsMissing": `"arguments":["v"],`, "ParseNumber": `"errors":"coerce","arguments":["v","w","w"],`,
			"ZScore": `"by":["v"],"dropna":false,"arguments":["v"],`, "RowsNotIn": `"arguments":["v","v"],`,
		} {
			f.Add(code, in, call, `"threads":2,"timeout":9`)
		}
	}
	f.Fuzz(func(t *testing.T, code, inputs, call, options string) {
		meta := `{"inputs":[` + inputs + `],"outputs":[["a","a"]],"options":{` + options + `}}`
		if call != "" {
			name, err := json.Marshal(code)
			if err != nil {
				t.Fatal(err)
			}
			meta = `{"inputs":[` + inputs + `],"call":{` + call + `"builtin":true,"function":` + string(name) + `},"options":{` + options + `}}`
		}
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		got := ask(code, meta)
		runtime.ReadMemStats(&after)
		// Each thread has its scratch, and what runs has its tables.
		if n, most := after.TotalAlloc-before.TotalAlloc, uint64(1000*len(meta+code)+128<<20); n > most {
			t.Errorf("%d bytes were allocated, want at most %d", n, most)
		}
		if got["status"] != "ok" && (got["status"] != "error" || got["ename"] == "") {
			t.Errorf("%v", got)
		}
		w.ranges.freeClient("c")
		for _, s := range []struct {
			*frame.Segment
			free int64
		}{{w.own, 0}, {w.results, 64}} {
			at, err := s.Alloc(1)
			if err != nil || at != s.free {
				t.Errorf("what was taken is not given back: the first free byte is at %d, %v", at, err)
			}
			s.Free(at)
		}
	})
}

// FuzzPlan asks what any cell needs of any inputs: the columns it names are
// there, and free names stand where it says.
func FuzzPlan(f *testing.F) {
	w, err := NewWorker(Options{Source: os.DirFS("..")})
	if err != nil {
		f.Fatal(err)
	}
	f.Add("goscore.Score(df.v) + x", "df", "v|Unit Price|Len", "a")
	f.Add("f := func(d Df) { _ = d.v }\nf(df)", "df", "v|v|", "f|df")
	f.Add("type Df struct{}\ngoscore.Nullable[float64](df, \"v\")\ngoscore.Nullable[float64](df, name)", "df", "v|w", "")
	f.Fuzz(func(t *testing.T, code, name, columns, outputs string) {
		in := map[string]any{"name": name, "kind": "frame", "columns": strings.Split(columns, "|")}
		outs := [][2]string{}
		for _, o := range strings.Split(outputs, "|") {
			outs = append(outs, [2]string{o, o})
		}
		text, err := json.Marshal(map[string]any{"code": code, "cell": "In[1]", "outputs": outs, "inputs": []any{in}})
		if err != nil {
			t.Fatal(err)
		}
		p, ok := w.Plan(t.Context(), protocol.Request{Content: text}, silent{}).Content.(protocol.PlanReply)
		if !ok {
			return
		}
		lines := strings.Split(strings.ReplaceAll(strings.TrimPrefix(strings.ToValidUTF8(code, "\ufffd"), "\ufeff"), "\r\n", "\n"), "\n")
		for _, n := range p.Free {
			if n.Line < 1 || n.Line > len(lines) || n.Column < 1 || !strings.HasPrefix(lines[n.Line-1][min(n.Column-1, len(lines[n.Line-1])):], n.Name) {
				t.Errorf("%q: %q is not at %d:%d", code, n.Name, n.Line, n.Column)
			}
		}
		for _, list := range [][]int{p.Inputs[0].Columns, p.Inputs[0].Soft, p.Inputs[0].Nullable} {
			for _, i := range list {
				if i < 0 || i > strings.Count(columns, "|") {
					t.Errorf("%q asks for column %d of %q", code, i, columns)
				}
			}
		}
	})
}
