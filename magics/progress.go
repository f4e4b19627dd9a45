package magics

import (
	"context"
	"fmt"
	"sync"
	"time"

	"goscore/magics/protocol"
)

// How often a frontend hears how far a long compilation is.
const workTime = time.Second / 2

// showWork tells the frontend, until the returned function is called, of
// compilations that take long: by messages, and where no Python reads those by a line.
func (w *Worker) showWork(ctx context.Context, out protocol.Output, text bool) (end func()) {
	ctx, stop := context.WithCancel(ctx)
	var over sync.WaitGroup
	over.Go(func() {
		shown := false
		for {
			select {
			case <-ctx.Done():
				if shown && !text {
					out.Progress(protocol.Progress{})
				}
				return
			case <-time.After(workTime):
			}
			p := w.session.Progress(ctx)
			switch {
			case p.What == "" || ctx.Err() != nil:
			case !text:
				out.Progress(protocol.Progress{What: p.What, Done: p.Done, All: p.All})
				shown = true
			case !shown:
				out.Stream("stderr", fmt.Sprintf("%s\n", p.What))
				shown = true
			}
		}
	})
	return sync.OnceFunc(func() {
		stop()
		over.Wait()
	})
}
