package compute

import "math/bits"

// bucketBits is the number of bits of a rank by which rows are first thrown
// into buckets: few enough places to write to at once for the caches, and
// then few enough ranks in a bucket.
const bucketBits = 11

// arrange sorts the rows by rank, by counting: first into buckets of
// neighbouring ranks, then within each bucket.
func arrange(r ranks, threads int) *Grouping {
	n := len(r.of)
	shift := max(0, bits.Len(uint(r.space-1))-bucketBits)
	g := &Grouping{Order: make([]uint32, n)}
	var within []uint64 // row, and above it the rank within the bucket
	if shift > 0 {
		within = make([]uint64, n)
	}
	buckets := (r.space-1)>>shift + 1
	rows := max(blockRows, (n+4*threads-1)/(4*threads))
	chunks := (n + rows - 1) / rows
	next := make([][]uint32, chunks)
	share(chunks, threads, func(chunk int) {
		counts := make([]uint32, buckets)
		for _, rank := range r.of[chunk*rows : min((chunk+1)*rows, n)] {
			counts[rank>>shift]++
		}
		next[chunk] = counts
	})
	starts := prefixSums(next, buckets)
	share(chunks, threads, func(chunk int) {
		next, lo := next[chunk], chunk*rows
		for i, rank := range r.of[lo:min(lo+rows, n)] {
			at := &next[rank>>shift]
			if shift == 0 {
				g.Order[*at] = uint32(lo + i)
			} else {
				within[*at] = uint64(rank&(1<<shift-1))<<32 | uint64(lo+i)
			}
			*at++
		}
	})
	if shift == 0 {
		g.Starts = withoutEmpty(starts)
		return g
	}
	parts := make([][]int, buckets)
	counters := newPool(func() []uint32 { return make([]uint32, 1<<shift) })
	share(buckets, threads, func(b int) {
		counts := counters.get()
		defer counters.put(counts)
		lo, hi := starts[b], starts[b+1]
		parts[b] = arrangeBucket(g.Order[lo:hi], within[lo:hi], counts, lo)
	})
	groups := 0
	for _, part := range parts {
		groups += len(part)
	}
	g.Starts = make([]int, 0, groups+1)
	for _, part := range parts {
		g.Starts = append(g.Starts, part...)
	}
	g.Starts = append(g.Starts, n)
	return g
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
