package frame

import (
	"encoding/binary"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"
)

func file(t testing.TB, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", name+".arrows"))
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// Streams that pyarrow and polars wrote come back as arrow-go reads them.
func TestReadOthersStreams(t *testing.T) {
	seg := segment(t)
	for _, name := range []string{"every", "sliced", "category", "polars"} {
		data := file(t, name)
		names, arrays, base, err := ReadIPC(data, seg)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		out, err := WriteIPC(names, arrays, NewStore(seg))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		want, got := columns(t, memory.DefaultAllocator, data), columns(t, memory.DefaultAllocator, out)
		for i := range want {
			if names[i] == "bool8" {
				checkBool8(t, want[i], got[i])
			} else if want[i].String() != got[i].String() { // equal has NaN apart
				t.Errorf("%s: column %q: got %v, want %v", name, names[i], got[i], want[i])
			}
		}
		seg.Free(base.Offset)
	}
}

// checkBool8 compares bytes, as arrow-go reads them, with the bits made of them.
func checkBool8(t *testing.T, want, got arrow.Array) {
	t.Helper()
	bytes, bits := want.(*array.Int8), got.(*array.Boolean)
	for row := range bytes.Len() {
		if bytes.IsNull(row) != bits.IsNull(row) || bytes.IsValid(row) && (bytes.Value(row) == 1) != bits.Value(row) {
			t.Errorf("bool8: row %d: got %v, want %v", row, bits, bytes)
		}
	}
}

// pyarrow writes a table without rows as a schema without a batch.
func TestReadSchemaAlone(t *testing.T) {
	seg := segment(t)
	names, arrays, _, err := ReadIPC(file(t, "empty"), seg)
	if err != nil {
		t.Fatal(err)
	}
	if _, every, _, _ := ReadIPC(file(t, "every"), seg); len(every) != len(arrays) {
		t.Fatalf("%d columns, want %d", len(arrays), len(every))
	}
	for i, a := range arrays {
		if a.Length != 0 || a.Nulls != 0 {
			t.Errorf("%s: %d rows, %d nulls", names[i], a.Length, a.Nulls)
		}
		if l, _ := layoutOf(a.Type); l.offsets() && a.Buffers[1].Length != l.width {
			t.Errorf("%s: offsets of %d bytes, want one zero", names[i], a.Buffers[1].Length)
		}
	}
	if _, err := WriteIPC(names, arrays, NewStore(seg)); err != nil {
		t.Error(err)
	}
}

func TestReadNoColumns(t *testing.T) {
	seg := segment(t)
	names, arrays, base, err := ReadIPC(stream(t), seg)
	if err != nil || len(names) != 0 || len(arrays) != 0 {
		t.Errorf("got %q, %v, %v", names, arrays, err)
	}
	seg.Free(base.Offset)
	if data, err := WriteIPC(names, arrays, NewStore(seg)); err != nil || len(data) == 0 {
		t.Errorf("got %d bytes, %v", len(data), err)
	}
}

// A dictionary that two columns share lies in the segment once.
func TestReadSharedDictionary(t *testing.T) {
	mem := memory.NewCheckedAllocator(memory.NewGoAllocator())
	defer mem.AssertSize(t, 0)
	dt := &arrow.DictionaryType{IndexType: arrow.PrimitiveTypes.Int8, ValueType: arrow.BinaryTypes.String}
	a := sample(t, mem, arrow.StructOf(arrow.Field{Name: "d", Type: dt}), [3]string{`{"d": "x"}`, `{"d": "y"}`, `{"d": "z"}`}, 9, false)
	defer a.Release()
	seg := segment(t)
	_, arrays, _, err := ReadIPC(stream(t, a, a), seg)
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range arrays {
		d := a.Children[0].Dictionary
		if a.Children[0].Name != "d" || d == nil || d.Length != 3 {
			t.Errorf("dictionary %+v of %+v", d, a.Children[0])
		}
	}
}

func TestReadRefuses(t *testing.T) {
	mem := memory.NewCheckedAllocator(memory.NewGoAllocator())
	defer mem.AssertSize(t, 0)
	seg := segment(t)
	check := func(want string, data []byte) {
		t.Helper()
		_, _, _, err := ReadIPC(data, seg)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want an error with %q", err, want)
		}
	}
	check("compressed", file(t, "compressed"))
	check("end mark", nil)
	check("not an Arrow IPC stream", []byte("ARROW1\x00\x00ARROW1"))
	check("no schema", []byte{255, 255, 255, 255, 0, 0, 0, 0})
	one := sample(t, mem, arrow.PrimitiveTypes.Int64, [3]string{"1", "2", "3"}, 3, false)
	defer one.Release()
	batch := array.NewRecordBatch(arrow.NewSchema([]arrow.Field{{Name: "v", Type: one.DataType()}}, nil), []arrow.Array{one}, 3)
	defer batch.Release()
	check("2 record batches", streamOf(t, batch, batch))
	for _, dt := range []arrow.DataType{
		arrow.MapOf(arrow.BinaryTypes.String, arrow.PrimitiveTypes.Int8),
		arrow.ListViewOf(arrow.PrimitiveTypes.Int8),
		arrow.FixedWidthTypes.MonthDayNanoInterval,
		arrow.RunEndEncodedOf(arrow.PrimitiveTypes.Int32, arrow.PrimitiveTypes.Int8),
		arrow.ListOf(arrow.StructOf(arrow.Field{Name: "m", Type: arrow.FixedWidthTypes.MonthInterval})),
	} {
		a := array.MakeArrayOfNull(mem, dt, 0)
		check(`column "c0": type `, stream(t, a))
		a.Release()
	}
	if len(seg.used) != 0 {
		t.Errorf("%d ranges were not given back", len(seg.used))
	}
}

