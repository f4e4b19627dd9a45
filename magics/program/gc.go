package program

import (
	"runtime"
	"runtime/debug"
	"runtime/metrics"
)

// smallHeap is the size to which a small heap may grow between two collections.
// Go's own 4 MiB would mean one every few blocks of strings, and with it write
// barriers in every loop that makes strings.
const smallHeap = 64 << 20

// paceCollections lets a small heap grow to smallHeap, and a larger one to twice
// its live bytes, as Go does.
func paceCollections() {
	debug.SetGCPercent(percentFor(4 << 20))
	live := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
	var again func(*[]metrics.Sample)
	again = func(live *[]metrics.Sample) {
		metrics.Read(*live)
		if v := (*live)[0].Value; v.Kind() == metrics.KindUint64 {
			debug.SetGCPercent(percentFor(v.Uint64()))
		}
		runtime.SetFinalizer(live, again) // runs after the next collection
	}
	runtime.SetFinalizer(&live, again)
}

func percentFor(live uint64) int {
	return int(max(100, smallHeap*100/max(live, 4<<20)))
}
