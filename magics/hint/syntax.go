package hint

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

const (
	braces   = "Go's blocks stand in braces: "
	logic    = "Go writes && for and, || for or, ! for not"
	noModule = "Python's modules are not known to Go: see its packages math, slices, strings and sort"
)

// syntaxRules are for the messages of Go's scanner and parser, in this order.
var syntaxRules = compiled([]rule{
	{message: `^(?:expected|missing ','|illegal rune|rune literal)`, line: `(?:^|[^\pL\pN_])[rR]?[fF][rR]?["']`, say: fString},
	{message: `^(?:expected|illegal|rune)`, line: `^\s*%`, hint: "a line that begins with % is IPython's; every line here is Go"},
	{message: `^undefined: `, line: `^\s*!\w`, hint: "a line that begins with ! is IPython's; every line here is Go"},
	{message: `^illegal rune literal|^rune literal not terminated`, hint: `Go writes text in double quotes: "text"; single quotes hold one character`},
	{message: `^illegal character U\+0023`, hint: "Go's comments begin with //"},
	{message: `^(?:expected|illegal|string literal)`, line: `"""`, hint: "text over several lines stands between backquotes: `text`"},
	{message: `^(?:illegal character U\+003F|expected)`, line: `\?.*:|\sif\s.*\selse\s`, say: conditional},
	{message: `^illegal character U\+003F`, hint: "Go has no ? : ; write if and else"},
	{message: `^(?:expected|missing ',')`, line: `\sfor\s.*\sin\s`, say: comprehension},
	{message: `found (?:in|not)$`, say: membership},
	{message: `^(?:expected '|expected operand)`, say: blankInName},
	{message: `^(?:expected|illegal label)`, line: `^\s*(?:if|elif|else|while|for)\b[^{]*:\s*$`, say: colonBlock},
	{message: `^(?:import path must be a string|missing import path)`, line: `^\s*import\s+(?:numpy|pandas|polars|scipy|sklearn|matplotlib)\b`, hint: noModule},
	{message: `^(?:import path must be a string|missing import path)`, hint: "Go's own packages need no import here: leave the line out; an import has its path in quotes"},
	{message: `^expected `, line: `^\s*from\s+\w+\s+import\s`, hint: "Go's own packages need no import here: leave the line out, and write math.Sqrt(x)"},
	{message: `found ':='$`, line: `^\s*(?:var|const)\s+[\pL_][\pL\pN_]*\s*:=`, say: func(p *Place, _ []string) string {
		return "write " + code(strings.Replace(p.line(), ":=", "=", 1))
	}},
	{message: `^expected `, line: `^\s*(?:let|auto|val|my|int|long|float|double|str|string|bool|boolean)\s+[\pL_][\pL\pN_]*\s*=[^=]`, say: func(p *Place, _ []string) string {
		_, rest, _ := strings.Cut(strings.TrimSpace(p.line()), " ")
		return "declare it as you set it: " + code(strings.Replace(rest, "=", ":=", 1))
	}},
	{message: `^expected '\(', found ([\pL_][\pL\pN_]*)$`, line: `\bfunc\s+[\pL_]`, say: innerFunc},
	{message: `^missing ',' in parameter list`, line: `^\s*func\b.*=`, say: defaultValue},
	{message: `^missing ',' before newline in`, say: lineEnd},
	{message: `^missing ',' in (?:composite literal|argument list)`, hint: "a comma stands between two values"},
	{message: `found 'else'`, line: `^\s*else\b`, hint: "else stands on the line of the closing brace: } else {"},
	{message: `^expected `, line: `<>`, hint: "Go writes != for unequal"},
	{message: `^expected `, line: `===`, hint: "compare with =="},
	{message: `found ':='`, line: `\bfor\s*\(`, hint: "no parentheses around the head of a loop: for i := 0; i < 3; i++ { ... }"},
	{message: `found ':='`, hint: "here Go wants var x = ..., or an = for a variable that exists"},
	{message: `found assignment`, hint: "compare with =="},
	{message: `found (?:and|or)$`, hint: logic},
	{message: `found is$`, hint: "Go compares with == and !="},
	{message: `^expected `, line: `\bnot\s`, hint: logic},
	{message: `found elif$`, hint: "Go writes else if"},
	{message: `^expected `, line: `^\s*while\b`, say: func(p *Place, _ []string) string {
		head, _, _ := strings.Cut(strings.TrimSpace(p.line()), "{")
		return "Go's only loop is for: " + code(strings.Replace(strings.TrimSuffix(strings.TrimSpace(head), ":"), "while", "for", 1)+" {")
	}},
	{message: `^expected `, line: `^\s*def\b`, hint: "Go declares a function as: func f(x float64) float64 { ... }"},
	{message: `^expected `, line: `\blambda\b`, hint: "Go writes func(x float64) float64 { return x }"},
	{message: `^expected `, line: `^\s*class\b`, hint: "Go declares a type as: type P struct { X float64 }"},
	{message: `^expected `, line: `^\s*raise\b`, hint: exceptions},
	{message: `^expected `, line: `^\s*assert\b`, hint: `Go has no assert: if x < 0 { panic("x is negative") }`},
	{message: `^expected `, line: `^\s*del\b`, hint: "delete(m, key) takes an entry out of a map, slices.Delete(xs, i, i+1) one out of a slice"},
	{message: `^expected `, line: `^\s*with\b`, hint: "Go closes a file with defer: f, err := os.Open(name); defer f.Close()"},
	{message: `^expected `, line: `^\s*(?:global|nonlocal)\b`, hint: "leave the line out: an inner block sees the variables around it"},
	{message: `^unexpected newline, expecting \{|^expected '\{', found newline|^missing function body`, hint: "the { belongs on the same line as its if, for or func"},
	{message: `found '(?:\+\+|--)'`, hint: "x++ is a statement of its own, not a value"},
	{message: `expecting \]$`, hint: "a slice is written []float64{1, 2, 3}"},
	{message: `^expected operand, found '\{'`, hint: `a map is written map[string]int{"a": 1}`},
	{message: `^expected 1 expression$`, hint: "Go has no tuples: write []any{a, b}, or bring them back with -o a,b"},
	{message: `^middle index required`, hint: "slices have no step: for i := 0; i < len(v); i += 2 { ... }"},
	{message: `^expected ';', found [\pL_"\d]`, hint: "statements stand on lines of their own, or have a ; between them"},
})

