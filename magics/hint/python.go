package hint

import (
	"fmt"
	"go/ast"
	"go/token"
	"strings"
)

// A writer writes in Go what a function of Python's does. It gets the arguments'
// texts in Go, and gives "" when it knows nothing for them.
type writer func(p *Place, args []ast.Expr) string

// text gives a writer with as many arguments as there are %s in a text.
func text(format string) writer {
	return func(p *Place, args []ast.Expr) string {
		if len(args) != strings.Count(format, "%s") {
			return ""
		}
		var sources []any
		for _, a := range args {
			sources = append(sources, p.Source(a))
		}
		return fmt.Sprintf(format, sources...)
	}
}

// say gives a writer that says the same of all arguments.
func say(text string) writer { return func(*Place, []ast.Expr) string { return text } }

// inMath gives a writer that calls a function of package math.
func inMath(name string) writer {
	return func(p *Place, args []ast.Expr) string {
		var texts []string
		for _, a := range args {
			texts = append(texts, p.float(a))
		}
		return fmt.Sprintf("math.%s(%s)", name, strings.Join(texts, ", "))
	}
}

// pythonCalls are functions of Python's that a beginner calls in Go.
var pythonCalls = map[string]writer{
	"str":  text("fmt.Sprint(%s)"),
	"repr": text("fmt.Sprintf(\"%%#v\", %s)"),
	"float": func(p *Place, args []ast.Expr) string {
		switch {
		case len(args) != 1:
			return ""
		case isText(p.typeOf(args[0])):
			return p.parse(args[0], "float64")
		}
		return p.as(args[0], "float64")
	},
	"abs": func(p *Place, args []ast.Expr) string {
		if len(args) == 1 && isNumber(p.typeOf(args[0])) && !isFloat(p.typeOf(args[0])) {
			return fmt.Sprintf("max(%s, -%s)", p.Source(args[0]), p.Source(args[0]))
		}
		return inMath("Abs")(p, args)
	},
	"round": func(p *Place, args []ast.Expr) string {
		if len(args) == 2 {
			return fmt.Sprintf("strconv.ParseFloat(strconv.FormatFloat(%s, 'f', %s, 64), 64)", p.float(args[0]), p.Source(args[1]))
		}
		return inMath("RoundToEven")(p, args)
	},
	"pow":   inMath("Pow"),
	"sqrt":  inMath("Sqrt"),
	"exp":   inMath("Exp"),
	"log":   inMath("Log"),
	"floor": inMath("Floor"),
	"ceil":  inMath("Ceil"),
	"sin":   inMath("Sin"),
	"cos":   inMath("Cos"),
	"isnan": inMath("IsNaN"),
	"sum": func(p *Place, args []ast.Expr) string {
		if len(args) != 1 || !isSlice(p.typeOf(args[0])) {
			return ""
		}
		return p.total(args[0])
	},
	"sorted":    text("slices.Sorted(slices.Values(%s))"),
	"reversed":  text("for i, x := range slices.Backward(%s) { ... }"),
	"enumerate": text("for i, x := range %s { ... }"),
	"zip": func(p *Place, args []ast.Expr) string {
		if len(args) != 2 {
			return ""
		}
		a, b := p.Source(args[0]), p.Source(args[1])
		return fmt.Sprintf("for i := range min(len(%s), len(%s)) { ... %s[i], %s[i] ... }", a, b, a, b)
	},
	"any":        say("slices.ContainsFunc(xs, func(x float64) bool { return x > 0 })"),
	"all":        say("!slices.ContainsFunc(xs, func(x float64) bool { return !(x > 0) })"),
	"isinstance": text("fmt.Sprintf(\"%%T\", %s) names a type; a variable's type never changes"),
	"ord":        text("[]rune(%s)[0]"),
	"chr":        text("string(rune(%s))"),
	"hex":        text("fmt.Sprintf(\"%%#x\", %s)"),
	"bin":        text("fmt.Sprintf(\"%%#b\", %s)"),
	"list":       text("slices.Clone(%s)"),
	"dict":       say("map[string]float64{}"),
	"set":        say("map[string]bool{}"),
	"divmod":     text("%s / %s and the same with %%, which round towards zero where Python's round down"),
	"input":      say("var s string; fmt.Scanln(&s)"),
	"open":       text("os.ReadFile(%s)"),
	"printf":     say("fmt.Printf"),
	"nan":        say("math.NaN()"),
	"inf":        say("math.Inf(1)"),
}

