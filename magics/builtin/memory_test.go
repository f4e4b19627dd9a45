package builtin

import (
	"errors"
	"os"
	"runtime"
	"slices"
	"strings"
	"testing"
	"unsafe"

	"goscore/magics/frame"
	"goscore/magics/program"
)

// reachSelf lets this process's memory be Python's.
func reachSelf(t *testing.T, p *Place) {
	t.Helper()
	p.Python = program.Reach{Pid: os.Getpid()}
	var from, to [1]byte
	if err := p.Python.Read(to[:], memoryRange(from[:]).Offset); err != nil {
		t.Skip(err) // not on this system
	}
}

func memoryRange(b []byte) *frame.Range {
	return &frame.Range{Segment: frame.OwnMemory, Offset: int64(uintptr(unsafe.Pointer(unsafe.SliceData(b)))), Length: int64(len(b))}
}

// TestPythonMemory reads columns from an address, and writes large results to one.
func TestPythonMemory(t *testing.T) {
	p := newPlace(t)
	const n = 200_000
	values, region := make([]float64, n), make([]float64, 2*n)
	for i := range values {
		values[i] = float64(i % 10)
	}
	reachSelf(t, p)
	column := &frame.Array{Type: "g", Length: n, Buffers: []*frame.Range{nil, memoryRange(bytesIn(values))}}
	_, v, err := called(t, p, calling{name: "WeightedSum", args: []any{column, column}})
	if got := result(t, p, v, err); got != "float64 5.7e+06" { // 20,000 times 0 + 1 + 4 + ... + 81
		t.Errorf("from memory: %s", got)
	}
	p.OutputRegion = *memoryRange(bytesIn(region))
	for i, name := range []string{"first", "second"} {
		_, v, err = called(t, p, calling{name: "Ewma", args: []any{column, 1.0}})
		if err != nil {
			t.Fatal(err)
		}
		place := v.(*frame.Array).Buffers[1]
		if want := p.OutputRegion.Offset + int64(i*n*8); place.Segment != frame.OwnMemory || place.Offset != want {
			t.Errorf("the %s result lies at %+v, want address %d", name, place, want)
		}
		if got := region[i*n : i*n+n]; !slices.Equal(got, values) {
			t.Errorf("the %s result is not what was written", name)
		}
	}
	_, v, err = called(t, p, calling{name: "Ewma", args: []any{column, 1.0}})
	if err != nil || v.(*frame.Array).Buffers[1].Segment != 1 {
		t.Errorf("a result without room there lies in %+v, %v", v, err)
	}
	_, v, err = called(t, p, calling{name: "Ewma", args: []any{[]float64{1, 2}, 1.0}})
	if err != nil || v.(*frame.Array).Buffers[1].Segment != 1 {
		t.Errorf("a small result lies in %+v, %v", v, err)
	}
	column.Buffers[1].Offset = 8
	if _, _, err := called(t, p, calling{name: "ZScore", args: []any{column}}); err == nil {
		t.Error("memory that is not there was read")
	}
	runtime.KeepAlive(values)
	runtime.KeepAlive(region)
}

// TestNoMemory gives the error of who has the memory.
func TestNoMemory(t *testing.T) {
	p := newPlace(t)
	column := arrayOf(t, p, []float64{1, 2, 3})
	full := errors.New("no memory left")
	p.Alloc = func(int64) (int64, error) { return 0, full }
	for name, args := range map[string][]any{"Ewma": {column, column}, "ZScore": {column}, "Bucketize": {column, column}, "RowsMissing": {column}} {
		f, _ := Lookup(name)
		c := &Call{Function: f, Place: p, FromPython: true}
		var arguments []Argument
		for i, a := range args {
			array := *a.(*frame.Array)
			if f.Params[i].Kind == Float {
				array.Length = 1
			}
			arguments = append(arguments, Argument{Array: &array})
		}
		v, err := c.RunOn(arguments, nil, false)
		if err == nil && v.(*frame.Array).Length > 0 {
			t.Errorf("%s without memory: %v", name, v)
		}
		if err != nil && !errors.Is(err, full) {
			t.Errorf("%s without memory: %v", name, err)
		}
	}
}

// textArrays holds the same strings in all the forms that Arrow has.
func textArrays(t testing.TB, p *Place, texts []string) map[string]*frame.Array {
	t.Helper()
	out := map[string]*frame.Array{"U": arrayOf(t, p, texts)}
	put := func(b []byte) *frame.Range {
		place, err := p.put(b)
		if err != nil {
			t.Fatal(err)
		}
		return place
	}
	data := strings.Join(texts, "")
	offsets, views := []int32{0}, []textView{}
	for _, s := range texts {
		from := offsets[len(offsets)-1]
		offsets = append(offsets, from+int32(len(s)))
		v := textView{length: uint32(len(s)), offset: uint32(from)}
		if len(s) <= shortText {
			v = textView{length: uint32(len(s))}
			copy(unsafe.Slice(&v.prefix[0], shortText), s)
		}
		views = append(views, v)
	}
	out["u"] = &frame.Array{Type: "u", Length: len(texts), Buffers: []*frame.Range{nil, put(bytesIn(offsets)), put([]byte(data))}}
	out["vu"] = &frame.Array{Type: "vu", Length: len(texts), Buffers: []*frame.Range{nil, put(bytesIn(views)), put([]byte(data))}}
	return out
}

