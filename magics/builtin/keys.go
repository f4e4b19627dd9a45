package builtin

import (
	"goscore/compute"
	"goscore/compute/group"
	"goscore/compute/parallel"
	"goscore/magics/datatype"
	"goscore/magics/frame"
	"goscore/magics/protocol"
)

// whole gives a column in one piece.
func whole[T any](c column[T], threads int) []T {
	out := make([]T, c.n)
	parallel.Blocks(c.n, threads, func(lo, hi int) { copy(out[lo:hi], c.rows()(lo, hi)) })
	return out
}

// key reads a column of keys to group by.
func (p *Place) key(a *frame.Array) (k group.Key, err error) {
	if a.Dictionary != nil {
		return k, protocol.BadType("by=: categories cannot be keys: pass their codes")
	}
	if k.Valid, err = p.validity(a); err != nil {
		return k, err
	}
	row := datatype.Of(a.Type)
	switch {
	case row.Key == datatype.TextKey:
		texts, err := p.texts(a)
		if err == nil {
			k.Strings = whole(texts, p.Threads)
		}
		return k, err
	case row.Key == datatype.BoolKey && row.Layout == datatype.Fixed:
		bytes, err := columnOf[uint8](p, a)
		if err != nil {
			return k, err
		}
		for _, b := range whole(bytes, p.Threads) {
			k.Bools = append(k.Bools, b != 0)
		}
		return k, nil
	case row.Key == datatype.BoolKey:
		bits := p.bytesAt(a.Buffers[1], 0, int64(a.Length+7)/8)
		for i := range a.Length {
			k.Bools = append(k.Bools, isValid(bits, i))
		}
		return k, nil
	}
	return p.numberKey(counts(a), k.Valid)
}

// counts sees times and durations as the integers that they are, since 1970 or
// in all; any other array as it is.
func counts(a *frame.Array) *frame.Array {
	row := datatype.Of(a.Type)
	if row.Key != datatype.IntKey || row.IsNumber() {
		return a
	}
	seen := *a
	if seen.Type = "l"; row.Width == 4 {
		seen.Type = "i"
	}
	return &seen
}

func (p *Place) numberKey(a *frame.Array, valid []byte) (k group.Key, err error) {
	v, err := p.column(a)
	if err != nil {
		return k, protocol.BadType("by=: %s cannot be keys: %s", protocol.ColumnType(a), datatype.KeyAdvice)
	}
	k = v.key(p.Threads)
	k.Valid = valid
	return k, nil
}

// slicesOf gives a column of numbers in one piece, as a wider type.
func slicesOf[W, T compute.Number](c column[T], threads int) []W {
	out := make([]W, c.n)
	parallel.Blocks(c.n, threads, func(lo, hi int) {
		to := out[lo:hi]
		for i, x := range c.rows()(lo, hi) {
			to[i] = W(x)
		}
	})
	return out
}
