package group

import "cmp"

// mergeTables returns, for each table, the place of each of its keys among the
// sorted keys of all of them, and how many these are.
func mergeTables[K cmp.Ordered](tables []*table[K], t team, sorted func(keys []K, check func()) []uint32) (places [][]uint32, n int) {
	orders := make([][]uint32, len(tables))
	lists := make([][]K, len(tables))
	t.each(len(tables), func(i int) {
		orders[i] = sorted(tables[i].keys, t.check)
		lists[i] = make([]K, len(orders[i]))
		for at, number := range orders[i] {
			lists[i][at] = tables[i].keys[number]
		}
	})
	all := mergeLists(append([][]K(nil), lists...), t)
	places = make([][]uint32, len(tables))
	t.each(len(tables), func(i int) {
		places[i] = make([]uint32, len(lists[i]))
		at := 0
		for k, key := range lists[i] {
			if k%checkEvery == 0 {
				t.check()
			}
			for all[at] != key {
				at++
			}
			places[i][orders[i][k]] = uint32(at)
		}
	})
	return places, len(all)
}

// mergeLists merges sorted lists, pair by pair. It overwrites lists.
func mergeLists[K cmp.Ordered](lists [][]K, t team) []K {
	for len(lists) > 1 {
		half := make([][]K, (len(lists)+1)/2)
		t.each(len(half), func(i int) {
			half[i] = lists[2*i]
			if 2*i+1 < len(lists) {
				half[i] = merge(lists[2*i], lists[2*i+1], t.check)
			}
		})
		lists = half
	}
	return lists[0]
}

// merge returns the keys of a and b, both sorted, each key once.
func merge[K cmp.Ordered](a, b []K, check func()) []K {
	both := make([]K, 0, max(len(a), len(b)))
	for len(a) > 0 && len(b) > 0 {
		if len(both)%checkEvery == 0 {
			check()
		}
		key := min(a[0], b[0])
		if a[0] == key {
			a = a[1:]
		}
		if b[0] == key {
			b = b[1:]
		}
		both = append(both, key)
	}
	return append(append(both, a...), b...)
}
