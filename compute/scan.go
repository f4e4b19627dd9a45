package compute

import (
	"sync"
	"sync/atomic"
)

const (
	// warmRows is how early a stretch starts, so as to have forgotten by its
	// first row that it started from the wrong state: 0.9**355 is less than
	// the last bit of a float64, and rounding then makes states equal.
	warmRows = 512
	// laneRows keeps the early start at 3 % of the work; longer lanes gain
	// nothing that can be measured, and lose more where a step never forgets.
	laneRows    = 1 << 14
	minLaneRows = 4 * warmRows
)

// Steps is the step of a scan, written out as loops so that it inlines.
type Steps[S any] struct {
	// Block computes the rows lo to lo+len(dst)-1 from prev, the state after
	// row lo-1, and stores the state after each of them in dst.
	Block func(dst []S, lo int, prev S)
	// Lanes does the same for four stretches of the same length, interleaved.
	// It may be nil; it is worth having where the step is inlined and has no
	// branch.
	Lanes func(dst [4][]S, lo [4]int, prev [4]S)
}

// Scan computes the rows of dst one from the other, starting from init, on
// several cores.
//
//	dst_i = step(dst_(i-1), row i)  with dst_(-1) = init
//
// A step that forgets its past can be started anywhere: stretches of rows start a
// little early from init, all at once. Each is kept only when the state it
// started with has the same bits as the true state there; else it is computed
// again. A step that does not forget is run row by row.
//
// The step must depend on its arguments alone and must come to an end on any
// state, also on one that the true sequence never reaches; if it panics on
// such a state nobody sees it. For a step that does not keep to this, call
// steps.Block(dst, 0, init) instead.
//
// Shape: dst has any length.
// Order: the same bits as row by row, for any number of cores.
// Errors: a panic of the step on a true state is raised again in the caller,
// as a *BlockPanic.
func Scan[S any](dst []S, init S, threads int, steps Steps[S]) {
	threads = cores(threads)
	s := &scan[S]{dst: dst, init: init, steps: steps, width: 1}
	if steps.Lanes != nil {
		s.width = 4
	}
	blocks := s.cut(threads)
	if blocks*s.width > 1 {
		s.starts = make([]S, blocks*s.width)
		s.blocks = make([]blockState, blocks)
		share(blocks, threads, s.run)
	}
	share(1, 1, func(int) {
		from := s.sure * s.rows
		s.steps.Block(dst[from:], from, s.stateBefore(s.sure))
	})
}

type blockState uint8

const (
	pending blockState = iota
	computed
	panicked
)

// scan is a scan under way. Its rows are cut into lanes of equal length, and
// width lanes make a block, which one thread computes.
type scan[S any] struct {
	dst    []S
	init   S
	steps  Steps[S]
	width  int
	rows   int         // of a lane
	gaveUp atomic.Bool // the step does not forget

	mu     sync.Mutex
	starts []S // the state that each lane started with
	blocks []blockState
	sure   int // lanes, from the first, that hold the true states
}

// cut chooses the length of the lanes and returns the number of blocks, 0 when
// the rows are too few to be worth it.
func (s *scan[S]) cut(threads int) int {
	n := len(s.dst)
	blocks := (n + s.width*laneRows - 1) / (s.width * laneRows)
	blocks = min(max(blocks, threads), n/(s.width*minLaneRows))
	if threads == 1 && s.width == 1 || blocks == 0 {
		return 0
	}
	s.rows = n / (s.width * blocks)
	return blocks
}

// lane returns where the result of lane k goes.
func (s *scan[S]) lane(k int) []S { return s.dst[k*s.rows : (k+1)*s.rows] }

// stateBefore returns the state that precedes lane k, as it now stands in dst.
func (s *scan[S]) stateBefore(k int) S {
	if k == 0 {
		return s.init
	}
	return s.dst[k*s.rows-1]
}

// run computes one block from a guess and confirms what can be confirmed.
func (s *scan[S]) run(block int) {
	if s.gaveUp.Load() {
		return
	}
	state := s.guess(block)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.blocks[block] = state
	for !s.gaveUp.Load() {
		next := s.sure / s.width
		if next == len(s.blocks) || s.blocks[next] == pending {
			return
		}
		s.advance(next)
	}
}

// advance confirms one lane of a block, or gives up. A panic on a true state
// gives up too: the lane is then half done, and nothing may build on it.
func (s *scan[S]) advance(block int) {
	forgets := false
	defer func() {
		if !forgets {
			s.gaveUp.Store(true)
		}
	}()
	forgets = s.blocks[block] == computed && s.confirm(s.sure)
}

// TryScan is Scan on all cores for a step that may panic on a true state. It
// is false when that happened: what stands in dst then means nothing, and
// running the step row by row finds the row and the panic.
func TryScan[S any](dst []S, init S, steps Steps[S]) (ok bool) {
	defer func() {
		if recover() != nil {
			ok = false
		}
	}()
	Scan(dst, init, 0, steps)
	return true
}