// Vectors that claim to be huge are refused before anything is made of them.
func TestReadHugeClaims(t *testing.T) {
	seg := segment(t)
	for _, name := range []string{"category", "polars"} {
		data := file(t, name)
		for at := 0; at+4 <= len(data); at++ {
			for _, claim := range []uint32{1 << 20, 1 << 30, 1<<31 - 1, 1<<32 - 1} {
				bad := append([]byte(nil), data...)
				binary.LittleEndian.PutUint32(bad[at:], claim)
				quick(t, bad, seg, fmt.Sprintf("%s with %d at %d", name, claim, at))
			}
		}
	}
}

// quick reads data that may be corrupt and measures what that took.
func quick(t testing.TB, data []byte, seg *Segment, what string) {
	t.Helper()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	names, arrays, base, err := ReadIPC(data, seg)
	runtime.ReadMemStats(&after)
	if got, most := after.TotalAlloc-before.TotalAlloc, uint64(200*len(data)+1<<20); got > most {
		t.Errorf("%s: %d bytes were allocated, want at most %d", what, got, most)
	}
	if base.Length > int64(16*len(data)+1<<16) {
		t.Errorf("%s: %d bytes of the segment", what, base.Length)
	}
	if err != nil {
		return
	}
	if _, err := WriteIPC(names, arrays, NewStore(seg)); err != nil && !strings.Contains(err.Error(), "rows, not") {
		t.Errorf("%s: read, but not written: %v", what, err)
	}
	seg.Free(base.Offset)
	if len(seg.used) != 0 {
		t.Errorf("%s: %d ranges were not given back", what, len(seg.used))
	}
}

// A truncated stream is an error, not a shorter stream.
func TestReadTruncated(t *testing.T) {
	seg := segment(t)
	for _, name := range []string{"every", "polars", "category", "empty"} {
		data := file(t, name)
		for n := range len(data) {
			if _, _, _, err := ReadIPC(data[:n:n], seg); err == nil {
				t.Fatalf("%s: no error after %d of %d bytes", name, n, len(data))
			}
		}
	}
	if _, _, _, err := ReadIPC(file(t, "every")[:9], seg); !strings.Contains(err.Error(), io.ErrUnexpectedEOF.Error()) {
		t.Error(err)
	}
}

