package compute

// reduceRows is the length of the chunks that Reduce cuts rows into. It is part
// of the result: another length gives other last bits.
const reduceRows = 1 << 13

// Reduce computes one value of the rows 0 to n-1 on several cores. block gives
// the value of the rows from lo up to and without hi; merge joins the values of
// two neighbours, a being that of the earlier rows.
//
// Shape: n has any length; for n = 0 the result is block(0, 0).
// Order: chunks of fixed length, joined pairwise as a balanced tree whose
// form depends on n alone, so the same bits come back for any number of cores.
// Errors: a panic of block is raised again in the caller, as a *BlockPanic.
func Reduce[S any](n, threads int, block func(lo, hi int) S, merge func(a, b S) S) S {
	parts := make([]S, max(1, (n+reduceRows-1)/reduceRows))
	share(len(parts), threads, func(job int) {
		parts[job] = block(job*reduceRows, min((job+1)*reduceRows, n))
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
