package parallel

const (
	// ReduceRows is the length of the chunks that Reduce cuts rows into. It is part
	// of the result: another length gives other last bits.
	ReduceRows = 1 << 13
	// chunksAtOnce is how many of them a thread takes: fetching rows costs about
	// a microsecond each time.
	chunksAtOnce = 4
)

// Reduce computes one value of the rows 0 to n-1 on several cores. block gives
// the value of the rows from lo up to and without hi; merge joins the values of
// two neighbours, a being that of the earlier rows.
//
// Shape: n has any length; for n = 0 the result is block(0, 0).
// Order: chunks of fixed length, joined pairwise as a balanced tree whose
// form depends on n alone, so the same bits come back for any number of cores.
// Errors: a panic of block is raised again in the caller, as a *BlockPanic.
func Reduce[S any](n, threads int, block func(lo, hi int) S, merge func(a, b S) S) S {
	return reduceStream(n, threads, func() chunks[S] {
		return chunks[S]{Load: func(int, int) {}, Value: block}
	}, merge)
}

// chunks is what one thread of a reduction works with.
type chunks[S any] struct {
	// Load brings the rows from lo up to and without hi within reach, in place of those before.
	Load func(lo, hi int)
	// Value gives the value of rows within reach.
	Value func(lo, hi int) S
}

// reduceStream is Reduce over n rows that do not lie in one place.
func reduceStream[S any](n, threads int, open func() chunks[S], merge func(a, b S) S) S {
	parts := make([]S, max(1, (n+ReduceRows-1)/ReduceRows))
	opened := NewPool(open)
	atOnce := min(chunksAtOnce, max(1, len(parts)/Cores(threads)))
	Each((len(parts)+atOnce-1)/atOnce, threads, func(job int) {
		c := opened.Get()
		defer opened.Put(c)
		first, last := job*atOnce, min((job+1)*atOnce, len(parts))
		c.Load(first*ReduceRows, min(last*ReduceRows, n))
		for k := first; k < last; k++ {
			parts[k] = c.Value(k*ReduceRows, min((k+1)*ReduceRows, n))
		}
	})
	for len(parts) > 1 {
		half := parts[:0]
		for i := 0; i+1 < len(parts); i += 2 {
			half = append(half, merge(parts[i], parts[i+1]))
		}
		if len(parts)%2 == 1 {
			half = append(half, parts[len(parts)-1])
		}
		parts = half
	}
	return parts[0]
}
