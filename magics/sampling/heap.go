package sampling

import (
	"math"
	"runtime"

	"goscore/magics/program"
)

// records reads the heap's samples so far, by their stacks.
func records() map[[32]uintptr]runtime.MemProfileRecord {
	runtime.GC() // what was allocated counts after a collection
	runtime.GC()
	n, ok := runtime.MemProfile(nil, true)
	var all []runtime.MemProfileRecord
	for !ok {
		all = make([]runtime.MemProfileRecord, n+64)
		n, ok = runtime.MemProfile(all, true)
	}
	out := map[[32]uintptr]runtime.MemProfileRecord{}
	for _, r := range all[:min(n, len(all))] {
		sum := out[r.Stack0]
		sum.AllocBytes += r.AllocBytes
		sum.AllocObjects += r.AllocObjects
		out[r.Stack0] = sum
	}
	return out
}

// allocated estimates, from samples that came since, how many bytes each line asked for.
func allocated(before map[[32]uintptr]runtime.MemProfileRecord, rate int64) (out []program.Alloc) {
	at := map[program.Frame]float64{}
	for stack, r := range records() {
		size := float64(r.AllocBytes - before[stack].AllocBytes)
		objects := float64(r.AllocObjects - before[stack].AllocObjects)
		if objects <= 0 {
			continue
		}
		if rate > 1 { // the chance that an object of this size was sampled
			size /= 1 - math.Exp(-size/objects/float64(rate))
		}
		pcs := stack[:]
		for n, pc := range pcs {
			if pc == 0 {
				pcs = pcs[:n]
				break
			}
		}
		at[program.InnermostCell(runtime.CallersFrames(pcs))] += size
	}
	for f, size := range at {
		out = append(out, program.Alloc{File: f.File, Line: f.Line, Bytes: int64(size)})
	}
	return out
}
