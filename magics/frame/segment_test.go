package frame

import (
	"bytes"
	"errors"
	"math/rand/v2"
	"os"
	"sync"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"
)

// resident is the memory behind the segment's file.
func resident(t testing.TB, s *Segment) int64 {
	t.Helper()
	var stat unix.Stat_t
	if err := unix.Fstat(int(s.Fd()), &stat); err != nil {
		t.Fatal(err)
	}
	return stat.Blocks * 512
}

func alloc(t testing.TB, s *Segment, n int64) int64 {
	t.Helper()
	offset, err := s.Alloc(n)
	if err != nil {
		t.Fatal(err)
	}
	if offset%alignment != 0 {
		t.Errorf("offset %d of %d bytes is not aligned", offset, n)
	}
	return offset
}

func TestAllocReuses(t *testing.T) {
	s := segment(t)
	a, b, c := alloc(t, s, 100), alloc(t, s, 1000), alloc(t, s, 100)
	if a != 0 || b != 128 || c != 1152 {
		t.Errorf("offsets %d, %d, %d, want 0, 128, 1152", a, b, c)
	}
	s.Free(b)
	if got := alloc(t, s, 1024); got != b {
		t.Errorf("after a free: offset %d, want %d", got, b)
	}
	s.Free(a)
	if got := alloc(t, s, 2000); got != c+128 {
		t.Errorf("too large for the hole: offset %d, want %d", got, c+128)
	}
	if got := alloc(t, s, 0); got != a {
		t.Errorf("best fit: offset %d, want %d", got, a)
	}
}

func TestFreeCoalesces(t *testing.T) {
	for _, order := range [][]int{{0, 1, 2}, {2, 1, 0}, {0, 2, 1}, {1, 0, 2}} {
		s := segment(t)
		var offsets [3]int64
		for i := range offsets {
			offsets[i] = alloc(t, s, 64<<10)
		}
		for _, i := range order {
			s.Free(offsets[i])
		}
		if len(s.free) != 1 || s.free[0] != (extent{0, growth, false}) {
			t.Errorf("freed in order %v: %v, want one piece of 1 MiB", order, s.free)
		}
	}
}

func TestFreeTwice(t *testing.T) {
	s := segment(t)
	a := alloc(t, s, 64)
	s.Free(a)
	s.Free(a)
	s.Free(a + 1)
	if b, c := alloc(t, s, 64), alloc(t, s, 64); b == c {
		t.Errorf("offset %d was given twice", b)
	}
}

