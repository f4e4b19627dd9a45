package frame

import (
	"encoding/binary"
	"encoding/json"
	"math"
	"strings"
	"testing"

	"github.com/apache/arrow-go/v18/arrow/memory"
)

// put copies values into the segment and says where they lie.
func put[T any](t testing.TB, seg *Segment, values ...T) *Range {
	t.Helper()
	data, err := binary.Append(nil, binary.LittleEndian, values)
	if err != nil {
		t.Fatal(err)
	}
	r := &Range{seg.number, alloc(t, seg, int64(len(data))), int64(len(data))}
	to, err := seg.Bytes(r.Offset, r.Length)
	if err != nil {
		t.Fatal(err)
	}
	copy(to, data)
	return r
}

func TestRangeJSON(t *testing.T) {
	text, err := json.Marshal(Array{Type: "g", Length: 3, Buffers: []*Range{nil, {1, 64, 24}}})
	if want := `{"type":"g","length":3,"nulls":0,"buffers":[null,[1,64,24]]}`; err != nil || string(text) != want {
		t.Errorf("got %s, %v, want %s", text, err, want)
	}
	for _, bad := range []string{`[1,2]`, `[1,2,3,4]`, `{}`, `["a",2,3]`, `[1,2,3.5]`, `[1,2,9223372036854775808]`} {
		if err := json.Unmarshal([]byte(bad), &Own{}); err == nil {
			t.Errorf("no error for %s", bad)
		}
	}
}

// facts states what Check says of arrays over one segment.
type facts struct {
	testing.TB
	seg *Segment
	st  *Store
}

func newFacts(t testing.TB) facts {
	seg := segment(t)
	return facts{t, seg, NewStore(seg)}
}

// check wants an error that has these words, or none.
func (f facts) check(want string, a *Array) {
	f.Helper()
	err := f.st.Check(a, Own{})
	if want == "" && err != nil || want != "" && (err == nil || !strings.Contains(err.Error(), want)) {
		f.Errorf("got %v, want %q", err, want)
	}
}

func of(format string, length int, buffers ...*Range) *Array {
	return &Array{Type: format, Length: length, Buffers: append([]*Range{nil}, buffers...)}
}

func nulls(n int, valid *Range, a *Array) *Array {
	a.Nulls, a.Buffers[0] = n, valid
	return a
}

func nested(format string, length int, child *Array, buffers ...*Range) *Array {
	a := of(format, length, buffers...)
	a.Children = []*Array{child}
	return a
}

func encoded(dictionary *Array, a *Array) *Array {
	a.Dictionary = dictionary
	return a
}

func TestCheckRanges(t *testing.T) {
	f := newFacts(t)
	floats := put(t, f.seg, 1.0, 2, 3)
	f.check("", of("g", 3, floats))
	f.check("", of("g", 0, nil))
	f.check("too few for 4 rows", of("g", 4, floats))
	f.check("too few for 3 rows", of("g", 3, nil))
	f.check("no segment 7", of("g", 3, &Range{7, 0, 24}))
	f.check("beyond the end", of("g", 3, &Range{2, 1 << 30, 24}))
	f.check("beyond the end", of("g", 1<<40, &Range{2, 0, 1 << 43}))
	f.check("no range", of("g", 3, &Range{2, math.MaxInt64 - 63, math.MaxInt64}))
	f.check("", of("g", 2, &Range{2, floats.Offset + 8, 16}))
	f.check("not a multiple of 8", of("g", 1, &Range{2, floats.Offset + 4, 8}))
	f.check("", of("i", 1, &Range{2, floats.Offset + 4, 4}))
	f.check("not a multiple of 4", of("i", 1, &Range{2, floats.Offset + 2, 4}))
	f.check("", of("b8", 1, &Range{2, floats.Offset + 3, 1}))
	f.check("", of("w:12", 1, &Range{2, floats.Offset + 4, 12}))
	f.check("not a multiple of 8", of("vu", 1, &Range{2, floats.Offset + 4, 16}))
	f.check("not a multiple of 8", nulls(1, &Range{2, floats.Offset + 1, 1}, of("g", 1, floats)))
}

