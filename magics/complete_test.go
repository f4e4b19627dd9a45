package magics_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"goscore/magics"
	"goscore/magics/compile"
	"goscore/magics/protocol"
)

// completer asks for completion at the | of a cell.
type completer struct {
	t testing.TB
	w *magics.Worker
}

var bound = []map[string]any{
	{"name": "df", "kind": "frame", "columns": []string{"v", "Unit Price", "größe", "Len"}},
	{"name": "rate", "kind": "value"},
}

func newCompleter(t testing.TB) *completer {
	w, err := magics.NewWorker(magics.Options{Source: os.DirFS("..")})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(w.Close)
	return &completer{t, w}
}

func (c *completer) at(text string) (matches, kinds []string) {
	c.t.Helper()
	before, after, _ := strings.Cut(text, "|")
	var reply struct {
		Status   string
		Matches  []string
		Start    int `json:"cursor_start"`
		End      int `json:"cursor_end"`
		Metadata struct {
			Types []struct{ Text, Type string } `json:"_jupyter_types_experimental"`
		}
	}
	answer := c.w.Complete(encode(map[string]any{
		"code": before + after, "cursor_pos": utf8.RuneCountInString(before), "goscore": map[string]any{"inputs": bound},
	}))
	if err := json.Unmarshal(encode(answer), &reply); err != nil {
		c.t.Fatal(err)
	}
	written := string([]rune(before)[reply.Start:])
	if reply.Status != "ok" || reply.End != utf8.RuneCountInString(before) {
		c.t.Errorf("%s gives %+v", text, reply)
	}
	for i, m := range reply.Matches {
		if !strings.HasPrefix(m, written) || reply.Metadata.Types[i].Text != m {
			c.t.Errorf("%s offers %s in place of %q", text, m, written)
		}
		kinds = append(kinds, reply.Metadata.Types[i].Type)
	}
	return reply.Matches, kinds
}

// is checks that these names are offered, and no other.
func (c *completer) is(text string, want ...string) {
	c.t.Helper()
	if got, _ := c.at(text); !slices.Equal(got, want) {
		c.t.Errorf("%s offers %q, want %q", text, got, want)
	}
}

// has checks that these names are offered, among others.
func (c *completer) has(text string, want ...string) {
	c.t.Helper()
	got, _ := c.at(text)
	for _, w := range want {
		if !slices.Contains(got, w) {
			c.t.Errorf("%s offers %q, not %s", text, got, w)
		}
	}
}

// TestCompleteInputs finds what Python binds; it needs no toolchain.
func TestCompleteInputs(t *testing.T) {
	t.Setenv("GOSCORE_GO", "/nonexistent")
	c := newCompleter(t)
	c.is("df.|", "v", "Unit_Price", "größe", "Len_2", "Len")
	c.is("x := df.grö|\nx", "größe")
	c.is("größe := 1; df.U|", "Unit_Price")
	c.is("d|f.v", "df", "default", "defer", "delete", "debug", "des", "doc", "draw", "driver", "dsa", "dwarf")
	c.is("D|", "Df")
	c.is("ra|", "rate", "range", "rand")
	c.is(`goscore.Nullable[float64](df, "|")`, "v", "Unit Price", "größe", "Len")
	c.is(`goscore.Nullable[float64](df, "Unit P|`, "Unit Price")
	c.is("goscore.Nullable[string](df, `gr|`)", "größe")
	c.is(`fmt.Println("d|")`)
	c.is(`// d|`)
	c.is(`x := 'd|'`)
	c.is("x := `d\nd|`")
	c.is("/* d|")
	c.is("rate.|")
	c.is("nothing.|")
	c.is("1.|")
}

// TestCompleteGo finds Go's own names and the cell's; it needs no toolchain.
func TestCompleteGo(t *testing.T) {
	t.Setenv("GOSCORE_GO", "/nonexistent")
	c := newCompleter(t)
	c.is("total := 0.0\nfor i := range 3 { tot|", "total")
	c.is("tot|\nfunc totals() {}", "totals")
	c.is("swi|", "switch")
	c.is("app|", "append")
	c.is("strc|", "strconv")
	c.is("fallt|hro", "fallthrough")
	c.has("goscore.Sc|", "Score", "ScoreSeries")
	c.has("goscore.N|", "Null", "Nullable")
	c.has("|", "df", "rate", "for", "len", "strings")
	c.is(`import "encoding/j|"`, "encoding/json")
	c.is("import (\n\t\"fmt\"\n\tr \"math/rand|\"\n)", "math/rand/v2")
	if _, kinds := c.at("switc|"); !slices.Equal(kinds, []string{"keyword"}) {
		t.Errorf("switch is a %q", kinds)
	}
}

