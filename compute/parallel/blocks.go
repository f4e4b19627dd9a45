package parallel

// BlockRows is the length of a block where there are many rows: few enough that the
// cores end at about the same time, and so many that handing a block out costs nothing
// beside running it.
const BlockRows = 1 << 14

// blocksPerRun is how many blocks each thread gets where the rows are few.
const blocksPerRun = 16

// Blocks runs f over the rows 0 to n-1 on several cores, block by block. f
// computes the rows from lo up to and without hi.
//
// Shape: every block but the last has a multiple of 8 rows, so that blocks
// never share a byte of a validity bitmap.
// Order: blocks start in ascending order and run at the same time; f must
// write only to its own rows.
// Errors: a panic of f is raised again in the caller, as a *BlockPanic.
func Blocks(n, threads int, f func(lo, hi int)) {
	threads = Cores(threads)
	// Rows may be slow: a few of them are spread over the cores too.
	rows := min(BlockRows, (n/(threads*blocksPerRun)+8)&^7)
	if threads == 1 {
		rows = BlockRows
	}
	Pieces(n, rows, threads, f)
}

// Pieces is Blocks with blocks of a given length.
func Pieces(n, rows, threads int, f func(lo, hi int)) {
	Each((n+rows-1)/rows, threads, func(block int) {
		f(block*rows, min((block+1)*rows, n))
	})
}
