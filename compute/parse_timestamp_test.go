package compute

import (
	"errors"
	"strings"
	"testing"
	"time"
)

func TestParseTimestamp(t *testing.T) {
	check := func(want, text string) {
		t.Helper()
		got, err := ParseTimestamp(text)
		if err != nil || got.Format(time.RFC3339Nano) != want {
			t.Errorf("ParseTimestamp(%q) = %v, %v, want %s", text, got, err, want)
		}
	}
	check("2026-03-01T00:00:00Z", "2026-03-01")
	check("2026-03-01T00:00:00Z", " 20260301 ")
	check("2026-03-01T12:30:00Z", "2026-03-01 12:30")
	check("2026-03-01T12:30:59.5Z", "2026-03-01T12:30:59.5")
	check("2026-03-01T12:30:59.123456789+01:00", "2026-03-01T12:30:59,123456789+01:00")
	check("2026-03-01T12:30:59Z", "20260301T123059Z")
	check("2026-03-01T12:30:00-05:30", "2026-03-01T12:30-0530")
	check("2026-03-01T12:30:00+02:00", "2026-03-01T12:30+02")
	check("2024-02-29T00:00:00Z", "2024-02-29")
	check("1678-01-01T00:00:00Z", "1678-01-01")
}

func TestParseTimestampErrors(t *testing.T) {
	check := func(want, text string) {
		t.Helper()
		got, err := ParseTimestamp(text)
		if err == nil || !strings.HasSuffix(err.Error(), want) {
			t.Errorf("ParseTimestamp(%q) = %v, %v, want %q", text, got, err, want)
		}
	}
	check("it is empty", " ")
	for _, text := range []string{"yesterday", "2026", "2026-03", "2026-0301", "202603-01", "2026-03-01T", "2026-03-01T12", "2026-03-01 12:30 pm",
		"2026-03-01T12:30:", "2026-03-01T12:30:59.", "2026-03-01T12:30:59.1234567890", "2026-03-01T12:30+1", "2026-03-01x12:30", "2026/03/01", "2026-03-01T12:30+25"} {
		check("it is none", text)
	}
	for _, text := range []string{"2026-02-29", "2026-13-01", "2026-00-01", "2026-01-00", "2026-01-01T24:00", "2026-01-01T12:60", "2026-01-01T12:00:60"} {
		check("there is no such day or time", text)
	}
	check("it is too far from 1970 for nanoseconds", "1500-01-01")
	check("it is too far from 1970 for nanoseconds", "2300-01-01")
}

func TestTimeFormat(t *testing.T) {
	check := func(want, format, text string) {
		t.Helper()
		f, err := NewTimeFormat(format)
		if err != nil {
			t.Fatal(err)
		}
		got, _, err := ParseTimestampIn(text, f, Zone{Where: time.UTC})
		if err != nil && !strings.HasSuffix(err.Error(), want) || err == nil && got.Format(time.RFC3339Nano) != want {
			t.Errorf("%s, %q: %v, %v, want %s", format, text, got, err, want)
		}
	}
	check("2026-03-01T00:00:00Z", "%d/%m/%Y", "1/3/2026")
	check("2026-03-01T00:00:00Z", "%d%m%Y", "01032026")
	check("2026-03-01T13:05:09.25Z", "%d %b %Y %I:%M:%S.%f %p", "01 mar 2026  1:05:09.25 pm")
	check("2026-03-01T00:05:00Z", "%A, %d. %B %Y %I:%M %p", "Sunday, 01. March 2026 12:05 AM")
	check("1900-01-01T13:00:00Z", "%H %p", "13 AM")
	check("1900-01-01T01:00:00Z", "%H %p", "1 PM")
	check("1900-01-01T00:30:00Z", "%I:%M", "12:30")
	check("there is no such day or time", "%I", "13")
	check("1969-01-01T00:00:00Z", "%y%m%d", "690101")
	check("2068-01-01T00:00:00Z", "%y%m%d", "680101")
	check("2024-02-29T00:00:00Z", "%Y-%j", "2024-060")
	check("2026-03-01T12:00:00+01:00", "%Y-%m-%dT%H:%M%z", "2026-03-01T12:00+0100")
	check("2026-03-01T12:00:00Z", "%H:%M%z %d.%m.%Y 100%%", "12:00Z 1.3.2026 100%")
	check("2026-03-01T00:00:00Z", "é%Y%m%d", "é20260301")
	check("it is not written as %Y", "%Y", "2026x")
	check("it is not written as %Y", "%Y", "26")
	check("it is not written as %b", "%b", "Mrz")
	check("there is no such day or time", "%Y-%j", "2023-366")
	check("there is no such day or time", "%I %p", "13 pm")
	check("there is no such day or time", "%d", "32")
	for _, format := range []string{"%Q", "%", "%Y%"} {
		if _, err := NewTimeFormat(format); err == nil {
			t.Errorf("format %q: no error", format)
		}
	}
}

