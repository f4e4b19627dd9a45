package frame

import (
	"errors"
	"fmt"
	"math"
	"os"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"

	"golang.org/x/sys/unix"
)

const (
	alignment = 64        // of every range
	growth    = 1 << 20   // the file grows in whole MiB
	keepWarm  = 256 << 20 // free memory beyond this goes back to the system
)

// Segment is a piece of memory that Python, worker and programs all map.
//
// One process allocates in it; messages tell the others the places of data. Its
// methods may be called from any goroutine, Close only after the last use of its
// bytes.
type Segment struct {
	number    int
	file      *os.File
	memory    []byte // mapped far beyond the end of the file, so it never moves
	size      atomic.Int64
	closed    atomic.Bool
	allocates bool

	mu   sync.Mutex // guards the fields below
	end  int64      // of the allocator's part; size may lag behind
	free extents
	used map[int64]int64 // size by offset
}

// Create makes an empty segment in which this process allocates. The name
// appears in /proc/PID/maps.
//
// Owner: the caller closes it; the memory is gone with the last descriptor and mapping.
func Create(number int, name string) (*Segment, error) {
	file, err := anonymousFile(name)
	if err != nil {
		return nil, fmt.Errorf("create segment %d: %w", number, err)
	}
	return attach(number, file, true, true)
}

// Open maps a segment by its inherited descriptor, which it owns from then on.
// Without writable, writing to its bytes is a fault. At most one process may
// allocate; all of the file is free to it at first.
func Open(number int, fd uintptr, writable, allocates bool) (*Segment, error) {
	if fd > math.MaxInt32 {
		return nil, fmt.Errorf("open segment %d: no descriptor %d", number, fd)
	}
	// Programs inherit only the segments that they are given.
	unix.CloseOnExec(int(fd))
	return attach(number, os.NewFile(fd, fmt.Sprintf("segment-%d", number)), writable, allocates)
}

// attach maps the file, and closes it on an error.
func attach(number int, file *os.File, writable, allocates bool) (*Segment, error) {
	s := &Segment{number: number, file: file, allocates: allocates, used: make(map[int64]int64)}
	size, err := s.fileSize()
	if err == nil {
		s.memory, err = reserve(int(file.Fd()), writable)
	}
	if err != nil {
		file.Close()
		return nil, fmt.Errorf("open segment %d: %w", number, err)
	}
	if s.end = size / alignment * alignment; allocates && s.end > 0 {
		s.free.insert(extent{0, s.end, true})
	}
	return s, nil
}

// reserve maps address space far beyond the file's end: it costs nothing where
// it is not limited. Only 64-bit systems are supported.
func reserve(fd int, writable bool) (memory []byte, err error) {
	protection := unix.PROT_READ
	if writable {
		protection |= unix.PROT_WRITE
	}
	for size := reservation(); size >= leastReservation; size /= 4 {
		memory, err = unix.Mmap(fd, 0, int(size), protection, unix.MAP_SHARED|unix.MAP_NORESERVE)
		if err == nil {
			return memory, nil
		}
	}
	return nil, fmt.Errorf("reserve address space: %w", err)
}

const leastReservation = 16 << 20

// reservation is the address space to map for a segment. Where it is limited
// (ulimit -v), the three segments get a quarter of what is left, at most.
func reservation() int64 {
	const plenty = 1 << 40
	var limit unix.Rlimit
	if unix.Getrlimit(unix.RLIMIT_AS, &limit) != nil || limit.Cur > 16*plenty {
		return plenty
	}
	left := int64(limit.Cur) - mapped()
	return min(plenty, max(left/12, leastReservation)) &^ int64(os.Getpagesize()-1)
}

// mapped is the address space that this process has mapped; 0 where the system does not tell.
func mapped() int64 {
	statm, _ := os.ReadFile("/proc/self/statm")
	pages, _, _ := strings.Cut(string(statm), " ")
	n, _ := strconv.ParseInt(pages, 10, 64)
	return n * int64(os.Getpagesize())
}

