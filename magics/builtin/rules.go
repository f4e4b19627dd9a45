package builtin

import (
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

func rowsOutside(c *Call) (any, error) {
	v := c.floats(0)
	return putColumn(c.Place, "l", compute.RowsOutside(v.n, v.rows, c.float(1), c.float(2), c.Place.Threads))
}

func rowsNotIn(c *Call) (any, error) {
	if v, ok := c.args[0].(column[string]); ok {
		allowed, ok := c.args[1].(column[string])
		if !ok && c.args[1].(interface{ length() int }).length() > 0 {
			return nil, protocol.BadType("the column holds strings, and what is allowed are numbers")
		}
		var words []string
		if ok {
			words = whole(allowed, 1)
		}
		return putColumn(c.Place, "l", compute.RowsNotIn(v.n, v.rows, v.valid, words, c.Place.Threads))
	}
	if _, ok := c.args[1].(column[string]); ok {
		return nil, protocol.BadType("the column holds numbers, and what is allowed are strings")
	}
	v, allowed := c.floats(0), c.list(1)
	return putColumn(c.Place, "l", compute.RowsNotIn(v.n, v.rows, nil, allowed, c.Place.Threads))
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
