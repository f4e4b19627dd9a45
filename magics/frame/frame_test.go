package frame

import (
	"bytes"
	"encoding/json"
	"strconv"
	"strings"
	"testing"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/ipc"
	"github.com/apache/arrow-go/v18/arrow/memory"
)

// samples has for every type its format string and three values as JSON; the
// middle one becomes the null.
var samples = []struct {
	format string
	dt     arrow.DataType
	values [3]string
}{
	{"c", arrow.PrimitiveTypes.Int8, [3]string{"-128", "0", "127"}},
	{"C", arrow.PrimitiveTypes.Uint8, [3]string{"0", "1", "255"}},
	{"s", arrow.PrimitiveTypes.Int16, [3]string{"-1", "2", "3"}},
	{"S", arrow.PrimitiveTypes.Uint16, [3]string{"1", "2", "65535"}},
	{"i", arrow.PrimitiveTypes.Int32, [3]string{"-1", "2", "3"}},
	{"I", arrow.PrimitiveTypes.Uint32, [3]string{"1", "2", "3"}},
	{"l", arrow.PrimitiveTypes.Int64, [3]string{"-9007199254740993", "2", "3"}},
	{"L", arrow.PrimitiveTypes.Uint64, [3]string{"18446744073709551615", "2", "3"}},
	{"e", arrow.FixedWidthTypes.Float16, [3]string{"0.5", "1", "-2"}},
	{"f", arrow.PrimitiveTypes.Float32, [3]string{"0.5", "1", "-2"}},
	{"g", arrow.PrimitiveTypes.Float64, [3]string{"0.1", "1", "-2e300"}},
	{"b", arrow.FixedWidthTypes.Boolean, [3]string{"true", "false", "true"}},
	{"u", arrow.BinaryTypes.String, [3]string{`""`, `"Zürich"`, `"a longer string than a view has inline"`}},
	{"U", arrow.BinaryTypes.LargeString, [3]string{`"a"`, `""`, `"ccc"`}},
	{"vu", arrow.BinaryTypes.StringView, [3]string{`"a"`, `""`, `"a longer string than a view has inline"`}},
	{"z", arrow.BinaryTypes.Binary, [3]string{`"AAEC"`, `""`, `"/w=="`}},
	{"Z", arrow.BinaryTypes.LargeBinary, [3]string{`"AAEC"`, `""`, `"/w=="`}},
	{"vz", arrow.BinaryTypes.BinaryView, [3]string{`"AAEC"`, `""`, `"AAECAwQFBgcICQoLDA0ODw=="`}},
	{"w:3", &arrow.FixedSizeBinaryType{ByteWidth: 3}, [3]string{`"AAEC"`, `"AAAA"`, `"////"`}},
	{"tdD", arrow.FixedWidthTypes.Date32, [3]string{`"1969-12-31"`, `"1970-01-01"`, `"2026-02-03"`}},
	{"tdm", arrow.FixedWidthTypes.Date64, [3]string{`"1969-12-31"`, `"1970-01-01"`, `"2026-02-03"`}},
	{"tss:", &arrow.TimestampType{Unit: arrow.Second}, [3]string{"-1", "0", "1"}},
	{"tsm:UTC", &arrow.TimestampType{Unit: arrow.Millisecond, TimeZone: "UTC"}, [3]string{"-1", "0", "1"}},
	{"tsu:+01:00", &arrow.TimestampType{Unit: arrow.Microsecond, TimeZone: "+01:00"}, [3]string{"-1", "0", "1"}},
	{"tsn:Europe/Paris", &arrow.TimestampType{Unit: arrow.Nanosecond, TimeZone: "Europe/Paris"}, [3]string{"-1", "0", "1"}},
	{"tts", arrow.FixedWidthTypes.Time32s, [3]string{`"00:00:01"`, `"00:00:02"`, `"23:59:59"`}},
	{"ttm", arrow.FixedWidthTypes.Time32ms, [3]string{`"00:00:01"`, `"00:00:02"`, `"23:59:59"`}},
	{"ttu", arrow.FixedWidthTypes.Time64us, [3]string{`"00:00:01"`, `"00:00:02"`, `"23:59:59"`}},
	{"ttn", arrow.FixedWidthTypes.Time64ns, [3]string{`"00:00:01"`, `"00:00:02"`, `"23:59:59"`}},
	{"tDs", arrow.FixedWidthTypes.Duration_s, [3]string{"-1", "0", "1"}},
	{"tDm", arrow.FixedWidthTypes.Duration_ms, [3]string{"-1", "0", "1"}},
	{"tDu", arrow.FixedWidthTypes.Duration_us, [3]string{"-1", "0", "1"}},
	{"tDn", arrow.FixedWidthTypes.Duration_ns, [3]string{"-1", "0", "1"}},
	{"d:5,2,32", &arrow.Decimal32Type{Precision: 5, Scale: 2}, [3]string{`"1.25"`, `"0"`, `"-3.5"`}},
	{"d:15,2,64", &arrow.Decimal64Type{Precision: 15, Scale: 2}, [3]string{`"1.25"`, `"0"`, `"-3.5"`}},
	{"d:38,2", &arrow.Decimal128Type{Precision: 38, Scale: 2}, [3]string{`"1.25"`, `"0"`, `"-3.5"`}},
	{"d:76,10,256", &arrow.Decimal256Type{Precision: 76, Scale: 10}, [3]string{`"1.25"`, `"0"`, `"-3.5"`}},
	{"n", arrow.Null, [3]string{"null", "null", "null"}},
	{"C", &arrow.DictionaryType{IndexType: arrow.PrimitiveTypes.Uint8, ValueType: arrow.BinaryTypes.String}, [3]string{`"a"`, `"b"`, `"a"`}},
	{"c", &arrow.DictionaryType{IndexType: arrow.PrimitiveTypes.Int8, ValueType: arrow.BinaryTypes.String}, [3]string{`"a"`, `"b"`, `"a"`}},
	{"l", &arrow.DictionaryType{IndexType: arrow.PrimitiveTypes.Int64, ValueType: arrow.PrimitiveTypes.Float64}, [3]string{"1", "2", "1"}},
	{"+l", arrow.ListOf(arrow.PrimitiveTypes.Int64), [3]string{"[1, null]", "[]", "[2, 3]"}},
	{"+l", arrow.ListOf(arrow.ListOf(arrow.BinaryTypes.String)), [3]string{`[["a"], []]`, "[]", `[null, ["b", "c"]]`}},
	{"+L", arrow.LargeListOf(arrow.BinaryTypes.StringView), [3]string{`["a"]`, "[]", `["a longer string than a view has inline"]`}},
	{"+w:2", arrow.FixedSizeListOf(2, arrow.PrimitiveTypes.Float32), [3]string{"[1, 2]", "[3, 4]", "[5, null]"}},
	{"+s", arrow.StructOf(
		arrow.Field{Name: "x", Type: arrow.PrimitiveTypes.Int8, Nullable: true},
		arrow.Field{Name: "y", Type: arrow.ListOf(arrow.FixedWidthTypes.Boolean), Nullable: true},
	), [3]string{`{"x": 1, "y": [true]}`, `{"x": null, "y": null}`, `{"x": 3, "y": [false, null]}`}},
	{"+s", arrow.StructOf(), [3]string{"{}", "{}", "{}"}},
	{"+l", arrow.ListOf(&arrow.DictionaryType{IndexType: arrow.PrimitiveTypes.Int16, ValueType: arrow.BinaryTypes.String}),
		[3]string{`["a", "b"]`, "[]", `["b"]`}},
}

