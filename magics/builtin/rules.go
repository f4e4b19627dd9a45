package builtin

import (
	"math/big"
	"strings"

	"goscore/compute"
	"goscore/magics/datatype"
	"goscore/magics/frame"
	"goscore/magics/protocol"
)

// The rules of Python's validate: each gives the rows that break it.

func rowsMissing(c *Call) (any, error) {
	a := c.args[0].(*frame.Array)
	valid, err := c.Place.validity(a)
	if err != nil {
		return nil, err
	}
	rows, none := []int64{}, datatype.Of(a.Type).Class == datatype.Null
	for i := range a.Length {
		if none || !isValid(valid, i) {
			rows = append(rows, int64(i))
		}
	}
	return putColumn(c.Place, "l", rows)
}

// decimal is an Arrow decimal of 128 bits without its point: low word first.
type decimal [2]uint64

func (d decimal) less(e decimal) bool {
	if d[1] != e[1] {
		return int64(d[1]) < int64(e[1])
	}
	return d[0] < e[0]
}

// ordered reads a column whose values have an order. Times and durations are
// the integers that Python makes of bounds, too.
func (p *Place) ordered(a *frame.Array) (any, error) {
	row := datatype.Of(a.Type)
	switch {
	case a.Dictionary != nil:
	case row.Class == datatype.Text:
		return p.texts(a)
	case row.Class == datatype.Decimal && isWide(a.Type):
		return columnOf[decimal](p, a)
	case row.Class == datatype.Decimal:
		return nil, protocol.BadType("%s is not one of decimals of 128 bits", protocol.ColumnType(a))
	}
	v, err := p.column(counts(a))
	if err != nil {
		return nil, protocol.BadType("%s is not one of numbers, strings, times, durations or decimals", protocol.ColumnType(a))
	}
	return v, nil
}

// isWide says whether a decimal's format is of 128 bits, which it does not write.
func isWide(format string) bool { return strings.Count(format, ",") == 1 }

func rowsOutside(c *Call) (any, error) {
	rows, err := c.outside()
	if err != nil {
		return nil, err
	}
	return putColumn(c.Place, "l", rows)
}

// outside compares with two bounds, of which null is none.
func (c *Call) outside() ([]int64, error) {
	bounds, ok := c.args[1].(interface {
		length() int
		isValid(row int) bool
	})
	if !ok || bounds.length() != 2 {
		return nil, protocol.BadValue("between takes two bounds")
	}
	switch v := c.args[0].(type) {
	case column[string]:
		texts, ok := c.args[1].(column[string])
		if !ok {
			return nil, protocol.BadType("the column holds strings, and a bound is a number")
		}
		low, high := twoOf(whole(texts, 1), bounds.isValid)
		return compute.RowsOutside(v.n, v.rows, v.valid, low, high, c.Place.Threads), nil
	case column[decimal]:
		all, err := c.decimals(1)
		if err != nil {
			return nil, err
		}
		low, high := twoOf(all, bounds.isValid)
		return compute.RowsWhere(v.n, v.rows, c.Place.Threads, func(rows []int64, first int, block []decimal) []int64 {
			for i, d := range block {
				if outside := low != nil && d.less(*low) || high != nil && high.less(d); outside && v.isValid(first+i) {
					rows = append(rows, int64(first+i))
				}
			}
			return rows
		}), nil
	}
	all, err := c.exacts(1)
	if err != nil {
		return nil, err
	}
	low, high := twoOf(all, bounds.isValid)
	return c.numbers(0).outside(low, high, c.Place.Threads), nil
}

// twoOf gives the bounds that there are.
func twoOf[T any](all []T, isValid func(row int) bool) (low, high *T) {
	if isValid(0) {
		low = &all[0]
	}
	if isValid(1) {
		high = &all[1]
	}
	return low, high
}

// decimals reads numbers without their point, which Python writes as text.
func (c *Call) decimals(i int) (out []decimal, err error) {
	texts, ok := c.args[i].(column[string])
	if !ok {
		return nil, protocol.BadType("the column holds decimals, and they are compared with text")
	}
	for row, text := range whole(texts, 1) {
		n, ok := new(big.Int).SetString(text, 10)
		if !ok && !texts.isValid(row) {
			n, ok = new(big.Int), true
		}
		if !ok || n.BitLen() > 127 {
			return nil, protocol.BadValue("%q is not a number of 128 bits", text)
		}
		low := new(big.Int).And(n, new(big.Int).SetUint64(1<<64-1))
		out = append(out, decimal{low.Uint64(), uint64(new(big.Int).Rsh(n, 64).Int64())})
	}
	return out, nil
}

func rowsNotIn(c *Call) (any, error) {
	rows, err := c.notIn()
	if err != nil {
		return nil, err
	}
	return putColumn(c.Place, "l", rows)
}

func (c *Call) notIn() ([]int64, error) {
	texts, isText := c.args[1].(column[string])
	switch v := c.args[0].(type) {
	case column[string]:
		if allowed, ok := c.args[1].(numbers); ok && allowed.length() > 0 {
			return nil, protocol.BadType("the column holds strings, and what is allowed are numbers")
		}
		var words []string
		if isText {
			words = whole(texts, 1)
		}
		return compute.RowsNotIn(v.n, v.rows, v.valid, words, c.Place.Threads), nil
	case column[decimal]:
		allowed, err := c.decimals(1)
		if err != nil {
			return nil, err
		}
		return compute.RowsNotIn(v.n, v.rows, v.valid, allowed, c.Place.Threads), nil
	}
	allowed, err := c.exacts(1)
	if err != nil {
		return nil, protocol.BadType("the column holds numbers, and what is allowed are strings")
	}
	return c.numbers(0).notIn(allowed, c.Place.Threads), nil
}

func rowsNotMatching(c *Call) (any, error) {
	v := c.args[0].(column[string])
	rows, err := compute.RowsNotMatching(v.n, v.rows, v.valid, c.text(1), c.Place.Threads)
	if err != nil {
		return nil, err
	}
	return putColumn(c.Place, "l", rows)
}

func rowsRepeated(c *Call) (any, error) {
	if c.groups == nil {
		return nil, protocol.BadValue("by= is missing")
	}
	n := c.args[0].(*frame.Array).Length
	return putColumn(c.Place, "l", compute.RowsRepeated(c.groups, n))
}
