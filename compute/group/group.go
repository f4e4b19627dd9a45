package group

import (
	"fmt"
	"math"

	"goscore/compute/parallel"
)

// Key is one column of keys to group by: one of the slices is set. Times come
// as Ints, categories as their codes.
type Key struct {
	Ints    []int64
	Uints   []uint64
	Floats  []float64 // all NaN are one key, the last that is not missing; -0 is the key 0
	Strings []string
	Bools   []bool
	Texts   *Texts // strings that do not lie in a slice
	Valid   []byte // an Arrow validity bitmap, nil when nothing is missing
}

// Texts reads strings where they lie: those of a block of rows into buf, which has
// room for them. Only what the grouping itself keeps is copied.
type Texts struct {
	Rows int
	Read func(buf []string, lo, hi int) []string
}

// Grouping says which rows have the same keys.
type Grouping struct {
	// Order holds the rows that are in a group: those of the first group,
	// then those of the second. Rows of a group stand in their own order.
	Order []uint32
	// Starts holds, for each group, where it begins in Order, and then the
	// length of Order.
	Starts []int
}

// Len returns the number of groups.
func (g *Grouping) Len() int { return len(g.Starts) - 1 }

// First returns the first row of each group, where its keys can be read.
func (g *Grouping) First() []uint32 {
	first := make([]uint32, g.Len())
	for i := range first {
		first[i] = g.Order[g.Starts[i]]
	}
	return first
}

// maxGrouped is the number of rows whose ranks, that of the missing ones
// included, fit into 32 bits.
const maxGrouped = math.MaxUint32 - 1

// By groups the rows 0 to n-1 by their keys. The groups are sorted by the
// first key, then by the second: numbers as numbers, false before true,
// strings by their bytes, which for UTF-8 is by their characters too.
//
// Shape: each key has n rows, n at most 1<<32 - 2. Without keys all rows are one
// group.
// Nulls: a row with a missing key is in no group; with keepMissing a missing
// key is a key like others, sorted last.
// Order: the same groups for any number of cores.
// Memory: the result's 4 bytes a row and while it works up to 12 more; where
// keys lie far apart, up to 130 for each different key on each thread, and the
// length of the strings.
// Errors: panics when a key has another number of rows, or there are too many.
func By(keys []Key, n int, keepMissing bool, threads int) *Grouping {
	return ByUnless(func() {}, keys, n, keepMissing, threads)
}

// ByUnless is By for who may have to give it up: it calls check
// every now and then, from any of its threads.
//
// Errors: a panic of check is raised again in the caller, or a *parallel.BlockPanic of it.
func ByUnless(check func(), keys []Key, n int, keepMissing bool, threads int) *Grouping {
	if uint64(n) > maxGrouped {
		panic(parallel.ArgumentError(fmt.Sprintf("by= takes at most %d rows, not %d", uint64(maxGrouped), n)))
	}
	for i := range keys {
		if rows := keys[i].rows(); rows != n {
			panic(fmt.Sprintf("group.By: key %d has %d rows, not %d", i, rows, n))
		}
	}
	if n == 0 {
		return &Grouping{Order: []uint32{}, Starts: []int{0}}
	}
	t := team{parallel.Cores(threads), check}
	each, all := validities(keys, keepMissing, t)
	r := ranking{n: n, team: t}
	var got ranks
	for i := range keys {
		if next := r.rank(&keys[i], each[i]); i == 0 {
			got = next
		} else {
			got = r.combine(got, next, all)
		}
	}
	if got.of == nil {
		got = ranks{of: make([]uint32, n), space: 1}
	}
	g := arrange(got, t)
	if got.missing && !keepMissing {
		last := g.Len() - 1
		g.Order, g.Starts = g.Order[:g.Starts[last]], g.Starts[:last+1]
	}
	return g
}

// validities returns a bitmap for each of keys, and one for all together, nil
// where none are missing. When missing ones are dropped these are the same: a
// row without one of its keys is without all.
func validities(keys []Key, keepMissing bool, t team) (each [][]byte, all []byte) {
	each = make([][]byte, len(keys))
	for i := range keys {
		each[i] = keys[i].validity()
	}
	if keepMissing {
		return each, nil
	}
	all = intersect(each, t)
	for i := range each {
		each[i] = all
	}
	return each, all
}

// rows returns the number of rows of the slice that is set.
func (k *Key) rows() int {
	if k.Texts != nil {
		return k.Texts.Rows
	}
	return len(k.Ints) + len(k.Uints) + len(k.Floats) + len(k.Strings) + len(k.Bools)
}

// validity returns the bitmap of the rows whose key is not missing, nil when
// none is.
func (k *Key) validity() []byte {
	n, given := k.rows(), k.Valid
	if given != nil && parallel.CountBits(given, n) == n {
		given = nil
	}
	return given
}

// intersect returns the bitmap of the rows that are valid in all of bitmaps,
// nil when all rows are.
func intersect(bitmaps [][]byte, t team) []byte {
	var all []byte
	own := false
	for _, b := range bitmaps {
		switch {
		case b == nil:
		case all == nil:
			all = b
		default:
			if !own {
				all, own = append([]byte(nil), all...), true
			}
			n := min(len(all), len(b))
			t.blocks(n, func(lo, hi int) {
				for i := lo; i < hi; i++ {
					all[i] &= b[i]
				}
			})
		}
	}
	return all
}