// Alloc finds room for n bytes, aligned to 64, and returns its offset. The
// bytes hold whatever was there before.
//
// Errors: no memory, no address space, a segment that the other side allocates.
func (s *Segment) Alloc(n int64) (offset int64, err error) {
	defer func() {
		if err != nil {
			err = fmt.Errorf("allocate %d bytes in segment %d: %w", n, s.number, err)
		}
	}()
	switch {
	case !s.allocates:
		return 0, errors.New("the other side allocates")
	case s.closed.Load():
		return 0, os.ErrClosed
	case n < 0 || n > int64(len(s.memory)):
		return 0, fmt.Errorf("at most %d bytes of address space", len(s.memory))
	}
	n = align(max(n, 1))
	s.mu.Lock()
	defer s.mu.Unlock()
	offset, cold, ok := s.free.take(n)
	if !ok {
		if err := s.grow(n - s.free.tail(s.end)); err != nil {
			return 0, err
		}
		offset, cold, _ = s.free.take(n)
	}
	if err := s.warm(cold); err != nil {
		s.free.insert(extent{offset, n, true})
		return 0, err
	}
	s.used[offset] = n
	return offset, nil
}

// grow appends at least n bytes. It allocates their memory at once: without
// memory for a page, its first use would be a SIGBUS.
func (s *Segment) grow(n int64) error {
	old, end := s.end, (s.end+n+growth-1)/growth*growth
	if end > int64(len(s.memory)) {
		return fmt.Errorf("at most %d bytes of address space", len(s.memory))
	}
	err := allocate(s.file, old, end-old)
	size, sizeErr := s.fileSize()
	if sizeErr != nil {
		return errors.Join(err, sizeErr)
	}
	if err != nil && size > old {
		// The part before the error stays in the file, but need not take memory.
		_ = punch(s.file, old, size-old)
	}
	if s.end = max(old, size/alignment*alignment); s.end > old {
		s.free.insert(extent{old, s.end - old, err != nil})
	}
	return err
}

// warm allocates the memory of punched pieces again.
func (s *Segment) warm(cold []extent) error {
	for _, e := range cold {
		if err := allocate(s.file, e.offset, e.size); err != nil {
			return err
		}
	}
	return nil
}

// Free frees a range of Alloc's. It ignores other offsets.
func (s *Segment) Free(offset int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	n, ok := s.used[offset]
	if !ok || s.closed.Load() {
		return
	}
	delete(s.used, offset)
	s.free.insert(extent{offset, n, false})
	for _, e := range s.free.excess(keepWarm, int64(os.Getpagesize())) {
		// If no hole can be punched, the memory stays for the next allocation.
		if punch(s.file, e.offset, e.size) == nil {
			s.free.carve(e.offset, e.size)
			s.free.insert(e)
		}
	}
}

// Size is the length of Alloc's range at offset; 0 for other offsets.
func (s *Segment) Size(offset int64) int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.used[offset]
}

// Bytes is a view of a range. It stays valid, at the same address, until Close.
// The range's current owner decides its content.
//
// Errors: a range that does not lie within the file.
func (s *Segment) Bytes(offset, length int64) ([]byte, error) {
	if s.closed.Load() {
		return nil, fmt.Errorf("segment %d: %w", s.number, os.ErrClosed)
	}
	size := s.size.Load()
	if offset < 0 || length < 0 || length > math.MaxInt64-offset {
		return nil, fmt.Errorf("segment %d: no range [%d, +%d]", s.number, offset, length)
	}
	if offset+length > size {
		// The other process may have grown the file.
		var err error
		if size, err = s.fileSize(); err != nil {
			return nil, err
		}
	}
	if end := min(size, int64(len(s.memory))); offset+length > end {
		return nil, fmt.Errorf("segment %d: range [%d, +%d] beyond the end at %d", s.number, offset, length, end)
	}
	return s.memory[offset : offset+length : offset+length], nil
}

// fileSize asks the system, and remembers the answer. Segments never shrink.
func (s *Segment) fileSize() (int64, error) {
	info, err := s.file.Stat()
	if err != nil {
		return 0, fmt.Errorf("size of segment %d: %w", s.number, err)
	}
	s.size.Store(info.Size())
	return info.Size(), nil
}

// Fd is the descriptor, for passing the segment to a program. The segment keeps
// owning it.
func (s *Segment) Fd() uintptr { return s.file.Fd() }

// Close unmaps the segment and so all views of its bytes. A second Close is an error.
func (s *Segment) Close() error {
	if s.closed.Swap(true) {
		return fmt.Errorf("close segment %d: %w", s.number, os.ErrClosed)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return errors.Join(unix.Munmap(s.memory), s.file.Close())
}

func align(n int64) int64 { return (n + alignment - 1) &^ (alignment - 1) }
