package draft

import (
	"math"
	"strconv"
	"strings"
)

// pyIntBase is Python's int(text, base).
func pyIntBase(text string, base int) int {
	digits, ok := pyDigits(text)
	if ok && base != 10 {
		sign := ""
		if digits != "" && strings.ContainsAny(digits[:1], "+-") {
			sign, digits = digits[:1], digits[1:]
		}
		if prefix := map[int]string{2: "0b", 8: "0o", 16: "0x"}[base]; prefix != "" && len(digits) > 2 && strings.EqualFold(digits[:2], prefix) {
			digits = digits[2:]
		}
		ok = digits != "" && !strings.ContainsAny(digits[:1], "+-")
		digits = sign + digits
	}
	n, err := strconv.ParseInt(digits, base, 64)
	if base == 0 {
		panic("not translated: int(text, 0)")
	}
	if err != nil && ok && (n == math.MaxInt64 || n == math.MinInt64) {
		panic("an int beyond 64 bits: " + strconv.Quote(text))
	}
	if !ok || err != nil {
		panic("ValueError: invalid literal for int(): " + strconv.Quote(text))
	}
	return int(n)
}

// pyBased is Python's bin, oct and hex.
func pyBased(n int, prefix string, base int) string {
	text := strconv.FormatInt(int64(n), base)
	if n < 0 {
		return "-" + prefix + text[1:]
	}
	return prefix + text
}

// pyDigitsOf is Python's f"{n:,d}", without its width.
func pyDigitsOf(n int, kind, separator, sign string) string {
	text := strconv.FormatInt(int64(n), map[string]int{"d": 10, "b": 2, "o": 8, "x": 16}[kind])
	if n >= 0 {
		text = sign + text
	}
	size := 3
	if kind != "d" {
		size = 4
	}
	return pySeparated(text, separator, size)
}

// pySeparated writes a separator between groups of a number's digits.
func pySeparated(text, separator string, size int) string {
	if separator == "" {
		return text
	}
	begin := 0
	if text != "" && strings.ContainsAny(text[:1], "+- ") {
		begin = 1
	}
	end := strings.IndexAny(text, ".e%")
	if end < 0 {
		end = len(text)
	}
	for at := end - size; at > begin; at -= size {
		text = text[:at] + separator + text[at:]
	}
	return text
}

// pyFormatted is Python's f"{x:,.2f}", without its width.
func pyFormatted(x float64, kind byte, digits int, separator, sign string) string {
	if kind == '%' {
		x *= 100
	}
	if math.IsNaN(x) || math.IsInf(x, 0) {
		text := map[bool]string{true: "nan", false: strings.TrimPrefix(strings.ToLower(strconv.FormatFloat(x, 'f', -1, 64)), "+")}[math.IsNaN(x)]
		if !strings.HasPrefix(text, "-") {
			text = sign + text
		}
		if kind == 'F' || kind == 'E' {
			text = strings.ToUpper(text)
		}
		if kind == '%' {
			text += "%"
		}
		return text
	}
	var text string
	switch kind {
	case 'e', 'E':
		text = strconv.FormatFloat(x, kind, digits, 64)
	default:
		text = strconv.FormatFloat(x, 'f', digits, 64)
	}
	if !strings.HasPrefix(text, "-") {
		text = sign + text
	}
	text = pySeparated(text, separator, 3)
	if kind == '%' {
		text += "%"
	}
	return text
}

// pyGeneral is Python's f"{x:.3g}", without its width.
func pyGeneral(x float64, digits int, sign string) string {
	digits = max(digits, 1)
	if math.IsNaN(x) || math.IsInf(x, 0) {
		return pyFormatted(x, 'f', 0, "", sign)
	}
	text := strconv.FormatFloat(x, 'e', digits-1, 64)
	power, _ := strconv.Atoi(text[strings.IndexByte(text, 'e')+1:])
	mantissa, tail := text[:strings.IndexByte(text, 'e')], text[strings.IndexByte(text, 'e'):]
	if power >= -4 && power < digits {
		mantissa, tail = strconv.FormatFloat(x, 'f', digits-1-power, 64), ""
	}
	if strings.Contains(mantissa, ".") {
		mantissa = strings.TrimRight(strings.TrimRight(mantissa, "0"), ".")
	}
	if !strings.HasPrefix(mantissa, "-") {
		mantissa = sign + mantissa
	}
	return mantissa + tail
}
