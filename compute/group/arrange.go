package group

import (
	"math/bits"
	"slices"

	"goscore/compute/parallel"
)

// bucketBits is the number of bits of a rank by which rows are first thrown
// into buckets: few enough places to write to at once for the caches, and
// then few enough ranks in a bucket.
const bucketBits = 11

// arrange sorts the rows by rank, by counting: first into buckets of
// neighbouring ranks, then within each bucket.
func arrange(r ranks, t team) *Grouping {
	n := len(r.of)
	shift := max(0, bits.Len(uint(r.space-1))-bucketBits)
	buckets := (r.space-1)>>shift + 1
	rows := max(parallel.BlockRows, (n+4*t.threads-1)/(4*t.threads))
	chunks := (n + rows - 1) / rows
	next := make([][]uint32, chunks)
	t.each(chunks, func(chunk int) {
		counts := make([]uint32, buckets)
		for _, rank := range r.of[chunk*rows : min((chunk+1)*rows, n)] {
			counts[rank>>shift]++
		}
		next[chunk] = counts
	})
	starts := prefixSums(next, buckets)
	order := make([]uint32, n)
	if shift == 0 {
		t.each(chunks, func(chunk int) {
			next, lo := next[chunk], chunk*rows
			for i, rank := range r.of[lo:min(lo+rows, n)] {
				order[next[rank]] = uint32(lo + i)
				next[rank]++
			}
		})
		return &Grouping{Order: order, Starts: withoutEmpty(starts)}
	}
	within := make([]uint64, n) // the row, and above it the rank within its bucket
	t.each(chunks, func(chunk int) {
		next, lo := next[chunk], chunk*rows
		for i, rank := range r.of[lo:min(lo+rows, n)] {
			at := &next[rank>>shift]
			within[*at] = uint64(rank&(1<<shift-1))<<32 | uint64(lo+i)
			*at++
		}
	})
	return arrangeBuckets(order, within, starts, 1<<shift, t)
}

// arrangeBuckets sorts the rows of each bucket by their rank within it.
func arrangeBuckets(order []uint32, within []uint64, starts []int, space int, t team) *Grouping {
	parts := make([][]int, len(starts)-1)
	counters := parallel.NewPool(func() []uint32 { return make([]uint32, space) })
	t.each(len(parts), func(b int) {
		counts := counters.Get()
		defer counters.Put(counts)
		lo, hi := starts[b], starts[b+1]
		parts[b] = arrangeBucket(order[lo:hi], within[lo:hi], counts, lo)
	})
	return &Grouping{Order: order, Starts: append(slices.Concat(parts...), len(order))}
}

// prefixSums turns the number of rows that each chunk has in each bucket into
// where its first one goes, and returns where each bucket starts.
func prefixSums(next [][]uint32, buckets int) []int {
	starts := make([]int, buckets+1)
	sum := uint32(0)
	for b := range buckets {
		starts[b] = int(sum)
		for _, counts := range next {
			counts[b], sum = sum, sum+counts[b]
		}
	}
	starts[buckets] = int(sum)
	return starts
}

// withoutEmpty drops the groups that have no rows. It overwrites starts.
func withoutEmpty(starts []int) []int {
	kept := starts[:0]
	last := len(starts) - 1
	for i, start := range starts[:last] {
		if starts[i+1] > start {
			kept = append(kept, start)
		}
	}
	return append(kept, starts[last])
}

// arrangeBucket writes the rows of one bucket in the order of their ranks,
// and returns where the groups start, the bucket itself starting at base.
func arrangeBucket(order []uint32, within []uint64, counts []uint32, base int) []int {
	clear(counts)
	for _, w := range within {
		counts[w>>32]++
	}
	groups := 0
	for _, count := range counts {
		if count > 0 {
			groups++
		}
	}
	starts := make([]int, 0, groups)
	sum := uint32(0)
	for i, count := range counts {
		if count > 0 {
			starts = append(starts, base+int(sum))
		}
		counts[i], sum = sum, sum+count
	}
	for _, w := range within {
		at := &counts[w>>32]
		order[*at] = uint32(w)
		*at++
	}
	return starts
}
