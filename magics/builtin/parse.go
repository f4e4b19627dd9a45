package builtin

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"
	"unicode"
	"unicode/utf8"

	"goscore/compute"
	"goscore/compute/parallel"
	"goscore/magics/frame"
	"goscore/magics/protocol"
)

// failedRows is what a call notes of the rows that failed.
type failedRows struct {
	mu    sync.Mutex
	rows  []failedRow
	count int
}

type failedRow struct {
	row  int
	text string
}

// failedShown is how many of the rows that failed a report shows.
const failedShown = 5

func (c *Call) fail(row int, err error) {
	f := &c.failed
	f.mu.Lock()
	defer f.mu.Unlock()
	f.count++
	f.rows = append(f.rows, failedRow{row, err.Error()})
	if c.Errors != "report" && len(f.rows) > 64*failedShown {
		c.keepFirst()
	}
}

// keepFirst sorts the rows that failed, and drops what no report shows.
func (c *Call) keepFirst() {
	f := &c.failed
	slices.SortFunc(f.rows, func(a, b failedRow) int { return cmp.Compare(a.row, b.row) })
	if c.Errors != "report" && len(f.rows) > failedShown {
		f.rows = f.rows[:failedShown]
	}
}

// Failed describes the rows that failed, nil when none did.
func (c *Call) Failed() (*protocol.Failed, error) {
	if c.failed.count == 0 {
		return nil, nil
	}
	c.keepFirst()
	var rows, lines []int64
	var messages []string
	for _, f := range c.failed.rows {
		rows, lines, messages = append(rows, int64(f.row)), append(lines, 0), append(messages, f.text)
	}
	row, err := putColumn(c.Place, "l", rows)
	line, err2 := putColumn(c.Place, "l", lines)
	message, err3 := c.Place.putTexts(messages)
	return &protocol.Failed{Count: c.failed.count, Result: &protocol.Result{Kind: "frame", Rows: len(rows), Fields: []protocol.Field{
		{Name: "Row", Array: row}, {Name: "Line", Array: line}, {Name: "Message", Array: message},
	}}}, errors.Join(err, err2, err3)
}

// Failure words the rows of a cell's call that failed, or the error of a single
// text; it is empty when none did.
func (c *Call) Failure(single bool) string {
	if c.failed.count == 0 {
		return ""
	}
	c.keepFirst()
	if single {
		return c.failed.rows[0].text
	}
	text := fmt.Sprintf("%d of %s failed in goscore.%s:", c.failed.count, protocol.Count(c.args[0].(column[string]).n, "row"), c.Name)
	for _, f := range c.failed.rows {
		text += fmt.Sprintf("\n  row %d: %s", f.row, f.text)
	}
	return text
}

// parsing runs a function that may fail over the rows that are there, and says
// which rows have a result.
func parsing[T any](c *Call, v column[string], dst parallel.Room[T], parse func(i int, text string) (T, error)) (valid []byte) {
	valid = allValid(v.n)
	copy(valid, v.valid)
	parallel.Map(v.n, v.rows, counted(c.Place, dst), c.Place.Threads, func(lo int, dst []T, texts []string) {
		for i, s := range texts {
			if !isValid(v.valid, lo+i) {
				continue
			}
			value, err := parse(lo+i, s)
			if err != nil {
				clearBit(valid, lo+i)
				if !errors.Is(err, compute.ErrNoTime) { // which is to be missing
					c.fail(lo+i, err)
				}
				continue
			}
			dst[i] = value
		}
	})
	return valid
}

func (c *Call) parsed(array *frame.Array, valid []byte, goType string, nullable bool) (any, error) {
	err := c.Place.putValidity(array, valid)
	return &protocol.Result{Kind: "column", Go: "[]" + goType, Rows: array.Length, Array: array, Nullable: nullable || c.Errors == "coerce" || c.Errors == "report"}, err
}

func parseNumbers(c *Call) (any, error) {
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
	dst, array, err := room[float64](c.Place, v.n, "g")
	if err != nil {
		return nil, err
	}
	valid := parsing(c, v, dst, func(_ int, s string) (float64, error) { return format.Parse(s) })
	return c.parsed(array, valid, "float64", false)
}

// oneRune reads a separator; none is the default.
func oneRune(s, name string) (rune, error) {
	if s == "" {
		return 0, nil
	}
	c, n := utf8.DecodeRuneInString(s)
	if n < len(s) || c >= '0' && c <= '9' || strings.ContainsRune("+-\u2212()%eE", c) || unicode.Is(unicode.Sc, c) || unicode.IsSpace(c) && name == "decimal" {
		return 0, protocol.BadValue("%s is %q, not one character that has no other meaning in a number", name, s)
	}
	if unicode.IsSpace(c) {
		return ' ', nil
	}
	return c, nil
}

func parseTimestamps(c *Call) (any, error) {
	v := c.args[0].(column[string])
	var format *compute.TimeFormat
	var err error
	if text := c.text(1); text != "" {
		if format, err = compute.NewTimeFormat(text); err != nil {
			return nil, err
		}
	}
	zone, where := c.text(2), compute.Zone{Where: time.UTC, Ambiguous: c.text(3), Nonexistent: c.text(4)}
	if zone != "" {
		if where.Where, err = time.LoadLocation(zone); err != nil {
			return nil, protocol.BadValue("tz: %v", err)
		}
	}
	times, zoned := make([]int64, v.n), make([]bool, v.n)
	valid := parsing(c, v, parallel.Into(times), func(i int, s string) (int64, error) {
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
	array, err := putColumn(c.Place, "tsn:"+zone, times)
	if err != nil {
		return nil, err
	}
	return c.parsed(array, valid, "time.Time", where.Ambiguous == "NaT" || where.Nonexistent == "NaT")
}

var (
	errNoOffset = errors.New("it has no offset from UTC, and the first row has one: pass tz=, which is where it was then")
	errOffset   = errors.New("it has an offset from UTC, and the first row has none: pass tz=, which is where that was then")
)

// refuseMixed says whether the first row has an offset, and lets those fail
// that differ: one column has no place for both.
func (c *Call) refuseMixed(valid []byte, zoned []bool) bool {
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
			c.fail(i, errOffset)
		} else {
			c.fail(i, err)
		}
	}
	return first >= 0 && zoned[first]
}
