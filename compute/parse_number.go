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
// What is not certainly a number is an error. This is the grammar, in which a
// symbol is one of currencies (Unicode's class Sc), and blanks may stand around
// the text, behind a sign, inside parentheses and between a number and what is
// beside it:
//
//	text     = signed | "(" amount ")"          parentheses make it negative
//	signed   = [sign] amount | symbol sign number
//	amount   = number | symbol number | number symbol | number "%"
//	number   = (whole ["." {digit}] | "." digit {digit}) [("e"|"E") ["+"|"-"] digit {digit}]
//	whole    = digit {digit} | groups
//	groups   = one to three digits, the first not 0, and one or more times "," and three digits
//	sign     = "-" | "+" | "\u2212"
//
// A percent sign divides by 100. Groups have three digits and no leading 0, so
// that a decimal comma is an error and not a number a hundred times too large.
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
	errGroups   = errors.New("its groups are not of three digits, or begin with 0")
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
	sign, rest, err := f.mantissa(rest)
	if err != nil {
		return 0, err
	}
	return converted(sign + rest)
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

// mantissa takes parentheses, signs, symbols and groups away: what is left is Go's.
func (f NumberFormat) mantissa(s string) (sign, digits string, err error) {
	negative := len(s) > 1 && s[0] == '(' && s[len(s)-1] == ')'
	if negative {
		sign, s = "-", strings.TrimSpace(s[1:len(s)-1])
	} else {
		sign, s = signOf(s)
	}
	s, first := symbolBefore(s)
	if first && sign == "" { // "$-3"
		sign, s = signOf(s)
	}
	s, last := symbolBehind(s)
	s, percent := strings.CutSuffix(s, "%")
	if first && last || percent && (first || last) {
		return "", "", errNoNumber
	}
	s = strings.TrimRightFunc(s, unicode.IsSpace)
	number, exponent := s, 0
	if at := strings.IndexAny(s, "eE"); at >= 0 {
		if exponent, err = strconv.Atoi(s[at+1:]); errors.Is(err, strconv.ErrRange) || exponent > 1e6 || exponent < -1e6 {
			return "", "", errRange
		} else if err != nil {
			return "", "", errNoNumber
		}
		number = s[:at]
	}
	if percent {
		exponent -= 2
	}
	whole, fraction, err := f.cut(number)
	return sign, whole + "." + fraction + "e" + strconv.Itoa(exponent), err
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

func symbolBefore(s string) (rest string, found bool) {
	if r, n := utf8.DecodeRuneInString(s); unicode.Is(unicode.Sc, r) {
		return strings.TrimSpace(s[n:]), true
	}
	return s, false
}

func symbolBehind(s string) (rest string, found bool) {
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
	groups := []string{""}
	for _, r := range whole {
		last := len(groups) - 1
		switch {
		case r >= '0' && r <= '9':
			groups[last] += string(r)
		case r == thousands || thousands == ' ' && unicode.IsSpace(r):
			groups = append(groups, "")
		default:
			return "", "", errNoNumber
		}
	}
	for i, g := range groups {
		if len(g) == 0 || len(g) > 3 || i > 0 && len(g) < 3 || groups[0][0] == '0' {
			return "", "", errGroups
		}
	}
	return strings.Join(groups, ""), fraction, nil
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
