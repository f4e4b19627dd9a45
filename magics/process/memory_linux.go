package process

import (
	"sync"
	"time"

	"goscore/magics/frame"
)

// spareMemory is what a program leaves to Python and everybody else at least.
const spareMemory = 256 << 20

// headroomTime is how long an answer holds: the system takes longer to give it
// than a short call runs.
const headroomTime = 100 * time.Millisecond

var known struct {
	sync.Mutex
	at   time.Time
	room int64
	ok   bool
}

func headroom() (room int64, ok bool) {
	known.Lock()
	defer known.Unlock()
	if known.at.IsZero() || time.Since(known.at) > headroomTime {
		known.room, known.ok = frame.Headroom()
		known.at = time.Now()
	}
	return known.room, known.ok
}
