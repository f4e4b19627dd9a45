package compute

import (
	"encoding/binary"
	"hash/fnv"
	"math"
	"slices"
	"testing"
)

func TestHashEncode(t *testing.T) {
	const buckets = 1 << 62
	check := func(got []int64, want ...[]byte) {
		t.Helper()
		for i, b := range want {
			h := fnv.New64a()
			h.Write(b)
			if w := int64(h.Sum64() % buckets); got[i] != w {
				t.Errorf("row %d: %d, want %d", i, got[i], w)
			}
		}
	}
	eight := func(x uint64) []byte { return binary.LittleEndian.AppendUint64(nil, x) }
	type word string
	check(HashEncode([]string{"", "a", "é"}, buckets), nil, []byte("a"), []byte("é"))
	check(HashEncode([]word{"b"}, buckets), []byte("b"))
	minus := uint64(math.MaxUint64) // -1
	check(HashEncode([]int64{3, -1}, buckets), eight(3), eight(minus))
	check(HashEncode([]int8{3, -1}, buckets), eight(3), eight(minus))
	check(HashEncode([]int16{3, -1}, buckets), eight(3), eight(minus))
	check(HashEncode([]int32{3, -1}, buckets), eight(3), eight(minus))
	check(HashEncode([]int{3, -1}, buckets), eight(3), eight(minus))
	check(HashEncode([]uint8{3}, buckets), eight(3))
	check(HashEncode([]uint16{3}, buckets), eight(3))
	check(HashEncode([]uint32{3}, buckets), eight(3))
	check(HashEncode([]uint64{3, math.MaxUint64}, buckets), eight(3), eight(minus))
	check(HashEncode([]float32{3, 0.5}, buckets), eight(3), eight(math.Float64bits(0.5)))
	check(HashEncode([]float64{3, math.Copysign(0, -1), 1e300, math.Inf(1)}, buckets),
		eight(3), eight(0), eight(math.Float64bits(1e300)), eight(math.Float64bits(math.Inf(1))))
	if got := HashEncode([]float64{math.NaN(), 1}, 1); !slices.Equal(got, []int64{-1, 0}) {
		t.Errorf("NaN: %v", got)
	}
	refuses(t, "goscore.HashEncode: 0 buckets, not 1 or more", func() { HashEncode([]string{"a"}, 0) })
}
