// Package parallel holds the drivers that run work over rows on several cores:
// block by block, as a reduction, and as a scan, whose rows follow from those
// before.
//
// Work is cut at places that depend on the number of rows alone, or is
// checked, bit by bit, against what one core would have done, so that results
// are the same bits on any number of cores.
//
// Wherever a number of threads is taken, 0 or less means all cores that Go
// may use.
package parallel
