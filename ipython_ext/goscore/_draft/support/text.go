package draft

import (
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// pyChar is Python's text[i]: it counts characters, where Go counts bytes.
func pyChar(text string, i int) string {
	i = pyIndex(i, utf8.RuneCountInString(text))
	for at, char := range text {
		if i == 0 {
			return text[at : at+utf8.RuneLen(char)]
		}
		i--
	}
	panic("IndexError: string index out of range")
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

// pyChars is Python's list(text).
func pyChars(text string) []string {
	chars := make([]string, 0, len(text))
	for at, char := range text {
		chars = append(chars, text[at:at+utf8.RuneLen(char)])
	}
	return chars
}

// pyFindLast is Python's text.rfind(part).
func pyFindLast(text, part string) int {
	at := strings.LastIndex(text, part)
	if at < 0 {
		return -1
	}
	return utf8.RuneCountInString(text[:at])
}

// pyFound is what index gives where find gives -1.
func pyFound(at int) int {
	if at < 0 {
		panic("ValueError: substring not found")
	}
	return at
}

// pyPad is Python's text in a field of a width: "<", ">", "^", "=" as in formats, "|" as center has it.
func pyPad(text string, width int, fill, side string) string {
	n := width - utf8.RuneCountInString(text)
	if n <= 0 {
		return text
	}
	if utf8.RuneCountInString(fill) != 1 {
		panic("TypeError: the fill character must be exactly one character long")
	}
	left := n / 2
	switch side {
	case "<":
		left = 0
	case ">":
		left = n
	case "|":
		left += n & width & 1
	case "=":
		if text != "" && strings.ContainsAny(text[:1], "+- ") {
			return text[:1] + strings.Repeat(fill, n) + text[1:]
		}
		left = n
	}
	return strings.Repeat(fill, left) + text + strings.Repeat(fill, n-left)
}

// pyZeros is Python's text.zfill(width).
func pyZeros(text string, width int) string {
	if text != "" && (text[0] == '+' || text[0] == '-') {
		return pyPad(text, width, "0", "=")
	}
	return pyPad(text, width, "0", ">")
}

// pyPartition is Python's text.partition(separator).
func pyPartition(text, separator string) pyTuple3[string, string, string] {
	if separator == "" {
		panic("ValueError: empty separator")
	}
	before, after, found := strings.Cut(text, separator)
	if !found {
		return pyTuple3[string, string, string]{text, "", ""}
	}
	return pyTuple3[string, string, string]{before, separator, after}
}

// pyPartitionRight is Python's text.rpartition(separator).
func pyPartitionRight(text, separator string) pyTuple3[string, string, string] {
	if separator == "" {
		panic("ValueError: empty separator")
	}
	at := strings.LastIndex(text, separator)
	if at < 0 {
		return pyTuple3[string, string, string]{"", "", text}
	}
	return pyTuple3[string, string, string]{text[:at], separator, text[at+len(separator):]}
}

// pySplitRight is Python's text.rsplit(separator, times).
func pySplitRight(text, separator string, times int) []string {
	parts := []string{}
	for ; times > 0; times-- {
		at := strings.LastIndex(text, separator)
		if at < 0 {
			break
		}
		parts = append(parts, text[at+len(separator):])
		text = text[:at]
	}
	parts = append(parts, text)
	slices.Reverse(parts)
	return parts
}

// pyLines is Python's text.splitlines().
func pyLines(text string) []string {
	lines, begin, after := []string{}, 0, false
	for at, char := range text {
		if after && char == '\n' { // of a pair that has ended a line already
			begin, after = at+1, false
			continue
		}
		after = char == '\r'
		if strings.ContainsRune("\n\r\v\f\x1c\x1d\x1e\u0085\u2028\u2029", char) {
			lines = append(lines, text[begin:at])
			begin = at + utf8.RuneLen(char)
		}
	}
	if begin < len(text) {
		lines = append(lines, text[begin:])
	}
	return lines
}

// pyASCII refuses letters of which Go and Python may know different things.
func pyASCII(text, method string) string {
	for at := range len(text) {
		if text[at] >= utf8.RuneSelf {
			panic("not translated: " + method + "() of letters that are not ASCII")
		}
	}
	return text
}

// pyLatin refuses letters of which Go and Python may know different things, or which become two.
func pyLatin(text, method string) string {
	for _, char := range text {
		asian := 0x3040 <= char && char <= 0x9fff || 0xac00 <= char && char <= 0xd7a3 // have no case
		if char >= 0x180 && !asian || strings.ContainsRune("ªºßŉſİµ", char) {
			panic("not translated: " + method + "() of letters that are not European or Asian, or become two")
		}
	}
	return text
}

// pyTitle is Python's text.title().
func pyTitle(text string) string {
	out, inside := []rune(pyLatin(text, "title")), false
	for at, char := range out {
		if inside {
			out[at] = unicode.ToLower(char)
		} else {
			out[at] = unicode.ToUpper(char)
		}
		inside = unicode.IsUpper(char) || unicode.IsLower(char)
	}
	return string(out)
}

// pyCapitalize is Python's text.capitalize().
func pyCapitalize(text string) string {
	first := pyChars(pyLatin(text, "capitalize"))
	if len(first) == 0 {
		return ""
	}
	return strings.ToUpper(first[0]) + strings.ToLower(text[len(first[0]):])
}

// pySwapCase is Python's text.swapcase().
func pySwapCase(text string) string {
	out := []byte(pyASCII(text, "swapcase"))
	for at, char := range out {
		if 'A' <= char && char <= 'Z' {
			out[at] = char + 32
		} else if 'a' <= char && char <= 'z' {
			out[at] = char - 32
		}
	}
	return string(out)
}

// pyCaseFold is Python's text.casefold().
func pyCaseFold(text string) string { return strings.ToLower(pyASCII(text, "casefold")) }

// pyAllRunes is what most of Python's tests of text ask: not empty, and all characters do.
func pyAllRunes(text string, test func(rune) bool) bool {
	for _, char := range text {
		if !test(char) {
			return false
		}
	}
	return text != ""
}

// pyIsDecimal is Python's text.isdecimal().
func pyIsDecimal(text string) bool { return pyAllRunes(text, unicode.IsDigit) }

// pyIsDigit is Python's text.isdigit().
func pyIsDigit(text string) bool {
	return pyAllRunes(text, func(char rune) bool {
		if unicode.Is(unicode.No, char) {
			panic("not translated: isdigit() of digits such as ²")
		}
		return unicode.IsDigit(char)
	})
}

// pyIsAlpha is Python's text.isalpha().
func pyIsAlpha(text string) bool { return pyAllRunes(text, unicode.IsLetter) }

// pyIsAlnum is Python's text.isalnum().
func pyIsAlnum(text string) bool {
	return pyAllRunes(text, func(char rune) bool { return unicode.IsLetter(char) || unicode.IsNumber(char) })
}

// pyIsBlank is Python's text.isspace().
func pyIsBlank(text string) bool { return pyAllRunes(text, pyIsSpace) }

// pyIsUpper is Python's text.isupper().
func pyIsUpper(text string) bool {
	cased := false
	for _, char := range pyLatin(text, "isupper") {
		if unicode.IsLower(char) {
			return false
		}
		cased = cased || unicode.IsUpper(char)
	}
	return cased
}

// pyIsLower is Python's text.islower().
func pyIsLower(text string) bool {
	cased := false
	for _, char := range pyLatin(text, "islower") {
		if unicode.IsUpper(char) {
			return false
		}
		cased = cased || unicode.IsLower(char)
	}
	return cased
}

// pyRepr is Python's repr(text).
func pyRepr(text string) string {
	for _, char := range pyASCII(text, "repr") {
		if char < ' ' || char == 0x7f || char == '\\' {
			panic("not translated: repr() of characters that are escaped")
		}
	}
	if !strings.Contains(text, "'") {
		return "'" + text + "'"
	}
	if strings.Contains(text, "\"") {
		panic("not translated: repr() of both kinds of quotes")
	}
	return "\"" + text + "\""
}

// pyIsASCII is Python's text.isascii().
func pyIsASCII(text string) bool {
	return text == "" || pyAllRunes(text, func(char rune) bool { return char < utf8.RuneSelf })
}
