package magics

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"syscall"
	"time"

	"goscore/magics/frame"
	"goscore/magics/program"
	"goscore/magics/protocol"
)

// lanesMost is how many lanes of built-in functions there are at once.
const lanesMost = 16

// A lane takes small calls of one built-in function from Python, which differ from the run that
// brought the lane in nothing but their data.
type lane struct {
	id     int64
	fd     int
	offset int64 // of the room for a call, in segment 2
	room   []byte
	first  *run
	call   *builtinCall
	ctx    context.Context
	stop   context.CancelCauseFunc
	over   chan struct{} // closed when nothing runs on it any more

	described, data []byte
}

// lanes are those on which Python calls built-in functions.
type lanes struct {
	mu   sync.Mutex
	live map[int64]*lane
}

var errLaneOver = errors.New("the lane is over")

// lendLane gives Python a lane for further calls like this run's, and the lane's number; 0 if there is none.
func (w *Worker) lendLane(r *run) int64 {
	w.lanes.mu.Lock()
	defer w.lanes.mu.Unlock()
	if len(w.lanes.live) >= lanesMost {
		return 0
	}
	offset, err := w.own.Alloc(program.LaneMost)
	if err != nil {
		return 0
	}
	room, err := w.own.Bytes(offset, program.LaneMost)
	id, fd := int64(0), -1
	if err == nil {
		id, fd = w.programs.Lane()
	}
	if id == 0 {
		w.own.Free(offset)
		return 0
	}
	first := &run{w: w, memory: r.memory, meta: r.meta}
	first.receipt, first.meta.Options.OutputRegion, first.meta.Options.Progress = &first.reply.Receipt, nil, nil
	for _, in := range r.inputs {
		first.inputs = append(first.inputs, &bound{Input: in.Input, arrays: slices.Clone(in.arrays)})
	}
	l := &lane{id: id, fd: fd, offset: offset, room: room, first: first, over: make(chan struct{})}
	l.ctx, l.stop = context.WithCancelCause(context.Background())
	if w.lanes.live == nil {
		w.lanes.live = map[int64]*lane{}
	}
	w.lanes.live[id] = l
	go l.serve()
	return id
}

// joinLane waits for the end of the call that runs on a lane, and stops it when the run ends; then
// the lane is over, too. The results go to Python on the lane.
func (r *run) joinLane(id int64) error {
	r.w.lanes.mu.Lock()
	l := r.w.lanes.live[id]
	if l != nil {
		syscall.Shutdown(l.fd, syscall.SHUT_RD) // a call that Python has sent is read yet
	}
	r.w.lanes.mu.Unlock()
	if l == nil {
		return errLaneOver
	}
	kept := context.AfterFunc(r.ctx, func() { l.stop(context.Cause(r.ctx)) })
	<-l.over
	if !kept() {
		return r.stopped()
	}
	return nil
}

// serve answers calls until the lane ends.
func (l *lane) serve() {
	defer l.close()
	socket := program.OpenLane(l.fd, l.room)
	for {
		message, ok := socket.Receive(func() {})
		if !ok {
			return
		}
		began, flags := time.Now(), uint64(0)
		if err := l.answer(message); err != nil {
			flags, l.described, l.data = program.LaneOver|program.LaneUndone, nil, nil
		}
		if !socket.Reply(l.described, l.data, time.Since(began), flags) || flags != 0 {
			return
		}
		if cap(l.data) > program.LaneMost {
			l.data = nil
		}
	}
}

func (l *lane) close() {
	w := l.first.w
	w.lanes.mu.Lock()
	delete(w.lanes.live, l.id)
	syscall.Close(l.fd)
	w.lanes.mu.Unlock()
	w.own.Free(l.offset)
	l.stop(nil)
	close(l.over)
}

// answer runs one call. An error is worded when Python makes the call again without the lane.
func (l *lane) answer(message []byte) (err error) {
	r := l.first
	r.ctx, r.reply.Outputs, r.reply.Value, r.reply.Failed = l.ctx, nil, nil, nil
	defer func() {
		r.free()
		r.allocated = 0
		if p := recover(); p != nil {
			err = fmt.Errorf("%v", p)
		}
	}()
	progress, err := l.take(message)
	if err != nil {
		return err
	}
	call, err := r.builtinCall()
	if err != nil {
		return err
	}
	place := r.place(1)
	defer place.Close()
	r.done.At = progress
	defer r.done.End()
	if err := r.answerBuiltin(call, place); err != nil {
		return err
	}
	if place.Stopped() {
		return errInterrupted
	}
	return l.describe()
}

// take puts a call's arrays in the place of the last one's, checked as any that Python sends.
func (l *lane) take(message []byte) (progress int64, err error) {
	call, err := program.ReadLaneCall(message)
	if err != nil {
		return 0, err
	}
	for _, in := range l.first.inputs {
		for i, old := range in.arrays {
			rows, nulls, buffers, err := call.Next()
			if err != nil {
				return 0, err
			}
			a := &frame.Array{Name: old.Name, Type: old.Type, Length: rows, Nulls: nulls}
			for _, b := range buffers {
				if b.Segment < 0 {
					a.Buffers = append(a.Buffers, nil)
					continue
				}
				a.Buffers = append(a.Buffers, &frame.Range{Segment: 2, Offset: l.offset + b.Offset, Length: b.Length})
			}
			if err := l.first.w.store.Check(a, frame.Own{}); err != nil {
				return 0, err
			}
			in.arrays[i] = a
		}
	}
	return call.Progress, call.End()
}

// describe says what came of a call as a program does, with the buffers behind one another.
func (l *lane) describe() error {
	r := l.first
	l.described, l.data = l.described[:0], l.data[:0]
	for _, o := range r.reply.Outputs {
		if err := l.add(program.KindOut, o.Name, o.Result, o.Result.Rows); err != nil {
			return err
		}
	}
	if f := r.reply.Failed; f != nil {
		if err := l.add(program.KindOut, program.FailedOutput, f.Result, f.Count); err != nil {
			return err
		}
	}
	return l.add(program.KindValue, "", r.reply.Value, r.reply.Value.Rows)
}

func (l *lane) add(kind byte, name string, v *protocol.Result, rows int) error {
	p := protocol.FromResult(v)
	p.Rows = rows
	for _, a := range p.Arrays {
		for i := range a.Buffers {
			b := &a.Buffers[i]
			if b.Segment < 0 {
				continue
			}
			from, err := l.first.w.store.Bytes(frame.Range{Segment: b.Segment, Offset: b.Offset, Length: b.Length})
			if err != nil {
				return err
			}
			b.Offset = int64(len(l.data))
			l.data = append(l.data, from...)
			l.data = append(l.data, make([]byte, -len(l.data)&63)...)
		}
	}
	l.described = program.AppendOutput(l.described, kind, name, p)
	return nil
}
