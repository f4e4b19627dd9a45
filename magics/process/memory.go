package process

import (
	"fmt"
	"strconv"
	"strings"

	"goscore/magics/frame"
	"goscore/magics/program"
)

// MemoryVariable names, in the environment, the most that a run may take.
const MemoryVariable = "GOSCORE_MEMORY"

// leastMemory is what a run may take however little is left: less is not
// enough for Go itself.
const leastMemory = 256 << 20

// An Allowance is what GOSCORE_MEMORY says; bytes is 0 where it says nothing.
type Allowance struct {
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

// ReadAllowance reads 8GiB, 500MB, 1000000000 or 50%, which is of all.
func ReadAllowance(text string, all int64) (Allowance, error) {
	text = strings.TrimSpace(text)
	if text == "" {
		return Allowance{}, nil
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
			return Allowance{}, fmt.Errorf("%s=%s: this system does not say how much memory there is: name a number of bytes, as in 8GiB", MemoryVariable, text)
		}
	}
	if err != nil || factor < 0 || n*factor > 1<<62 {
		return Allowance{}, fmt.Errorf("%s=%s is no amount of memory: write it as 8GiB, 500MB or 50%%", MemoryVariable, text)
	}
	if n*factor < leastMemory {
		return Allowance{}, fmt.Errorf("%s=%s is too little: a run takes %s at least", MemoryVariable, text, frame.FormatBytes(leastMemory))
	}
	return Allowance{int64(n * factor), text}, nil
}

// A Limit is what one run may take, and why it is not more.
type Limit struct {
	Bytes  int64  // 0 where nothing is known
	source string // what GOSCORE_MEMORY says, where that is why
}

// Limit gives the most that a run may take that begins now: what GOSCORE_MEMORY
// allows, and never what Python and everybody else may need.
func (a Allowance) Limit() Limit {
	room, ok := headroom()
	if left := max(room-spareOf(room), leastMemory); ok && (a.bytes == 0 || left < a.bytes) {
		return Limit{Bytes: left}
	}
	return Limit{a.bytes, a.text}
}

// spareOf is what a run leaves of the memory that can still be had.
func spareOf(room int64) int64 { return max(room/10, spareMemory) }

// Available bounds a region of Python's memory that results may go to by the
// memory that there is: its pages come when they are written. What does not fit
// goes through a segment, which takes its memory before it is used, or fails
// with an error.
func Available(n int64) int64 {
	if room, ok := headroom(); ok {
		return min(n, max(0, room-spareOf(room)))
	}
	return n
}

func (l Limit) String() string {
	switch {
	case l.Bytes == 0:
		return "as much as there is"
	case l.source != "":
		return fmt.Sprintf("%s (%s=%s)", frame.FormatBytes(l.Bytes), MemoryVariable, l.source)
	}
	if l.Bytes <= leastMemory {
		return frame.FormatBytes(l.Bytes) + ", though hardly as much is left"
	}
	return frame.FormatBytes(l.Bytes) + ", what is left less a tenth for Python"
}

// Exceeded words that a run wanted more.
func (l Limit) Exceeded() string {
	switch {
	case l.Bytes == 0:
		return ""
	case l.source != "":
		return fmt.Sprintf("\n  hint: a run may take %v; for more, in Python: os.environ[%q] = %q; goscore.restart()", l, MemoryVariable, frame.FormatBytes(2*l.Bytes))
	}
	return fmt.Sprintf("\n  hint: this run could take %v; free what is no longer needed (del, gc.collect()), or work on fewer rows", l)
}

// A FullError is that results find no memory.
type FullError struct{ Text string }

func (e *FullError) Error() string { return e.Text }

// Full is the error of results of n bytes for which there is no memory; err says why, if the system does.
func (l Limit) Full(n int64, err error) error {
	text := fmt.Sprintf("no memory left for results of %s", frame.FormatBytes(n))
	if err != nil {
		text += ": " + err.Error()
	}
	return &FullError{text + l.Exceeded()}
}

// Seen is what was seen of a program's memory while it ran.
type Seen struct {
	Over string // how much it had when that was too much
	Full bool   // it was nearly at its end
}

// nearlyFull says whether what a program had asked for is more than three
// quarters of what it may.
func nearlyFull(job *program.Job, data int64) bool {
	return job.Data > 0 && data > job.Data/4*3
}

const pageBytes = 64 << 10 // the largest that there are: every buffer begins and ends in one

// Mapped is how much of an array a program maps: that counts as its data, but
// costs memory only where the cell writes. What lies in Python's memory is
// copied, in whole or block by block, and counts as what it is.
func Mapped(a *frame.Array) (n int64) {
	if a == nil {
		return 0
	}
	for _, b := range a.Buffers {
		if b != nil && b.Segment != frame.OwnMemory && b.Length > 0 {
			n += b.Length + 2*pageBytes
		}
	}
	for _, c := range a.Children {
		n += Mapped(c)
	}
	return n + Mapped(a.Dictionary)
}