const exceptions = "Go has no exceptions: a function returns an error, and its caller looks at it"

// code puts the user's line, without what surrounds it, into a hint.
func code(line string) string { return strings.Join(strings.Fields(line), " ") }

var fLiteral = pattern(`(?:^|[^\pL\pN_])([rR]?[fF][rR]?)("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')`)

// fString writes Python's f"x is {x:.2f}" as a call of fmt.Sprintf.
func fString(p *Place, _ []string) string {
	m := fLiteral().FindStringSubmatch(p.line())
	if m == nil {
		return ""
	}
	if call, ok := sprintf(m[2][1 : len(m[2])-1]); ok {
		return "Go writes " + call
	}
	return `Go writes fmt.Sprintf("x is %v", x)`
}

var (
	replacement = pattern(`\{([^{}!:=]+)(?::([^{}]*))?\}`)
	plainFormat = pattern(`^(?:\.\d+[feg]|\d*d|0\d+d|s|[xX]|\d+)$`)
)

// sprintf returns the call for the text of an f-string, if its formats are those
// that mean the same in Go.
func sprintf(text string) (string, bool) {
	var args []string
	ok := true
	text = strings.NewReplacer("%", "%%", "{{", "\x01", "}}", "\x02").Replace(text)
	text = replacement().ReplaceAllStringFunc(text, func(s string) string {
		m := replacement().FindStringSubmatch(s)
		args = append(args, strings.TrimSpace(m[1]))
		switch {
		case m[2] == "":
			return "%v"
		case plainFormat().MatchString(m[2]):
			if last := m[2][len(m[2])-1]; last >= '0' && last <= '9' {
				return "%" + m[2] + "v"
			}
			return "%" + m[2]
		}
		ok = false
		return s
	})
	if ok = ok && !strings.ContainsAny(text, "{}"); !ok {
		return "", false
	}
	text = strings.NewReplacer("\x01", "{", "\x02", "}").Replace(text)
	return fmt.Sprintf("fmt.Sprintf(%s)", strings.Join(append([]string{`"` + text + `"`}, args...), ", ")), true
}

