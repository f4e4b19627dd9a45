package compute

import (
	"errors"
	"fmt"
	"strings"
	"time"
)

// ParseTimestamp reads a date, or a date and time, as ISO 8601 and RFC 3339
// write it:
//
//	"2026-03-01"  "2026-03-01 12:30"  "2026-03-01T12:30:59.123456789+01:00"  "20260301T123059Z"
//
// Text without an offset is in UTC.
//
// Units: nanoseconds; a tenth digit of a second is an error.
// Errors: empty text, days and times that do not exist, anything else beside
// them, and what lies outside of the years 1678 to 2261, which 64 bits of
// nanoseconds hold.
//
//goscore:cell
func ParseTimestamp(text string) (time.Time, error) {
	t, _, err := ParseTimestampIn(text, nil, Zone{Where: time.UTC})
	return t, err
}

// A Zone is where text without an offset was written.
type Zone struct {
	Where *time.Location
	// Ambiguous says what a time becomes that clocks showed twice: "first" or
	// "second", "NaT" for ErrNoTime, else an error.
	Ambiguous string
	// Nonexistent says what a time becomes that clocks left out: the nearest that
	// they showed, "shift_forward" or "shift_backward", "NaT" for ErrNoTime, else
	// an error.
	Nonexistent string
}

// ErrNoTime is a row that is to be missing.
var ErrNoTime = errors.New("it is no time there")

var (
	errTwice = errors.New("clocks there showed it twice: pass ambiguous=, or an offset")
	errNever = errors.New("clocks there never showed it: pass nonexistent=")
)

// farthest is more than any two offsets of a place differ.
const farthest = 36 * time.Hour

// time finds when clocks showed a time of the day, which t is in UTC.
func (z Zone) time(t time.Time) (time.Time, error) {
	at := time.Date(t.Year(), t.Month(), t.Day(), t.Hour(), t.Minute(), t.Second(), t.Nanosecond(), z.Where)
	begin, end := at.ZoneBounds()
	first, last := offset(at), offset(at) // the least and the largest near it
	if !begin.IsZero() && at.Sub(begin) < farthest {
		before := offset(begin.Add(-1))
		first, last = min(first, before), max(last, before)
	}
	if !end.IsZero() && end.Sub(at) < farthest {
		first, last = min(first, offset(end)), max(last, offset(end))
	}
	if first == last {
		return at, nil
	}
	early, late := t.Add(-last).In(z.Where), t.Add(-first).In(z.Where)
	switch isEarly, isLate := offset(early) == last, offset(late) == first; {
	case isEarly && !isLate:
		return early, nil
	case isLate && !isEarly:
		return late, nil
	case isEarly:
		return z.ambiguous(early, late)
	}
	change, _ := late.ZoneBounds()
	return z.nonexistent(change)
}

func offset(t time.Time) time.Duration {
	_, seconds := t.Zone()
	return time.Duration(seconds) * time.Second
}

func (z Zone) ambiguous(first, second time.Time) (time.Time, error) {
	switch z.Ambiguous {
	case "first":
		return first, nil
	case "second":
		return second, nil
	case "NaT":
		return time.Time{}, ErrNoTime
	}
	return time.Time{}, errTwice
}

// nonexistent takes when clocks changed.
func (z Zone) nonexistent(change time.Time) (time.Time, error) {
	switch z.Nonexistent {
	case "shift_forward":
		return change, nil
	case "shift_backward":
		return change.Add(-1), nil
	case "NaT":
		return time.Time{}, ErrNoTime
	}
	return time.Time{}, errNever
}

// ParseTimestampIn is ParseTimestamp with a format in place of ISO 8601, which
// nil stands for, and a place for text without an offset. zoned says whether
// the text had one.
func ParseTimestampIn(text string, format *TimeFormat, where Zone) (t time.Time, zoned bool, err error) {
	s := strings.TrimSpace(text)
	switch {
	case s == "":
		err = errEmpty
	case format == nil:
		t, zoned, err = isoTime(s, where)
	default:
		t, zoned, err = format.parse(s, where)
	}
	if err == nil && (t.Before(firstTime) || t.After(lastTime)) {
		err = errFarTime
	}
	if err != nil {
		return time.Time{}, false, fmt.Errorf("parse %.40q as a timestamp: %w", text, err)
	}
	return t, zoned, nil
}

