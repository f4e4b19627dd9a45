package group

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"
)

// plainBy is By with a map and a sort.
func plainBy(keys []Key, n int, keepMissing bool) *Grouping {
	compare := func(i, j uint32) int {
		for k := range keys {
			if c := compareRows(&keys[k], int(i), int(j)); c != 0 {
				return c
			}
		}
		return 0
	}
	g := &Grouping{Order: []uint32{}, Starts: []int{}}
	members := map[string][]uint32{}
	for i := range n {
		name, missing := "", false
		for k := range keys {
			name += "|" + keyName(&keys[k], i)
			missing = missing || isMissing(&keys[k], i)
		}
		if !missing || keepMissing {
			members[name] = append(members[name], uint32(i))
		}
	}
	var groups [][]uint32
	for _, rows := range members {
		groups = append(groups, rows)
	}
	slices.SortFunc(groups, func(a, b []uint32) int { return compare(a[0], b[0]) })
	for _, rows := range groups {
		g.Starts = append(g.Starts, len(g.Order))
		g.Order = append(g.Order, rows...)
	}
	g.Starts = append(g.Starts, len(g.Order))
	return g
}

func isMissing(k *Key, i int) bool {
	return k.Valid != nil && k.Valid[i>>3]>>(i&7)&1 == 0
}

func keyName(k *Key, i int) string {
	switch {
	case isMissing(k, i):
		return "missing"
	case k.Strings != nil:
		return fmt.Sprintf("%q", k.Strings[i])
	case k.Floats != nil:
		return fmt.Sprint(k.Floats[i] + 0)
	case k.Ints != nil:
		return fmt.Sprint(k.Ints[i])
	case k.Uints != nil:
		return fmt.Sprint(k.Uints[i])
	}
	return fmt.Sprint(k.Bools[i])
}

func compareRows(k *Key, i, j int) int {
	switch a, b := isMissing(k, i), isMissing(k, j); {
	case a || b:
		return compareBools(a, b)
	case k.Strings != nil:
		return strings.Compare(k.Strings[i], k.Strings[j])
	case k.Floats != nil:
		if a, b := math.IsNaN(k.Floats[i]), math.IsNaN(k.Floats[j]); a || b { // cmp puts NaN first
			return compareBools(a, b)
		}
		return cmp.Compare(k.Floats[i], k.Floats[j])
	case k.Ints != nil:
		return cmp.Compare(k.Ints[i], k.Ints[j])
	case k.Uints != nil:
		return cmp.Compare(k.Uints[i], k.Uints[j])
	}
	return compareBools(k.Bools[i], k.Bools[j])
}

func compareBools(a, b bool) int {
	switch {
	case a == b:
		return 0
	case b:
		return -1
	}
	return 1
}
