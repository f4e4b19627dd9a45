package group

import "goscore/compute/parallel"

// team is the threads that group, and what they call every now and then: a
// panic of it ends the grouping.
type team struct {
	threads int
	check   func()
}

// checkEvery is after how many rows of a long loop that is.
const checkEvery = 1 << 16

func (t team) each(jobs int, do func(job int)) {
	parallel.Each(jobs, t.threads, func(job int) {
		t.check()
		do(job)
	})
}

func (t team) blocks(n int, f func(lo, hi int)) {
	parallel.Blocks(n, t.threads, func(lo, hi int) {
		t.check()
		f(lo, hi)
	})
}
