package magics

import (
	"encoding/json"
	"sync"

	"goscore/magics/frame"
	"goscore/magics/protocol"
)

// liveRanges are the ranges of segment 1 that outlive their run.
type liveRanges struct {
	segment *frame.Segment

	mu       sync.Mutex
	byClient map[string][]int64 // until the client's next request
	exported map[int64]bool     // that Python looks at, until it releases them
}

func newLiveRanges(segment *frame.Segment) *liveRanges {
	return &liveRanges{segment: segment, byClient: map[string][]int64{}, exported: map[int64]bool{}}
}

// untilNext lets ranges stay until the client's next request.
func (l *liveRanges) untilNext(client string, offsets []int64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.byClient[client] = append(l.byClient[client], offsets...)
}

// export lets ranges stay until Python releases them, and gives each with its length.
func (l *liveRanges) export(offsets []int64) (ranges [][2]int64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, offset := range offsets {
		l.exported[offset] = true
		ranges = append(ranges, [2]int64{offset, l.segment.Size(offset)})
	}
	return ranges
}

// freeClient gives back what a client has copied.
func (l *liveRanges) freeClient(client string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, offset := range l.byClient[client] {
		l.segment.Free(offset)
	}
	delete(l.byClient, client)
}

// freeExported gives back ranges that Python no longer looks at.
func (l *liveRanges) freeExported(offsets []int64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, offset := range offsets {
		if l.exported[offset] { // an offset that comes twice may be another's by now
			delete(l.exported, offset)
			l.segment.Free(offset)
		}
	}
}

// exportBytes is from what size results stay where they lie, when Python asks
// for that. Copying less costs no more than looking after it.
const exportBytes = 1 << 20

// leave lets the results stay in segment 1 after the run.
func (r *run) leave() {
	if r.meta.Options.Keep && r.receipt.BytesOut >= exportBytes {
		r.reply.Kept = r.w.ranges.export(r.ranges)
	} else {
		r.w.ranges.untilNext(r.req.Client, r.ranges)
	}
}

// Release answers a goscore_release_request: a client has copied its results,
// or no longer looks at those that it names.
func (w *Worker) Release(client string, content json.RawMessage) any {
	var request protocol.ReleaseRequest
	if err := protocol.Decode("goscore_release_request", content, &request); err != nil {
		return w.failure(err, nil).content()
	}
	if request.Offsets == nil {
		w.ranges.freeClient(client)
	}
	w.ranges.freeExported(request.Offsets)
	return protocol.OK()
}
