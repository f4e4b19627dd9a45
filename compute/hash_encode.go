package compute

import (
	"fmt"
	"math"
	"reflect"
	"unsafe"

	"goscore/compute/parallel"
)

// HashEncode returns for each value one of so many buckets, always the same for
// the same value: on any machine, in any run and release.
//
//	b_i = FNV-1a(bytes of v_i) mod buckets
//
// The bytes are those of the text in UTF-8; of an integer its eight, lowest
// first; of a float those of its int64 where it is a whole number in that range,
// else those of its float64. So 3, 3.0 and an int8 3 are the same.
//
// Shape: the result has the length of v, any.
// Nulls: a NaN is in no bucket: -1, which from Python is missing.
// Errors: buckets below 1 stop the cell with an ArgumentError.
// Source: Weinberger et al. (2009), Proc. ICML 26, 1113–1120; the hash is the
// 64-bit FNV-1a of hash/fnv.
//
//goscore:cell
func HashEncode[T Number | ~string](v []T, buckets int) []int64 {
	dst := make([]int64, len(v))
	if err := HashEncodeOf(len(v), parallel.InPlace(v), parallel.Into(dst), buckets, 0); err != nil {
		panic(err)
	}
	return dst
}

// HashEncodeOf is HashEncode of n rows, wherever they lie and go. It returns the
// ArgumentError.
func HashEncodeOf[T Number | ~string](n int, v parallel.Rows[T], dst parallel.Room[int64], buckets, threads int) error {
	if buckets < 1 {
		return ArgumentError(fmt.Sprintf("goscore.HashEncode: %d buckets, not 1 or more", buckets))
	}
	hash := hasher[T]()
	parallel.Map(n, v, dst, threads, func(_ int, dst []int64, v []T) {
		hash(dst, v)
		for i, h := range dst {
			if v[i] != v[i] {
				dst[i] = -1
				continue
			}
			dst[i] = int64(uint64(h) % uint64(buckets))
		}
	})
	return nil
}

// hasher gives what hashes a block of T.
func hasher[T any]() func(dst []int64, v []T) {
	switch reflect.TypeFor[T]().Kind() {
	case reflect.String:
		return hashing[T](hashText)
	case reflect.Float64:
		return hashing[T](hashFloat)
	case reflect.Float32:
		return hashing[T](func(x float32) uint64 { return hashFloat(float64(x)) })
	case reflect.Int8:
		return hashing[T](func(x int8) uint64 { return hashBits(uint64(x)) })
	case reflect.Int16:
		return hashing[T](func(x int16) uint64 { return hashBits(uint64(x)) })
	case reflect.Int32:
		return hashing[T](func(x int32) uint64 { return hashBits(uint64(x)) })
	case reflect.Uint8:
		return hashing[T](func(x uint8) uint64 { return hashBits(uint64(x)) })
	case reflect.Uint16:
		return hashing[T](func(x uint16) uint64 { return hashBits(uint64(x)) })
	case reflect.Uint32:
		return hashing[T](func(x uint32) uint64 { return hashBits(uint64(x)) })
	}
	return hashing[T](hashBits) // 64 bits, with and without a sign
}

// hashing sees a block of T as one of B, the plain type of its kind.
func hashing[T, B any](hash func(x B) uint64) func(dst []int64, v []T) {
	return func(dst []int64, v []T) {
		for i, x := range unsafe.Slice((*B)(unsafe.Pointer(unsafe.SliceData(v))), len(v)) {
			dst[i] = int64(hash(x))
		}
	}
}

const (
	fnvOffset = 14695981039346656037
	fnvPrime  = 1099511628211
)

func hashText(s string) uint64 {
	h := uint64(fnvOffset)
	for i := range len(s) {
		h = (h ^ uint64(s[i])) * fnvPrime
	}
	return h
}

func hashBits(bits uint64) uint64 {
	h := uint64(fnvOffset)
	for range 8 {
		h = (h ^ bits&0xff) * fnvPrime
		bits >>= 8
	}
	return h
}

func hashFloat(x float64) uint64 {
	if x >= -1<<63 && x < 1<<63 && x == math.Trunc(x) {
		return hashBits(uint64(int64(x)))
	}
	return hashBits(math.Float64bits(x))
}
