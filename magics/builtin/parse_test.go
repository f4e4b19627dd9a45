package builtin

import (
	"strings"
	"testing"

	"goscore/magics/protocol"
)

// TestFailedRows says which rows failed, as Python asked.
func TestFailedRows(t *testing.T) {
	texts := make([]string, 1000)
	for i := range texts {
		texts[i] = "1"
		if i%2 == 1 {
			texts[i] = "x"
		}
	}
	check := func(errors string, count, rows int, nullable bool) {
		t.Helper()
		p := newPlace(t)
		c, v, err := called(t, p, calling{name: "ParseNumber", args: []any{texts, "", ""}, errors: errors})
		if err != nil {
			t.Fatal(err)
		}
		failed, err := c.Failed()
		if err != nil {
			t.Fatal(err)
		}
		if failed.Count != count || failed.Result.Rows != rows {
			t.Errorf("errors=%s: %d failed, %d are described, want %d and %d", errors, failed.Count, failed.Result.Rows, count, rows)
		}
		row, message := failed.Result.Fields[0], failed.Result.Fields[2]
		if got := strings.Join(shown(t, p, row.Array)[:3], " "); row.Name != "Row" || got != "1 3 5" {
			t.Errorf("errors=%s: %s %s", errors, row.Name, got)
		}
		if got := shown(t, p, message.Array)[0]; got != `parse "x" as a number: it is none` {
			t.Errorf("errors=%s: %s", errors, got)
		}
		parsed := v.(*protocol.Result)
		if parsed.Nullable != nullable || parsed.Array.Nulls != 500 {
			t.Errorf("errors=%s: nullable %v with %d nulls", errors, parsed.Nullable, parsed.Array.Nulls)
		}
	}
	check("raise", 500, failedShown, false)
	check("coerce", 500, failedShown, true)
	check("report", 500, 500, true)

	p := newPlace(t)
	c, _, _ := called(t, p, calling{name: "ParseNumber", args: []any{[]string{"1"}, "", ""}})
	if failed, err := c.Failed(); failed != nil || err != nil {
		t.Errorf("no row failed, and %+v, %v", failed, err)
	}
	if text := c.Failure(false); text != "" {
		t.Errorf("no row failed, and %q", text)
	}
}

// TestFailure words the rows of a cell's call that failed.
func TestFailure(t *testing.T) {
	p := newPlace(t)
	check := func(single bool, want string, texts ...string) {
		t.Helper()
		c, _, err := called(t, p, calling{name: "ParseNumber", args: []any{texts, "", ""}})
		if err != nil {
			t.Fatal(err)
		}
		if got := c.Failure(single); got != want {
			t.Errorf("%q: %s, want %s", texts, got, want)
		}
	}
	check(true, `parse "x" as a number: it is none`, "x")
	check(false, "2 of 3 rows failed in goscore.ParseNumber:\n  row 0: parse \"x\" as a number: it is none\n  row 2: parse \"y\" as a number: it is none", "x", "1", "y")
	lines := strings.Split(func() string {
		c, _, _ := called(t, p, calling{name: "ParseNumber", args: []any{strings.Split(strings.Repeat("x", 2000), ""), "", ""}})
		return c.Failure(false)
	}(), "\n")
	if len(lines) != 1+failedShown || lines[0] != "2000 of 2,000 rows failed in goscore.ParseNumber:" || !strings.HasPrefix(lines[5], "  row 4: ") {
		t.Errorf("of many rows: %q", lines)
	}
}

// TestMixedOffsets lets times fail that differ from the first row in having an offset.
func TestMixedOffsets(t *testing.T) {
	p := newPlace(t)
	check := func(zone, kind, want string, failed int, texts ...string) {
		t.Helper()
		c, v, err := called(t, p, calling{name: "ParseTimestamp", args: []any{texts, "", zone, "", ""}, errors: "coerce"})
		if err != nil {
			t.Fatal(err)
		}
		res := v.(*protocol.Result)
		if got := strings.Join(shown(t, p, res.Array), " "); got != want || res.Array.Type != kind {
			t.Errorf("%q in %q: %s %s, want %s %s", texts, zone, res.Array.Type, got, kind, want)
		}
		if c.failed.count != failed {
			t.Errorf("%q in %q: %d rows failed, want %d", texts, zone, c.failed.count, failed)
		}
	}
	const plain, offset, hour = "1970-01-01T01:00:00", "1970-01-01T01:00:00+01:00", "3600000000000"
	check("", "tsn:", hour, 0, plain)
	check("", "tsn:UTC", "0", 0, offset)
	check("", "tsn:", hour+" null", 1, plain, offset)
	check("", "tsn:UTC", "0 null 0", 1, offset, plain, offset)
	check("UTC", "tsn:UTC", "0 "+hour, 0, offset, plain)
	check("Europe/Paris", "tsn:Europe/Paris", "0 0", 0, offset, plain) // Paris was an hour ahead
	check("", "tsn:UTC", "null 0", 1, "never", offset)
}
