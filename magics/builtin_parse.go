package magics

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"
	"unicode/utf8"

	"goscore/compute"
	"goscore/magics/frame"
	"goscore/magics/protocol"
)

// rowsOf is what a call notes of the rows that failed.
type rowsOf struct {
	all    bool // keep all of them, not the first ones
	coerce bool

	mu     sync.Mutex
	failed []failedText
	count  int
}

type failedText struct {
	row  int
	text string
}

// failedShown is how many of the rows that failed a report shows.
const failedShown = 5

func (f *rowsOf) fail(row int, err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.count++
	f.failed = append(f.failed, failedText{row, err.Error()})
	if !f.all && len(f.failed) > 64*failedShown {
		f.keepFirst()
	}
}

// keepFirst sorts the rows that failed, and drops what no report shows.
func (f *rowsOf) keepFirst() {
	slices.SortFunc(f.failed, func(a, b failedText) int { return cmp.Compare(a.row, b.row) })
	if !f.all && len(f.failed) > failedShown {
		f.failed = f.failed[:failedShown]
	}
}

// failedRows describes the rows that failed, nil when none did.
func (c *builtinCall) failedRows() (*protocol.Failed, error) {
	if c.rows.count == 0 {
		return nil, nil
	}
	c.rows.keepFirst()
	var rows, lines []int64
	var messages []string
	for _, f := range c.rows.failed {
		rows, lines, messages = append(rows, int64(f.row)), append(lines, 0), append(messages, f.text)
	}
	row, err := putColumn(c.r, "l", rows)
	line, err2 := putColumn(c.r, "l", lines)
	message, err3 := c.r.putTexts(messages)
	return &protocol.Failed{Count: c.rows.count, Result: &protocol.Result{Kind: "frame", Rows: len(rows), Fields: []protocol.Field{
		{Name: "Row", Array: row}, {Name: "Line", Array: line}, {Name: "Message", Array: message},
	}}}, errors.Join(err, err2, err3)
}

// failure words the rows of a cell's call that failed, or the error of a single text.
func (c *builtinCall) failure(k call) error {
	c.rows.keepFirst()
	text := c.rows.failed[0].text
	if !k.single {
		text = fmt.Sprintf("%d of %s failed in goscore.%s:", c.rows.count, protocol.Count(c.args[0].(column[string]).n, "row"), k.function)
		for _, f := range c.rows.failed {
			text += fmt.Sprintf("\n  row %d: %s", f.row, f.text)
		}
	}
	return &protocol.ArgumentError{Class: "GoError", Cell: c.r.cell, Offset: k.offset, Text: text}
}

// parsing runs a function that may fail over the rows that are there, and says
// which rows have a result.
func parsing[T any](c *builtinCall, v column[string], dst compute.Room[T], parse func(i int, text string) (T, error)) (valid []byte) {
	valid = allValid(v.n)
	copy(valid, v.valid)
	compute.MapOf(v.n, v.rows, counted(c.r, dst), c.threads, func(lo int, dst []T, texts []string) {
		for i, s := range texts {
			if !isValid(v.valid, lo+i) {
				continue
			}
			made, err := parse(lo+i, s)
			if err != nil {
				clearBit(valid, lo+i)
				c.rows.fail(lo+i, err)
				continue
			}
			dst[i] = made
		}
	})
	return valid
}

func (c *builtinCall) parsed(place *frame.Array, valid []byte, goType string) (any, error) {
	err := c.r.putValidity(place, valid)
	return &protocol.Result{Kind: "column", Go: "[]" + goType, Rows: place.Length, Array: place, Nullable: c.rows.coerce || c.rows.all}, err
}

func parseNumbers(c *builtinCall) (any, error) {
	v := c.args[0].(column[string])
	decimal, err := oneRune(c.text(1), "decimal")
	if err != nil {
		return nil, err
	}
	thousands, err := oneRune(c.text(2), "thousands")
	if err != nil {
		return nil, err
	}
	format := compute.NumberFormat{Decimal: decimal, Thousands: thousands}
	if decimal == thousands && decimal != 0 {
		return nil, protocol.BadValue("decimal and thousands are both %q", decimal)
	}
	dst, place, err := room[float64](c.r, v.n, "g")
	if err != nil {
		return nil, err
	}
	valid := parsing(c, v, dst, func(_ int, s string) (float64, error) { return format.Parse(s) })
	return c.parsed(place, valid, "float64")
}

// oneRune reads a separator; none is the usual one.
func oneRune(s, name string) (rune, error) {
	if s == "" {
		return 0, nil
	}
	r, n := utf8.DecodeRuneInString(s)
	if n < len(s) || r >= '0' && r <= '9' {
		return 0, protocol.BadValue("%s is %q, not one character that is no digit", name, s)
	}
	return r, nil
}

func parseTimestamps(c *builtinCall) (any, error) {
	v := c.args[0].(column[string])
	var format *compute.TimeFormat
	var err error
	if text := c.text(1); text != "" {
		if format, err = compute.NewTimeFormat(text); err != nil {
			return nil, err
		}
	}
	zone, where := c.text(2), time.UTC
	if zone != "" {
		if where, err = time.LoadLocation(zone); err != nil {
			return nil, protocol.BadValue("tz: %v", err)
		}
	}
	times, zoned := make([]int64, v.n), make([]bool, v.n)
	valid := parsing(c, v, compute.Into(times), func(i int, s string) (int64, error) {
		t, z, err := compute.ParseTimestampIn(s, format, where)
		if err != nil {
			return 0, err
		}
		zoned[i] = z
		return t.UnixNano(), nil
	})
	if zone == "" && c.refuseMixed(valid, zoned) {
		zone = "UTC"
	}
	place, err := putColumn(c.r, "tsn:"+zone, times)
	if err != nil {
		return nil, err
	}
	return c.parsed(place, valid, "time.Time")
}

var (
	errNoOffset = errors.New("it has no offset from UTC, and the first row has one: pass tz=, which is where it was then")
	errOffset   = errors.New("it has an offset from UTC, and the first row has none: pass tz=, which is where that was then")
)

// refuseMixed says whether the first row has an offset, and lets those fail
// that differ: one column has no place for both.
func (c *builtinCall) refuseMixed(valid []byte, zoned []bool) bool {
	first := -1
	for i, z := range zoned {
		switch {
		case !isValid(valid, i):
			continue
		case first < 0:
			first = i
			continue
		case z == zoned[first]:
			continue
		}
		clearBit(valid, i)
		if err := errNoOffset; z {
			c.rows.fail(i, errOffset)
		} else {
			c.rows.fail(i, err)
		}
	}
	return first >= 0 && zoned[first]
}