func TestSegmentGrows(t *testing.T) {
	s := segment(t)
	view := func(offset, n int64) []byte {
		t.Helper()
		b, err := s.Bytes(offset, n)
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	first := view(alloc(t, s, 8), 8)
	copy(first, "stays")
	big := view(alloc(t, s, 10<<20), 10<<20)
	big[len(big)-1] = 1
	if string(first[:5]) != "stays" || &first[0] != &view(0, 8)[0] {
		t.Error("growth moved a view")
	}
	if size := s.size.Load(); size != 11<<20 || resident(t, s) != size {
		t.Errorf("the file has %d bytes, %d of memory, want 11 MiB", size, resident(t, s))
	}
	if _, err := s.Bytes(11<<20-1, 2); err == nil {
		t.Error("a view beyond the end")
	}
	for _, r := range [][2]int64{{-1, 1}, {0, -1}, {1 << 62, 1 << 62}, {1 << 50, 1}} {
		if _, err := s.Bytes(r[0], r[1]); err == nil {
			t.Errorf("a view of %v", r)
		}
	}
}

func TestSegmentRefuses(t *testing.T) {
	s := segment(t)
	before := resident(t, s)
	// Far more than any machine's memory, and more than the address space.
	for _, n := range []int64{-1, 1 << 39, 1 << 40, 1 << 41, 1<<63 - 1} {
		if _, err := s.Alloc(n); err == nil {
			t.Errorf("allocated %d bytes", n)
		}
	}
	if resident(t, s) != before {
		t.Error("refused allocations cost memory")
	}
}

func TestSegmentKeepsItsSize(t *testing.T) {
	s := segment(t)
	alloc(t, s, 1)
	if err := unix.Ftruncate(int(s.Fd()), 0); !errors.Is(err, unix.EPERM) {
		t.Errorf("shrinking: %v, want EPERM", err)
	}
}

func TestFullIsAnError(t *testing.T) {
	s := segment(t)
	alloc(t, s, 1<<20)
	// A limit on file size stands in for a full system: both fail in fallocate.
	var old unix.Rlimit
	if err := unix.Getrlimit(unix.RLIMIT_FSIZE, &old); err != nil {
		t.Fatal(err)
	}
	if err := unix.Setrlimit(unix.RLIMIT_FSIZE, &unix.Rlimit{Cur: 100 << 20, Max: old.Max}); err != nil {
		t.Skip(err)
	}
	_, err := s.Alloc(200 << 20)
	if e := unix.Setrlimit(unix.RLIMIT_FSIZE, &old); e != nil {
		t.Fatal(e)
	}
	if !errors.Is(err, syscall.EFBIG) {
		t.Fatalf("allocating beyond the limit: %v", err)
	}
	if got := resident(t, s); got != 1<<20 {
		t.Errorf("%d bytes of memory after an error, want 1 MiB", got)
	}
	// What was appended before the error gets memory again.
	b, err := s.Bytes(alloc(t, s, 32<<20), 32<<20)
	if err != nil {
		t.Fatal(err)
	}
	b[len(b)-1] = 1
}

func TestHolesArePunched(t *testing.T) {
	s := segment(t)
	const n = 200 << 20
	a, b := alloc(t, s, n), alloc(t, s, n)
	s.Free(a)
	if got := resident(t, s); got != 2*n {
		t.Errorf("%d MiB after the first free, want 400", got>>20)
	}
	s.Free(b)
	if got := resident(t, s); got != keepWarm {
		t.Errorf("%d MiB after the second free, want 256", got>>20)
	}
	if got := alloc(t, s, n); got != a || resident(t, s) != keepWarm {
		t.Errorf("offset %d with %d MiB, want the warm range at %d", got, resident(t, s)>>20, a)
	}
	// Warm and punched neighbours serve together; the file need not grow.
	if got := alloc(t, s, n); got != b || s.size.Load() != 2*n || resident(t, s) != 2*n {
		t.Errorf("offset %d, size %d MiB with %d MiB, want %d and 400", got, s.size.Load()>>20, resident(t, s)>>20, b)
	}
}

func TestOpen(t *testing.T) {
	s := segment(t)
	other := func(writable, allocates bool) *Segment {
		t.Helper()
		fd, err := unix.Dup(int(s.Fd()))
		if err != nil {
			t.Fatal(err)
		}
		o, err := Open(2, uintptr(fd), writable, allocates)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { o.Close() })
		return o
	}
	reads := other(false, false)
	if _, err := reads.Alloc(1); err == nil {
		t.Error("allocated in the other side's segment")
	}
	// The other side grows the file after it was mapped here.
	offset := alloc(t, s, 3<<20)
	to, err := s.Bytes(offset, 3<<20)
	if err != nil {
		t.Fatal(err)
	}
	to[3<<20-1] = 7
	from, err := reads.Bytes(offset, 3<<20)
	if err != nil || from[3<<20-1] != 7 {
		t.Errorf("the other side sees %v", err)
	}
	s.Free(offset)
	// What a file holds when its allocator comes is free.
	if allocates := other(true, true); alloc(t, allocates, 3<<20) != 0 {
		t.Error("the present file was not used")
	}
	if err := reads.Close(); err != nil {
		t.Error(err)
	}
	if err := reads.Close(); !errors.Is(err, os.ErrClosed) {
		t.Errorf("closed twice: %v", err)
	}
	if _, err := reads.Bytes(0, 1); !errors.Is(err, os.ErrClosed) {
		t.Errorf("a view after Close: %v", err)
	}
	if _, err := Open(1, 1<<40, false, false); err == nil {
		t.Error("opened a descriptor that does not exist")
	}
	if _, err := Open(1, 9999, false, false); err == nil {
		t.Error("opened a descriptor that does not exist")
	}
}

// Every goroutine fills what it allocates and finds it as it left it.
func TestAllocConcurrently(t *testing.T) {
	s := segment(t)
	var wait sync.WaitGroup
	for worker := range 4 {
		wait.Go(func() {
			random := rand.New(rand.NewPCG(uint64(worker), 1))
			held := map[int64]int64{}
			for range 500 {
				n := random.Int64N(100_000)
				offset, err := s.Alloc(n)
				if err != nil {
					t.Error(err)
					return
				}
				b, err := s.Bytes(offset, n)
				if err != nil {
					t.Error(err)
					return
				}
				for i := range b {
					b[i] = byte(worker)
				}
				held[offset] = n
				if len(held) < 20 {
					continue
				}
				for offset, n := range held {
					b, _ := s.Bytes(offset, n)
					if bytes.Count(b, []byte{byte(worker)}) != len(b) {
						t.Error("a range has two owners")
					}
					s.Free(offset)
					delete(held, offset)
					break
				}
			}
			for offset := range held {
				s.Free(offset)
			}
		})
	}
	wait.Wait()
	if len(s.free) != 1 || len(s.used) != 0 {
		t.Errorf("%d free pieces, %d used ranges, want 1 and 0", len(s.free), len(s.used))
	}
}

func TestHeadroom(t *testing.T) {
	if room, ok := Headroom(); !ok || room < 1<<20 {
		t.Errorf("headroom %d, %v", room, ok)
	}
}

func BenchmarkAlloc(b *testing.B) {
	s := segment(b)
	for b.Loop() {
		offset, err := s.Alloc(1 << 16)
		if err != nil {
			b.Fatal(err)
		}
		s.Free(offset)
	}
}