// TestZone looks at every quarter of an hour around changes of clocks: a time of
// the day is what some moment shows.
func TestZone(t *testing.T) {
	for name, days := range map[string][]string{
		"America/New_York":    {"2024-03-10", "2024-11-03"},
		"Europe/Paris":        {"2024-03-31", "2024-10-27", "1940-06-14"},
		"Europe/Dublin":       {"2024-03-31", "2024-10-27"}, // whose winter is the odd time
		"Europe/Moscow":       {"2011-03-27", "2014-10-26"}, // changes of the offset itself
		"Australia/Lord_Howe": {"2024-04-07", "2024-10-06"}, // half an hour
		"Pacific/Apia":        {"2011-12-30"},               // a day that was not
		"Pacific/Kwajalein":   {"1993-08-21"},
		"America/Sao_Paulo":   {"2018-11-04", "2018-02-18"}, // at midnight
		"Africa/Casablanca":   {"2024-03-10", "2024-04-14"},
		"UTC":                 {"2024-03-10"},
	} {
		where, err := time.LoadLocation(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, day := range days {
			middle, _ := time.Parse(time.DateOnly, day)
			shown := map[string][]time.Time{} // the moments at which clocks show a time
			for at := middle.Add(-80 * time.Hour); at.Before(middle.Add(104 * time.Hour)); at = at.Add(15 * time.Minute) {
				text := at.In(where).Format(time.DateTime)
				shown[text] = append(shown[text], at)
			}
			for local := middle.Add(-30 * time.Hour); local.Before(middle.Add(54 * time.Hour)); local = local.Add(15 * time.Minute) {
				zoneAt(t, where, local.Format(time.DateTime), shown)
			}
		}
	}
}

func zoneAt(t *testing.T, where *time.Location, text string, shown map[string][]time.Time) {
	t.Helper()
	parse := func(ambiguous, nonexistent string) (time.Time, error) {
		at, _, err := ParseTimestampIn(text, nil, Zone{where, ambiguous, nonexistent})
		return at, err
	}
	at, err := parse("", "")
	switch moments := shown[text]; len(moments) {
	case 0:
		if !errors.Is(err, errNever) {
			t.Errorf("%s in %s: %v, %v, and clocks never showed it", text, where, at, err)
		}
		after, err := parse("", "shift_forward")
		before, err2 := parse("", "shift_backward")
		if err != nil || err2 != nil || after.Sub(before) != 1 || after.In(where).Format(time.DateTime) <= text || before.In(where).Format(time.DateTime) >= text {
			t.Errorf("%s in %s lies between %v and %v, %v, %v", text, where, before, after, err, err2)
		}
		if _, err := parse("", "NaT"); !errors.Is(err, ErrNoTime) {
			t.Errorf("%s in %s: %v", text, where, err)
		}
	case 1:
		if err != nil || !at.Equal(moments[0]) {
			t.Errorf("%s in %s: %v, %v, want %v", text, where, at, err, moments[0])
		}
	default:
		if !errors.Is(err, errTwice) {
			t.Errorf("%s in %s: %v, %v, and clocks showed it twice", text, where, at, err)
		}
		first, err := parse("first", "")
		second, err2 := parse("second", "")
		if err != nil || err2 != nil || !first.Equal(moments[0]) || !second.Equal(moments[1]) {
			t.Errorf("%s in %s: %v and %v, want %v", text, where, first, second, moments)
		}
		if _, err := parse("NaT", ""); !errors.Is(err, ErrNoTime) {
			t.Errorf("%s in %s: %v", text, where, err)
		}
	}
}

func FuzzParseTimestamp(f *testing.F) {
	for _, s := range []string{"2026-03-01T12:30:59.123+01:00", "20260301T123059Z", "2026", "-"} {
		f.Add(s)
	}
	format, _ := NewTimeFormat("%d %b %y %I:%M %p %z")
	f.Fuzz(func(t *testing.T, s string) {
		if at, err := ParseTimestamp(s); err == nil {
			if again, err := ParseTimestamp(at.Format(time.RFC3339Nano)); err != nil || !again.Equal(at) {
				t.Errorf("%q: %v, then %v, %v", s, at, again, err)
			}
		}
		ParseTimestampIn(s, format, Zone{Where: time.UTC})
	})
}
