package builtin

import "goscore/compute/parallel"

// stoppable checks before each block of rows.
func stoppable[T any](p *Place, rows parallel.Rows[T]) parallel.Rows[T] {
	return func() func(lo, hi int) []T {
		open := rows()
		return func(lo, hi int) []T {
			p.check()
			return open(lo, hi)
		}
	}
}

// counted counts the rows that are stored.
func counted[T any](p *Place, dst parallel.Room[T]) parallel.Room[T] {
	return func() (func(lo, hi int) []T, func(lo int, rows []T)) {
		room, store := dst()
		return room, func(lo int, rows []T) {
			store(lo, rows)
			p.count(len(rows))
		}
	}
}

// counted counts the rows that are fetched.
func (c column[T]) counted(p *Place) any {
	rows := c.rows
	c.rows = func() func(lo, hi int) []T {
		open := rows()
		return func(lo, hi int) []T {
			block := open(lo, hi)
			p.count(hi - lo)
			return block
		}
	}
	return c
}

// eachBlock runs f over rows that lie here, and checks before each block.
func (c *Call) eachBlock(n int, f func(lo, hi int)) {
	parallel.Blocks(n, c.Place.Threads, func(lo, hi int) {
		c.Place.check()
		f(lo, hi)
	})
}
