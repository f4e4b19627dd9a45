package kernel

import (
	"context"
	"strconv"
	"sync"
	"testing"
)

// Every job runs once, those of a lane in order and never two at once.
func TestSchedulerLanes(t *testing.T) {
	const lanes, jobs = 8, 1000
	var got [lanes][]string
	var busy [lanes]sync.Mutex
	var ran [lanes]chan struct{}
	for lane := range lanes {
		ran[lane] = make(chan struct{}, jobs)
	}
	s := scheduler{}
	s.run = func(j *job) {
		lane, err := strconv.Atoi(j.req.Client)
		if err != nil || !busy[lane].TryLock() {
			t.Errorf("two jobs of lane %s at once", j.req.Client)
			return
		}
		got[lane] = append(got[lane], j.req.ID)
		busy[lane].Unlock()
		ran[lane] <- struct{}{}
	}
	contend, cancel := context.WithCancel(t.Context())
	defer cancel()
	go func() {
		for contend.Err() == nil {
			s.abort("nobody")
		}
	}()
	var all sync.WaitGroup
	for lane := range lanes {
		all.Go(func() {
			for i := range jobs {
				ctx, cancel := context.WithCancelCause(t.Context())
				name := strconv.Itoa(lane)
				s.add(name, &job{req: &Request{ID: strconv.Itoa(i), Client: name}, ctx: ctx, cancel: cancel})
				if i%3 > 0 { // adds just as the lane runs empty
					<-ran[lane]
				}
			}
		})
	}
	all.Wait()
	s.work.Wait()
	for lane := range lanes {
		for i, id := range got[lane] {
			if id != strconv.Itoa(i) {
				t.Fatalf("lane %d: job %s in place of %d", lane, id, i)
			}
		}
		if len(got[lane]) != jobs {
			t.Errorf("lane %d: %d of %d jobs", lane, len(got[lane]), jobs)
		}
	}
	if len(s.lanes) != 0 {
		t.Errorf("%d lanes left", len(s.lanes))
	}
}
