package kernel

import (
	"context"
	"encoding/json"
	"errors"
	"sync"
)

// ErrInterrupted is the cause (see context.Cause) with which an
// interrupt_request cancels a request's context. A shutdown has no cause.
var ErrInterrupted = errors.New("interrupted")

// earlyInterrupts bounds the interrupts that are remembered until their
// request arrives: the control channel may overtake the shell channel.
const earlyInterrupts = 256

// job is a request that is queued or running.
type job struct {
	req    *Request
	header json.RawMessage // the parent_header of all its messages
	socket *socket
	peer   *peer
	prefix [][]byte

	ctx    context.Context
	cancel context.CancelCauseFunc

	// Guarded by the scheduler's lock.
	running  bool
	answered bool // by an interrupt, before its turn
	aborted  bool // an earlier request of the client failed, or the kernel ends
}

// scheduler runs the jobs of one lane in order and the lanes at once.
type scheduler struct {
	run  func(*job)
	work sync.WaitGroup

	mu     sync.Mutex
	closed bool
	lanes  map[string][]*job // the first of each is running
	early  []string          // a ring of msg_ids
	oldest int               // position in early
}

// add queues a job. It returns true for a job that was interrupted before: the
// caller answers it at once.
func (s *scheduler) add(lane string, j *job) (interrupted bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return false
	}
	for _, id := range s.early {
		if id == j.req.ID {
			return true
		}
	}
	if s.lanes == nil {
		s.lanes = map[string][]*job{}
	}
	s.lanes[lane] = append(s.lanes[lane], j)
	if len(s.lanes[lane]) == 1 {
		s.work.Go(func() { s.serve(lane) })
	}
	return false
}

// serve runs a lane until it is empty.
func (s *scheduler) serve(lane string) {
	for j := s.next(lane, nil); j != nil; j = s.next(lane, j) {
		s.run(j)
		j.cancel(nil)
	}
}

// next removes the finished job from the lane and marks the next one as
// running; nil ends the lane. One lock covers both steps: a lane that add sees
// empty between them would be started twice.
func (s *scheduler) next(lane string, done *job) *job {
	s.mu.Lock()
	defer s.mu.Unlock()
	queue := s.lanes[lane]
	if done != nil {
		queue = queue[1:]
	}
	for len(queue) > 0 && queue[0].answered {
		queue = queue[1:]
	}
	if len(queue) == 0 {
		delete(s.lanes, lane)
		return nil
	}
	s.lanes[lane] = queue
	queue[0].running = true
	return queue[0]
}

// interrupt cancels the running jobs of that msg_id, or all if it is empty, and
// returns the queued ones of that msg_id for the caller to answer.
func (s *scheduler) interrupt(id string) (queued []*job) {
	s.mu.Lock()
	defer s.mu.Unlock()
	known := id == ""
	for _, lane := range s.lanes {
		for _, j := range lane {
			if id != "" && j.req.ID != id || j.answered {
				continue
			}
			known = true
			switch {
			case j.running:
				j.cancel(ErrInterrupted)
			case id != "":
				j.answered = true
				queued = append(queued, j)
			}
		}
	}
	if !known {
		s.remember(id)
	}
	return queued
}

func (s *scheduler) remember(id string) {
	if len(s.early) < earlyInterrupts {
		s.early = append(s.early, id)
		return
	}
	s.early[s.oldest] = id
	s.oldest = (s.oldest + 1) % earlyInterrupts
}

// abort marks the queued execute_requests of a client.
func (s *scheduler) abort(client string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, lane := range s.lanes {
		for _, j := range lane {
			if !j.running && j.req.Client == client && j.req.Type == "execute_request" {
				j.aborted = true
			}
		}
	}
}

// isAborted reports whether the job must be answered without running.
func (s *scheduler) isAborted(j *job) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return j.aborted
}

// close cancels running jobs, aborts queued ones and accepts no more.
func (s *scheduler) close() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.closed = true
	for _, lane := range s.lanes {
		for _, j := range lane {
			j.aborted = !j.running
			j.cancel(nil)
		}
	}
}
