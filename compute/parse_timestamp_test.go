package compute

import (
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
		got, _, err := ParseTimestampIn(text, f, time.UTC)
		if err != nil && !strings.HasSuffix(err.Error(), want) || err == nil && got.Format(time.RFC3339Nano) != want {
			t.Errorf("%s, %q: %v, %v, want %s", format, text, got, err, want)
		}
	}
	check("2026-03-01T00:00:00Z", "%d/%m/%Y", "1/3/2026")
	check("2026-03-01T00:00:00Z", "%d%m%Y", "01032026")
	check("2026-03-01T13:05:09.25Z", "%d %b %Y %I:%M:%S.%f %p", "01 mar 2026  1:05:09.25 pm")
	check("2026-03-01T00:05:00Z", "%A, %d. %B %Y %I:%M %p", "Sunday, 01. March 2026 12:05 AM")
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
		ParseTimestampIn(s, format, time.UTC)
	})
}