var (
	ternary   = pattern(`^\s*([\pL_][\pL\pN_.\[\]]*|)\s*(:?=|\breturn\b)\s*(.+?)\s*\?\s*(.+?)\s*:\s*(.+?)\s*$`)
	pyTernary = pattern(`^\s*([\pL_][\pL\pN_.\[\]]*|)\s*(:?=|\breturn\b)\s*(.+?)\s+if\s+(.+?)\s+else\s+(.+?)\s*$`)
)

// conditional writes a ? b : c and Python's b if a else c as an if.
func conditional(p *Place, _ []string) string {
	var target, sign, cond, yes, no string
	if m := pyTernary().FindStringSubmatch(p.line()); m != nil {
		target, sign, yes, cond, no = m[1], m[2], m[3], m[4], m[5]
	} else if m := ternary().FindStringSubmatch(p.line()); m != nil {
		target, sign, cond, yes, no = m[1], m[2], m[3], m[4], m[5]
	}
	switch {
	case sign == "":
		return ""
	case sign == "return":
		return fmt.Sprintf("Go has no conditional value: if %s { return %s }; return %s", cond, yes, no)
	}
	return fmt.Sprintf("Go has no conditional value: %s %s %s; if %s { %s = %s }", target, sign, no, cond, target, yes)
}

var inBrackets = pattern(`[(\[{].*\sfor\s`)

var listComprehension = pattern(`^\s*([\pL_][\pL\pN_]*)\s*:?=\s*\[(.+?)\s+for\s+([\pL_][\pL\pN_]*)\s+in\s+(.+?)(?:\s+if\s+(.+?))?\]\s*$`)

// comprehension writes a list comprehension as a loop.
func comprehension(p *Place, _ []string) string {
	if m := listComprehension().FindStringSubmatch(p.line()); m != nil {
		add := fmt.Sprintf("%s = append(%s, %s)", m[1], m[1], m[2])
		if m[5] != "" {
			add = fmt.Sprintf("if %s { %s }", m[5], add)
		}
		return fmt.Sprintf("a list is built in a loop: %s := []float64{}; %s %s }", m[1], loopOver([]string{m[3]}, m[4]), add)
	}
	if inBrackets().MatchString(p.line()) {
		return "a list is built in a loop: for _, x := range xs { ys = append(ys, 2*x) }"
	}
	return ""
}

var (
	forIn    = pattern(`^\s*for\s+([\pL_][\pL\pN_]*(?:\s*,\s*[\pL_][\pL\pN_]*)*)\s+in\s+(.+?)\s*(?:\{[^{}]*\}?|:)?\s*$`)
	inText   = pattern(`^(.*?)("(?:[^"\\]|\\.)*"|[\pL_][\pL\pN_.]*(?:\[[^\]]*\])?)\s+(not\s+)?in\s+([\pL_][\pL\pN_.]*(?:\[[^\]]*\])?)`)
	rangeOf  = pattern(`^range\((.*)\)$`)
	numbered = pattern(`^enumerate\(([^,]*)\)$`)
	itemsOf  = pattern(`^(.*)\.items\(\)$`)
	commaGap = pattern(`\s*,\s*`)
)

// membership writes Python's two uses of in: the loop and the question.
func membership(p *Place, _ []string) string {
	if m := forIn().FindStringSubmatch(p.line()); m != nil {
		return "a Go loop is: " + loopOver(commaGap().Split(m[1], -1), m[2]) + " ... }"
	}
	m := inText().FindStringSubmatch(p.line())
	if m == nil {
		return ""
	}
	not := ""
	if m[3] != "" {
		not = "!"
	}
	if strings.HasPrefix(m[2], `"`) {
		return fmt.Sprintf("Go asks %sstrings.Contains(%s, %s); of a slice, %sslices.Contains(%s, %s)", not, m[4], m[2], not, m[4], m[2])
	}
	return fmt.Sprintf("Go asks %sslices.Contains(%s, %s); of text, %sstrings.Contains(%s, %s)", not, m[4], m[2], not, m[4], m[2])
}

