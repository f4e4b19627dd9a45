package program

import (
	"bytes"
	"errors"
	"io"
	"reflect"
	"runtime"
	"strings"
	"testing"
)

var array = &Array{
	Type: "+s", Length: 3, Nulls: 1, Buffers: []Range{{-1, 0, 0}, {1, 64, 1 << 40}},
	Children:   []*Array{{Type: "g", Length: 3, Name: "größe", Buffers: []Range{}, Children: []*Array{}}},
	Dictionary: &Array{Type: "u", Buffers: []Range{}, Children: []*Array{}},
}

// TestRoundTrip sees that what one side writes the other reads.
func TestRoundTrip(t *testing.T) {
	job := &Job{
		Inputs: []Input{{Name: "df", Rows: 3, Columns: []string{"a b"}, Fields: []string{"a_b"}, Arrays: []*Array{array, nil}, Shape: []int{3, 1}, Value: true}},
		Unit:   "u", Zone: "Europe/Paris", Bytes: true, Text: true, Data: 1 << 50,
		Call: &CallJob{Arguments: []string{"x"}, By: []string{}, Init: "1.5", KeepMissing: true, Coerce: true, Serial: true, Partial: true},
	}
	got, err := decodeJob(job.Encode())
	if err != nil || !reflect.DeepEqual(got, job) {
		t.Errorf("job: %+v, %v", got, err)
	}
	want := &Result{
		Kind: "tuple", Go: "T", Rows: 3, Names: []string{"a"}, Arrays: []*Array{array}, Nullable: []bool{true, false}, Text: "x",
		Items: []*Result{{Kind: "none", Names: []string{}, Arrays: []*Array{}, Nullable: []bool{}, Items: []*Result{}}},
	}
	name, res, err := DecodeOutput(encodeOutput("y", want))
	if err != nil || name != "y" || !reflect.DeepEqual(res, want) {
		t.Errorf("output: %q %+v, %v", name, res, err)
	}
	failed := &Failure{Class: "GoPanic", Message: "m", Frames: []Frame{{"main.f", "c0", 3}}, Row: -1}
	if got, err := DecodeFailure(encodeFailure(failed)); err != nil || !reflect.DeepEqual(got, failed) {
		t.Errorf("failure: %+v, %v", got, err)
	}
	if n, err := DecodeSize(EncodeOffset(-7)); err != nil || n != -7 {
		t.Errorf("size: %d, %v", n, err)
	}
}

// TestTruncated reads every beginning of a message: an error each time.
func TestTruncated(t *testing.T) {
	whole := encodeOutput("y", &Result{Kind: "column", Names: []string{"n"}, Arrays: []*Array{array}, Nullable: []bool{true}, Text: "t"})
	for n := range whole {
		if _, _, err := DecodeOutput(whole[:n]); !errors.Is(err, errShort) {
			t.Errorf("%d of %d bytes: %v", n, len(whole), err)
		}
	}
}

func TestReadMessage(t *testing.T) {
	var b bytes.Buffer
	if err := WriteMessage(&b, KindOut, []byte("abc")); err != nil {
		t.Fatal(err)
	}
	whole := b.String()
	if kind, body, err := ReadMessage(&b); err != nil || kind != KindOut || string(body) != "abc" {
		t.Errorf("ReadMessage = %q %q %v", kind, body, err)
	}
	if _, _, err := ReadMessage(strings.NewReader("")); err != io.EOF {
		t.Errorf("at the end: %v", err)
	}
	for n := 1; n < len(whole); n++ {
		if _, _, err := ReadMessage(strings.NewReader(whole[:n])); err != io.ErrUnexpectedEOF && !(n == 5 && err == io.EOF) {
			t.Errorf("%d bytes: %v", n, err)
		}
	}
	if _, _, err := ReadMessage(strings.NewReader("O\xff\xff\xff\xff")); err == nil || err == io.ErrUnexpectedEOF {
		t.Errorf("4 GiB: %v", err)
	}
}

