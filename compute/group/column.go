package group

// keyColumn is a column of keys that is read block by block. Missing rows read
// as a key that occurs, so as to add none.
type keyColumn[K any] struct {
	valid []byte
	stand K // read where a row is missing
	load  func(buf []K, lo, hi int) []K
}

func (c *keyColumn[K]) block(buf []K, lo, hi int) []K {
	keys := c.load(buf, lo, hi)
	if c.valid == nil {
		return keys
	}
	buf = buf[:hi-lo]
	copy(buf, keys)
	for i := range buf {
		if row := lo + i; c.valid[row>>3]>>(row&7)&1 == 0 {
			buf[i] = c.stand
		}
	}
	return buf
}

// newKeyColumn returns false when all rows are missing.
func newKeyColumn[K any](n int, valid []byte, load func(buf []K, lo, hi int) []K) (keyColumn[K], bool) {
	c := keyColumn[K]{load: load}
	if valid == nil {
		return c, true
	}
	for i := range n {
		if valid[i>>3]>>(i&7)&1 == 1 {
			c.stand = load(make([]K, 1), i, i+1)[0]
			c.valid = valid
			return c, true
		}
	}
	return c, false
}
