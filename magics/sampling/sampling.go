// Package sampling is what a profiled program links beside magics/program: it runs
// the cell or the call under the samplers of Go's runtime. No other program links
// runtime/pprof.
package sampling

import (
	"bytes"
	"runtime"
	"runtime/pprof"
	"syscall"
	"time"

	"goscore/magics/program"
)

// What is enough: a thousand samples tell a share of 1 % apart.
const enough = 1000 * time.Second / rate

// How many bytes are between two samples of the heap: in runs whose time is sampled,
// and, of a call, at most so many samples in one run more, of all bytes if they are fewer.
const (
	coarse     = 64 << 10
	mostAllocs = 100_000
)

func init() { runtime.MemProfileRate = 0 }

// Main runs the cell for a program that is profiled.
func Main(cell func()) { program.Profiled(cell, measure) }

// measure runs a cell once, and a call again and again within the budget.
func measure(budget time.Duration, run func()) *program.Profile {
	var cpu bytes.Buffer
	p := &program.Profile{}
	runtime.MemProfileRate = coarse
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	if err := start(&cpu); err != nil {
		panic(err)
	}
	began, used := time.Now(), cores()
	for {
		run()
		p.Runs++
		past := time.Since(began)
		if past >= budget || cores()-used >= enough {
			break
		}
		if p.Runs == 1 && past < budget/2 {
			runtime.MemProfileRate = 0 // one more run has them all
		}
	}
	p.Nanoseconds = int64(time.Since(began))
	pprof.StopCPUProfile()
	p.CPU = cpu.Bytes()
	if rate := int64(runtime.MemProfileRate); rate > 0 {
		p.Allocs = allocated(nil, rate)
		return p
	}
	runtime.ReadMemStats(&after)
	every := int64(1)
	if objects := int64(after.Mallocs-before.Mallocs) / p.Runs; objects > mostAllocs {
		every = max(1, int64(after.TotalAlloc-before.TotalAlloc)/p.Runs/mostAllocs)
	}
	known := records()
	runtime.MemProfileRate = int(every)
	run()
	runtime.MemProfileRate = 0
	p.Allocs = allocated(known, every)
	return p
}

// cores is the time that the process's threads have run.
func cores() time.Duration {
	var u syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &u) != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
