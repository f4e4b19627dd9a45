package draft

import (
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// pyTime is Python's datetime(year, month, day, hour, minute, second, microsecond).
func pyTime(year, month, day, hour, minute, second, micro int) time.Time {
	made := time.Date(year, time.Month(month), day, hour, minute, second, micro*1000, time.UTC)
	if year < 1 || year > 9999 || int(made.Month()) != month || made.Day() != day || made.Hour() != hour || made.Minute() != minute || made.Second() != second || made.Year() != year {
		panic("ValueError: no such time")
	}
	return made
}

// pyDate is Python's date(year, month, day).
func pyDate[M int | time.Month](year int, month M, day int) time.Time {
	return pyTime(year, int(month), day, 0, 0, 0, 0)
}

// pySince is Python's a - b of datetimes; a time.Duration holds 292 years.
func pySince(a, b time.Time) time.Duration {
	d := a.Sub(b)
	if !b.Add(d).Equal(a) {
		panic("not translated: a timedelta of more than 292 years")
	}
	return d
}

// pyDuration is n units of so many microseconds.
func pyDuration(n, unit int) time.Duration {
	d := time.Duration(n) * time.Duration(unit) * time.Microsecond
	if n != 0 && int(d)/n != unit*1000 {
		panic("not translated: a timedelta of more than 292 years")
	}
	return d
}

// pyTimes is Python's timedelta * n.
func pyTimes(d time.Duration, n int) time.Duration {
	if n != 0 && d*time.Duration(n)/time.Duration(n) != d {
		panic("not translated: a timedelta of more than 292 years")
	}
	return d * time.Duration(n)
}

// pyRatio is Python's a / b of timedeltas.
func pyRatio(a, b time.Duration) float64 {
	x, y := pyMicros(a), pyMicros(b)
	return pyDivide(float64(x), float64(y))
}

// pyMicros is a duration in microseconds, which is what Python counts.
func pyMicros(d time.Duration) int {
	n := int(d / time.Microsecond)
	if d%time.Microsecond != 0 || n >= 1<<53 || n <= -1<<53 {
		panic("not translated: a timedelta with nanoseconds, or of more than 285 years")
	}
	return n
}

// pyTotalSeconds is Python's d.total_seconds().
func pyTotalSeconds(d time.Duration) float64 { return float64(pyMicros(d)) / 1e6 }

// pyDays is Python's d.days.
func pyDays(d time.Duration) int { return pyFloorDiv(int(d), int(24*time.Hour)) }

// pySeconds is Python's d.seconds.
func pySeconds(d time.Duration) int { return pyMod(int(d), int(24*time.Hour)) / int(time.Second) }

// pyMicroseconds is Python's d.microseconds.
func pyMicroseconds(d time.Duration) int { return pyMod(int(d), int(time.Second)) / 1000 }

// pyOrdinal is Python's t.toordinal().
func pyOrdinal(t time.Time) int {
	return int(time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, time.UTC).Unix()/86400) + 719163
}

// pyIsoDate is Python's date.isoformat().
func pyIsoDate(t time.Time) string { return t.Format("2006-01-02") }

// pyIsoTime is Python's t.isoformat().
func pyIsoTime(t time.Time) string {
	if t.Nanosecond()%1000 != 0 {
		panic("not translated: the text of a time with nanoseconds")
	}
	if t.Nanosecond() == 0 {
		return t.Format("2006-01-02T15:04:05")
	}
	return t.Format("2006-01-02T15:04:05.000000")
}

// pyTimeText is Python's str(t).
func pyTimeText(t time.Time) string { return strings.Replace(pyIsoTime(t), "T", " ", 1) }

// pyFormatTime is Python's t.strftime(layout).
func pyFormatTime(t time.Time, layout string) string {
	if t.Year() < 1000 {
		panic("not translated: strftime of years before 1000")
	}
	layouts := map[byte]string{'Y': "2006", 'm': "01", 'd': "02", 'H': "15", 'M': "04", 'S': "05", 'j': "002"}
	var out strings.Builder
	for at := 0; at < len(layout); at++ {
		if layout[at] != '%' || at+1 == len(layout) {
			out.WriteByte(layout[at])
			continue
		}
		at++
		switch known := layouts[layout[at]]; {
		case known != "":
			out.WriteString(t.Format(known))
		case layout[at] == 'f':
			out.WriteString(t.Format(".000000")[1:])
		default:
			out.WriteByte(layout[at])
		}
	}
	return out.String()
}

// pyStrptime is Python's datetime.strptime, of a pattern with a group for each field.
func pyStrptime(pattern *regexp.Regexp, text, fields string) time.Time {
	for at := range len(text) {
		if text[at] >= utf8.RuneSelf {
			panic("not translated: strptime of what is not ASCII")
		}
	}
	found := pattern.FindStringSubmatch(text)
	if found == nil {
		panic("ValueError: the time does not match its format")
	}
	n := map[byte]int{'Y': 1900, 'm': 1, 'd': 1}
	for at := range len(fields) {
		word := strings.TrimSpace(found[at+1])
		if fields[at] == 'f' {
			word = (word + "000000")[:6]
		}
		n[fields[at]], _ = strconv.Atoi(word)
	}
	return pyTime(n['Y'], n['m'], n['d'], n['H'], n['M'], n['S'], n['f'])
}
