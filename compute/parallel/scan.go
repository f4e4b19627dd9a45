package parallel

import "sync"

// Where a scan is cut. The tests of a step look at the rows around these places.
const (
	// WarmRows is how early a stretch starts, so as to have forgotten by its
	// first row that it started from the wrong state: 0.9**355 is less than
	// the last bit of a float64, and rounding then makes states equal.
	WarmRows = 512
	// LaneRows is the length of a lane: it keeps the early start at 3 % of the work; longer lanes gain
	// nothing that can be measured, and lose more where a step never forgets. No
	// power of two: lanes whose rows lie 4 KiB apart share one set of the cache.
	LaneRows = 16000
	// MinLaneRows is the length below which a lane is not worth its early start.
	MinLaneRows = 4 * WarmRows
)

// A Stretch is what one thread of a scan works with: the step, and the rows
// that are within its reach at the moment.
type Stretch[S any] struct {
	// Block computes the rows lo to lo+len(dst)-1 from prev, the state after
	// row lo-1, and stores the state after each of them in dst. It is the step
	// written out as a loop, so that the step inlines.
	Block func(dst []S, lo int, prev S)
	// Lanes does the same for four stretches of the same length, interleaved.
	// It may be nil; it is worth having where the step is inlined and has no
	// branch.
	Lanes func(dst [4][]S, lo [4]int, prev [4]S)
	// Load brings the rows from `from` up to hi within the step's reach, in
	// place of those before, and gives room for the states of the rows from lo on.
	Load func(from, lo, hi int) []S
	// Store takes the states of the rows from lo on, once they are the true ones.
	Store func(lo int, dst []S)
	// Close, where there is one, is called when the stretch is not needed any more.
	Close func()
}

// Scan computes n rows one from the other, starting from init, on several
// cores. Each thread opens a stretch and moves it from block to block.
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
// such a state nobody sees it. A step that does not keep to this is run row by
// row, without Scan.
//
// Order: the same bits as row by row, for any number of cores. Blocks are
// stored once each, when their states are confirmed, not always in ascending
// order.
// Errors: a panic of the step on a true state, and one of Load or Store, is
// raised again in the caller, as a *BlockPanic.
func Scan[S any](n int, init S, threads int, open func() Stretch[S]) {
	threads = Cores(threads)
	first := open()
	s := &scan[S]{n: n, threads: threads, init: init, state: init, width: 1, open: NewPool(open)}
	s.open.Put(first)
	if first.Lanes != nil {
		s.width = 4
	}
	s.turn.L = &s.mu
	s.rows = s.blockRows()
	defer s.close()
	Each((n+s.rows-1)/s.rows, threads, s.run)
}

func (s *scan[S]) close() {
	for _, stretch := range s.open.idle {
		if stretch.Close != nil {
			stretch.Close()
		}
	}
}

// scan is a scan under way. Its rows are cut into blocks, which threads take
// in ascending order; a block is cut into lanes.
type scan[S any] struct {
	n, threads int
	width      int // lanes of a block
	rows       int // of a block
	init       S
	open       *Pool[Stretch[S]]

	mu        sync.Mutex
	turn      sync.Cond // for what follows to change
	sure      int       // blocks, from the first, whose states are the true ones
	state     S         // the true one after them
	gaveUp    bool      // the step does not forget
	abandoned bool      // a block ended in a panic: those after it have no state to start from
}

// blockRows chooses the length of the blocks: a multiple of 8, so that they
// never share a byte of a validity bitmap.
func (s *scan[S]) blockRows() int {
	each := (s.n + s.threads - 1) / s.threads
	return (min(max(each, s.width*MinLaneRows), s.width*LaneRows) + 7) &^ 7
}

// run computes one block from a guess, and what is wrong of it again when the
// true state before it is known.
func (s *scan[S]) run(index int) {
	stretch, done := s.open.Get(), false
	defer func() {
		s.open.Put(stretch)
		if !done {
			s.abandon()
		}
	}()
	b := &scanBlock[S]{Stretch: stretch, lo: index * s.rows}
	hi := min(b.lo+s.rows, s.n)
	b.dst = b.Load(max(0, b.lo-WarmRows), b.lo, hi)
	tried := s.speculates(index, len(b.dst))
	guessed := tried && b.guess(s.width, s.init)
	prev, ok := s.await(index)
	if !ok {
		done = true
		return
	}
	forgets := guessed || !tried
	if guessed {
		forgets = b.confirm(prev)
	} else {
		b.Block(b.dst, b.lo, prev)
	}
	s.confirmed(b.dst[len(b.dst)-1], forgets)
	b.Store(b.lo, b.dst)
	done = true
}

// speculates says whether a block is worth a guess.
func (s *scan[S]) speculates(index, rows int) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	alone := s.width == 1 && (index == s.sure || s.threads == 1)
	return !s.gaveUp && !alone && rows >= s.width*MinLaneRows
}

// await gives the true state before a block; false when it will never be known.
func (s *scan[S]) await(index int) (state S, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for s.sure < index && !s.abandoned {
		s.turn.Wait()
	}
	return s.state, !s.abandoned
}

func (s *scan[S]) confirmed(state S, forgets bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.sure++
	s.state = state
	s.gaveUp = s.gaveUp || !forgets
	s.turn.Broadcast()
}

func (s *scan[S]) abandon() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.abandoned = true
	s.turn.Broadcast()
}

// TryScan is Scan for a step that may panic on a true state. It is false
// when that happened: what was stored then means nothing, and running the step
// row by row finds the row and the panic.
func TryScan[S any](n int, init S, threads int, open func() Stretch[S]) (ok bool) {
	defer func() {
		if recover() != nil {
			ok = false
		}
	}()
	Scan(n, init, threads, open)
	return true
}

// TryScanFloat64 is TryScan for the commonest state: Go compiles generic code
// anew into each program that uses it, which takes longer than all the rest.
func TryScanFloat64(n int, init float64, threads int, open func() Stretch[float64]) bool {
	return TryScan(n, init, threads, open)
}