// TestDeep refuses what nests without end before the stack does.
func TestDeep(t *testing.T) {
	var w writer
	for range 1 << 20 {
		w.bool(true)
		w.str("+l")
		for range 3 {
			w.int(0)
		}
		w.int(1) // one child
	}
	if _, _, err := DecodeOutput(append([]byte{0, 0, 0, 0, 0, 2}, w.b...)); !errors.Is(err, errDeepMessage) {
		t.Errorf("nested arrays: %v", err)
	}
	w = writer{}
	for range 1 << 20 {
		w.b = append(w.b, 0, 0, 0, 0, 0, 0, 2)
	}
	if _, _, err := DecodeOutput(append([]byte{0}, w.b...)); !errors.Is(err, errDeepMessage) {
		t.Errorf("nested results: %v", err)
	}
}

// TestClaims sees that memory follows what has come, not what a length says.
func TestClaims(t *testing.T) {
	check := func(what string, most uint64, read func()) {
		t.Helper()
		if n := allocated(read); n > most {
			t.Errorf("%s: %d bytes were allocated, want at most %d", what, n, most)
		}
	}
	check("a message of 256 MiB, of which 3 bytes came", 1<<20, func() {
		if _, _, err := ReadMessage(strings.NewReader("O\x00\x00\x00\x10abc")); err != io.ErrUnexpectedEOF {
			t.Errorf("cut: %v", err)
		}
	})
	var w writer
	for range maxNesting - 1 {
		w.bool(true)
		w.str("+l")
		for range 2 {
			w.int(0)
		}
		w.int(0)
		w.int(1 << 12) // children
	}
	body := append([]byte{0, 0, 0, 0, 0, 2}, append(w.b, make([]byte, 1<<13)...)...)
	check("lists in lists", 1<<20, func() { _, _, _ = DecodeOutput(body) })
}

func allocated(f func()) uint64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	f()
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc
}

// FuzzReadMessage reads any bytes as messages of the pipe: those that are read
// stand one behind the other in them, and memory follows the bytes.
func FuzzReadMessage(f *testing.F) {
	var b bytes.Buffer
	for _, body := range []string{"", "abc", strings.Repeat("x", 300)} {
		_ = WriteMessage(&b, KindOut, []byte(body))
	}
	f.Add(b.Bytes())
	f.Add([]byte("O\xff\xff\xff\x0fabc"))
	f.Add([]byte("O\xff\xff\xff\xff"))
	f.Fuzz(func(t *testing.T, text []byte) {
		var whole bytes.Buffer
		n := allocated(func() {
			for from := bytes.NewReader(text); ; {
				kind, body, err := ReadMessage(from)
				if err != nil {
					return
				}
				_ = WriteMessage(&whole, kind, body)
			}
		})
		if most := uint64(64*len(text) + 1<<18); n > most {
			t.Errorf("%d bytes were allocated, want at most %d", n, most)
		}
		if !bytes.HasPrefix(text, whole.Bytes()) {
			t.Errorf("%q was read as %q", text, whole.Bytes())
		}
	})
}

// FuzzMessages reads any bytes as any message: what is read whole is written
// the same, and memory follows the bytes.
func FuzzMessages(f *testing.F) {
	f.Add(encodeOutput("y", &Result{Kind: "column", Arrays: []*Array{array}}))
	f.Add(encodeFailure(&Failure{Class: "GoPanic", Frames: []Frame{{"f", "c0", 1}}}))
	f.Add((&Job{Inputs: []Input{{Name: "v", Arrays: []*Array{array}}}, Call: &CallJob{}}).Encode())
	f.Fuzz(func(t *testing.T, b []byte) {
		n := allocated(func() {
			_, _, _ = DecodeOutput(b)
			_, _ = DecodeFailure(b)
			_, _ = decodeJob(b)
		})
		if most := uint64(1000*len(b) + 1<<16); n > most {
			t.Errorf("%d bytes were allocated, want at most %d", n, most)
		}
		if name, v, err := DecodeOutput(b); err == nil {
			if name2, v2, err := DecodeOutput(encodeOutput(name, v)); err != nil || name2 != name || !reflect.DeepEqual(v, v2) {
				t.Errorf("%+v became %+v, %v", v, v2, err)
			}
		}
		if v, err := DecodeFailure(b); err == nil {
			if v2, err := DecodeFailure(encodeFailure(v)); err != nil || !reflect.DeepEqual(v, v2) {
				t.Errorf("%+v became %+v, %v", v, v2, err)
			}
		}
		if v, err := decodeJob(b); err == nil {
			if v2, err := decodeJob(v.Encode()); err != nil || !reflect.DeepEqual(v, v2) {
				t.Errorf("%+v became %+v, %v", v, v2, err)
			}
		}
	})
}
