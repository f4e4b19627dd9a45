// Package draft holds the functions that drafts name where Go's operators and Python's differ.
// A draft takes in those that it names. The directory's name hides it from the go command.
package draft

import (
	"cmp"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// pyDivide is Python's a / b.
func pyDivide(a, b float64) float64 {
	if b == 0 {
		panic("ZeroDivisionError: division by zero")
	}
	return a / b
}

// pyFloorDiv is Python's a // b of ints: rounded down, where Go's a / b goes towards zero.
func pyFloorDiv(a, b int) int {
	q := a / b
	if a%b != 0 && (a < 0) != (b < 0) {
		q--
	}
	return q
}

// pyMod is Python's a % b of ints, which has the sign of b.
func pyMod(a, b int) int {
	m := a % b
	if m != 0 && (m < 0) != (b < 0) {
		m += b
	}
	return m
}

// pyFloorDivFloat is Python's a // b of floats.
func pyFloorDivFloat(a, b float64) float64 {
	if b == 0 {
		panic("ZeroDivisionError: float floor division by zero")
	}
	mod := math.Mod(a, b)
	div := (a - mod) / b
	if mod != 0 && (mod < 0) != (b < 0) {
		div--
	}
	if div == 0 {
		return math.Copysign(0, a/b)
	}
	down := math.Floor(div)
	if div-down > 0.5 {
		down++
	}
	return down
}

// pyModFloat is Python's a % b of floats, which has the sign of b.
func pyModFloat(a, b float64) float64 {
	if b == 0 {
		panic("ZeroDivisionError: float modulo")
	}
	mod := math.Mod(a, b)
	if mod == 0 {
		return math.Copysign(0, b)
	}
	if (mod < 0) != (b < 0) {
		mod += b
	}
	return mod
}

// pyPow is Python's x ** y of floats: it panics where Python raises or gives a complex number.
func pyPow(x, y float64) float64 {
	z := math.Pow(x, y)
	if math.IsInf(z, 0) && !math.IsInf(x, 0) && !math.IsInf(y, 0) {
		panic("OverflowError or ZeroDivisionError: the result of ** is infinite")
	}
	if math.IsNaN(z) && !math.IsNaN(x) && !math.IsNaN(y) {
		panic("not translated: a negative number ** a fraction is complex in Python")
	}
	return z
}

// pyPowInt is Python's x ** n of ints.
func pyPowInt(x, n int) int {
	if n < 0 {
		panic("not translated: an int ** a negative int is a float in Python")
	}
	y := 1
	for ; n > 0; n >>= 1 {
		if n&1 == 1 {
			y *= x
		}
		x *= x
	}
	return y
}

// pyMath is f(x) of Python's math module: it panics where Python raises.
func pyMath(f func(float64) float64, x float64) float64 {
	y := f(x)
	if math.IsNaN(y) && !math.IsNaN(x) {
		panic("ValueError: math domain error")
	}
	if math.IsInf(y, 0) && !math.IsInf(x, 0) {
		panic("ValueError or OverflowError: the result is infinite")
	}
	return y
}

// pyFmod is Python's math.fmod.
func pyFmod(x, y float64) float64 {
	z := math.Mod(x, y)
	if math.IsNaN(z) && !math.IsNaN(x) && !math.IsNaN(y) {
		panic("ValueError: math domain error")
	}
	return z
}

// pyInt is Python's int(x) of a float.
func pyInt(x float64) int {
	if !(x >= -1<<63 && x < 1<<63) {
		panic("NaN, infinity, or a number beyond 64 bits as an int")
	}
	return int(x)
}

// pyRoundTo is Python's round(x, digits).
func pyRoundTo(x float64, digits int) float64 {
	y, _ := strconv.ParseFloat(strconv.FormatFloat(x, 'f', digits, 64), 64)
	return y
}

// pyBit is a bool as Python calculates with it.
func pyBit(b bool) int {
	if b {
		return 1
	}
	return 0
}

// pyAbs is Python's abs(n) of an int.
func pyAbs(n int) int {
	if n < 0 {
		return -n
	}
	return n
}

// pyMin is Python's min: the first of the least values, with NaN as Python compares it.
func pyMin[T cmp.Ordered](values ...T) T {
	if len(values) == 0 {
		panic("ValueError: min() of an empty list")
	}
	least := values[0]
	for _, value := range values[1:] {
		if value < least {
			least = value
		}
	}
	return least
}

// pyMax is Python's max: the first of the greatest values, with NaN as Python compares it.
func pyMax[T cmp.Ordered](values ...T) T {
	if len(values) == 0 {
		panic("ValueError: max() of an empty list")
	}
	greatest := values[0]
	for _, value := range values[1:] {
		if value > greatest {
			greatest = value
		}
	}
	return greatest
}

// pySum is Python's sum of ints, and of floats up to Python 3.11.
func pySum[T int | float64](values []T) T {
	var sum T
	for _, value := range values {
		sum += value
	}
	return sum
}

// pyCount is Python's sum of bools.
func pyCount(values []bool) int {
	count := 0
	for _, value := range values {
		count += pyBit(value)
	}
	return count
}

// pySumFloats is Python's sum of floats since 3.12, which keeps what each addition rounds away.
func pySumFloats(values []float64) float64 {
	sum, lost := 0.0, 0.0
	for _, x := range values {
		next := sum + x
		if math.Abs(sum) >= math.Abs(x) {
			lost += (sum - next) + x
		} else {
			lost += (x - next) + sum
		}
		sum = next
	}
	if lost != 0 && !math.IsInf(lost, 0) && !math.IsNaN(lost) {
		sum += lost
	}
	return sum
}

// pyIndex counts a negative index from the end, as Python does.
func pyIndex(i, n int) int {
	if i < 0 {
		return i + n
	}
	return i
}

// pyCut is where a slice of Python's begins or ends in n items.
func pyCut(i, n int) int {
	return min(max(pyIndex(i, n), 0), n)
}

// pySlice is Python's values[from:to], a copy.
func pySlice[T any](values []T, from, to int) []T {
	from, to = pyCut(from, len(values)), pyCut(to, len(values))
	return append([]T{}, values[from:max(from, to)]...)
}

// pyContains is Python's x in values; of a NaN it would depend on which NaN object it is.
func pyContains(values []float64, x float64) bool {
	if math.IsNaN(x) {
		panic("not translated: NaN in a list")
	}
	return slices.Contains(values, x)
}

// pySorted is Python's sorted(values); a NaN's place in Python depends on how it sorts.
func pySorted[T cmp.Ordered](values []T) []T {
	out := append([]T{}, values...)
	for _, value := range out {
		if value != value {
			panic("not translated: sorting NaN")
		}
	}
	slices.SortStableFunc(out, cmp.Compare[T])
	return out
}

// pySortedDown is Python's sorted(values, reverse=True).
func pySortedDown[T cmp.Ordered](values []T) []T {
	out := append([]T{}, values...)
	for _, value := range out {
		if value != value {
			panic("not translated: sorting NaN")
		}
	}
	slices.SortStableFunc(out, func(a, b T) int { return cmp.Compare(b, a) })
	return out
}

// pyReversed is Python's values[::-1], a copy.
func pyReversed[T any](values []T) []T {
	out := append([]T{}, values...)
	slices.Reverse(out)
	return out
}

// pyRepeat is Python's values * n.
func pyRepeat[T any](values []T, n int) []T {
	return append([]T{}, slices.Repeat(values, max(n, 0))...)
}

// pyKey is Python's values[key] of a dict.
func pyKey[K comparable, V any](values map[K]V, key K) V {
	value, found := values[key]
	if !found {
		panic("KeyError: the dict has no such key")
	}
	return value
}

// pyGet is Python's values.get(key, other).
func pyGet[K comparable, V any](values map[K]V, key K, other V) V {
	if value, found := values[key]; found {
		return value
	}
	return other
}

// pyHas is Python's key in values of a dict.
func pyHas[K comparable, V any](values map[K]V, key K) bool {
	_, found := values[key]
	return found
}

// pyChar is Python's text[i]: it counts characters, where Go counts bytes.
func pyChar(text string, i int) string {
	chars := []rune(text)
	return string(chars[pyIndex(i, len(chars))])
}

// pySubstring is Python's text[from:to]: it counts characters, where Go counts bytes.
func pySubstring(text string, from, to int) string {
	return string(pySlice([]rune(text), from, to))
}

// pyFind is Python's text.find(part): it counts characters, where Go counts bytes.
func pyFind(text, part string) int {
	at := strings.Index(text, part)
	if at < 0 {
		return -1
	}
	return utf8.RuneCountInString(text[:at])
}

// pyOrd is Python's ord(char).
func pyOrd(char string) int {
	chars := []rune(char)
	if len(chars) != 1 {
		panic("TypeError: ord() takes one character")
	}
	return int(chars[0])
}

// pyIsSpace tells what Python strips: four separators more than Go.
func pyIsSpace(char rune) bool {
	return unicode.IsSpace(char) || 0x1c <= char && char <= 0x1f
}

// pyLower is Python's text.lower().
func pyLower(text string) string {
	if strings.ContainsAny(text, "İΣ") {
		panic("not translated: lower() of a letter that becomes two, or depends on its place")
	}
	return strings.ToLower(text)
}

// pyUpper is Python's text.upper().
func pyUpper(text string) string {
	for _, char := range text {
		if strings.ContainsRune("ßŉǰΐΰևẖẗẘẙẚ", char) || 0x1f50 <= char && char <= 0x1fff || 0xfb00 <= char && char <= 0xfb17 {
			panic("not translated: upper() of a letter that may become two")
		}
	}
	return strings.ToUpper(text)
}

// pyDigits strips a number's text as Python does, and takes out the underscores between digits.
func pyDigits(text string) (string, bool) {
	text = strings.TrimFunc(text, pyIsSpace)
	for at, char := range text {
		if char >= utf8.RuneSelf && unicode.IsDigit(char) {
			panic("not translated: digits that are not ASCII")
		}
		digit := func(at int) bool { return 0 <= at && at < len(text) && '0' <= text[at] && text[at] <= '9' }
		if char == '_' && !(digit(at-1) && digit(at+1)) {
			return "", false
		}
	}
	return strings.ReplaceAll(text, "_", ""), true
}

// pyParseFloat is Python's float(text); the error stands for its ValueError.
func pyParseFloat(text string) (float64, error) {
	digits, ok := pyDigits(text)
	if !ok || strings.ContainsAny(digits, "xXpP") {
		return 0, strconv.ErrSyntax
	}
	if strings.EqualFold(strings.TrimLeft(digits, "+-"), "nan") && len(digits) <= 4 {
		return math.NaN(), nil
	}
	x, err := strconv.ParseFloat(digits, 64)
	if math.IsInf(x, 0) {
		err = nil // too large is infinite in Python
	}
	return x, err
}

// pyFloat is Python's float(text).
func pyFloat(text string) float64 {
	x, err := pyParseFloat(text)
	if err != nil {
		panic("ValueError: could not convert string to float: " + strconv.Quote(text))
	}
	return x
}

// pyParseInt is Python's int(text); the error stands for its ValueError.
func pyParseInt(text string) (int, error) {
	digits, ok := pyDigits(text)
	if !ok {
		return 0, strconv.ErrSyntax
	}
	n, err := strconv.ParseInt(digits, 10, 64)
	if err != nil && (n == math.MaxInt64 || n == math.MinInt64) {
		panic("an int beyond 64 bits: " + strconv.Quote(text))
	}
	return int(n), err
}

// pyIntOf is Python's int(text).
func pyIntOf(text string) int {
	n, err := pyParseInt(text)
	if err != nil {
		panic("ValueError: invalid literal for int(): " + strconv.Quote(text))
	}
	return n
}

// pyText is Python's str(x) of a float.
func pyText(x float64) string {
	if math.IsNaN(x) || math.IsInf(x, 0) {
		return strings.ToLower(strings.TrimPrefix(strconv.FormatFloat(x, 'g', -1, 64), "+"))
	}
	text := strconv.FormatFloat(x, 'e', -1, 64)
	power, _ := strconv.Atoi(text[strings.IndexByte(text, 'e')+1:])
	if power < -4 || power >= 16 {
		return text
	}
	text = strconv.FormatFloat(x, 'f', -1, 64)
	if !strings.Contains(text, ".") {
		text += ".0"
	}
	return text
}

// pyFixed is Python's f"{x:.2f}", with that many digits.
func pyFixed(x float64, digits int) string {
	return strings.ToLower(strings.TrimPrefix(strconv.FormatFloat(x, 'f', digits, 64), "+"))
}

// pyBoolText is Python's str(b) of a bool.
func pyBoolText(b bool) string {
	if b {
		return "True"
	}
	return "False"
}