var (
	firstTime = time.Unix(0, -1<<63+1)
	lastTime  = time.Unix(0, 1<<63-1)

	errNoTime  = errors.New("it is none")
	errNoDay   = errors.New("there is no such day or time")
	errFarTime = errors.New("it is too far from 1970 for nanoseconds")
)

// A timeText is text that is read from its beginning.
type timeText struct {
	rest string
	bad  bool
}

// number takes so many digits.
func (s *timeText) number(digits int) (n int) {
	if len(s.rest) < digits {
		s.bad = true
		return 0
	}
	for i := range digits {
		c := s.rest[i] - '0'
		s.bad = s.bad || c > 9
		n = n*10 + int(c)
	}
	s.rest = s.rest[digits:]
	return n
}

// skip takes one of some bytes, if it is next.
func (s *timeText) skip(bytes string) bool {
	if s.rest == "" || strings.IndexByte(bytes, s.rest[0]) < 0 {
		return false
	}
	s.rest = s.rest[1:]
	return true
}

// moment is a time in its parts.
type moment struct {
	year, month, day           int
	hour, minute, second, nano int
}

// time checks the parts: package time takes February 30 for March 2.
func (m moment) time(where Zone) (time.Time, error) {
	if m.month < 1 || m.month > 12 || m.day < 1 || m.hour > 23 || m.minute > 59 || m.second > 59 ||
		m.day > time.Date(m.year, time.Month(m.month)+1, 0, 0, 0, 0, 0, time.UTC).Day() {
		return time.Time{}, errNoDay
	}
	return where.time(time.Date(m.year, time.Month(m.month), m.day, m.hour, m.minute, m.second, m.nano, time.UTC))
}

// isoTime reads a date, and a time and an offset behind it.
func isoTime(text string, where Zone) (t time.Time, zoned bool, err error) {
	s := &timeText{rest: text}
	m := moment{year: s.number(4)}
	dashes := s.skip("-")
	m.month = s.number(2)
	s.bad = s.bad || s.skip("-") != dashes
	m.day = s.number(2)
	if s.rest != "" && !s.bad {
		s.bad = !s.skip("Tt ")
		s.clock(&m)
		zoned = s.offset(&where)
	}
	if s.bad || s.rest != "" {
		return t, false, errNoTime
	}
	t, err = m.time(where)
	return t, zoned, err
}

// clock takes hours and minutes, and seconds and a fraction if they are there.
func (s *timeText) clock(m *moment) {
	m.hour = s.number(2)
	colons := s.skip(":")
	m.minute = s.number(2)
	if colons && !s.skip(":") || !colons && (s.rest == "" || s.rest[0] < '0' || s.rest[0] > '9') {
		return
	}
	m.second = s.number(2)
	if s.skip(".,") {
		m.nano = s.fraction()
	}
}

// fraction takes up to nine digits of a second.
func (s *timeText) fraction() int {
	digits := s.digits(9)
	n := s.number(max(digits, 1))
	for ; digits < 9; digits++ {
		n *= 10
	}
	return n
}

// digits counts the digits that are next, up to a number of them.
func (s *timeText) digits(most int) (n int) {
	for n < min(most, len(s.rest)) && s.rest[n] >= '0' && s.rest[n] <= '9' {
		n++
	}
	return n
}

// offset takes Z, +01:00, +0100 or +01.
func (s *timeText) offset(where *Zone) (zoned bool) {
	if s.skip("Zz") {
		*where = Zone{Where: time.UTC}
		return true
	}
	east := s.skip("+")
	if !east && !s.skip("-") {
		return false
	}
	hours, minutes := s.number(2), 0
	if s.skip(":") || s.rest != "" {
		minutes = s.number(2)
	}
	s.bad = s.bad || hours > 23 || minutes > 59
	seconds := hours*3600 + minutes*60
	if !east {
		seconds = -seconds
	}
	*where = Zone{Where: time.FixedZone("", seconds)}
	return true
}
