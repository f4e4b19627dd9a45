package sampling

import (
	"io"
	"os"
	"runtime"
	"runtime/pprof"
	"syscall"
)

// rate is how many samples a second of a core gives: no more than the timers of
// common kernels tick.
const rate = 250

// start begins to sample time. runtime/pprof asks for 100 samples a second, and
// Go's runtime then complains on standard error that a rate is set: nobody is to
// see that.
func start(out io.Writer) error {
	if null, err := os.OpenFile(os.DevNull, os.O_WRONLY, 0); err == nil {
		defer null.Close()
		if stderr, err := syscall.Dup(2); err == nil {
			defer syscall.Close(stderr)
			if syscall.Dup3(int(null.Fd()), 2, 0) == nil {
				defer syscall.Dup3(stderr, 2, 0)
				runtime.SetCPUProfileRate(rate)
			}
		}
	}
	return pprof.StartCPUProfile(out)
}