func FuzzReadIPC(f *testing.F) {
	names, err := filepath.Glob("testdata/*.arrows")
	if err != nil || len(names) == 0 {
		f.Fatalf("no seeds: %v", err)
	}
	for _, name := range names {
		data, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
		f.Add(data[:len(data)/2])
	}
	for _, s := range samples {
		a := sample(f, memory.DefaultAllocator, s.dt, s.values, 5, true)
		f.Add(stream(f, a))
	}
	seg := segment(f)
	f.Fuzz(func(t *testing.T, data []byte) {
		quick(t, data, seg, "fuzzed")
		names, arrays, base, err := ReadIPC(data, seg)
		if err != nil {
			return
		}
		defer seg.Free(base.Offset)
		for i, a := range arrays {
			if a.outside(base) {
				t.Errorf("column %q lies outside of %v", names[i], base)
			}
		}
		again(t, names, arrays, NewStore(seg), seg)
	})
}

// outside says whether a part of the array lies elsewhere than in base.
func (a *Array) outside(base Range) bool {
	out := slices.ContainsFunc(a.Buffers, func(r *Range) bool {
		return r != nil && r.Length > 0 && (r.Segment != base.Segment || r.Offset < base.Offset || r.Offset+r.Length > base.Offset+base.Length)
	})
	return out || slices.ContainsFunc(a.Children, func(c *Array) bool { return c.outside(base) }) ||
		a.Dictionary != nil && a.Dictionary.outside(base)
}

// again writes arrays that were checked and reads what was written: the same
// names, types, rows and nulls.
func again(t *testing.T, names []string, arrays []*Array, st *Store, seg *Segment) {
	t.Helper()
	data, err := WriteIPC(names, arrays, st)
	if err != nil {
		t.Fatalf("checked, but not written: %v", err)
	}
	names2, arrays2, base, err := ReadIPC(data, seg)
	if err != nil {
		t.Fatalf("written, but not read: %v", err)
	}
	defer seg.Free(base.Offset)
	if !slices.Equal(names, names2) {
		t.Errorf("names %q became %q", names, names2)
	}
	for i, a := range arrays {
		if was, is := a.outline(), arrays2[i].outline(); was != is {
			t.Errorf("column %q was %s and is %s", names[i], was, is)
		}
	}
}

// outline is what an array holds, without the places.
func (a *Array) outline() string {
	format := a.Type
	if format == byteBool {
		format = "b" // as bits, in a stream
	}
	text := fmt.Sprintf("%s %d rows %d nulls", format, a.Length, a.Nulls)
	if a.Type == "n" {
		text = fmt.Sprintf("n %d rows", a.Length) // all of them null, whatever it says
	}
	for _, c := range a.Children {
		text += fmt.Sprintf(" (%q %s)", c.Name, c.outline())
	}
	if a.Dictionary != nil {
		text += " of " + a.Dictionary.outline()
	}
	return text
}

func BenchmarkReadIPC(b *testing.B) {
	for _, rows := range []int{1000, 1_000_000} {
		a := array.NewFloat64Data(array.NewData(arrow.PrimitiveTypes.Float64, rows,
			[]*memory.Buffer{nil, memory.NewBufferBytes(make([]byte, 8*rows))}, nil, 0, 0))
		data := stream(b, a)
		b.Run(fmt.Sprintf("rows=%.0e", float64(rows)), func(b *testing.B) {
			seg := segment(b)
			b.SetBytes(int64(len(data)))
			for b.Loop() {
				_, _, base, err := ReadIPC(data, seg)
				if err != nil {
					b.Fatal(err)
				}
				seg.Free(base.Offset)
			}
		})
	}
}