// sample makes an array of n rows.
func sample(t testing.TB, mem memory.Allocator, dt arrow.DataType, values [3]string, n int, nulls bool) arrow.Array {
	t.Helper()
	rows := make([]string, n)
	for i := range rows {
		rows[i] = values[i%3]
		if nulls && i%3 == 1 {
			rows[i] = "null"
		}
	}
	a, _, err := array.FromJSON(mem, dt, strings.NewReader("["+strings.Join(rows, ",")+"]"), array.WithUseNumber())
	if err != nil {
		t.Fatalf("%s: %v", dt, err)
	}
	return a
}

// stream writes arrays as arrow-go does.
func stream(t testing.TB, arrays ...arrow.Array) []byte {
	t.Helper()
	fields := make([]arrow.Field, len(arrays))
	rows := 0
	for i, a := range arrays {
		fields[i] = arrow.Field{Name: "c" + strconv.Itoa(i), Type: a.DataType(), Nullable: true}
		rows = a.Len()
	}
	batch := array.NewRecordBatch(arrow.NewSchema(fields, nil), arrays, int64(rows))
	defer batch.Release()
	return streamOf(t, batch)
}

func streamOf(t testing.TB, batches ...arrow.RecordBatch) []byte {
	t.Helper()
	var out bytes.Buffer
	w := ipc.NewWriter(&out, ipc.WithSchema(batches[0].Schema()))
	for _, b := range batches {
		if err := w.Write(b); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// columns reads a stream as arrow-go does.
func columns(t testing.TB, mem memory.Allocator, data []byte) []arrow.Array {
	t.Helper()
	r, err := ipc.NewReader(bytes.NewReader(data), ipc.WithAllocator(mem))
	if err != nil {
		t.Fatal(err)
	}
	defer r.Release()
	if !r.Next() {
		t.Fatalf("no record batch: %v", r.Err())
	}
	arrays := r.RecordBatch().Columns()
	for _, a := range arrays {
		a.Retain()
	}
	return arrays
}

func segment(t testing.TB) *Segment {
	t.Helper()
	seg, err := Create(2, "goscore-test")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { seg.Close() })
	return seg
}

// throughJSON sends arrays the way messages do.
func throughJSON(t testing.TB, arrays []*Array) (out []*Array) {
	t.Helper()
	text, err := json.Marshal(arrays)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, &out); err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return out
}

