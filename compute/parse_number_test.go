package compute

import (
	"errors"
	"math"
	"regexp"
	"strconv"
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
	for _, text := range []string{"-", ".", "n/a", "nan", "inf", "0x10", "1_000", "1e", "1e5.5", "--1", "(-1)", "()", "1.2.3", "$1€", "$12%", "1-2", "e5", "%", "12 34", "(\u2212999.00)", "($-1)", "(\u20ac\u22121,234.50)", "(+1)", "-(1)", "$(1)", "((1))", "$-", "-$-1", "1$-", "1-$"} {
		check("it is none", text)
	}
	for _, text := range []string{"1,23", "1,2345", "12,34,567", "1,,000", ",100", "1,000,", "0,125", "00,125", "012,345", ",.5", ",,.5", "$,.5"} {
		check("its groups are not of three digits, or begin with 0", text)
	}
	check("it is beyond float64", "1e400")
}

// numberSyntax writes the grammar of ParseNumber as a regular expression: what
// stands for groups, the decimal point and a blank is the format's.
func numberSyntax(f NumberFormat) *regexp.Regexp {
	decimal, thousands := f.runes()
	point, comma, blank := regexp.QuoteMeta(string(decimal)), regexp.QuoteMeta(string(thousands)), `[ \t\x{a0}]*`
	if thousands == ' ' {
		comma = `[ \t\x{a0}]`
	}
	number := `(?:(?:[0-9]+|[1-9][0-9]{0,2}(?:` + comma + `[0-9]{3})+)(?:` + point + `[0-9]*)?|` + point + `[0-9]+)(?:[eE][-+]?[0-9]+)?`
	amount := `(?:\p{Sc}` + blank + number + `|` + number + `(?:` + blank + `[\p{Sc}%])?)`
	sign := `[-+\x{2212}]`
	return regexp.MustCompile(`^` + blank + `(?:(?:` + sign + blank + `)?` + amount + `|\p{Sc}` + blank + sign + blank + number +
		`|\(` + blank + amount + blank + `\))` + blank + `$`)
}

// written is the number that a text that the grammar takes stands for.
func written(f NumberFormat, text string) float64 {
	decimal, _ := f.runes()
	plain, negative, exponent := "", strings.ContainsAny(text[:strings.IndexAny(text, "0123456789")], "-\u2212("), "e"
	for i, r := range text {
		switch {
		case r == 'e' || r == 'E':
			exponent += strings.TrimRight(text[i+1:], " \t\u00a0$€%)")
		case exponent != "e":
		case r >= '0' && r <= '9':
			plain += string(r)
		case r == decimal:
			plain += "."
		}
	}
	power, _ := strconv.Atoi(strings.TrimPrefix(exponent[1:], "+"))
	if strings.Contains(text, "%") {
		power -= 2
	}
	x, _ := strconv.ParseFloat(plain+"e"+strconv.Itoa(power), 64)
	if negative {
		return -x
	}
	return x
}

// TestParseNumberIsItsGrammar tries every text of up to five characters.
func TestParseNumberIsItsGrammar(t *testing.T) {
	for _, f := range []NumberFormat{{}, {Decimal: ','}, {Thousands: ' '}} {
		syntax := numberSyntax(f)
		alphabet := []string{"0", "5", ".", ",", "-", "+", "\u2212", "$", "%", "(", ")", "e", " "}
		tried, taken := 0, 0
		var try func(text string, left int)
		try = func(text string, left int) {
			tried++
			got, err := f.Parse(text)
			if errors.Is(err, errRange) && math.IsInf(written(f, text), 0) {
				got, err = written(f, text), nil
			}
			if want := syntax.MatchString(text); want != (err == nil) {
				t.Fatalf("%v: %q is %v, %v, and the grammar takes it: %v", f, text, got, err, want)
			} else if want {
				if taken++; got != written(f, text) {
					t.Fatalf("%v: %q is %v, want %v", f, text, got, written(f, text))
				}
			}
			if left > 0 {
				for _, c := range alphabet {
					try(text+c, left-1)
				}
			}
		}
		try("", 5)
		t.Logf("%v: %d of %d texts are numbers", f, taken, tried)
	}
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
