package group

import "goscore/compute/parallel"

// ranks numbers the rows so that equal keys have equal numbers and lesser keys
// lesser ones. Not every number need occur.
type ranks struct {
	of      []uint32
	space   int  // above the numbers
	missing bool // the last number is that of the missing rows
}

// ranking is what the ways to rank rows have in common.
type ranking struct {
	n int
	team
}

// rank ranks the rows by one key. The missing ones come last.
func (r ranking) rank(key *Key, valid []byte) ranks {
	if key.Strings != nil || key.Texts != nil {
		read := func(_ []string, lo, hi int) []string { return key.Strings[lo:hi] }
		if key.Texts != nil {
			read = key.Texts.Read
		}
		c, ok := newKeyColumn(r.n, valid, read)
		if !ok {
			return r.allMissing()
		}
		return hashRank(r, &c, stringKeys)
	}
	c, ok := newKeyColumn(r.n, valid, key.codes())
	if !ok {
		return r.allMissing()
	}
	lowest, highest := r.bounds(&c)
	return r.rankCodes(&c, lowest, highest)
}

func (r ranking) allMissing() ranks {
	return ranks{of: make([]uint32, r.n), space: 1, missing: true}
}

// combine ranks the rows by a, then by b. Where valid says so they are missing.
func (r ranking) combine(a, b ranks, valid []byte) ranks {
	width := uint64(b.space)
	c, ok := newKeyColumn(r.n, valid, func(buf []uint64, lo, hi int) []uint64 {
		buf = buf[:hi-lo]
		ofA, ofB := a.of[lo:hi], b.of[lo:hi]
		for i := range buf {
			buf[i] = uint64(ofA[i])*width + uint64(ofB[i])
		}
		return buf
	})
	if !ok {
		return r.allMissing()
	}
	return r.rankCodes(&c, 0, uint64(a.space)*width-1)
}

// rankCodes ranks the rows of c, whose codes are between lowest and highest.
func (r ranking) rankCodes(c *keyColumn[uint64], lowest, highest uint64) ranks {
	// As many counters as this cost less than a table of the codes.
	if span := highest - lowest; span < min(2*uint64(r.n)+1024, 1<<31) {
		return r.countRank(c, lowest, int(span)+1)
	}
	return hashRank(r, c, codeKeys)
}

// countRank takes for a rank how far the code is above the lowest.
func (r ranking) countRank(c *keyColumn[uint64], lowest uint64, space int) ranks {
	of := make([]uint32, r.n)
	buffers := parallel.NewPool(func() []uint64 { return make([]uint64, parallel.BlockRows) })
	r.blocks(r.n, func(lo, hi int) {
		buf := buffers.Get()
		defer buffers.Put(buf)
		for i, code := range c.block(buf, lo, hi) {
			of[lo+i] = uint32(code - lowest)
		}
	})
	return r.withMissing(ranks{of: of, space: space}, c.valid)
}

// withMissing gives the rows that are missing a rank above all others.
func (r ranking) withMissing(got ranks, valid []byte) ranks {
	if valid == nil {
		return got
	}
	r.blocks(r.n, func(lo, hi int) {
		for i := lo; i < hi; i++ {
			if valid[i>>3]>>(i&7)&1 == 0 {
				got.of[i] = uint32(got.space)
			}
		}
	})
	return ranks{of: got.of, space: got.space + 1, missing: true}
}

// bounds returns the lowest and the highest code.
func (r ranking) bounds(c *keyColumn[uint64]) (lowest, highest uint64) {
	type span struct{ lowest, highest uint64 }
	buffers := parallel.NewPool(func() []uint64 { return make([]uint64, parallel.ReduceRows) })
	s := parallel.Reduce(r.n, r.threads, func(lo, hi int) span {
		r.check()
		buf := buffers.Get()
		defer buffers.Put(buf)
		codes := c.block(buf, lo, hi)
		s := span{codes[0], codes[0]}
		for _, code := range codes {
			s.lowest, s.highest = min(s.lowest, code), max(s.highest, code)
		}
		return s
	}, func(a, b span) span { return span{min(a.lowest, b.lowest), max(a.highest, b.highest)} })
	return s.lowest, s.highest
}
