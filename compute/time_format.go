package compute

import (
	"fmt"
	"strings"
	"time"
)

// A TimeFormat is how times are written, in the codes of Python's strptime.
type TimeFormat struct{ text string }

// timeCodes are the codes that a TimeFormat knows.
const timeCodes = "YymbBdjHIpMSfzaA%"

// NewTimeFormat checks a format such as "%d/%m/%Y %H:%M".
//
// Errors: codes that are not known here.
func NewTimeFormat(format string) (*TimeFormat, error) {
	for rest := format; ; {
		_, code, found := strings.Cut(rest, "%")
		if !found {
			return &TimeFormat{format}, nil
		}
		if code == "" || strings.IndexByte(timeCodes, code[0]) < 0 {
			return nil, ArgumentError(fmt.Sprintf("goscore.ParseTimestamp: format %q: %%%.1s is not among %%%s", format, code, strings.Join(strings.Split(timeCodes, ""), " %")))
		}
		rest = code[1:]
	}
}

// parsed is a time under way.
type parsed struct {
	timeText
	moment
	yearDay   int
	half      int  // of the day: 1 for am, 2 for pm
	twelve    bool // the hour is one of twelve
	where     Zone
	hasOffset bool
}

func (f *TimeFormat) parse(s string, where Zone) (t time.Time, zoned bool, err error) {
	p := &parsed{timeText: timeText{rest: s}, moment: moment{year: 1900, month: 1, day: 1}, where: where}
	for i := 0; i < len(f.text) && !p.bad; i++ {
		c := f.text[i]
		if c == '%' {
			i++
			p.code(f.text[i])
		} else if c == ' ' { // any blanks, as in Python
			p.rest = strings.TrimLeft(p.rest, " \t")
		} else {
			p.bad = !p.same(c)
		}
	}
	if p.bad || p.rest != "" {
		return t, false, fmt.Errorf("it is not written as %s", f.text)
	}
	if p.twelve { // as in Python, %p says nothing of %H, and %I without it is of the morning
		if p.hour < 1 || p.hour > 12 {
			return t, false, errNoDay
		}
		p.hour = p.hour%12 + 12*max(p.half-1, 0)
	}
	if p.yearDay > 0 {
		day := time.Date(p.year, 1, p.yearDay, 0, 0, 0, 0, time.UTC)
		if day.Year() != p.year {
			return t, false, errNoDay
		}
		p.month, p.day = int(day.Month()), day.Day()
	}
	t, err = p.time(p.where)
	return t, p.hasOffset, err
}

// same takes one byte, if it is next.
func (s *timeText) same(c byte) bool {
	if s.rest == "" || s.rest[0] != c {
		return false
	}
	s.rest = s.rest[1:]
	return true
}

// few takes one digit, or up to so many.
func (s *timeText) few(most int) int { return s.number(max(1, s.digits(most))) }

func (p *parsed) code(c byte) {
	switch c {
	case 'Y':
		p.year = p.number(4)
	case 'y':
		if p.year = 2000 + p.number(2); p.year >= 2069 { // as POSIX and Python have it
			p.year -= 100
		}
	case 'm':
		p.month = p.few(2)
	case 'b', 'B':
		p.month = 1 + p.name(12, func(i int) string { return time.Month(i + 1).String() })
	case 'd':
		p.day = p.few(2)
	case 'j':
		p.yearDay = p.few(3)
		p.bad = p.bad || p.yearDay == 0
	case 'H', 'I':
		p.hour, p.twelve = p.few(2), c == 'I'
	case 'p':
		p.half = 1 + p.name(2, func(i int) string { return [2]string{"AM", "PM"}[i] })
	case 'M':
		p.minute = p.few(2)
	case 'S':
		p.second = p.few(2)
	case 'f':
		p.nano = p.fraction()
	case 'z':
		p.hasOffset = p.shortOffset()
		p.bad = p.bad || !p.hasOffset
	case 'a', 'A':
		p.name(7, func(i int) string { return time.Weekday(i).String() })
	case '%':
		p.bad = !p.skip("%")
	}
}

// shortOffset takes an offset that more text may follow.
func (p *parsed) shortOffset() bool {
	behind := ""
	if n := strings.IndexByte(p.rest, ' '); n >= 0 {
		p.rest, behind = p.rest[:n], p.rest[n:]
	}
	found := p.offset(&p.where)
	p.rest += behind
	return found
}

// name takes one of some names, or its first three letters, in any case.
func (s *timeText) name(n int, of func(i int) string) int {
	for i := range n {
		whole := of(i)
		for _, name := range []string{whole, whole[:min(3, len(whole))]} {
			if len(s.rest) >= len(name) && strings.EqualFold(s.rest[:len(name)], name) {
				s.rest = s.rest[len(name):]
				return i
			}
		}
	}
	s.bad = true
	return 0
}
