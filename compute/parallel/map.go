package parallel

// Map computes each of n rows from the same row of another column, on several
// cores. block gets them from row lo on, and room for as many.
//
// Errors: a panic of block is raised again in the caller, as a *BlockPanic.
func Map[V, D any](n int, v Rows[V], dst Room[D], threads int, block func(lo int, dst []D, v []V)) {
	opened := Open(v, dst)
	Blocks(n, threads, func(lo, hi int) {
		m := opened.Get()
		to := m.Room(lo, hi)
		block(lo, to, m.Rows(lo, hi))
		m.Store(lo, to)
		opened.Put(m)
	})
}

// Mapped is what one thread works with that computes a column from another: the
// functions of Rows and Room, opened.
type Mapped[V, D any] struct {
	Rows  func(lo, hi int) []V
	Room  func(lo, hi int) []D
	Store func(lo int, rows []D)
}

// Open opens v and dst once for each thread that asks.
func Open[V, D any](v Rows[V], dst Room[D]) *Pool[Mapped[V, D]] {
	return NewPool(func() Mapped[V, D] {
		m := Mapped[V, D]{Rows: v()}
		m.Room, m.Store = dst()
		return m
	})
}
