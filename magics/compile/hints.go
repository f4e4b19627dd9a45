package compile

import (
	"regexp"
	"slices"
	"strings"
)

// A rule gives a beginner's error its one-line hint. The text of the line may
// narrow it down, and whether it stands in a function.
type rule struct {
	message, line string
	inFunc, atTop bool
	hint          string
}

const convert = "Go never converts numbers by itself: write "

// rules are tried in this order. Each has a cell in testdata/errors.txtar that needs
// it.
var rules = compiled([]rule{
	{message: `^illegal rune literal|^rune literal not terminated`, hint: `Go writes text in double quotes: "text"; single quotes hold one character`},
	{message: `^undefined: None$`, hint: "Go writes nil for None"},
	{message: `^undefined: (?:try|raise|except)$|^label (?:try|except|finally) `, hint: "Go has no exceptions: a function returns an error, and its caller looks at it"},
	{message: `^undefined: str$`, hint: "Go's text is of type string"},
	{message: `^undefined: float$`, hint: "Go's floats are of type float64"},
	{message: `^undefined: (?:np|numpy|pd|pandas)$`, hint: "Python's modules are not known to Go: see its packages math, slices, strings and sort"},
	{message: `^undefined: ([\pL_][\pL\d_]*)$`, line: `^\s*func\b[^(]*\(\s*[\pL_][\pL\d_]*(\s*,\s*[\pL_][\pL\d_]*)*\s*\)`, hint: "a parameter has a type behind its name: $1 float64"},
	{message: `^undefined: ([\pL_][\pL\d_]*)$`, line: `^\s*[\pL_][\pL\d_]*(\s*,\s*[\pL_][\pL\d_]*)*\s*=[^=]`, hint: "declare it as you set it: $1 := ..."},
	{message: `mismatched types (?:u?int\w* and float\w+|float\w+ and u?int\w*)\)`, hint: convert + "float64(x)"},
	{message: `mismatched types (u?int\w*|float\w+) and (u?int\w*|float\w+)\)`, hint: convert + "$1(x) or $2(x)"},
	{message: `mismatched types (?:untyped )?(?:string and (?:untyped )?(?:u?int|float)\w*|(?:u?int|float)\w* and (?:untyped )?string)\)`, hint: "Go makes no text of numbers by itself: write fmt.Sprint(x)"},
	{message: `of type u?int\w*\) as (float\w+|u?int\w*) value`, hint: convert + "$1(x)"},
	{message: `of type float\w+\) as (u?int\w*) value`, hint: convert + "$1(x), which drops the fraction"},
	{message: `of type float\w+\) as (float\w+) value`, hint: convert + "$1(x)"},
	{message: `\(truncated\)$|\btruncated to `, hint: "an integer cannot hold a fraction: use float64, or math.Round first"},
	{message: `of type \[\]\S+\) as (?:u?int\w*|float\w+|string|bool) value in argument to ([\pL_][\pL\d_]*)$`, hint: "$1 takes one value: call it in a loop, or on the whole column from Python"},
	{message: `^expected 1 expression$`, hint: "Go has no tuples: write []any{a, b}, or bring them back with -o a,b"},
	{message: `^missing return$`, hint: "every path of a function with a result ends in return (or panic)"},
	{message: `found ':='`, hint: "here Go wants var x = ..., or an = for a variable that exists"},
	{message: `^no new variables on left side of :=`, hint: "the variable exists: set it with ="},
	{message: `^too many return values`, inFunc: true, hint: "the result's type stands behind the parameters: func f(x int) int"},
	{message: `^too many return values`, atTop: true, hint: "a cell has no result type: write the expression alone on the last line, without return"},
	{message: `found assignment`, hint: "compare with =="},
	{message: `found (?:and|or)$`, hint: "Go writes && for and, || for or, ! for not"},
	{message: `^expected `, line: `\bnot\s`, hint: "Go writes && for and, || for or, ! for not"},
	{message: `^illegal character U\+0023`, hint: "Go's comments begin with //"},
	{message: `^illegal character U\+003F`, hint: "Go has no ? : ; write if and else"},
	{message: `found elif$`, hint: "Go writes else if"},
	{message: `found in$`, hint: "a Go loop over a slice is: for i, x := range xs { ... }"},
	{message: `^expected `, line: `^\s*while\b`, hint: "Go's only loop is for: for x < 3 { ... }"},
	{message: `^expected `, line: `^\s*def\b`, hint: "Go declares a function as: func f(x float64) float64 { ... }"},
	{message: `^expected `, line: `\blambda\b`, hint: "Go writes func(x float64) float64 { return x }"},
	{message: `^expected `, line: `[^\pL]f"`, hint: `Go writes fmt.Sprintf("x is %v", x)`},
	{message: `^unexpected newline, expecting \{|^expected '\{', found newline|^missing function body`, hint: "the { belongs on the same line as its if, for or func"},
	{message: `found '(?:\+\+|--)'`, hint: "x++ is a statement of its own, not a value"},
	{message: `expecting \]$`, hint: "a slice is written []float64{1, 2, 3}"},
	{message: `^expected operand, found '\{'`, hint: `a map is written map[string]int{"a": 1}`},
	{message: `^append\(.* is not used$`, hint: "append gives the longer slice: s = append(s, x)"},
	{message: ` is not used$`, hint: "only the last line of a cell may be a bare expression"},
	{message: `1 variable but .* returns 2 values$`, hint: "take both: x, err := ..."},
	{message: `^in call to (\S+), cannot infer`, hint: "name the type in brackets, as in $1[float64](...)"},
	{message: `\(type \[\]\S+ has no field or method append\)`, hint: "write s = append(s, x)"},
	{message: `\(type \[\]\S+ has no field or method`, hint: "a slice has no methods: write a loop, or see the packages slices and sort"},
	{message: `^expected ';', found [\pL_"\d]`, hint: "statements stand on lines of their own, or have a ; between them"},
	{message: `^invalid recursive type`, hint: "use a pointer: *T"},
	{message: `^invalid operation: operator \^ not defined on .*float`, hint: "powers are math.Pow(x, y)"},
	{message: `cannot indirect`, line: `\*\*`, hint: "powers are math.Pow(x, y)"},
})

type compiledRule struct {
	rule
	message, line *regexp.Regexp
}

func compiled(rules []rule) (out []compiledRule) {
	for _, r := range rules {
		out = append(out, compiledRule{r, regexp.MustCompile(r.message), regexp.MustCompile(r.line)})
	}
	return out
}

// hint returns the first rule's hint that fits the message and the cell's line.
func hint(c *Cell, offset int, msg string) string {
	line, _ := c.Place(offset)
	text := c.Line(line)
	inFunc := slices.ContainsFunc(c.Decls, func(d *Decl) bool { return d.Start <= offset && offset < d.End })
	for _, r := range rules {
		m := r.message.FindStringSubmatchIndex(msg)
		if m == nil || !r.line.MatchString(text) || r.inFunc && !inFunc || r.atTop && inFunc {
			continue
		}
		return strings.TrimSpace(string(r.message.ExpandString(nil, r.hint, msg, m)))
	}
	return ""
}
