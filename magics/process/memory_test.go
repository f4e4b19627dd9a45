package process

import (
	"errors"
	"syscall"
	"testing"

	"goscore/magics/frame"
	"goscore/magics/program"
)

func TestReadAllowance(t *testing.T) {
	check := func(text string, want int64) {
		t.Helper()
		if got, err := ReadAllowance(text, 24<<30); err != nil || got.bytes != want {
			t.Errorf("ReadAllowance(%q) = %d, %v, want %d", text, got.bytes, err, want)
		}
	}
	check("", 0)
	check("8GiB", 8<<30)
	check("1.5 gib", 3<<29)
	check("500MB", 500_000_000)
	check("1000000000", 1_000_000_000)
	check("50%", 12<<30)
	for _, text := range []string{"much", "8XB", "-1GiB", "%", "1e9", "1.2.3GiB", "99999999999999TiB", "10MiB", "0.1%"} {
		if got, err := ReadAllowance(text, 24<<30); err == nil {
			t.Errorf("ReadAllowance(%q) = %d, want an error", text, got.bytes)
		}
	}
	if _, err := ReadAllowance("50%", 0); err == nil {
		t.Error("half of an unknown amount is no error")
	}
}

func TestLimit(t *testing.T) {
	limit := Allowance{300 << 20, "300MiB"}.Limit()
	if limit.Bytes != 300<<20 || limit.String() != "300MiB (GOSCORE_MEMORY=300MiB)" {
		t.Errorf("limit for 300MiB: %d, %q", limit.Bytes, limit)
	}
	room, ok := headroom()
	if !ok {
		t.Skip("the system does not say how much memory is left")
	}
	if own := (Allowance{}).Limit(); own.Bytes > room-spareOf(room)+leastMemory || own.Bytes < leastMemory {
		t.Errorf("of %d bytes that are left a run may take %d", room, own.Bytes)
	}
	if all := (Allowance{1 << 61, "2EiB"}).Limit(); all.Bytes > room || all.source != "" {
		t.Errorf("more than there is: %+v of %d", all, room)
	}
}

func TestLimitWords(t *testing.T) {
	check := func(l Limit, text, hint string) {
		t.Helper()
		if got := l.String(); got != text {
			t.Errorf("%+v is %q, want %q", l, got, text)
		}
		if got := l.Exceeded(); got != hint {
			t.Errorf("%+v exceeded: %q, want %q", l, got, hint)
		}
	}
	check(Limit{}, "as much as there is", "")
	check(Limit{8 << 30, "8GiB"}, "8GiB (GOSCORE_MEMORY=8GiB)",
		"\n  hint: a run may take 8GiB (GOSCORE_MEMORY=8GiB); for more, in Python: os.environ[\"GOSCORE_MEMORY\"] = \"16GiB\"; goscore.restart()")
	check(Limit{Bytes: 2 << 30}, "2GiB, what is left less a tenth for Python",
		"\n  hint: this run could take 2GiB, what is left less a tenth for Python; free what is no longer needed (del, gc.collect()), or work on fewer rows")
	check(Limit{Bytes: leastMemory}, "256MiB, though hardly as much is left",
		"\n  hint: this run could take 256MiB, though hardly as much is left; free what is no longer needed (del, gc.collect()), or work on fewer rows")
}

func TestFull(t *testing.T) {
	check := func(l Limit, cause error, want string) {
		t.Helper()
		err := l.Full(3<<20, cause)
		var full *FullError
		if !errors.As(err, &full) || err.Error() != want {
			t.Errorf("%+v: %q, want %q", l, err, want)
		}
	}
	check(Limit{}, nil, "no memory left for results of 3MiB")
	check(Limit{}, syscall.ENOSPC, "no memory left for results of 3MiB: no space left on device")
	check(Limit{Bytes: 2 << 30}, nil, "no memory left for results of 3MiB"+Limit{Bytes: 2 << 30}.Exceeded())
}

func TestAvailable(t *testing.T) {
	if got := Available(1); got != 1 {
		if room, ok := headroom(); !ok || room > spareOf(room) {
			t.Errorf("of 1 byte %d are there", got)
		}
	}
	if room, ok := headroom(); ok {
		if got := Available(1 << 62); got > room || got < 0 {
			t.Errorf("%d bytes may be written, %d are left", got, room)
		}
	}
}

// TestMapped counts the pages that buffers in segments lie in.
func TestMapped(t *testing.T) {
	check := func(want int64, a *frame.Array) {
		t.Helper()
		if got := Mapped(a); got != want {
			t.Errorf("%+v maps %d bytes, want %d", a, got, want)
		}
	}
	in := func(segment int, length int64) *frame.Range { return &frame.Range{Segment: segment, Length: length} }
	const ends = 2 * pageBytes
	check(0, nil)
	check(0, &frame.Array{Buffers: []*frame.Range{nil, in(1, 0)}})
	check(80+ends, &frame.Array{Buffers: []*frame.Range{nil, in(0, 80)}})
	check(0, &frame.Array{Buffers: []*frame.Range{nil, in(frame.OwnMemory, 80)}}) // it is copied
	child := &frame.Array{Buffers: []*frame.Range{in(1, 8), in(2, 40)}}
	check(3*ends+80+48, &frame.Array{Buffers: []*frame.Range{nil, in(0, 80)}, Children: []*frame.Array{child}})
	check(3*ends+80+48, &frame.Array{Buffers: []*frame.Range{nil, in(0, 80)}, Dictionary: child})
}

func TestNearlyFull(t *testing.T) {
	for data, want := range map[int64]bool{0: false, 750: false, 751: true, 2000: true} {
		if got := nearlyFull(&program.Job{Data: 1003}, data); got != want {
			t.Errorf("%d of 1003 bytes: %v", data, got)
		}
	}
	if nearlyFull(&program.Job{}, 1<<60) {
		t.Error("what has no bound is full")
	}
}
