package magics

import "goscore/compute"

// check ends a built-in function whose run is interrupted or over its time. It is
// called between blocks of rows, on any thread.
func (r *run) check() {
	if err := r.ctx.Err(); err != nil {
		panic(unread{err})
	}
}

// watched checks before each block of rows.
func watched[T any](r *run, rows compute.Rows[T]) compute.Rows[T] {
	return func() func(lo, hi int) []T {
		open := rows()
		return func(lo, hi int) []T {
			r.check()
			return open(lo, hi)
		}
	}
}

// eachBlock runs f over rows that lie here, and checks before each block.
func (c *builtinCall) eachBlock(n int, f func(lo, hi int)) {
	compute.Blocks(n, c.threads, func(lo, hi int) {
		c.r.check()
		f(lo, hi)
	})
}
