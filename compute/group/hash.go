package group

import (
	"cmp"

	"goscore/compute/parallel"
)

// hashRank ranks the rows of c by a table of the keys that occur. Each thread
// has a table of its own, which numbers the keys as it meets them; sorted,
// the tables' keys are merged, and the numbers replaced by places in there.
func hashRank[K cmp.Ordered](r ranking, c *keyColumn[K], kind keyKind[K]) ranks {
	type scratch struct {
		table  *table[K]
		keys   []K
		hashes []uint64
		number int
	}
	var tables []*table[K]
	scratches := parallel.NewPool(func() scratch {
		tables = append(tables, newTable(kind.keeper()))
		return scratch{tables[len(tables)-1], make([]K, hashRows), make([]uint64, hashRows), len(tables) - 1}
	})
	of := make([]uint32, r.n)
	blocks := (r.n + hashRows - 1) / hashRows
	numbered := make([]int, blocks) // which table numbered a block's rows
	r.each(blocks, func(block int) {
		t := scratches.Get()
		defer scratches.Put(t)
		lo, hi := block*hashRows, min((block+1)*hashRows, r.n)
		keys := c.block(t.keys, lo, hi)
		kind.hash(t.hashes, keys)
		t.table.number(of[lo:hi], keys, t.hashes)
		numbered[block] = t.number
	})
	places, space := mergeTables(tables, r.team, kind.order)
	r.each(blocks, func(block int) {
		place := places[numbered[block]]
		part := of[block*hashRows : min((block+1)*hashRows, r.n)]
		for i, number := range part {
			part[i] = place[number]
		}
	})
	return r.withMissing(ranks{of: of, space: space}, c.valid)
}

// hashRows is the length of the blocks that are hashed, small enough that a
// block's keys and hashes stay in the fastest cache.
const hashRows = 1 << 10
