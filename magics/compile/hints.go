package compile

import (
	"regexp"
	"strings"
)

// A rule gives a beginner's error its one-line hint. The text of the line may
// narrow it down.
type rule struct {
	message *regexp.Regexp
	line    *regexp.Regexp
	hint    string
}

var rules = []rule{
	{re(`more than one character in rune literal|illegal rune literal|rune literal not terminated`), nil,
		`Go writes text in double quotes: "text"; single quotes hold one character`},
	{re(`undefined: (\w+)`), re(`^\s*\w+(\s*,\s*\w+)*\s*=[^=]`),
		"declare it as you set it: $1 := ..."},
	{re(`mismatched types (?:\w+ and float64|float64 and \w+)|mismatched types int(\d*) and|mismatched types \w+ and int`), nil,
		"Go never converts numbers by itself: write float64(x)"},
	{re(`cannot use .* \((?:variable|value|constant .*)? ?of type int\w*\) as float64|cannot use .* of type u?int\w* as float`), nil,
		"Go never converts numbers by itself: write float64(x)"},
	{re(`truncated\)? to|\(truncated\)|constant .* truncated`), nil,
		"an integer cannot hold a fraction: use float64, or math.Round first"},
	{re(`missing return`), nil,
		"every path of a function with a result ends in return (or panic)"},
	{re(`non-declaration statement outside function body|expected declaration, found`), nil,
		"statements stand at the top of the cell or inside a func; check the braces above"},
	{re(`expected .*, found ':='|unexpected :=`), nil,
		"here Go wants var x = ..., or an = for a variable that exists"},
	{re(`no new variables on left side of :=`), nil,
		"the variable exists: set it with ="},
	{re(`too many return values|too many arguments to return`), nil,
		"a cell has no result type: write the expression alone on the last line, without return"},
	{re(`missing condition in if statement|cannot use .* as value`), re(`\b(if|for)\b[^=]*[^=!<>:]=[^=]`),
		"compare with =="},
	{re(`undefined: (True|False|None)`), nil,
		"Go's constants are true, false and nil"},
	{re(`undefined: (print|len|range|elif|def|lambda|and|or|not)`), nil, ""},
	{re(`invalid operation: operator ! not defined|unexpected name (and|or)|expected .*, found (and|or|not)\b`), nil,
		"Go writes && for and, || for or, ! for not"},
	{re(`illegal character U\+0023|invalid character U\+0023`), nil,
		"Go's comments begin with //"},
	{re(`unexpected name in|undefined: elif|expected .*found elif`), nil,
		"Go writes else if"},
	{re(`unexpected newline, expected .* after for clause|expected '?\{'?|expected for loop condition`), nil,
		"the { belongs on the same line as its if, for or func"},
	{re(`is not used`), nil,
		"only the last line of a cell may be a bare expression"},
	{re(`invalid recursive type`), nil, "use a pointer: *T"},
	{re(`operator \*\* not|invalid operation: .*cannot indirect`), re(`\*\*`),
		"powers are math.Pow(x, y)"},
	{re(`operator // not`), nil, "integers divide whole with /"},
}

func re(s string) *regexp.Regexp { return regexp.MustCompile(s) }

// hint gives the first rule's hint that fits the message and the cell's line.
func hint(c *Cell, offset int, msg string) string {
	line, _ := c.Place(offset)
	text := c.Line(line)
	for _, r := range rules {
		m := r.message.FindStringSubmatchIndex(msg)
		if m == nil || r.hint == "" || r.line != nil && !r.line.MatchString(text) {
			continue
		}
		return strings.TrimSpace(string(r.message.ExpandString(nil, r.hint, msg, m)))
	}
	return ""
}
