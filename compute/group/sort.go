package group

import (
	"cmp"
	"math/bits"
	"slices"
	"strings"
)

// coded is a key's number with a code to sort it by.
type coded struct {
	code   uint64
	number uint32
}

// sortCodes returns the order that sorts keys.
func sortCodes(keys []uint64, check func()) []uint32 {
	all := make([]coded, len(keys))
	for i, key := range keys {
		all[i] = coded{key, uint32(i)}
	}
	radixSort(all, make([]coded, len(all)), check)
	return numbers(all)
}

// sortStrings returns the order that sorts keys by their bytes.
func sortStrings(keys []string, check func()) []uint32 {
	all := make([]coded, len(keys))
	for i := range all {
		all[i].number = uint32(i)
	}
	sortByParts(all, make([]coded, len(all)), keys, check)
	return numbers(all)
}

func numbers(all []coded) []uint32 {
	order := make([]uint32, len(all))
	for i, c := range all {
		order[i] = c.number
	}
	return order
}

// sortByParts sorts all by their strings: by the eight bytes after the ones
// that all begin with, and again those that are equal there.
func sortByParts(all, spare []coded, keys []string, check func()) {
	compare := func(a, b coded) int { return strings.Compare(keys[a.number], keys[b.number]) }
	if len(all) < fewKeys {
		slices.SortFunc(all, compare)
		return
	}
	check()
	skip := commonPrefix(all, keys)
	for i := range all {
		all[i].code = eightBytes(keys[all[i].number], skip)
	}
	radixSort(all, spare, check)
	if all[0].code == all[len(all)-1].code {
		// Zero bytes at the end, which the code does not tell from none.
		slices.SortFunc(all, compare)
		return
	}
	for lo, hi := 0, 0; lo < len(all); lo = hi {
		for hi = lo + 1; hi < len(all) && all[hi].code == all[lo].code; hi++ {
		}
		if hi-lo > 1 {
			sortByParts(all[lo:hi], spare[lo:hi], keys, check)
		}
	}
}

// commonPrefix returns the number of bytes that all strings begin with.
func commonPrefix(all []coded, keys []string) int {
	first := keys[all[0].number]
	n := len(first)
	for _, c := range all[1:] {
		key := keys[c.number]
		if strings.HasPrefix(key, first[:n]) {
			continue
		}
		for n = min(n, len(key)); key[:n] != first[:n]; n-- {
		}
	}
	return n
}

// eightBytes returns the eight bytes after the first skip ones, as a number
// that sorts as they do.
func eightBytes(s string, skip int) uint64 {
	s = s[skip:]
	var code uint64
	for i := range min(len(s), 8) {
		code |= uint64(s[i]) << (56 - 8*i)
	}
	return code
}

const (
	fewKeys   = 256 // sorted sooner by comparing
	digitBits = 11
)

// radixSort sorts all by code, digit by digit from the last; keys with equal
// codes keep their order. spare has the length of all.
func radixSort(all, spare []coded, check func()) {
	if len(all) < fewKeys {
		slices.SortStableFunc(all, func(a, b coded) int { return cmp.Compare(a.code, b.code) })
		return
	}
	var different uint64
	for _, c := range all {
		different |= c.code ^ all[0].code
	}
	low := bits.TrailingZeros64(different)
	sorted := all
	for shift := low; shift < 64 && different>>shift != 0; shift += digitBits {
		check()
		var starts [1 << digitBits]uint32
		for _, c := range sorted {
			starts[c.code>>shift&(1<<digitBits-1)]++
		}
		sum := uint32(0)
		for d, count := range starts {
			starts[d] = sum
			sum += count
		}
		for _, c := range sorted {
			at := &starts[c.code>>shift&(1<<digitBits-1)]
			spare[*at] = c
			*at++
		}
		sorted, spare = spare, sorted
	}
	copy(all, sorted)
}