// TestTexts reads strings in all their forms.
func TestTexts(t *testing.T) {
	p := newPlace(t)
	texts := []string{"", "short", "twelve chars", "longer than twelve", "größer", "longer than twelve"}
	for form, a := range textArrays(t, p, texts) {
		column, err := p.texts(a)
		if err != nil {
			t.Fatal(err)
		}
		if got := whole(column, 2); !slices.Equal(got, texts) {
			t.Errorf("%s: %q", form, got)
		}
		_, v, err := called(t, p, calling{name: "RowsNotIn", args: []any{a, texts[:3]}})
		if got := result(t, p, v, err); got != "[]int64 3 4 5" {
			t.Errorf("%s: rows %s", form, got)
		}
		_, v, err = called(t, p, calling{name: "RowsRepeated", args: []any{a}, by: []any{a}})
		if got := result(t, p, v, err); got != "[]int64 3 5" {
			t.Errorf("%s: repeated rows %s", form, got)
		}
	}
	if _, err := p.texts(arrayOf(t, p, []float64{1})); err == nil || err.Error() != "a column of float64 is not strings" {
		t.Errorf("numbers as strings: %v", err)
	}
}

// TestTextsFromMemory reads strings from an address.
func TestTextsFromMemory(t *testing.T) {
	p := newPlace(t)
	reachSelf(t, p)
	offsets, data := []int32{0, 1, 3, 3}, []byte("abc")
	a := &frame.Array{Type: "u", Length: 3, Buffers: []*frame.Range{nil, memoryRange(bytesIn(offsets)), memoryRange(data)}}
	column, err := p.texts(a)
	if err != nil {
		t.Fatal(err)
	}
	if got := whole(column, 1); !slices.Equal(got, []string{"a", "bc", ""}) {
		t.Errorf("%q", got)
	}
	runtime.KeepAlive(offsets)
	runtime.KeepAlive(data)
}

// TestTextsChanged finds offsets and views that somebody wrote over meanwhile.
func TestTextsChanged(t *testing.T) {
	p := newPlace(t)
	texts := []string{"longer than twelve", "and again longer"}
	check := func(what string, a *frame.Array, change func(values []byte)) {
		t.Helper()
		values, err := p.Store.Bytes(*a.Buffers[1])
		if err != nil {
			t.Fatal(err)
		}
		change(values)
		_, _, err = called(t, p, calling{name: "RowsNotMatching", args: []any{a, ".*"}})
		if !errors.Is(err, errChanged) {
			t.Errorf("%s: %v", what, err)
		}
	}
	check("an offset beyond the data", textArrays(t, p, texts)["u"], func(b []byte) { view[int32](b, 3)[2] = 1 << 20 })
	check("offsets that fall", textArrays(t, p, texts)["u"], func(b []byte) { view[int32](b, 3)[1] = 99 })
	check("a negative offset", textArrays(t, p, texts)["u"], func(b []byte) { view[int32](b, 3)[0] = -1 })
	check("a large offset", textArrays(t, p, texts)["U"], func(b []byte) { view[int64](b, 3)[2] = 1 << 40 })
	check("a view beyond the data", textArrays(t, p, texts)["vu"], func(b []byte) { view[textView](b, 2)[1].offset = 1 << 20 })
	check("a view of no buffer", textArrays(t, p, texts)["vu"], func(b []byte) { view[textView](b, 2)[0].buffer = 7 })
}

// TestKeys groups by columns of all types that can be keys.
func TestKeys(t *testing.T) {
	p := newPlace(t)
	check := func(name string, key *frame.Array) {
		t.Helper()
		_, v, err := called(t, p, calling{name: "WeightedSum", args: []any{[]float64{1, 2, 4}, []float64{1, 1, 1}}, by: []any{key}})
		if got := result(t, p, v, err); got != "[]float64 2 5" {
			t.Errorf("by %s: %s", name, got)
		}
	}
	as := func(format string, a *frame.Array) *frame.Array {
		a.Type = format
		return a
	}
	check("booleans of a byte", as("b8", arrayOf(t, p, []uint8{1, 0, 1})))
	bits := as("b", arrayOf(t, p, []uint8{0b101}))
	bits.Length = 3
	check("booleans of a bit", bits)
	check("dates", as("tdD", arrayOf(t, p, []int32{9, -1, 9})))
	check("dates in milliseconds", as("tdm", arrayOf(t, p, []int64{9, -1, 9})))
	check("times", as("tsu:", arrayOf(t, p, []int64{9, -1, 9})))
	check("durations", as("tDn", arrayOf(t, p, []int64{9, -1, 9})))
	check("float64", arrayOf(t, p, []float64{0.5, -1, 0.5}))
	check("strings", arrayOf(t, p, []string{"b", "a", "b"}))
}
