package frame

import (
	"errors"
	"fmt"
	"math/bits"
	"unsafe"

	"goscore/magics/datatype"
)

const (
	// maxDepth bounds nesting, as arrow-go's readers do.
	maxDepth = 64
	// maxLength keeps products with a width from overflowing.
	maxLength = 1 << 40
)

// Check reads a, and returns an error unless it can be used without further
// checks: every range lies in a segment and is as long as Type and Length
// require; offsets do not fall and stay within the data; views and dictionary
// indices stay within their buffers; the null count is that of the bitmap.
//
// Ranges of OwnMemory have to lie in own.Range, or the array is refused. Without
// own.Read only numbers, times, booleans of one byte and strings may have such
// ranges. Their contents are not checked: the reader has to do that.
//
// Nulls: the view or index of a null row may be anything. Arrow promises no
// more, and pandas' categories have -1 there.
func (st *Store) Check(a *Array, own Own) error {
	if err := st.check(a, own, 0); err != nil {
		return fmt.Errorf("array: %w", err)
	}
	return nil
}

func (st *Store) check(a *Array, own Own, depth int) error {
	if a == nil {
		return errors.New("missing")
	}
	if depth > maxDepth {
		return fmt.Errorf("nested more than %d deep", maxDepth)
	}
	l, err := layoutOf(a.Type)
	if err != nil {
		return err
	}
	c := checker{Array: a, layout: l, own: own}
	if err := c.shape(); err != nil {
		return fmt.Errorf("type %s: %w", a.Type, err)
	}
	if err := c.resolve(st); err != nil {
		return fmt.Errorf("type %s: %w", a.Type, err)
	}
	for i, child := range a.Children {
		if err := st.check(child, own, depth+1); err != nil {
			return fmt.Errorf("type %s: child %d: %w", a.Type, i, err)
		}
	}
	if a.Dictionary != nil {
		if err := st.check(a.Dictionary, own, depth+1); err != nil {
			return fmt.Errorf("dictionary: %w", err)
		}
		if a.Dictionary.Nulls > 0 { // who reads a row looks at the validity of its index alone
			return errors.New("dictionary: it has a null among its values: make the indices of such rows null instead")
		}
	}
	if err := c.contents(); err != nil {
		return fmt.Errorf("type %s: %w", a.Type, err)
	}
	return nil
}

// checker is one array with its buffers' bytes.
type checker struct {
	*Array
	layout
	own  Own
	data [][]byte // nil for a buffer in Python's own memory that is not read
}

// shape checks the numbers of rows, nulls, buffers and children.
func (c *checker) shape() error {
	switch {
	case c.Length < 0 || c.Length > maxLength:
		return fmt.Errorf("%d rows", c.Length)
	case c.Nulls < 0 || c.Nulls > c.Length:
		return fmt.Errorf("%d nulls in %d rows", c.Nulls, c.Length)
	case c.Dictionary != nil && c.row.Class != datatype.Integer:
		return errors.New("indices of a dictionary are integers")
	}
	if want := c.buffers(); len(c.Buffers) != want && !c.mayHave(len(c.Buffers)) {
		return fmt.Errorf("%d buffers, want %d", len(c.Buffers), want)
	}
	children := 0
	switch c.row.Layout {
	case datatype.Lists, datatype.FixedLists:
		children = 1
	case datatype.Fields:
		children = len(c.Children)
	}
	if len(c.Children) != children {
		return fmt.Errorf("%d children, want %d", len(c.Children), children)
	}
	return nil
}

// mayHave allows views any number of data buffers, and the null type the empty
// bitmap that some libraries give it.
func (c *checker) mayHave(buffers int) bool {
	return c.row.Layout == datatype.Views && buffers > 2 || c.row.Layout == datatype.NoBuffers && buffers == 1 && c.Buffers[0] == nil
}

// resolve looks the buffers up and checks their lengths.
func (c *checker) resolve(st *Store) error {
	c.data = make([][]byte, len(c.Buffers))
	for i, r := range c.Buffers {
		var err error
		if r != nil && r.Segment == OwnMemory {
			if c.data[i], err = c.ownBuffer(i, *r); err != nil {
				return fmt.Errorf("buffer %d: %w", i, err)
			}
			continue
		}
		if c.data[i], err = st.buffer(r, c.unit(i)); err != nil {
			return fmt.Errorf("buffer %d: %w", i, err)
		}
	}
	if c.row.Layout == datatype.NoBuffers {
		return nil
	}
	if err := c.bitmap(); err != nil {
		return err
	}
	if len(c.data) == 1 || c.Length == 0 {
		return nil
	}
	n := int64(c.Length)
	if c.offsets() {
		n++
	}
	if want, ok := c.bytes(n); !ok || c.size(1) < want {
		return fmt.Errorf("buffer 1 has %d bytes, too few for %d rows", c.size(1), c.Length)
	}
	return nil
}

// size returns the bytes of a buffer, in a segment or in Python's own memory.
func (c *checker) size(i int) int64 {
	if r := c.Buffers[i]; r != nil {
		return r.Length
	}
	return 0
}

// ownBuffer checks a range of Python's own memory, and reads it if its contents
// must be checked.
func (c *checker) ownBuffer(i int, r Range) ([]byte, error) {
	own := c.own.Range
	if r.Length < 0 || r.Offset < own.Offset || r.Offset-own.Offset > own.Length-r.Length {
		return nil, fmt.Errorf("no range [%d, +%d] in the memory that was named", r.Offset, r.Length)
	}
	plain := c.row.Layout == datatype.Fixed
	if c.own.Read == nil {
		if i == 0 || c.Dictionary != nil || !plain && c.row.Layout != datatype.Offsets && c.row.Layout != datatype.Views {
			return nil, errors.New("does not lie in a segment")
		}
		return nil, nil
	}
	if i > 1 || i == 1 && plain && c.Dictionary == nil {
		return nil, nil
	}
	return c.own.Read(r)
}

