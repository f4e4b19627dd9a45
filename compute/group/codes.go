package group

import "math"

const signBit = 1 << 63

// codes returns what reads the key's rows as numbers that sort as the keys do.
func (k *Key) codes() func(buf []uint64, lo, hi int) []uint64 {
	switch {
	case k.Ints != nil:
		return func(buf []uint64, lo, hi int) []uint64 {
			buf = buf[:hi-lo]
			for i, v := range k.Ints[lo:hi] {
				buf[i] = uint64(v) ^ signBit
			}
			return buf
		}
	case k.Floats != nil:
		return func(buf []uint64, lo, hi int) []uint64 {
			buf = buf[:hi-lo]
			for i, v := range k.Floats[lo:hi] {
				buf[i] = floatCode(v)
			}
			return buf
		}
	case k.Bools != nil:
		return func(buf []uint64, lo, hi int) []uint64 {
			buf = buf[:hi-lo]
			for i, v := range k.Bools[lo:hi] {
				buf[i] = 0
				if v {
					buf[i] = 1
				}
			}
			return buf
		}
	}
	return func(_ []uint64, lo, hi int) []uint64 { return k.Uints[lo:hi] }
}

// floatCode turns the bits of v, a sign and a size, into a number: those of
// negative values sort backwards. All NaN are one key, above the others.
func floatCode(v float64) uint64 {
	if v != v {
		return math.MaxUint64
	}
	b := math.Float64bits(v + 0) // -0 + 0 is 0
	return b ^ (uint64(int64(b)>>63) | signBit)
}
