package program

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"runtime"
	"runtime/debug"
	"syscall"
	"time"
	"unsafe"

	"goscore/magics/datatype"
)

// A Lane is one end of a socket between Python and a process that waits: small calls that differ
// from the last one in nothing but their data travel on it. Here it is a program's, which then
// waits for the worker again, or the worker's own, for built-in functions. Python closes it, or
// the other end does.
type Lane struct {
	fd    int
	room  []byte // of a call
	reply []byte
	spin  spin
}

// LaneMost bounds a call on a lane, and laneHead is its beginning.
const (
	LaneMost = 256 << 10
	laneHead = 24
)

// How long a process keeps its heap, and a lane, on which nothing comes.
const (
	laneRest  = 3 * time.Second
	laneRests = 10
)

// How long a process looks for the next call before it sleeps: to be woken takes longer than a small
// call. Where it has looked in vain some times, it does so for a few calls only now and then.
const (
	laneSpin   = 300 * time.Microsecond
	laneMisses = 8
	laneSkips  = 32
)

// What a reply says beside its results.
const (
	LaneOver   = 1 // nothing more is read on the lane
	LaneAsked  = 2 // the worker has something: output, or it waits for the end of the call
	LaneUndone = 4 // nothing has come of the call, and it may be made again
)

// onLane says that the call came on the lane: its results go there.
var onLane bool

// laneData are the results' buffers.
var laneData []byte

// errLane is the error of a call on the lane that cannot be read.
var errLane = errors.New("a call on the lane is not one of this program's")

// What a process says that takes another job: after a job or the end of a call on the lane, which
// the worker may be asked about yet, or after a lane on which nobody waits.
const (
	DoneStays  = 1
	DoneRested = 2
)

// serveLane runs calls of the lane until that ends, and says whether nobody waits for one any more.
// The last job says what they have in common.
func serveLane(call func()) (rested bool) {
	defer func() { onLane = false }()
	onLane = true
	job.OutputRegion, job.Room = Range{}, Range{}
	lane := OpenLane(FdLane, aligned(LaneMost))
	defer syscall.Close(FdLane)
	for {
		message, ok := lane.Receive(debug.FreeOSMemory)
		if !ok || takeCall(message) != nil {
			return len(message) == 0
		}
		laneData, messages.waiting = laneData[:0], messages.waiting[:0]
		began := time.Now()
		runCall(call)
		unmap() // tables that are read anew
		clear(whole)
		current = nil
		took, flags := time.Since(began), uint64(0)
		if !keepsNothing() {
			flags = LaneOver
		}
		if pending(FdCommands, FdPrinted, FdPrinted+1) {
			flags = LaneOver | LaneAsked
		}
		sent := lane.Reply(messages.waiting, laneData, took, flags)
		messages.waiting = messages.waiting[:0]
		if !sent { // Python has closed the lane, and nobody asks about the call
			return true
		}
		if flags != 0 {
			return false
		}
		if cap(laneData) > LaneMost {
			laneData = nil
		}
	}
}

// aligned allocates memory that begins at a multiple of Arrow's alignment.
func aligned(n int) []byte {
	b := make([]byte, n+align)
	skip := int(-uintptr(unsafe.Pointer(unsafe.SliceData(b))) & (align - 1))
	return b[skip : skip+n : skip+n]
}

// OpenLane makes a lane of a socket; room is where calls are read to.
func OpenLane(fd int, room []byte) *Lane {
	wait := syscall.NsecToTimeval(laneRest.Nanoseconds())
	syscall.SetsockoptTimeval(fd, syscall.SOL_SOCKET, syscall.SO_RCVTIMEO, &wait)
	return &Lane{fd: fd, room: room}
}

// Receive reads one call, false at the end of the lane, with what had come of one. When nothing
// comes for a while it calls rested, once.
func (l *Lane) Receive(rested func()) (message []byte, ok bool) {
	room, have, want, rests := l.room, 0, laneHead, 0
	for have < want {
		n, err := l.read(room[have:])
		switch {
		case err == syscall.EINTR:
			continue
		case err == syscall.EAGAIN:
			if rests++; rests == 1 {
				rested()
			}
			if rests >= laneRests {
				return room[:have], false
			}
			continue
		case err != nil || n <= 0:
			return room[:have], false
		}
		if have += n; have >= laneHead && want == laneHead {
			all := binary.LittleEndian.Uint64(room)
			if all < laneHead || all > uint64(len(room)) {
				return room[:have], false
			}
			want = int(all)
		}
	}
	return room[:want:want], have == want
}

// read waits for something to come, at first awake.
func (l *Lane) read(p []byte) (int, error) {
	if l.spin.worth() {
		for began := time.Now(); time.Since(began) < laneSpin; {
			if n, _, err := syscall.Recvfrom(l.fd, p, syscall.MSG_DONTWAIT); err != syscall.EAGAIN {
				l.spin = spin{}
				return n, err
			}
		}
		l.spin.missed()
	}
	return syscall.Read(l.fd, p)
}

// A spin decides whether to wait awake.
type spin struct{ misses, skips int }

func (s *spin) worth() bool {
	if s.skips > 0 {
		s.skips--
		return false
	}
	return runtime.NumCPU() > 1
}

func (s *spin) missed() {
	if s.misses++; s.misses >= laneMisses {
		s.skips = laneSkips
	}
}