func TestCheckShape(t *testing.T) {
	f := newFacts(t)
	floats := put(t, f.seg, 1.0, 2, 3)
	f.check("-1 rows", of("g", -1, floats))
	f.check("rows", of("g", math.MaxInt, floats))
	f.check("nulls in 3 rows", &Array{Type: "g", Length: 3, Nulls: 4, Buffers: []*Range{nil, floats}})
	f.check("1 buffers, want 2", of("g", 3))
	f.check("1 children, want 0", &Array{Type: "g", Buffers: []*Range{nil, nil}, Children: []*Array{of("g", 0, nil)}})
	f.check("missing", nil)
}

func TestCheckBitmap(t *testing.T) {
	f := newFacts(t)
	floats := put(t, f.seg, 1.0, 2, 3)
	f.check("", nulls(1, put(t, f.seg, byte(0b101)), of("g", 3, floats)))
	f.check("validity bitmap has 1 nulls, not 2", nulls(2, put(t, f.seg, byte(0b101)), of("g", 3, floats)))
	f.check("validity bitmap has 0 bytes", nulls(1, nil, of("g", 3, floats)))
	f.check("validity bitmap has 1 nulls, not 0", nulls(0, put(t, f.seg, byte(0b101)), of("g", 3, floats)))
}

func TestCheckOffsets(t *testing.T) {
	f := newFacts(t)
	letters := put(t, f.seg, []byte("abcdefghijklmnopqrst")...)
	f.check("", of("u", 2, put[int32](t, f.seg, 1, 1, 20), letters))
	f.check("offset 2 falls or lies beyond 20", of("u", 2, put[int32](t, f.seg, 0, 1, 21), letters))
	f.check("offset 1 falls", of("u", 2, put[int32](t, f.seg, 2, 1, 3), letters))
	f.check("offset 0 falls", of("u", 1, put[int32](t, f.seg, -1, 1), letters))
	f.check("offset 1 falls", of("U", 1, put[int64](t, f.seg, 0, math.MinInt64), letters))
	f.check("too few for 2 rows", of("U", 2, put[int64](t, f.seg, 0, 1), letters))
	f.check("beyond 0", of("z", 1, put[int32](t, f.seg, 0, 1), nil))
	f.check("", of("z", 1, put[int32](t, f.seg, 0, 0), nil))
}

func TestCheckViews(t *testing.T) {
	f := newFacts(t)
	letters := put(t, f.seg, []byte("abcdefghijklmnopqrst")...)
	f.check("", of("vu", 2, put(t, f.seg, view{length: 12}, view{length: 13, offset: 7}), letters))
	for _, v := range []view{{length: -1}, {length: 13, offset: 8}, {length: 13, offset: -1}, {length: 13, buffer: 1}, {length: 13, buffer: -1}, {length: math.MaxInt32, offset: math.MaxInt32}} {
		f.check("view 0 points outside", of("vu", 1, put(t, f.seg, v), letters))
		f.check("", nulls(1, put(t, f.seg, byte(0)), of("vu", 1, put(t, f.seg, v), letters)))
	}
	f.check("view 0 points outside", of("vz", 1, put(t, f.seg, view{length: 13})))
}