// loopOver is the head of a Go loop for Python's for NAMES in OVER, with its brace.
func loopOver(names []string, over string) string {
	if m := rangeOf().FindStringSubmatch(over); m != nil && len(names) == 1 {
		args := commaGap().Split(m[1], -1)
		switch i := names[0]; {
		case len(args) == 1:
			return fmt.Sprintf("for %s := range %s {", i, args[0])
		case len(args) == 2:
			return fmt.Sprintf("for %s := %s; %s < %s; %s++ {", i, args[0], i, args[1], i)
		case strings.HasPrefix(args[2], "-"):
			return fmt.Sprintf("for %s := %s; %s > %s; %s -= %s {", i, args[0], i, args[1], i, args[2][1:])
		default:
			return fmt.Sprintf("for %s := %s; %s < %s; %s += %s {", i, args[0], i, args[1], i, args[2])
		}
	}
	for _, pairs := range []*regexp.Regexp{numbered(), itemsOf()} {
		if m := pairs.FindStringSubmatch(over); m != nil && len(names) == 2 {
			return fmt.Sprintf("for %s, %s := range %s {", names[0], names[1], m[1])
		}
	}
	if len(names) == 2 {
		return "for i := range xs {"
	}
	return fmt.Sprintf("for _, %s := range %s {", names[0], over)
}

// words are those of Go and Python that may follow a name with a blank between.
var words = strings.Fields("and or not in is if else for as while return")

var member = pattern(`[\pL_][\pL\pN_]*\.([\pL_][\pL\pN_]*(?: +[\pL_][\pL\pN_]*)+)`)

// blankInName joins df.Unit Price, where the error stands at the second word.
func blankInName(p *Place, _ []string) string {
	for _, m := range member().FindAllStringSubmatchIndex(p.line(), -1) {
		if p.column() <= m[2] || p.column() >= m[3] {
			continue
		}
		name := p.line()[m[0]:m[1]]
		if slices.ContainsFunc(strings.Fields(name), func(w string) bool { return slices.Contains(words, w) }) {
			continue
		}
		return "a name has no blanks; the column is " + strings.Join(strings.Fields(name), "_")
	}
	return ""
}

// colonBlock writes Python's head of a block with its brace.
func colonBlock(p *Place, _ []string) string {
	head := code(strings.TrimSuffix(strings.TrimSpace(p.line()), ":"))
	head = strings.TrimPrefix(strings.Replace(head, "elif ", "} else if ", 1), "while")
	if m := forIn().FindStringSubmatch(head); m != nil {
		return braces + loopOver(commaGap().Split(m[1], -1), m[2]) + " ... }"
	}
	switch {
	case head == "else":
		return braces + "} else { ... }"
	case strings.HasPrefix(strings.TrimSpace(p.line()), "while"):
		head = "for" + head
	}
	if strings.Contains(" "+head+" ", " and ") || strings.Contains(" "+head+" ", " or ") || strings.Contains(" "+head+" ", " not ") {
		return braces + "if x > 0 { ... }; " + logic
	}
	return braces + head + " { ... }"
}

var defaulted = pattern(`([\pL_][\pL\pN_]*)\s+[\pL\pN_.\[\]*]+\s*=\s*([^,)]+?)\s*[,)]`)

// defaultValue writes a parameter's default as the directive that calls from Python know.
func defaultValue(p *Place, _ []string) string {
	text := "Go has no default values for parameters"
	if m := defaulted().FindStringSubmatch(p.line()); m != nil {
		text += fmt.Sprintf("; calls from Python have them by a line above: //goscore:default %s=%s", m[1], m[2])
	}
	return text
}

// lineEnd tells a forgotten comma from a forgotten bracket.
func lineEnd(p *Place, _ []string) string {
	depth := 0
	for _, c := range p.Text[p.offset():] {
		switch c {
		case '(', '[', '{':
			depth++
		case ')', ']', '}':
			depth--
		}
		if depth < 0 {
			return "each line ends in a comma, the last one too: " + code(p.line()+",")
		}
	}
	return "a bracket that is opened here is not closed"
}

var funcHead = pattern(`\bfunc\s+([\pL_][\pL\pN_]*)(\(.*)$`)

// innerFunc writes a function in a function as a value.
func innerFunc(p *Place, _ []string) string {
	line := p.line()
	for _, m := range funcHead().FindAllStringSubmatchIndex(line, -1) {
		if m[2] == p.column() {
			head, _, _ := strings.Cut(line[m[4]:m[5]], "{")
			return fmt.Sprintf("a function in a function is a value: %s := func%s { ... }", line[m[2]:m[3]], strings.TrimSpace(head))
		}
	}
	return ""
}
