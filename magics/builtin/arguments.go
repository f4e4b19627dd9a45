package builtin

import (
	"errors"
	"strings"

	"goscore/compute"
	"goscore/compute/group"
	"goscore/compute/parallel"
	"goscore/magics/datatype"
	"goscore/magics/frame"
	"goscore/magics/protocol"
)

// An Argument is an array that Python passes, and what Python calls it.
type Argument struct {
	Array *frame.Array
	Label string
}

// RunOn runs the function on arguments from Python: with keys to group by, on
// each group by itself, with or without that whose key is missing. That rows
// cannot be had, or that the run is to end, is an error.
func (c *Call) RunOn(arguments, keys []Argument, keepMissing bool) (any, error) {
	return fetching(func() (any, error) {
		rows, err := c.take(arguments)
		if err == nil && len(keys) > 0 {
			err = c.group(keys, rows, keepMissing)
		}
		if err != nil {
			return nil, err
		}
		return c.call()
	})
}

// take reads the arguments, and gives how many rows those have that are columns.
func (c *Call) take(arguments []Argument) (rows int, err error) {
	rows = -1
	for i, a := range arguments {
		v, err := c.argument(a, c.Params[i].Kind)
		if err != nil {
			return 0, err
		}
		c.args = append(c.args, v)
		if !c.Params[i].Kind.isColumn() {
			continue
		}
		if rows >= 0 && a.Array.Length != rows {
			return 0, protocol.BadValue("the columns differ in length: %d and %d rows", rows, a.Array.Length)
		}
		rows = a.Array.Length
	}
	return rows, nil
}

func (c *Call) group(by []Argument, rows int, keepMissing bool) error {
	var keys []group.Key
	for _, a := range by {
		if a.Array.Length != rows {
			return protocol.BadValue("%s has %s, and the columns %d", a.Label, protocol.Count(a.Array.Length, "row"), rows)
		}
		k, err := c.Place.key(a.Array)
		if err != nil {
			return err
		}
		keys = append(keys, k)
	}
	c.groups = group.ByUnless(c.Place.check, keys, rows, keepMissing, c.Place.Threads)
	return nil
}

// argument reads one argument of a call from Python.
func (c *Call) argument(a Argument, kind Kind) (any, error) {
	switch kind {
	case Float, Int, String:
		if a.Array.Length != 1 || a.Array.Nulls > 0 || datatype.Of(a.Array.Type).Class == datatype.Null {
			return nil, protocol.BadType("%s is missing, or a column", a.Label)
		}
		return c.scalar(a, kind)
	}
	v, err := c.Place.Read(a.Array, kind)
	var refused *protocol.ArgumentError
	if errors.As(err, &refused) {
		refused.Text = a.Label + ": " + refused.Text
	}
	return v, err
}

func (c *Call) scalar(a Argument, kind Kind) (any, error) {
	if kind == String {
		v, err := c.Place.texts(a.Array)
		if err != nil {
			return nil, protocol.BadType("%s takes one string", a.Label)
		}
		return whole(v, 1)[0], nil
	}
	v, err := c.Place.column(a.Array)
	if err != nil {
		return nil, protocol.BadType("%s takes one number", a.Label)
	}
	if kind == Float {
		return whole(v.floats(), 1)[0], nil
	}
	if n, ok := compute.Same[int64](v.exacts()[0]); ok {
		return n, nil
	}
	return nil, protocol.BadType("%s takes one whole number", a.Label)
}

// FirstRow makes a scalar of a column with one row.
func FirstRow(v *protocol.Result) {
	if v.Kind != "column" {
		return
	}
	if v.Array.Nulls > 0 {
		*v = protocol.Result{Kind: "none"}
		return
	}
	v.Kind, v.Go = "scalar", strings.TrimPrefix(v.Go, "[]")
}

// noteFirst notes the first row of each group, where its keys are.
func (c *Call) noteFirst() error {
	rows := make([]int64, 0, c.groups.Len())
	for _, row := range c.groups.First() {
		rows = append(rows, int64(row))
	}
	array, err := putColumn(c.Place, "l", rows)
	if err != nil {
		return err
	}
	c.First, err = c.Place.Result(array)
	return err
}

// Read reads an array for a parameter.
func (p *Place) Read(a *frame.Array, kind Kind) (any, error) {
	if kind == Any {
		return a, nil
	}
	if kind == Ordered {
		return p.ordered(a)
	}
	isText := datatype.Of(a.Type).Class == datatype.Text
	if kind == Texts || (kind == Values || kind == ValueList || kind == NumberList) && isText {
		return p.texts(a)
	}
	v, err := p.column(a)
	if err != nil && kind == Values {
		return nil, protocol.BadType("%s is not one of strings or numbers", protocol.ColumnType(a))
	}
	return v, err
}

// Fits says whether a literal of a cell can be an argument. One in place of a
// column is let pass, for the worker words that better than the compiler.
func Fits(kind Kind, literal any) bool {
	_, isList := literal.([]float64)
	switch kind {
	case Numbers, Values:
		return !isList
	case NumberList:
		return isList
	}
	switch literal.(type) {
	case string:
		return kind == String || kind == Texts
	case int64:
		return kind == Int || kind == Float
	case float64:
		return kind == Float
	}
	return false
}

// Text is a column of one string.
func Text(s string) any { return column[string]{n: 1, rows: parallel.InPlace([]string{s})} }