// pythonCall is for an undefined name that Python has.
func pythonCall(p *Place, m []string) string {
	write, ok := pythonCalls[m[1]]
	if !ok {
		return ""
	}
	call := around[*ast.CallExpr](p)
	if call == nil {
		if m[1] == "nan" || m[1] == "inf" {
			return "Go writes " + write(p, nil)
		}
		return ""
	}
	if id, ok := call.Fun.(*ast.Ident); !ok || id.Name != m[1] {
		return ""
	}
	if got := write(p, call.Args); got != "" {
		return "Go writes " + got
	}
	return ""
}

// total is the loop that adds up a column.
func (p *Place) total(column ast.Expr) string {
	return fmt.Sprintf("var total %s; for _, x := range %s { total += x }", elementOf(p.typeOf(column)), p.Source(column))
}

// A methodWriter writes a method of Python's; x is what it is called on.
type methodWriter func(p *Place, x string, args []ast.Expr) string

// method gives a methodWriter for as many arguments as there are %s behind the first.
func method(format string) methodWriter {
	return func(p *Place, x string, args []ast.Expr) string {
		if strings.Count(format, "%[1]s") > 0 {
			return fmt.Sprintf(format, x)
		}
		if len(args)+1 != strings.Count(format, "%s") {
			return ""
		}
		sources := []any{x}
		for _, a := range args {
			sources = append(sources, p.Source(a))
		}
		return fmt.Sprintf(format, sources...)
	}
}

var textMethods = map[string]methodWriter{
	"split": func(p *Place, x string, args []ast.Expr) string {
		if len(args) == 0 {
			return fmt.Sprintf("strings.Fields(%s)", x)
		}
		return fmt.Sprintf("strings.Split(%s, %s)", x, p.Source(args[0]))
	},
	"strip": func(p *Place, x string, args []ast.Expr) string {
		if len(args) == 0 {
			return fmt.Sprintf("strings.TrimSpace(%s)", x)
		}
		return fmt.Sprintf("strings.Trim(%s, %s)", x, p.Source(args[0]))
	},
	"join": func(p *Place, x string, args []ast.Expr) string {
		if len(args) != 1 {
			return ""
		}
		return fmt.Sprintf("strings.Join(%s, %s)", p.Source(args[0]), x)
	},
	"upper":      method("strings.ToUpper(%s)"),
	"lower":      method("strings.ToLower(%s)"),
	"replace":    method("strings.ReplaceAll(%s, %s, %s)"),
	"startswith": method("strings.HasPrefix(%s, %s)"),
	"endswith":   method("strings.HasSuffix(%s, %s)"),
	"find":       method("strings.Index(%s, %s), which counts bytes"),
	"index":      method("strings.Index(%s, %s), which counts bytes"),
	"count":      method("strings.Count(%s, %s)"),
	"encode":     method("[]byte(%[1]s)"),
	"format": func(p *Place, x string, args []ast.Expr) string {
		texts := []string{strings.ReplaceAll(x, "{}", "%v")}
		for _, a := range args {
			texts = append(texts, p.Source(a))
		}
		return fmt.Sprintf("fmt.Sprintf(%s)", strings.Join(texts, ", "))
	},
	"isdigit": method("_, err := strconv.Atoi(%s); err == nil"),
	"length":  method("utf8.RuneCountInString(%s); len(s) counts bytes"),
}

var sliceMethods = map[string]methodWriter{
	"sum": func(p *Place, x string, _ []ast.Expr) string { return p.sumOf(x) },
	"mean": func(p *Place, x string, _ []ast.Expr) string {
		return p.sumOf(x) + fmt.Sprintf("; total / float64(len(%s))", x)
	},
	"max":     method("slices.Max(%[1]s)"),
	"min":     method("slices.Min(%[1]s)"),
	"sort":    method("slices.Sort(%[1]s)"),
	"reverse": method("slices.Reverse(%[1]s)"),
	"copy":    method("slices.Clone(%[1]s)"),
	"index":   method("slices.Index(%s, %s)"),
	"append":  func(p *Place, x string, args []ast.Expr) string { return p.appended(x, args, "") },
	"extend":  func(p *Place, x string, args []ast.Expr) string { return p.appended(x, args, "...") },
	"insert": func(p *Place, x string, args []ast.Expr) string {
		if len(args) != 2 {
			return ""
		}
		return fmt.Sprintf("%s = slices.Insert(%s, %s, %s)", x, x, p.Source(args[0]), p.Source(args[1]))
	},
	"head": func(p *Place, x string, args []ast.Expr) string {
		n := "5"
		if len(args) == 1 {
			n = p.Source(args[0])
		}
		return fmt.Sprintf("%s[:min(%s, len(%s))]", x, n, x)
	},
	"length": method("len(%[1]s)"), "size": method("len(%[1]s)"), "shape": method("len(%[1]s)"), "count": method("len(%[1]s)"),
	"iloc": method("%[1]s[i]"), "loc": method("%[1]s[i]"), "values": method("%[1]s"), "tolist": method("%[1]s"),
}