// TestCompleteBuiltins offers what the documents name, and the built-in functions, but
// not what only drivers need; it needs no toolchain.
func TestCompleteBuiltins(t *testing.T) {
	t.Setenv("GOSCORE_GO", "/nonexistent")
	c := newCompleter(t)
	documents := []string{"../README.md"}
	for _, pattern := range []string{"../docs/*.md", "../docs/*/*.md", "../notebooks/*.ipynb"} {
		found, err := filepath.Glob(pattern)
		if err != nil || found == nil {
			t.Fatal(pattern, err)
		}
		documents = append(documents, found...)
	}
	named := map[string]bool{}
	for _, document := range documents {
		text, err := os.ReadFile(document)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range regexp.MustCompile(`\bgoscore\.([A-Z]\w*)`).FindAllSubmatch(text, -1) {
			if name := string(m[1]); !strings.HasSuffix(name, "Error") && name != "Batches" && name != "GoPanic" { // those are Python's
				named[name] = true
			}
		}
	}
	if len(named) < 12 {
		t.Errorf("the documents name %v alone", named)
	}
	offered, _ := c.at("goscore.|")
	for name := range named {
		if !slices.Contains(offered, name) {
			t.Errorf("%s is in the documents, and not offered", name)
		}
	}
	for _, name := range []string{"ScoreOf", "ScoreSeriesOf", "Floats", "RowsOutside", "DecimalFromWords", "ArgumentError", "Scan", "InPlace", "By", "BlockPanic"} {
		if slices.Contains(offered, name) {
			t.Errorf("%s is offered, and only drivers need it", name)
		}
	}
}

// TestCompleteMembers finds what packages, types and values of the cell have.
func TestCompleteMembers(t *testing.T) {
	if _, err := compile.FindToolchain(); err != nil {
		t.Skip(err)
	}
	c := newCompleter(t)
	if err := c.w.Warm(t.Context(), compile.Common); err != nil {
		t.Fatal(err)
	}
	c.w.Execute(t.Context(), protocol.Request{Client: "test", Content: encode(map[string]any{"code": `
type Order struct { Price, tax float64; inner }
type inner struct { Depth int }
func (o *Order) Total() float64 { return o.Price + o.tax }
func Best(orders []Order) Order { return orders[0] }
const Limit = 3`})}, &printed{})
	c.is("strings.ToU|", "ToUpper", "ToUpperSpecial")
	c.is("time.Sunda|", "Sunday")
	c.is("x := Li|", "Limit")
	c.is("Best(nil).|", "Price", "tax", "inner", "Depth", "Total")
	c.is("var o Order\no.T|", "Total")
	c.is("for _, o := range []Order{} {\n\tif o.Pr|\n}", "Price")
	c.is("for _, o := range []Order{} {\n\tif o.Pr|", "Price")
	c.is("f(Order{}.P|)", "Price")
	c.is("t := time.Now()\nt.Yea|\nt", "Year", "YearDay")
	c.is("var b strings.Builder\nfor range df.v { b.WriteS|", "WriteString")
	c.is("d := df\nd.U|", "Unit_Price")
	c.is("func f(d Df) { d.L|", "Len_2", "Len")
	c.is("var e error = nil\ne.|", "Error")
	c.is("df.v[0].|")
	c.is("url := time.Now()\nurl.Yea|", "Year", "YearDay")
	c.is("url.Pars|", "Parse", "ParseQuery", "ParseRequestURI")
	for name, want := range map[string]string{"Best": "function", "Order": "class", "Limit": "constant"} {
		if _, kinds := c.at(name + "|"); !slices.Equal(kinds, []string{want}) {
			t.Errorf("%s is a %q", name, kinds)
		}
	}
}

// Of a warm answer only the cell is new: the packages that it names were read for an earlier one.
func TestCompleteReadsPackagesOnce(t *testing.T) {
	c := warmCompleter(t)
	allocated := func() uint64 {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		c.at(soon)
		runtime.ReadMemStats(&after)
		return after.TotalAlloc - before.TotalAlloc
	}
	first := allocated()
	// What still runs of other tests allocates now and then: the least counts. With the race
	// detector, pools forget half of what they keep.
	if warm := min(allocated(), allocated(), allocated(), allocated()); 2*warm > first {
		t.Errorf("a warm answer allocates %d bytes, the first one %d", warm, first)
	} else {
		t.Log(warm, "bytes of", first)
	}
}

func BenchmarkComplete(b *testing.B) {
	c := warmCompleter(b)
	c.at(soon)
	for b.Loop() {
		c.at(soon)
	}
}

const soon = "t := time.Now()\nfor i := range 10 {\n\tfmt.Println(t.Yea|)\n}"

func warmCompleter(t testing.TB) *completer {
	t.Helper()
	if _, err := compile.FindToolchain(); err != nil {
		t.Skip(err)
	}
	c := newCompleter(t)
	if err := c.w.Warm(t.Context(), compile.Common); err != nil {
		t.Fatal(err)
	}
	return c
}
