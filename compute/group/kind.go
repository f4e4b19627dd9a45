package group

import (
	"hash/maphash"
	"math/bits"
	"strings"
)

// keyKind is what a table has to know of its keys.
type keyKind[K any] struct {
	hash   func(dst []uint64, keys []K)
	order  func(keys []K, check func()) []uint32 // what sorts the keys, in terms of their places
	keeper func() func(K) K                      // for one table: what copies a key to where it stays, or nil
}

var codeKeys = keyKind[uint64]{
	hash: func(dst []uint64, codes []uint64) {
		for i, code := range codes {
			dst[i] = hash(code)
		}
	},
	order:  sortCodes,
	keeper: func() func(uint64) uint64 { return nil },
}

var hashSeed = maphash.MakeSeed()

var stringKeys = keyKind[string]{
	hash: func(dst []uint64, keys []string) {
		for i, key := range keys {
			dst[i] = maphash.String(hashSeed, key)
		}
	},
	order:  sortStrings,
	keeper: stringKeeper,
}

// stringKeeper returns what copies strings side by side: compared again and
// again, they are then in a cache more often than where they came from.
func stringKeeper() func(string) string {
	const size = 1 << 16
	var last strings.Builder
	return func(s string) string {
		if last.Cap()-last.Len() < len(s) {
			last = strings.Builder{}
			last.Grow(max(size, len(s)))
		}
		last.WriteString(s)
		return last.String()[last.Len()-len(s):]
	}
}

// hash mixes a code so that every bit of it moves every bit of the result.
func hash(code uint64) uint64 {
	hi, lo := bits.Mul64(code^0x2d358dccaa6c78a5, 0x9e3779b97f4a7c15)
	return hi ^ lo
}