func TestCheckIndices(t *testing.T) {
	f := newFacts(t)
	floats := put(t, f.seg, 1.0, 2, 3)
	three := of("g", 3, floats)
	f.check("", encoded(three, of("c", 2, put[int8](t, f.seg, 0, 2))))
	holes := of("l", 3, put[int64](t, f.seg, 1, 0, 3))
	holes.Nulls, holes.Buffers[0] = 1, put[byte](t, f.seg, 0b101)
	f.check("dictionary: it has a null among its values", encoded(holes, of("c", 2, put[int8](t, f.seg, 0, 2))))
	f.check("index 1 lies outside of a dictionary of 3", encoded(three, of("c", 2, put[int8](t, f.seg, 0, 3))))
	f.check("index 1 lies outside", encoded(three, of("s", 2, put[int16](t, f.seg, 0, -1))))
	f.check("index 0 lies outside", encoded(three, of("l", 2, put[int64](t, f.seg, math.MinInt64, 0))))
	f.check("", encoded(three, nulls(1, put(t, f.seg, byte(0b01)), of("i", 2, put[int32](t, f.seg, 0, -1)))))
	f.check("index 1 lies outside", encoded(three, nulls(1, put(t, f.seg, byte(0b10)), of("i", 2, put[int32](t, f.seg, 0, -1)))))
	f.check("are integers", encoded(three, of("g", 2, floats)))
}

func TestCheckChildren(t *testing.T) {
	f := newFacts(t)
	floats := put(t, f.seg, 1.0, 2, 3)
	three := of("g", 3, floats)
	f.check("", nested("+l", 2, three, put[int32](t, f.seg, 0, 1, 3)))
	f.check("beyond 3", nested("+l", 2, three, put[int32](t, f.seg, 0, 1, 4)))
	f.check("", nested("+L", 1, three, put[int64](t, f.seg, 0, 3)))
	f.check("", nested("+w:3", 1, three))
	f.check("2 rows with 3 values", nested("+w:2", 2, three))
	f.check("", nested("+s", 3, three))
	f.check("child 0 has 3", nested("+s", 4, three))
	f.check("child 0: missing", nested("+s", 0, nil))
	f.check("0 children, want 1", of("+l", 0, nil))
	deep := three
	for range 100 {
		deep = nested("+s", 1, deep)
	}
	f.check("nested more than 64 deep", deep)
}

func TestCheckTypes(t *testing.T) {
	f := newFacts(t)
	f.check("", of(byteBool, 3, put[byte](t, f.seg, 0, 1, 1)))
	f.check("row 2 is 2", of(byteBool, 3, put[byte](t, f.seg, 0, 1, 2)))
	f.check("", &Array{Type: "n", Length: 5, Nulls: 5})
	f.check("", of("n", 5))
	for _, format := range []string{"", "x", "tsx:", "ts", "tsn", "w:", "w:0", "w:-1", "w:9999999999", "+w:0", "+m", "+us:0", "+vl", "tiM", "d:1", "d:39,2", "d:5,2,99", "d:0,0", "d:1,2,3,4", "d:9,1001", "d:9,-1001", "d:38,2147483647", "d:38,-2147483648"} {
		f.check("is not supported", &Array{Type: format})
	}
}

// Whatever an array says, Check answers, and what it lets pass can be written
// and read again.
func FuzzCheck(f *testing.F) {
	seg := segment(f)
	st := NewStore(seg)
	for _, s := range samples {
		a := sample(f, memory.DefaultAllocator, s.dt, s.values, 5, true)
		_, arrays, _, err := ReadIPC(stream(f, a), seg)
		if err != nil {
			f.Fatal(err)
		}
		text, err := json.Marshal(arrays[0])
		if err != nil {
			f.Fatal(err)
		}
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		var a *Array
		if json.Unmarshal(text, &a) != nil || st.Check(a, Own{}) != nil || a.Length > math.MaxInt32 {
			return
		}
		again(t, []string{"c"}, []*Array{a}, st, seg)
	})
}

func BenchmarkCheck(b *testing.B) {
	const rows = 1_000_000
	seg := segment(b)
	offsets := make([]int32, rows+1)
	for i := range offsets {
		offsets[i] = int32(i)
	}
	a := &Array{Type: "u", Length: rows, Buffers: []*Range{nil, put(b, seg, offsets...), put(b, seg, make([]byte, rows)...)}}
	b.Run("type=u/rows=1e6", func(b *testing.B) {
		st := NewStore(seg)
		for b.Loop() {
			if err := st.Check(a, Own{}); err != nil {
				b.Fatal(err)
			}
		}
	})
}
