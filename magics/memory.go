package magics

import (
	"fmt"
	"strconv"
	"strings"

	"goscore/magics/frame"
	"goscore/magics/program"
)

// memoryVariable names, in the environment, the most that a run may take.
const memoryVariable = "GOSCORE_MEMORY"

// leastMemory is what a run may take however little is left: less is not
// enough for Go itself.
const leastMemory = 256 << 20

// An allowance is what GOSCORE_MEMORY says; bytes is 0 where it says nothing.
type allowance struct {
	bytes int64
	text  string
}

var memoryUnits = []struct {
	name  string
	bytes float64
}{
	{"KiB", 1 << 10}, {"MiB", 1 << 20}, {"GiB", 1 << 30}, {"TiB", 1 << 40},
	{"KB", 1e3}, {"MB", 1e6}, {"GB", 1e9}, {"TB", 1e12}, {"B", 1}, {"", 1},
}

// readAllowance reads 8GiB, 500MB, 1000000000 or 50%, which is of all.
func readAllowance(text string, all int64) (allowance, error) {
	text = strings.TrimSpace(text)
	if text == "" {
		return allowance{}, nil
	}
	number, unit := text, ""
	if i := strings.IndexFunc(text, func(r rune) bool { return (r < '0' || r > '9') && r != '.' }); i >= 0 {
		number, unit = text[:i], strings.TrimSpace(text[i:])
	}
	n, err := strconv.ParseFloat(number, 64)
	factor := -1.0
	for _, u := range memoryUnits {
		if strings.EqualFold(unit, u.name) {
			factor = u.bytes
		}
	}
	if unit == "%" {
		if factor = float64(all) / 100; all == 0 {
			return allowance{}, fmt.Errorf("%s=%s: this system does not say how much memory there is: name a number of bytes, as in 8GiB", memoryVariable, text)
		}
	}
	if err != nil || factor < 0 || n*factor > 1<<62 {
		return allowance{}, fmt.Errorf("%s=%s is no amount of memory: write it as 8GiB, 500MB or 50%%", memoryVariable, text)
	}
	if n*factor < leastMemory {
		return allowance{}, fmt.Errorf("%s=%s is too little: a run takes %s at least", memoryVariable, text, frame.Shown(leastMemory))
	}
	return allowance{int64(n * factor), text}, nil
}

// A memoryLimit is what one run may take, and why it is not more.
type memoryLimit struct {
	bytes int64 // 0 where nothing is known
	asked string
}

// limit gives the most that a run may take that begins now: what GOSCORE_MEMORY
// allows, and never what Python and everybody else may need.
func (a allowance) limit() memoryLimit {
	room, ok := headroom()
	if left := max(room-spareOf(room), leastMemory); ok && (a.bytes == 0 || left < a.bytes) {
		return memoryLimit{bytes: left}
	}
	return memoryLimit{a.bytes, a.text}
}

// spareOf is what a run leaves of the memory that can still be had.
func spareOf(room int64) int64 { return max(room/10, spareMemory) }

func (l memoryLimit) String() string {
	switch {
	case l.bytes == 0:
		return "as much as there is"
	case l.asked != "":
		return fmt.Sprintf("%s (%s=%s)", frame.Shown(l.bytes), memoryVariable, l.asked)
	}
	if l.bytes <= leastMemory {
		return frame.Shown(l.bytes) + ", though hardly as much is left"
	}
	return frame.Shown(l.bytes) + ", what is left less a tenth for Python"
}

// exceeded words that a run wanted more.
func (l memoryLimit) exceeded() string {
	switch {
	case l.bytes == 0:
		return ""
	case l.asked != "":
		return fmt.Sprintf("\n  hint: a run may take %v; for more, in Python: os.environ[%q] = %q; goscore.restart()", l, memoryVariable, frame.Shown(2*l.bytes))
	}
	return fmt.Sprintf("\n  hint: this run could take %v; free what is no longer needed (del, gc.collect()), or work on fewer rows", l)
}

// A fullError is that results find no memory.
type fullError struct{ text string }

func (e *fullError) Error() string { return e.text }

func (r *run) full(n int64, err error) error {
	text := fmt.Sprintf("no memory left for results of %s", frame.Shown(r.placed+n))
	if err != nil {
		text += ": " + err.Error()
	}
	return &fullError{text + r.memory.exceeded()}
}

// seen is what was seen of a program's memory while it ran.
type seen struct {
	over string // how much it had when that was too much
	full bool   // it was nearly at its end
}

// nearlyFull says whether what a program had asked for is more than three
// quarters of what it may.
func nearlyFull(job *program.Job, data int64) bool {
	return job.Data > 0 && data > job.Data/4*3
}

// Memory says what a run that begins now may take.
func (w *Worker) Memory() map[string]any {
	l := w.memory.limit()
	return map[string]any{"limit": l.bytes, "text": l.String()}
}

// mappedBytes is how much of its inputs a program maps: that counts as its
// data, but costs memory only where the cell writes. What lies in Python's
// memory is copied, in whole or block by block, and counts as what it is.
func (r *run) mappedBytes() (n int64) {
	for _, in := range r.inputs {
		for _, a := range in.arrays {
			n += mappedOf(a)
		}
	}
	return n
}

const pageBytes = 64 << 10 // the largest that there are: every buffer begins and ends in one

func mappedOf(a *frame.Array) (n int64) {
	if a == nil {
		return 0
	}
	for _, b := range a.Buffers {
		if b != nil && b.Segment != frame.OwnMemory && b.Length > 0 {
			n += b.Length + 2*pageBytes
		}
	}
	for _, c := range a.Children {
		n += mappedOf(c)
	}
	return n + mappedOf(a.Dictionary)
}
