package compute

import (
	"cmp"
	"hash/maphash"
	"sync"
)

// hashRank ranks the rows of c by a table of the keys that occur. Each thread
// has a table of its own, which numbers the keys as it meets them; sorted,
// the tables' keys are merged, and the numbers replaced by places in there.
// sorted gives the order that sorts keys.
func hashRank[K cmp.Ordered](r ranking, c *keyColumn[K], hashes func(dst []uint64, keys []K), sorted func(keys []K) []uint32) ranks {
	type scratch struct {
		table  *table[K]
		keys   []K
		hashes []uint64
		number int
	}
	var mu sync.Mutex
	var tables []*table[K]
	threads := newPool(func() scratch {
		mu.Lock()
		defer mu.Unlock()
		tables = append(tables, newTable[K]())
		return scratch{tables[len(tables)-1], make([]K, hashRows), make([]uint64, hashRows), len(tables) - 1}
	})
	of := make([]uint32, r.n)
	blocks := (r.n + hashRows - 1) / hashRows
	numbered := make([]int, blocks) // which table numbered a block's rows
	share(blocks, r.threads, func(block int) {
		t := threads.get()
		defer threads.put(t)
		lo, hi := block*hashRows, min((block+1)*hashRows, r.n)
		keys := c.block(t.keys, lo, hi)
		hashes(t.hashes, keys)
		t.table.number(of[lo:hi], keys, t.hashes)
		numbered[block] = t.number
	})
	places, space := mergeTables(tables, r.threads, sorted)
	share(blocks, r.threads, func(block int) {
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

var hashSeed = maphash.MakeSeed()

func hashStrings(dst []uint64, keys []string) {
	for i, key := range keys {
		dst[i] = maphash.String(hashSeed, key)
	}
}

func hashCodes(dst []uint64, keys []uint64) {
	for i, key := range keys {
		dst[i] = hash(key)
	}
}

// table numbers keys as it meets them: a hash table with linear probing.
type table[K comparable] struct {
	slots []slot
	shift int // from a tag to its slot
	keys  []K // by number
}

// slot holds a key's number, plus 1, and 32 bits of its hash. Keys stand
// elsewhere, so that growing need not look at them.
type slot struct{ tag, number uint32 }

func newTable[K comparable]() *table[K] {
	const bits = 10
	return &table[K]{slots: make([]slot, 1<<bits), shift: 32 - bits}
}

// number sets dst to the numbers of keys.
func (t *table[K]) number(dst []uint32, keys []K, hashes []uint64) {
	// Room for all of them, were they new, keeps the loop short.
	for 2*(len(t.keys)+len(keys)) > len(t.slots) {
		t.grow()
	}
	slots, mask := t.slots, uint32(len(t.slots)-1)
	hashes, dst = hashes[:len(keys)], dst[:len(keys)]
	for i, key := range keys {
		tag := uint32(hashes[i] >> 32)
		at := tag >> t.shift
		for {
			s := &slots[at&mask]
			if s.number == 0 {
				t.keys = append(t.keys, key)
				*s = slot{tag, uint32(len(t.keys))}
			} else if s.tag != tag || t.keys[s.number-1] != key {
				at++
				continue
			}
			dst[i] = s.number - 1
			break
		}
	}
}

func (t *table[K]) grow() {
	old := t.slots
	t.slots = make([]slot, 4*len(old))
	t.shift = max(t.shift-2, 0)
	mask := uint32(len(t.slots) - 1)
	for _, s := range old {
		if s.number == 0 {
			continue
		}
		at := s.tag >> t.shift
		for t.slots[at&mask].number != 0 {
			at++
		}
		t.slots[at&mask] = s
	}
}
