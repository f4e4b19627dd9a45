package magics

import (
	"encoding/json"

	"goscore/magics/protocol"
)

// keepBytes is from what size results stay where they lie, when Python asks
// for that. Copying less costs no more than looking after it.
const keepBytes = 1 << 20

// leave lets the results stay in segment 1 after the run: until the client's
// next request, or until Python releases them by their offsets.
func (r *run) leave() {
	w := r.w
	w.mu.Lock()
	defer w.mu.Unlock()
	if !r.meta.Options.Keep || r.receipt.BytesOut < keepBytes {
		w.held[r.req.Client] = append(w.held[r.req.Client], r.ranges...)
		return
	}
	for _, offset := range r.ranges {
		w.kept[offset] = true
		r.reply.Kept = append(r.reply.Kept, [2]int64{offset, w.results.Size(offset)})
	}
}

// Release answers a goscore_release_request: a client has copied its results,
// or no longer looks at those that it names.
func (w *Worker) Release(client string, content json.RawMessage) any {
	var asked protocol.ReleaseRequest
	if err := protocol.Decode("goscore_release_request", content, &asked); err != nil {
		return w.failure(err, nil).content()
	}
	if asked.Offsets == nil {
		w.release(client)
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, offset := range asked.Offsets {
		if w.kept[offset] { // an offset that comes twice may be another's by now
			delete(w.kept, offset)
			w.results.Free(offset)
		}
	}
	return map[string]any{"status": "ok"}
}

// release gives back what a client has copied.
func (w *Worker) release(client string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, offset := range w.held[client] {
		w.results.Free(offset)
	}
	delete(w.held, client)
}
