package kernel

import (
	"maps"
	"sync"
	"time"
	"unicode/utf8"
)

// Stream text is collected for so long, or up to so many bytes, so that a loop
// of prints does not send a message for each.
const (
	streamTime  = 20 * time.Millisecond
	streamBytes = 64 << 10
)

// Output publishes a request's messages on iopub. Its methods may be called
// from several goroutines, until the request has been answered. They wait for
// slow subscribers, until the request is cancelled.
type Output interface {
	// Stream sends text of "stdout" or "stderr". Pieces are joined; a rune
	// may be split between them.
	Stream(name, text string)
	Display(data, metadata map[string]any)
	// Result sends an execute_result, unless the request is silent.
	Result(count int, data, metadata map[string]any)
	Error(ename, evalue string, traceback []string)
	// Progress tells how far the request is. Such messages are not counted.
	Progress(content any)
}

type output struct {
	k      *kernel
	j      *job
	silent bool

	mu     sync.Mutex
	closed bool
	count  int               // of published messages
	name   string            // the current stream
	text   map[string][]byte // by stream, not yet sent
	sent   time.Time         // when text was last sent
	timer  *time.Timer       // runs while text waits
}

func newOutput(k *kernel, j *job) *output {
	return &output{k: k, j: j, text: map[string][]byte{}}
}

func (o *output) Stream(name, text string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.late("stream") {
		return
	}
	if name != o.name {
		o.flush(false)
		o.name = name
	}
	o.text[name] = append(o.text[name], text...)
	switch {
	case len(o.text[name]) >= streamBytes || time.Since(o.sent) >= streamTime:
		o.flush(false)
	case o.timer == nil:
		o.timer = time.AfterFunc(streamTime, o.send)
	}
}

// send sends the collected text now.
func (o *output) send() {
	o.mu.Lock()
	defer o.mu.Unlock()
	if !o.closed {
		o.flush(false)
	}
}

// flush sends the current stream's text. Unless all is set, it keeps an
// incomplete rune at the end.
func (o *output) flush(all bool) {
	if o.timer != nil {
		o.timer.Stop()
		o.timer = nil
	}
	text := o.text[o.name]
	n := len(text)
	if !all {
		n = wholeRunes(text)
	}
	if n == 0 {
		return
	}
	o.emit("stream", map[string]string{"name": o.name, "text": string(text[:n])})
	o.text[o.name] = append(text[:0], text[n:]...)
	o.sent = time.Now()
}

// wholeRunes returns the length of text without an incomplete rune at its end.
func wholeRunes(text []byte) int {
	for i := len(text) - 1; i >= max(0, len(text)-utf8.UTFMax+1); i-- {
		if utf8.RuneStart(text[i]) {
			if !utf8.FullRune(text[i:]) {
				return i
			}
			break
		}
	}
	return len(text)
}

// late reports whether the request has been answered already: a message now
// would follow its idle status.
func (o *output) late(kind string) bool {
	if o.closed {
		o.k.log.Printf("%s after the end of its request", kind)
	}
	return o.closed
}

// emit publishes once subscribers have room.
func (o *output) emit(kind string, content any) {
	o.k.iopub.room(o.j.ctx, o.j.topic(kind))
	o.k.publish(kind, o.j, content)
	o.count++
}

// published returns the number of messages so far; after close, of all.
func (o *output) published() int {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.count
}

// publish sends a message, after the stream text that was collected before it.
func (o *output) publish(kind string, content any) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.late(kind) {
		return
	}
	o.flush(false)
	o.emit(kind, content)
}

func (o *output) Display(data, metadata map[string]any) {
	o.publish("display_data", map[string]any{"data": orEmpty(data), "metadata": orEmpty(metadata), "transient": empty})
}

func (o *output) Result(count int, data, metadata map[string]any) {
	if o.silent {
		return
	}
	o.publish("execute_result", map[string]any{
		"execution_count": count, "data": orEmpty(data), "metadata": orEmpty(metadata),
	})
}

func (o *output) Error(ename, evalue string, traceback []string) {
	if traceback == nil {
		traceback = []string{}
	}
	o.publish("error", map[string]any{"ename": ename, "evalue": evalue, "traceback": traceback})
}

func (o *output) Progress(content any) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if !o.closed {
		o.k.publish("goscore_progress", o.j, content)
	}
}

// close sends the remaining text. No message follows.
func (o *output) close() {
	o.mu.Lock()
	defer o.mu.Unlock()
	names := maps.Clone(o.text)
	o.flush(true)
	for name := range names {
		o.name = name
		o.flush(true)
	}
	o.closed = true
}

func orEmpty(m map[string]any) map[string]any {
	if m == nil {
		return map[string]any{}
	}
	return m
}
