package magics

import (
	"time"

	"goscore/compute"
)

// check ends a built-in function whose run is interrupted or over its time. It is
// called between blocks of rows, on any thread.
func (r *run) check() {
	if r.over() {
		panic(unread{r.stopped()})
	}
}

// over says whether the run's context has ended. While all cores compute, the
// context hears of its deadline late.
func (r *run) over() bool {
	deadline, ok := r.ctx.Deadline()
	return r.ctx.Err() != nil || ok && !time.Now().Before(deadline)
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

// count says that rows are done; of several calls each does its part of them.
func (r *run) count(rows int) { r.done.Add(rows / max(r.calls, 1)) }

// counted counts the rows that are stored.
func counted[T any](r *run, dst compute.Room[T]) compute.Room[T] {
	return func() (func(lo, hi int) []T, func(lo int, rows []T)) {
		room, store := dst()
		return room, func(lo int, rows []T) {
			store(lo, rows)
			r.count(len(rows))
		}
	}
}

// counted counts the rows that are fetched.
func (c column[T]) counted(r *run) any {
	rows := c.rows
	c.rows = func() func(lo, hi int) []T {
		open := rows()
		return func(lo, hi int) []T {
			near := open(lo, hi)
			r.count(hi - lo)
			return near
		}
	}
	return c
}

// on runs the function on a call's arguments.
func (f builtin) on(c *builtinCall) (any, error) {
	if f.once && c.groups == nil {
		if v, ok := c.args[0].(interface{ counted(r *run) any }); ok {
			c.args[0] = v.counted(c.r)
		}
	}
	return f.run(c)
}

// eachBlock runs f over rows that lie here, and checks before each block.
func (c *builtinCall) eachBlock(n int, f func(lo, hi int)) {
	compute.Blocks(n, c.threads, func(lo, hi int) {
		c.r.check()
		f(lo, hi)
	})
}
