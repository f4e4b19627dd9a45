package compute

// A block is small enough that the cores end at about the same time, and
// large enough that handing it out costs nothing beside running it.
const (
	blockRows    = 1 << 14
	blocksPerRun = 16 // for each thread, where the rows are few
)

// Blocks runs f over the rows 0 to n-1 on several cores, block by block. f
// computes the rows from lo up to and without hi.
//
// Shape: every block but the last has a multiple of 8 rows, so that blocks
// never share a byte of a validity bitmap.
// Order: blocks start in ascending order and run at the same time; f must
// write only to its own rows.
// Errors: a panic of f is raised again in the caller, as a *BlockPanic.
func Blocks(n, threads int, f func(lo, hi int)) {
	threads = cores(threads)
	// Rows may be slow: a few of them are spread over the cores too.
	rows := min(blockRows, (n/(threads*blocksPerRun)+8)&^7)
	if threads == 1 {
		rows = blockRows
	}
	Pieces(n, rows, threads, f)
}

// Pieces is Blocks with blocks of a given length.
func Pieces(n, rows, threads int, f func(lo, hi int)) {
	share((n+rows-1)/rows, threads, func(job int) {
		f(job*rows, min((job+1)*rows, n))
	})
}

// Groups runs f for each of n groups, or whatever else comes in few and
// uneven pieces, on several cores.
//
// Order: groups start in ascending order and run at the same time.
// Errors: a panic of f is raised again in the caller, as a *BlockPanic.
func Groups(n, threads int, f func(group int)) {
	share(n, threads, f)
}
