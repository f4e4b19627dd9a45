package compute

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// NumberFormat says how numbers are written. Its zero value is that of
// "1,234.50".
type NumberFormat struct {
	Decimal   rune // between whole and fraction; 0 means '.'
	Thousands rune // between groups of three digits; 0 means ',', or '.' where Decimal is ','; ' ' means any blank
}

// ParseNumber reads a number as people and spreadsheets write it:
//
//	"1,234.50"  "-3e-2"  "$ 12"  "12 €"  "12.5%"  "(1,000)"
//
// A percent sign divides by 100, parentheses make it negative, one currency
// symbol (Unicode's class Sc) may stand before or behind, and blanks around any
// of these. Groups must have three digits, so that a decimal comma is an error
// and not a number a hundred times too large.
//
// Order: the nearest float64, as strconv.ParseFloat and Python's float give it.
// Errors: empty text, anything else beside the number, and what is beyond
// float64. "nan" and "inf" are no numbers here.
//
//goscore:cell
func ParseNumber(text string) (float64, error) { return NumberFormat{}.Parse(text) }

// Parse is ParseNumber for another way of writing.
func (f NumberFormat) Parse(text string) (float64, error) {
	if v, err := f.parse(text); err != nil {
		return 0, fmt.Errorf("parse %.40q as a number: %w", text, err)
	} else {
		return v, nil
	}
}

var (
	errEmpty    = errors.New("it is empty")
	errNoNumber = errors.New("it is none")
	errGroups   = errors.New("its groups are not of three digits")
	errRange    = errors.New("it is beyond float64")
)

func (f NumberFormat) parse(text string) (float64, error) {
	rest := strings.TrimSpace(text)
	if rest == "" {
		return 0, errEmpty
	}
	// Most numbers are plain; strconv takes more than those, in letters.
	if f.plain() && plainNumber(rest) {
		return converted(rest)
	}
	rest, negative := unwrapped(rest)
	digits, err := f.digits(rest)
	if err != nil {
		return 0, err
	}
	v, err := converted(digits)
	if negative {
		v = -v
	}
	return v, err
}

// plain says whether '.' can be nothing but the decimal point.
func (f NumberFormat) plain() bool { return f.Decimal == 0 || f.Decimal == '.' }

func plainNumber(s string) bool {
	for i := range len(s) {
		if c := s[i]; (c < '0' || c > '9') && c != '.' && c != '-' {
			return false
		}
	}
	return true
}

func converted(digits string) (float64, error) {
	v, err := strconv.ParseFloat(digits, 64)
	switch {
	case errors.Is(err, strconv.ErrRange):
		return 0, errRange
	case err != nil:
		return 0, errNoNumber
	}
	return v, nil
}

// unwrapped takes parentheses away.
func unwrapped(s string) (inside string, negative bool) {
	if len(s) > 2 && s[0] == '(' && s[len(s)-1] == ')' {
		if inside = strings.TrimSpace(s[1 : len(s)-1]); !strings.ContainsAny(inside[:min(1, len(inside))], "+-") {
			return inside, true
		}
	}
	return s, false
}

// digits takes signs, symbols and groups away: what is left is Go's.
func (f NumberFormat) digits(s string) (string, error) {
	sign, s := signOf(s)
	s, symbol := withoutSymbol(s)
	if sign == "" && symbol { // "$-3"
		sign, s = signOf(s)
	}
	s, percent := strings.CutSuffix(s, "%")
	if percent && symbol {
		return "", errNoNumber
	}
	s = strings.TrimSpace(s)
	mantissa, exponent := s, 0
	if at := strings.IndexAny(s, "eE"); at >= 0 {
		n, err := strconv.Atoi(s[at+1:])
		if err != nil || n > 1e6 || n < -1e6 {
			return "", errNoNumber
		}
		mantissa, exponent = s[:at], n
	}
	if percent {
		exponent -= 2
	}
	whole, fraction, err := f.cut(mantissa)
	if err != nil {
		return "", err
	}
	return sign + whole + "." + fraction + "e" + strconv.Itoa(exponent), nil
}

func signOf(s string) (sign, rest string) {
	for _, minus := range []string{"-", "\u2212"} {
		if rest, ok := strings.CutPrefix(s, minus); ok {
			return "-", strings.TrimSpace(rest)
		}
	}
	if rest, ok := strings.CutPrefix(s, "+"); ok {
		return "+", strings.TrimSpace(rest)
	}
	return "", s
}

func withoutSymbol(s string) (rest string, found bool) {
	if r, n := utf8.DecodeRuneInString(s); unicode.Is(unicode.Sc, r) {
		return strings.TrimSpace(s[n:]), true
	}
	if r, n := utf8.DecodeLastRuneInString(s); unicode.Is(unicode.Sc, r) {
		return strings.TrimSpace(s[:len(s)-n]), true
	}
	return s, false
}

// cut gives the digits before and behind the decimal point.
func (f NumberFormat) cut(s string) (whole, fraction string, err error) {
	decimal, thousands := f.runes()
	whole, fraction, _ = strings.Cut(s, string(decimal))
	if !allDigits(fraction) || whole+fraction == "" {
		return "", "", errNoNumber
	}
	if allDigits(whole) {
		return whole, fraction, nil
	}
	groups := strings.FieldsFunc(whole, func(r rune) bool { return r == thousands || thousands == ' ' && unicode.IsSpace(r) })
	joined := strings.Join(groups, "")
	if !allDigits(joined) {
		return "", "", errNoNumber
	}
	separators := utf8.RuneCountInString(whole) - len(joined)
	for i, g := range groups {
		if len(g) > 3 || i > 0 && len(g) < 3 || separators != len(groups)-1 {
			return "", "", errGroups
		}
	}
	return joined, fraction, nil
}

func (f NumberFormat) runes() (decimal, thousands rune) {
	decimal, thousands = f.Decimal, f.Thousands
	if decimal == 0 {
		decimal = '.'
	}
	if thousands == 0 {
		thousands = ','
		if decimal == ',' {
			thousands = '.'
		}
	}
	return decimal, thousands
}

func allDigits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return true
}
