package parallel

import "math/bits"

// CountBits counts the ones among the first n bits of bitmap.
func CountBits(bitmap []byte, n int) int {
	ones := 0
	for _, b := range bitmap[:n/8] {
		ones += bits.OnesCount8(b)
	}
	// Arrow leaves the bits after the last row undefined.
	if n%8 != 0 {
		ones += bits.OnesCount8(bitmap[n/8] << (8 - n%8))
	}
	return ones
}