// away reports whether buffer 1 lies in Python's own memory and was not read.
func (c *checker) away() bool {
	return len(c.Buffers) > 1 && c.Buffers[1] != nil && c.Buffers[1].Segment == OwnMemory && c.data[1] == nil
}

// bitmap checks the validity bitmap and counts its nulls.
func (c *checker) bitmap() error {
	valid := c.data[0]
	switch {
	case valid == nil && c.Nulls == 0:
		return nil
	case int64(len(valid)) < bitmapBytes(int64(c.Length)):
		return fmt.Errorf("validity bitmap has %d bytes, too few for %d rows", len(valid), c.Length)
	}
	if nulls := c.Length - ones(valid, c.Length); nulls != c.Nulls {
		return fmt.Errorf("validity bitmap has %d nulls, not %d", nulls, c.Nulls)
	}
	return nil
}

func (c *checker) isNull(row int) bool {
	return c.Nulls > 0 && c.data[0][row/8]>>(row%8)&1 == 0
}

// contents checks the values that point into other buffers or children.
func (c *checker) contents() error {
	switch {
	case c.row.Layout == datatype.FixedLists:
		if child := c.Children[0].Length; int64(child)/c.width < int64(c.Length) {
			return fmt.Errorf("%d rows with %d values", c.Length, child)
		}
	case c.row.Layout == datatype.Fields:
		for i, child := range c.Children {
			if child.Length < c.Length {
				return fmt.Errorf("%d rows, but child %d has %d", c.Length, i, child.Length)
			}
		}
	case c.Length == 0 || c.away():
	case c.row.Layout == datatype.Offsets:
		return c.checkOffsets(c.size(2))
	case c.row.Layout == datatype.Lists:
		return c.checkOffsets(int64(c.Children[0].Length))
	case c.row.Layout == datatype.Views:
		return c.checkViews()
	case c.Dictionary != nil:
		return c.checkIndices(uint64(c.Dictionary.Length))
	case c.Type == byteBool:
		return c.checkBools()
	}
	return nil
}

func (c *checker) checkOffsets(limit int64) error {
	row, ok := 0, false
	if c.width == 4 {
		row, ok = rising(slice[int32](c.data[1], c.Length+1), limit)
	} else {
		row, ok = rising(slice[int64](c.data[1], c.Length+1), limit)
	}
	if !ok {
		return fmt.Errorf("offset %d falls or lies beyond %d", row, limit)
	}
	return nil
}

// rising finds the first offset that is below the one before it, or beyond limit.
func rising[T int32 | int64](offsets []T, limit int64) (row int, ok bool) {
	last := T(0)
	for i, offset := range offsets {
		if offset < last {
			return i, false
		}
		last = offset
	}
	return len(offsets) - 1, int64(last) <= limit
}

// view is Arrow's view of a string: up to 12 bytes inline, else a place in a
// data buffer.
type view struct {
	length                 int32
	prefix, buffer, offset int32
}

const inline = 12

func (c *checker) checkViews() error {
	buffers := len(c.Buffers) - 2
	for row, v := range slice[view](c.data[1], c.Length) {
		if uint32(v.length) <= inline || c.isNull(row) {
			continue
		}
		if v.length < 0 || v.offset < 0 || uint64(uint32(v.buffer)) >= uint64(buffers) ||
			int64(v.offset)+int64(v.length) > c.size(2+int(v.buffer)) {
			return fmt.Errorf("view %d points outside of the data buffers", row)
		}
	}
	return nil
}

func (c *checker) checkIndices(limit uint64) error {
	row, ok := 0, true
	switch c.row.Go {
	case "int8":
		row, ok = within[int8](c, limit)
	case "uint8":
		row, ok = within[uint8](c, limit)
	case "int16":
		row, ok = within[int16](c, limit)
	case "uint16":
		row, ok = within[uint16](c, limit)
	case "int32":
		row, ok = within[int32](c, limit)
	case "uint32":
		row, ok = within[uint32](c, limit)
	default: // int64 and uint64 alike: as unsigned numbers, negative ones exceed any limit
		row, ok = within[uint64](c, limit)
	}
	if !ok {
		return fmt.Errorf("index %d lies outside of a dictionary of %d", row, limit)
	}
	return nil
}

// within finds the first index of a valid row that is not below limit.
func within[T int8 | uint8 | int16 | uint16 | int32 | uint32 | uint64](c *checker, limit uint64) (row int, ok bool) {
	for row, index := range slice[T](c.data[1], c.Length) {
		if uint64(index) >= limit && !c.isNull(row) {
			return row, false
		}
	}
	return 0, true
}

// checkBools refuses bytes other than 0 and 1, which are no valid bool in Go.
func (c *checker) checkBools() error {
	for row, b := range c.data[1][:c.Length] {
		if b > 1 {
			return fmt.Errorf("row %d is %d, neither 0 nor 1", row, b)
		}
	}
	return nil
}

// ones counts the bits that are set among the first n.
func ones(bitmap []byte, n int) (count int) {
	whole := n / 64
	for _, word := range slice[uint64](bitmap, whole) {
		count += bits.OnesCount64(word)
	}
	for i := whole * 64; i < n; i++ {
		count += int(bitmap[i/8] >> (i % 8) & 1)
	}
	return count
}

// slice returns data as n values. Its length and alignment were checked.
func slice[T any](data []byte, n int) []T {
	if n == 0 {
		return nil
	}
	return unsafe.Slice((*T)(unsafe.Pointer(unsafe.SliceData(data))), n)
}
