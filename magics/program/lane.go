package program

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"runtime/debug"
	"syscall"
	"time"
	"unsafe"

	"goscore/magics/datatype"
)

// A lane is a socket between Python and a process that waits: small calls that differ from the
// last job in nothing but their data travel on it without the worker. Python closes it, or the
// process does, and then the process waits for the worker again.

// laneMost bounds a call on the lane, and laneHead its beginning.
const (
	laneMost = 256 << 10
	laneHead = 24
)

// How long a process keeps its heap, and itself, for a lane on which nothing comes.
const (
	laneRest  = 3 * time.Second
	laneRests = 10
)

// What a reply says beside its results.
const (
	laneOver  = 1 // nothing more is read on the lane
	laneAsked = 2 // the worker has something: output, or it waits for the end of the call
)

// onLane says that the call came on the lane: its results go there.
var onLane bool

// laneData are the results' buffers.
var laneData []byte

// errLane is the error of a call on the lane that cannot be read.
var errLane = errors.New("a call on the lane is not one of this program's")

// What a process says that takes another job: after a job or the end of a call on the lane, which
// the worker may be asked about yet, or after a lane that ended while nothing ran.
const (
	DoneStays  = 1
	DoneRested = 2
)

// serveLane runs calls of the lane until that ends, and says whether it did while nothing ran.
// The last job says what they have in common.
func serveLane(call func()) (rested bool) {
	defer func() { onLane = false }()
	onLane = true
	job.OutputRegion, job.Room = Range{}, Range{}
	wait := syscall.NsecToTimeval(laneRest.Nanoseconds())
	syscall.SetsockoptTimeval(FdLane, syscall.SOL_SOCKET, syscall.SO_RCVTIMEO, &wait)
	defer syscall.Close(FdLane)
	room, reply := aligned(laneMost), []byte(nil)
	for {
		message, ok := receive(room)
		if !ok || takeCall(message) != nil {
			return len(message) == 0
		}
		laneData, messages.waiting = laneData[:0], messages.waiting[:0]
		began := time.Now()
		runCall(call)
		clear(whole)
		current = nil
		took, flags := time.Since(began).Seconds(), uint64(0)
		if !keepsNothing() {
			flags = laneOver
		}
		if pending(FdCommands, FdPrinted, FdPrinted+1) {
			flags = laneOver | laneAsked
		}
		reply = binary.LittleEndian.AppendUint64(reply[:0], uint64(len(messages.waiting)))
		reply = binary.LittleEndian.AppendUint64(reply, uint64(len(laneData)))
		reply = binary.LittleEndian.AppendUint64(reply, math.Float64bits(took))
		reply = binary.LittleEndian.AppendUint64(reply, flags)
		reply = append(append(reply, messages.waiting...), laneData...)
		messages.waiting = messages.waiting[:0]
		if !writeAll(reply) || flags != 0 {
			return false
		}
		if cap(reply) > laneMost {
			reply, laneData = nil, nil
		}
	}
}

// aligned allocates memory that begins at a multiple of Arrow's alignment.
func aligned(n int) []byte {
	b := make([]byte, n+align)
	skip := int(-uintptr(unsafe.Pointer(unsafe.SliceData(b))) & (align - 1))
	return b[skip : skip+n : skip+n]
}

// receive reads one call, false at the end of the lane, with what had come of one.
func receive(room []byte) (message []byte, ok bool) {
	have, want, rests := 0, laneHead, 0
	for have < want {
		n, err := syscall.Read(FdLane, room[have:])
		switch {
		case err == syscall.EINTR:
			continue
		case err == syscall.EAGAIN:
			if rests++; rests == 1 {
				debug.FreeOSMemory()
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

func writeAll(b []byte) bool {
	for len(b) > 0 {
		n, err := syscall.Write(FdLane, b)
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

// takeCall puts a call's data in the place of the last one's. A call is its length, how many
// numbers there are, the address in Python's memory for the number of finished rows, the
// numbers, and the buffers, each at a multiple of align. The numbers are of each
// array its rows, its nulls, how many buffers it has, and the length of each, -1 for none.
func takeCall(message []byte) error {
	n := binary.LittleEndian.Uint64(message[8:])
	if n > uint64(len(message)-laneHead)/8 {
		return errLane
	}
	job.Progress = int64(binary.LittleEndian.Uint64(message[16:]))
	numbers := cast[int64](message[laneHead:], int(n))
	at := roundUp(laneHead + 8*len(numbers))
	for i := range job.Inputs {
		in := &job.Inputs[i]
		for j, old := range in.Arrays {
			if old == nil || old.Dictionary != nil || len(old.Children) > 0 || len(numbers) < 3 || numbers[2] < 0 || int(numbers[2]) > len(numbers)-3 {
				return errLane
			}
			a := &Array{Type: old.Type, Name: old.Name, Length: int(numbers[0]), Nulls: int(numbers[1])}
			sizes := numbers[3 : 3+numbers[2]]
			numbers = numbers[3+numbers[2]:]
			a.bytes, a.Buffers = make([][]byte, max(len(sizes), 3)), make([]Range, len(sizes))
			for k, size := range sizes {
				a.Buffers[k] = Range{Segment: -1}
				if size < 0 {
					continue
				}
				if at > len(message) || size > int64(len(message)-at) {
					return errLane
				}
				a.bytes[k] = message[at : at+int(size) : at+int(size)]
				a.Buffers[k] = Range{Length: size}
				at = roundUp(at + int(size))
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
	if len(numbers) > 0 {
		return errLane
	}
	return nil
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
	fits := n >= 0 && n <= laneMost && a.Nulls >= 0 && int64(a.Nulls) <= n && len(a.Buffers) >= buffers && (!value || n == 1)
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
