package protocol

import (
	"encoding/json"
	"errors"
	"reflect"
	"strings"
	"testing"

	"goscore/magics/compile"
	"goscore/magics/frame"
	"goscore/magics/program"
)

// TestPrograms describes arrays to programs and back without a difference.
func TestPrograms(t *testing.T) {
	plain := &frame.Array{Type: "g", Length: 3, Nulls: 1, Buffers: []*frame.Range{{Segment: 0, Offset: 64, Length: 1}, {Segment: 1, Offset: 128, Length: 24}}}
	full := &frame.Array{Type: "l", Length: 1, Buffers: []*frame.Range{nil, {Segment: 2, Offset: 8, Length: 8}}}
	for _, a := range []*frame.Array{
		nil, plain, full,
		{Type: "+s", Length: 1, Buffers: []*frame.Range{nil}, Children: []*frame.Array{full, plain}},
		{Type: "c", Length: 3, Buffers: []*frame.Range{nil, {Length: 3}}, Dictionary: plain, Name: "v"},
	} {
		if got := FromProgram(ToProgram(a)); !reflect.DeepEqual(got, a) {
			t.Errorf("%+v came back as %+v", a, got)
		}
	}
	if got := ToProgram(full).Buffers[0].Segment; got != -1 {
		t.Errorf("a buffer that is not there lies in segment %d", got)
	}
	nested := &frame.Array{Buffers: plain.Buffers, Children: []*frame.Array{full}, Dictionary: full}
	if got := BytesOf(nested); got != 1+24+8+8 {
		t.Errorf("%d bytes", got)
	}
}

func TestWords(t *testing.T) {
	for n, want := range map[int]string{0: "0 rows", 1: "1 row", 999: "999 rows", 1000: "1,000 rows", 1234567: "1,234,567 rows"} {
		if got := Count(n, "row"); got != want {
			t.Errorf("Count(%d) = %q, want %q", n, got, want)
		}
	}
	for format, want := range map[string]string{"l": "a column of int64", "u": "a column of string", "tsn:": "a column of time.Time"} {
		if got := ColumnType(&frame.Array{Type: format}); got != want {
			t.Errorf("%s is %q, want %q", format, got, want)
		}
	}
	var argument *ArgumentError
	if err := error(BadType("no %s", "list")); !errors.As(err, &argument) || argument.Class != "ArgumentTypeError" || argument.Offset != -1 || err.Error() != "no list" {
		t.Errorf("%+v", err)
	}
	if err := BadValue("no"); err.Class != "ArgumentValueError" {
		t.Errorf("%+v", err)
	}
	if err := Decode("plan_request", json.RawMessage("{"), &PlanRequest{}); err == nil || !strings.HasPrefix(err.Error(), "read plan_request: ") {
		t.Errorf("%v", err)
	}
}

// TestFunctionInfo leaves out what does not concern a kind of function.
func TestFunctionInfo(t *testing.T) {
	check := func(f compile.Function, has, lacks string) {
		t.Helper()
		b, err := json.Marshal(FunctionInfoOf(f, "In[3]"))
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(string(b), has) || lacks != "" && strings.Contains(string(b), lacks) {
			t.Errorf("%s, want %s in it and not %s", b, has, lacks)
		}
	}
	check(compile.Function{Name: "F", Kind: "scalar", Init: "0"}, `"init":null`, `"merge"`)
	check(compile.Function{Name: "F", Kind: "scan", Init: "0"}, `"init":"0"`, "")
	check(compile.Function{Name: "F"}, `"params":[]`, "")
	check(compile.Function{Name: "F", Reason: "it has no result"}, `"reason":"it has no result"`, "")
	check(compile.Function{Name: "F", Kind: "aggregate", Merge: &compile.Merge{Function: "MergeF"}}, `"merge":{"function":"MergeF"`, `"reason"`)
}

// TestToResult refuses results whose arrays are not those of their kind.
func TestToResult(t *testing.T) {
	a := &program.Array{Type: "g", Length: 2}
	check := func(want string, p *program.Result) {
		t.Helper()
		got := "ok"
		if _, err := ToResult(p); err != nil {
			got = err.Error()
		}
		if got != want {
			t.Errorf("%+v: %s, want %s", p, got, want)
		}
	}
	check("ok", &program.Result{Kind: "none"})
	check("ok", &program.Result{Kind: "column", Arrays: []*program.Array{a}})
	check("ok", &program.Result{Kind: "map", Arrays: []*program.Array{a, a}})
	check("ok", &program.Result{Kind: "frame", Names: []string{"x", "y"}, Arrays: []*program.Array{a, a}})
	check("a column of 2 arrays", &program.Result{Kind: "column", Arrays: []*program.Array{a, a}})
	check("a scalar of 0 arrays", &program.Result{Kind: "scalar"})
	check("a map of 3 arrays", &program.Result{Kind: "map", Arrays: []*program.Array{a, a, a}})
	check("a frame of 1 arrays", &program.Result{Kind: "frame", Names: []string{"x", "y"}, Arrays: []*program.Array{a}})
	check("a column with an array missing", &program.Result{Kind: "column", Arrays: []*program.Array{nil}})
	check("a scalar of 0 arrays", &program.Result{Kind: "tuple", Items: []*program.Result{{Kind: "scalar"}}})
	failed, err := ToFailed(&program.Result{Kind: "frame", Rows: 9, Names: []string{"Row"}, Arrays: []*program.Array{a}})
	if err != nil || failed.Count != 9 || failed.Result.Rows != 2 {
		t.Errorf("%+v, %v", failed, err)
	}
}
