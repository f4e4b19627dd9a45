package kernel

import (
	"context"
	"encoding/json"
	"errors"
	"sync"
)

// ErrInterrupted is the cause (see context.Cause) of the context of a request
// that an interrupt_request meant. A shutdown cancels without it.
var ErrInterrupted = errors.New("interrupted")

// earlyInterrupts is how many interrupts are remembered whose request has not
// been seen: the control channel may overtake the shell channel.
const earlyInterrupts = 256

// job is a request on its way.
type job struct {
	req    *Request
	header json.RawMessage // the parent_header of all that it causes
	socket *socket
	peer   *peer
	prefix [][]byte

	ctx    context.Context
	cancel context.CancelCauseFunc

	// The scheduler's lock covers these.
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

// add queues a job. What it returns should be run at once instead: an
// interrupted job has nothing to wait for.
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

// next takes what has been done off the lane and marks its head as running;
// nil ends the lane. Both under one lock: a lane seen empty between them would
// be started twice.
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

// interrupt cancels the running jobs that id names, or all when it is empty,
// and returns the queued ones that it names: they are the caller's to answer.
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

// isAborted says whether the job must be answered without being run.
func (s *scheduler) isAborted(j *job) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return j.aborted
}

// close cancels what runs, aborts what is queued and accepts no more.
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