func TestRoundTrip(t *testing.T) {
	mem := memory.NewCheckedAllocator(memory.NewGoAllocator())
	defer mem.AssertSize(t, 0)
	seg := segment(t)
	st := NewStore(seg)
	check := func(format string, want arrow.Array) {
		t.Helper()
		names, arrays, base, err := ReadIPC(stream(t, want), seg)
		if err != nil {
			t.Errorf("%s, %d rows: %v", want.DataType(), want.Len(), err)
			return
		}
		defer seg.Free(base.Offset)
		if len(arrays) != 1 || names[0] != "c0" || arrays[0].Type != format {
			t.Errorf("%s: names %q, type %q, want %q", want.DataType(), names, arrays[0].Type, format)
		}
		data, err := encode(names, throughJSON(t, arrays), st, mem)
		if err != nil {
			t.Errorf("%s, %d rows: %v", want.DataType(), want.Len(), err)
			return
		}
		got := columns(t, mem, data)[0]
		defer got.Release()
		if !array.Equal(got, want) || !arrow.TypeEqual(got.DataType(), want.DataType()) {
			t.Errorf("%s, %d rows: got %v, want %v", want.DataType(), want.Len(), got, want)
		}
	}
	for _, s := range samples {
		for _, n := range []int{0, 1, 2, 3, 64, 65, 1000} {
			for _, nulls := range []bool{false, true} {
				whole := sample(t, mem, s.dt, s.values, n, nulls)
				check(s.format, whole)
				if n > 2 {
					part := array.NewSlice(whole, 1, int64(n)-1)
					check(s.format, part)
					part.Release()
				}
				whole.Release()
			}
		}
	}
	if len(seg.used) != 0 {
		t.Errorf("%d ranges were not given back", len(seg.used))
	}
}
