package group

// table numbers keys as it meets them: a hash table with linear probing.
type table[K comparable] struct {
	slots []slot
	shift int       // from a tag to its slot
	keys  []K       // by number
	keep  func(K) K // copies a key to where it stays; may be nil
}

// slot holds a key's number, plus 1, and 32 bits of its hash. Keys stand
// elsewhere, so that growing need not look at them.
type slot struct{ tag, number uint32 }

func newTable[K comparable](keep func(K) K) *table[K] {
	const bits = 10
	return &table[K]{slots: make([]slot, 1<<bits), shift: 32 - bits, keep: keep}
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
				if t.keep != nil {
					key = t.keep(key)
				}
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
