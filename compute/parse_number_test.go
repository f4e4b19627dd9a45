package compute

import (
	"strings"
	"testing"
)

func TestParseNumber(t *testing.T) {
	check := func(want float64, text string) {
		t.Helper()
		if got, err := ParseNumber(text); err != nil || got != want {
			t.Errorf("ParseNumber(%q) = %v, %v, want %v", text, got, err, want)
		}
	}
	check(1234.5, "1,234.50")
	check(1234567, " 1,234,567 ")
	check(-0.03, "-3e-2")
	check(3, "+3")
	check(-3, "\u22123")
	check(12, "$ 12")
	check(12, "12\u00a0€")
	check(-12, "-$12")
	check(-12, "$-12")
	check(0.125, "12.5%")
	check(0.29, "29 %") // 29.0/100 is 0.29 too; 0.07 below is not 7*0.01
	check(0.07, "7%")
	check(-1000, "(1,000)")
	check(-12.5, "($12.50)")
	check(0.5, ".5")
	check(5, "5.")
	check(0.1, "0.1")
}

func TestParseNumberErrors(t *testing.T) {
	check := func(want, text string) {
		t.Helper()
		if got, err := ParseNumber(text); err == nil || !strings.HasSuffix(err.Error(), want) {
			t.Errorf("ParseNumber(%q) = %v, %v, want %q", text, got, err, want)
		}
	}
	check("it is empty", "")
	check("it is empty", " \t")
	for _, text := range []string{"-", ".", "n/a", "nan", "inf", "0x10", "1_000", "1e", "1e5.5", "--1", "(-1)", "()", "1.2.3", "$1€", "$12%", "1-2", "e5", "%", "12 34"} {
		check("it is none", text)
	}
	for _, text := range []string{"1,23", "1,2345", "12,34,567", "1,,000", ",100", "1,000,"} {
		check("its groups are not of three digits", text)
	}
	check("it is beyond float64", "1e400")
}

func TestNumberFormat(t *testing.T) {
	check := func(want float64, f NumberFormat, text string) {
		t.Helper()
		if got, err := f.Parse(text); err != nil || got != want {
			t.Errorf("%v.Parse(%q) = %v, %v, want %v", f, text, got, err, want)
		}
	}
	check(1234.5, NumberFormat{Decimal: ','}, "1.234,50 €")
	check(1234.5, NumberFormat{Decimal: ',', Thousands: ' '}, "1\u202f234,50")
	check(1234.5, NumberFormat{Thousands: '\''}, "1'234.50")
	if _, err := (NumberFormat{Decimal: ','}).Parse("1.5"); err == nil {
		t.Error("1.5 with a decimal comma: no error")
	}
}

func FuzzParseNumber(f *testing.F) {
	for _, s := range []string{"1,234.50", "(1)", "12 %", "$-3", "1e5", "\u2212", "(", "1,"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		v, err := ParseNumber(s)
		if err == nil && (v != v || v-v != 0) {
			t.Errorf("ParseNumber(%q) = %v", s, v)
		}
	})
}
