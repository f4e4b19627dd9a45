//go:build !linux

package sampling

import (
	"io"
	"runtime/pprof"
)

const rate = 100 // samples a second of a core; runtime/pprof's own

func start(out io.Writer) error { return pprof.StartCPUProfile(out) }
