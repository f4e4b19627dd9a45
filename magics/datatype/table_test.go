package datatype_test

import (
	"testing"

	"goscore/magics/datatype"
)

// example is a format string of a row, with a parameter where it takes one.
func example(row *datatype.Type) string {
	parameters := map[datatype.Parameter]string{
		datatype.Zone: ":Europe/Paris", datatype.Size: ":4", datatype.Digits: ":5,2", datatype.IDs: ":0,1",
	}
	return row.Format + parameters[row.Parameter]
}

// TestTable walks the table: each row is found by its format, and is read by
// something, or refused with advice.
func TestTable(t *testing.T) {
	for i := range datatype.Table {
		row := &datatype.Table[i]
		if got := datatype.Of(example(row)); got != row {
			t.Errorf("Of(%q) is the row of %q", example(row), got.Format)
		}
		composite := row.Class == datatype.List || row.Class == datatype.Struct
		if read := row.Go != "" || composite; read == (row.Advice != "") {
			t.Errorf("%s: is it read, or what is the advice?", row.Format)
		}
		if (row.Go == "") != (row.Reader == "") {
			t.Errorf("%s: Go type %q and reader %q", row.Format, row.Go, row.Reader)
		}
		if row.Go != "" && (row.Layout == datatype.Unsupported || row.Holds == "" || row.Class == datatype.Other) {
			t.Errorf("%s: a type that is read has a layout, a class and a name", row.Format)
		}
		if row.Raw && (row.Layout != datatype.Fixed || row.Width == 0) {
			t.Errorf("%s: bytes of no fixed width cannot be written as they lie", row.Format)
		}
		if row.Layout == datatype.Fixed && row.Width == 0 && row.Parameter == datatype.NoParameter {
			t.Errorf("%s: nothing says how wide a value is", row.Format)
		}
	}
}

func TestOf(t *testing.T) {
	for _, format := range []string{"", "x", "ts", "tsn", "tsx:", "l:4", "w", "d", "+w", ":", "n:"} {
		if got := datatype.Of(format); got.Layout != datatype.Unsupported || got.Go != "" {
			t.Errorf("Of(%q) is the row of %q", format, got.Format)
		}
	}
	if got := datatype.ParameterOf("tsn:+05:30"); got != "+05:30" {
		t.Errorf("the zone is %q", got)
	}
}

// TestOfGo states which format results of a Go type have.
func TestOfGo(t *testing.T) {
	for name, want := range map[string]string{
		"int": "l", "uint": "L", "float32": "f", "bool": "b", "string": "u", "[]byte": "z",
		"time.Time": "tsn", "time.Duration": "tDn", "goscore.Decimal": "d", "": "", "complex128": "",
	} {
		if got := datatype.OfGo(name).Format; got != want {
			t.Errorf("OfGo(%q) = %q, want %q", name, got, want)
		}
	}
	if got := datatype.RawOfGo("bool").Format; got != "b8" {
		t.Errorf("bools as they lie are %q", got)
	}
	if got := datatype.RawOfGo("string"); got.Raw {
		t.Errorf("strings as they lie are %q", got.Format)
	}
}

func TestReadDigits(t *testing.T) {
	for parameter, want := range map[string][3]int{"5,2": {5, 2, 128}, "38,-3": {38, -3, 128}, "70,2,256": {70, 2, 256}} {
		if p, s, bits, ok := datatype.ReadDigits(parameter); !ok || [3]int{p, s, bits} != want {
			t.Errorf("%s: %d, %d, %d, %v", parameter, p, s, bits, ok)
		}
	}
	for _, parameter := range []string{"", "5", "5,2,128,1", "a,b", "5,99999999999"} {
		if _, _, _, ok := datatype.ReadDigits(parameter); ok {
			t.Errorf("%q are no digits", parameter)
		}
	}
}

func BenchmarkOf(b *testing.B) {
	for _, format := range []string{"l", "tsn:Europe/Paris"} {
		b.Run(format[:1], func(b *testing.B) {
			for range b.N {
				datatype.Of(format)
			}
		})
	}
}
