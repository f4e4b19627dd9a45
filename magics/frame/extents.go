package frame

import (
	"slices"
	"sort"
)

// extent is a free piece of a segment. A cold one has no memory yet: it was
// punched out, or the other side grew the file.
type extent struct {
	offset, size int64
	cold         bool
}

func (e extent) end() int64 { return e.offset + e.size }

// extents are the free pieces, by offset; neighbours of one kind are merged.
type extents []extent

// insert adds a free piece.
func (x *extents) insert(e extent) {
	i := sort.Search(len(*x), func(i int) bool { return (*x)[i].offset >= e.offset })
	if i < len(*x) && (*x)[i].cold == e.cold && e.end() == (*x)[i].offset {
		e.size += (*x)[i].size
		*x = slices.Delete(*x, i, i+1)
	}
	if i > 0 && (*x)[i-1].cold == e.cold && (*x)[i-1].end() == e.offset {
		(*x)[i-1].size += e.size
		return
	}
	*x = slices.Insert(*x, i, e)
}

// take removes n bytes and returns their offset and those of their parts that
// are cold.
//
// Order: the smallest warm piece that fits, since touching new pages costs ten
// times what copying does; else the run of neighbours with the least cold
// memory, the smallest of them.
func (x *extents) take(n int64) (offset int64, cold []extent, ok bool) {
	best := extent{size: -1}
	for _, e := range *x {
		if !e.cold && e.size >= n && (best.size < 0 || e.size < best.size) {
			best = e
		}
	}
	if best.size < 0 {
		best = x.bestRun(n)
	}
	if best.size < 0 {
		return 0, nil, false
	}
	return best.offset, x.carve(best.offset, n), true
}

// bestRun finds adjacent pieces of n bytes together; size is -1 without any.
func (x extents) bestRun(n int64) extent {
	best, bestCold := extent{size: -1}, int64(0)
	for i := 0; i < len(x); {
		run, cold := extent{offset: x[i].offset}, int64(0)
		for ; i < len(x) && x[i].offset == run.end(); i++ {
			if x[i].cold {
				cold += min(x[i].size, max(0, n-run.size))
			}
			run.size += x[i].size
		}
		better := best.size < 0 || cold < bestCold || cold == bestCold && run.size < best.size
		if run.size >= n && better {
			best, bestCold = run, cold
		}
	}
	return best
}

// carve removes [offset, offset+n), which must be free, and returns its cold parts.
func (x *extents) carve(offset, n int64) (cold []extent) {
	end := offset + n
	first := sort.Search(len(*x), func(i int) bool { return (*x)[i].end() > offset })
	last := first
	var rest []extent
	for ; last < len(*x) && (*x)[last].offset < end; last++ {
		e := (*x)[last]
		from, to := max(e.offset, offset), min(e.end(), end)
		if e.cold {
			cold = append(cold, extent{from, to - from, true})
		}
		if e.offset < from {
			rest = append(rest, extent{e.offset, from - e.offset, e.cold})
		}
		if to < e.end() {
			rest = append(rest, extent{to, e.end() - to, e.cold})
		}
	}
	*x = slices.Replace(*x, first, last, rest...)
	return cold
}

// tail is the size of the free run that ends at end.
func (x extents) tail(end int64) int64 {
	start := end
	for i := len(x) - 1; i >= 0 && x[i].end() == start; i-- {
		start = x[i].offset
	}
	return end - start
}

// excess lists whole pages of warm memory beyond limit, the highest first, so
// that the low end of the segment stays warm and dense.
func (x extents) excess(limit, page int64) (pieces []extent) {
	var warm int64
	for _, e := range x {
		if !e.cold {
			warm += e.size
		}
	}
	for i := len(x) - 1; i >= 0 && warm > limit; i-- {
		if x[i].cold {
			continue
		}
		from := (max(x[i].offset, x[i].end()-(warm-limit)) + page - 1) / page * page
		to := x[i].end() / page * page
		if from < to {
			pieces = append(pieces, extent{from, to - from, true})
			warm -= to - from
		}
	}
	return pieces
}