// Reply answers a call with messages that describe its results and with their buffers, and says
// whether that went.
func (l *Lane) Reply(described, data []byte, took time.Duration, flags uint64) bool {
	b := binary.LittleEndian.AppendUint64(l.reply[:0], uint64(len(described)))
	b = binary.LittleEndian.AppendUint64(b, uint64(len(data)))
	b = binary.LittleEndian.AppendUint64(b, math.Float64bits(took.Seconds()))
	b = binary.LittleEndian.AppendUint64(b, flags)
	b = append(append(b, described...), data...)
	if l.reply = b; cap(b) > LaneMost {
		l.reply = nil
	}
	for len(b) > 0 {
		n, err := syscall.Write(l.fd, b)
		if err == syscall.EINTR {
			continue
		}
		if err != nil {
			return false
		}
		b = b[n:]
	}
	return true
}

// A LaneCall reads a call that came on a lane: its length, how many numbers there are, the
// address in Python's memory for the number of finished rows, the numbers, and the buffers, each
// at a multiple of align. The numbers are of each array its rows, its nulls, how many buffers it
// has, and the length of each, -1 for none.
type LaneCall struct {
	Progress int64

	numbers  []int64
	at, most int
}

// ReadLaneCall begins to read a call.
func ReadLaneCall(message []byte) (*LaneCall, error) {
	n := binary.LittleEndian.Uint64(message[8:])
	if n > uint64(len(message)-laneHead)/8 {
		return nil, errLane
	}
	c := &LaneCall{Progress: int64(binary.LittleEndian.Uint64(message[16:])), most: len(message)}
	c.numbers = cast[int64](message[laneHead:], int(n))
	c.at = roundUp(laneHead + 8*len(c.numbers))
	return c, nil
}

// Next reads the next array: its rows, its nulls, and where in the call its buffers are. A range
// of segment -1 is no buffer.
func (c *LaneCall) Next() (rows, nulls int, buffers []Range, err error) {
	v := c.numbers
	if len(v) < 3 || v[2] < 0 || int(v[2]) > len(v)-3 {
		return 0, 0, nil, errLane
	}
	sizes := v[3 : 3+v[2]]
	c.numbers = v[3+v[2]:]
	buffers = make([]Range, len(sizes))
	for k, size := range sizes {
		buffers[k] = Range{Segment: -1}
		if size < 0 {
			continue
		}
		if c.at > c.most || size > int64(c.most-c.at) {
			return 0, 0, nil, errLane
		}
		buffers[k] = Range{Offset: int64(c.at), Length: size}
		c.at = roundUp(c.at + int(size))
	}
	return int(v[0]), int(v[1]), buffers, nil
}

// End says whether all arrays were read.
func (c *LaneCall) End() error {
	if len(c.numbers) > 0 {
		return errLane
	}
	return nil
}

// takeCall puts a call's data in the place of the last one's.
func takeCall(message []byte) error {
	call, err := ReadLaneCall(message)
	if err != nil {
		return err
	}
	job.Progress = call.Progress
	for i := range job.Inputs {
		in := &job.Inputs[i]
		if in.Digest != "" { // a table, the same for all calls of the lane
			continue
		}
		for j, old := range in.Arrays {
			if old == nil || old.Dictionary != nil || len(old.Children) > 0 {
				return errLane
			}
			a := &Array{Type: old.Type, Name: old.Name}
			if a.Length, a.Nulls, a.Buffers, err = call.Next(); err != nil {
				return err
			}
			a.bytes = make([][]byte, max(len(a.Buffers), 3))
			for k, b := range a.Buffers {
				if b.Segment >= 0 {
					a.bytes[k] = message[b.Offset : b.Offset+b.Length : b.Offset+b.Length]
				}
			}
			if err := a.complete(in.Value); err != nil {
				return err
			}
			in.Arrays[j] = a
		}
		if len(in.Columns) > 0 && len(in.Arrays) > 0 {
			in.Rows = in.Arrays[0].Length
		}
	}
	return call.End()
}

func roundUp(n int) int { return (n + align - 1) &^ (align - 1) }

// complete checks that an array has the bytes that its rows need. What offsets and views point
// to is checked where they are used.
func (a *Array) complete(value bool) error {
	row, n := a.row(), int64(a.Length)
	size := func(i int) int64 {
		if i >= len(a.Buffers) || a.Buffers[i].Segment < 0 {
			return 0
		}
		return a.Buffers[i].Length
	}
	bits, need, buffers := (n+7)/8, int64(0), 2
	switch row.Layout {
	case datatype.NoBuffers:
		bits, buffers = 0, 0
	case datatype.Fixed:
		need = n * int64(row.Width)
	case datatype.Bits:
		need = bits
	case datatype.Offsets:
		need, buffers = (n+1)*int64(row.Width), 3
	case datatype.Views:
		need = n * 16
	default:
		return errLane
	}
	fits := n >= 0 && n <= LaneMost && a.Nulls >= 0 && int64(a.Nulls) <= n && len(a.Buffers) >= buffers && (!value || n == 1)
	if !fits || row.Layout == datatype.Fixed && row.Width <= 0 || n > 0 && size(1) < need || a.Nulls > 0 && size(0) < bits {
		return fmt.Errorf("%w: an array of type %s", errLane, a.Type)
	}
	return nil
}

// writeLane adds the queued buffers to the reply's.
func (e *encoder) writeLane() (base int64) {
	base = int64(len(laneData))
	for _, q := range e.queue {
		laneData = append(laneData, q.bytes...)
		laneData = append(laneData, make([]byte, roundUp(len(laneData))-len(laneData))...)
	}
	return base
}
