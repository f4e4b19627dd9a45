package group

import "goscore/compute/parallel"

// Gather brings rows into order: those of a group together, with the order of
// a Grouping, or the keys of the groups, with its First.
//
//	dst_i = src_order_i
//
// Shape: dst has the length of order; src may be longer or shorter.
func Gather[T any](dst, src []T, order []uint32, threads int) {
	dst = dst[:len(order)]
	parallel.Blocks(len(order), threads, func(lo, hi int) {
		dst := dst[lo:hi]
		for i, row := range order[lo:hi] {
			dst[i] = src[row]
		}
	})
}

// Scatter undoes Gather: it brings what was computed group by group back to
// the rows it belongs to.
//
//	dst_order_i = src_i
//
// Shape: src has the length of order, in which no row comes twice. Rows of dst
// that are not in order stay as they are.
func Scatter[T any](dst, src []T, order []uint32, threads int) {
	src = src[:len(order)]
	parallel.Blocks(len(order), threads, func(lo, hi int) {
		src := src[lo:hi]
		for i, row := range order[lo:hi] {
			dst[row] = src[i]
		}
	})
}
