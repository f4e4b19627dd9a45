package compute

// MapOf computes each of n rows from the same row of another column, on several
// cores. block gets them from row lo on, and room for as many.
//
// Errors: a panic of block is raised again in the caller, as a *BlockPanic.
func MapOf[V, D any](n int, v Rows[V], dst Room[D], threads int, block func(lo int, dst []D, v []V)) {
	opened := newPool(func() mapped[V, D] {
		m := mapped[V, D]{rows: v()}
		m.room, m.store = dst()
		return m
	})
	Blocks(n, threads, func(lo, hi int) {
		m := opened.get()
		to := m.room(lo, hi)
		block(lo, to, m.rows(lo, hi))
		m.store(lo, to)
		opened.put(m)
	})
}

// mapped is what one thread of mapRows works with.
type mapped[V, D any] struct {
	rows  func(lo, hi int) []V
	room  func(lo, hi int) []D
	store func(lo int, rows []D)
}