var mapMethods = map[string]methodWriter{
	"get": func(p *Place, x string, args []ast.Expr) string {
		if len(args) == 0 {
			return ""
		}
		text := fmt.Sprintf("v, ok := %s[%s]", x, p.Source(args[0]))
		if len(args) == 2 {
			text += fmt.Sprintf("; if !ok { v = %s }", p.Source(args[1]))
		}
		return text
	},
	"keys":   method("for k := range %[1]s { ... }"),
	"values": method("for _, v := range %[1]s { ... }"),
	"items":  method("for k, v := range %[1]s { ... }"),
	"pop":    method("delete(%s, %s)"),
	"update": method("maps.Copy(%s, %s)"),
	"copy":   method("maps.Clone(%[1]s)"),
}

var timeMethods = map[string]methodWriter{
	"year": method("%[1]s.Year()"), "month": method("int(%[1]s.Month())"), "day": method("%[1]s.Day()"),
	"hour": method("%[1]s.Hour()"), "minute": method("%[1]s.Minute()"), "second": method("%[1]s.Second()"),
	"microsecond": method("%[1]s.Nanosecond() / 1000"), "nanosecond": method("%[1]s.Nanosecond()"),
	"weekday":   method("(int(%[1]s.Weekday()) + 6) %% 7, with Monday as 0"),
	"dayofweek": method("(int(%[1]s.Weekday()) + 6) %% 7, with Monday as 0"),
	"dayofyear": method("%[1]s.YearDay()"), "quarter": method("(int(%[1]s.Month()) + 2) / 3"),
	"isoformat": method("%[1]s.Format(time.RFC3339Nano)"), "timestamp": method("float64(%[1]s.UnixNano()) / 1e9"),
	"strftime": func(p *Place, x string, args []ast.Expr) string {
		if len(args) != 1 {
			return ""
		}
		layout := p.Source(args[0])
		if lit, ok := args[0].(*ast.BasicLit); ok && lit.Kind == token.STRING {
			layout = goLayout(layout)
		}
		return fmt.Sprintf("%s.Format(%s)", x, layout)
	},
}

var durationMethods = map[string]methodWriter{
	"total_seconds": method("%[1]s.Seconds()"), "seconds": method("%[1]s.Seconds()"),
	"days": method("int(%[1]s.Hours()) / 24"),
}

// pythonMethod is for a method of Python's on a type of Go's.
func pythonMethod(p *Place, m []string) string {
	sel := around[*ast.SelectorExpr](p)
	if sel == nil {
		return ""
	}
	var args []ast.Expr
	if call := around[*ast.CallExpr](p); call != nil && call.Fun == sel {
		args = call.Args
	}
	var methods map[string]methodWriter
	fallback := ""
	switch t := p.typeOf(sel.X); {
	case isText(t):
		methods, fallback = textMethods, "a string has no methods: see the package strings"
	case isSlice(t):
		methods, fallback = sliceMethods, "a slice has no methods: write a loop, or see the packages slices and sort"
	case isMap(t):
		methods, fallback = mapMethods, "a map has no methods: write a loop, or see the package maps"
	case isTime(t):
		methods = timeMethods
	case isDuration(t):
		methods = durationMethods
	}
	if write, ok := methods[strings.ToLower(sel.Sel.Name)]; ok {
		if got := write(p, p.Source(sel.X), args); got != "" {
			return "Go writes " + got
		}
	}
	return fallback
}

func (p *Place) sumOf(x string) string {
	elem := "float64"
	if sel := around[*ast.SelectorExpr](p); sel != nil && isSlice(p.typeOf(sel.X)) {
		elem = elementOf(p.typeOf(sel.X)).String()
	}
	return fmt.Sprintf("var total %s; for _, x := range %s { total += x }", elem, x)
}

func (p *Place) appended(x string, args []ast.Expr, dots string) string {
	if len(args) != 1 {
		return ""
	}
	return fmt.Sprintf("%s = append(%s, %s%s)", x, x, p.Source(args[0]), dots)
}
