package hint

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"regexp"
	"strings"
)

const convert = "Go never converts numbers by itself: write "

// typeRules are for the messages of Go's type checker, in this order.
var typeRules = compiled([]rule{
	{message: `^undefined: (None|null)$`, sure: true, hint: "Go has no $1: begin with 0, math.NaN() or \"\", or take a pointer, which may be nil"},
	{message: `^undefined: (?:try|raise|except)$|^label (?:try|except|finally) `, hint: exceptions},
	{message: `^undefined: pass$`, hint: "an empty block needs nothing: { }"},
	{message: `^undefined: (?:np|numpy|pd|pandas|pl|polars)$`, hint: noModule},
	{message: `^undefined: ([\pL_][\pL\pN_]*)$`, sure: true, say: pythonCall},
	{message: `^undefined: str$`, hint: "Go's text is of type string"},
	{message: `^undefined: (?:float|double)$`, hint: "Go's floats are of type float64"},
	{message: `^undefined: ([\pL_][\pL\pN_]*)$`, line: `^\s*func\b[^(]*\(\s*[\pL_][\pL\pN_]*(\s*,\s*[\pL_][\pL\pN_]*)*\s*\)`, hint: "a parameter has a type behind its name: $1 float64"},
	{message: `^undefined: ([\pL_][\pL\pN_]*)$`, line: `^\s*(?:for\s+)?[\pL_][\pL\pN_]*(?:\s*,\s*[\pL_][\pL\pN_]*)*\s*=[^=]`, say: declareIt},
	{message: `has no field or method ([\pL_][\pL\pN_]*)`, say: pythonMethod},
	{message: `mismatched types (.+) and (.+)\)$`, say: mismatch},
	{message: `of type (.+)\) as (.+?) value in`, say: assigned},
	{message: `^cannot convert .* to type (\S+)$`, say: converted},
	{message: `of type (.+)\) must be integer$`, say: func(p *Place, _ []string) string {
		if x := p.argument(); x != nil {
			return fmt.Sprintf("an index is a whole number: int(%s)", p.Source(x))
		}
		return ""
	}},
	{message: `index -\d+ \(constant of type int\) must not be negative`, say: fromTheEnd},
	{message: `\(truncated\)$|\btruncated to `, hint: "an integer cannot hold a fraction: use float64, or math.Round first"},
	{message: `^non-boolean condition in`, say: condition},
	{message: `operator (?:!|&&|\|\|) not defined on`, say: condition},
	{message: `operator (\S+) not defined on`, say: undefinedOperator},
	{message: `cannot be ordered$`, say: extreme},
	{message: `for built-in len$`, say: func(p *Place, _ []string) string {
		if column := p.firstColumn(p.argument()); column != "" {
			return fmt.Sprintf("a frame has as many rows as a column of it: len(%s)", column)
		}
		return ""
	}},
	{message: `^cannot range over`, say: func(p *Place, _ []string) string {
		if column := p.firstColumn(p.argument()); column != "" {
			return fmt.Sprintf("the rows of a frame are those of its columns: for i := range %s { ... %s[i] ... }", column, column)
		}
		return ""
	}},
	{message: `^use of untyped nil`, hint: "nil alone has no type: var x *float64"},
	{message: `^conversion from .* to string yields`, say: func(p *Place, _ []string) string {
		if call := around[*ast.CallExpr](p); call != nil && len(call.Args) == 1 {
			return fmt.Sprintf("the digits are fmt.Sprint(%s)", p.Source(call.Args[0]))
		}
		return ""
	}},
	{message: `format %\S+ has arg .* of wrong type`, hint: "%v fits a value of any type"},
	{message: `^missing return$`, hint: "every path of a function with a result ends in return (or panic)"},
	{message: `^no new variables on left side of :=`, hint: "the variable exists: set it with ="},
	{message: `^too many return values`, inFunc: true, hint: "the result's type stands behind the parameters: func f(x int) int"},
	{message: `^too many return values`, atTop: true, hint: "a cell has no result type: write the expression alone on the last line, without return"},
	{message: `^append\(.* is not used$`, hint: "append gives the longer slice: s = append(s, x)"},
	{message: ` is not used$`, hint: "only the last line of a cell may be a bare expression"},
	{message: `1 variable but .* returns 2 values$`, hint: "take both: x, err := ..."},
	{message: `^in call to (\S+), cannot infer`, hint: "name the type in brackets, as in $1[float64](...)"},
	{message: `^invalid recursive type`, hint: "use a pointer: *T"},
	{message: `cannot indirect`, line: `\*\*`, say: power},
})

// declareIt writes the line's assignment as a declaration.
func declareIt(p *Place, _ []string) string {
	line := code(p.line())
	if strings.HasPrefix(line, "for ") {
		line, _, _ = strings.Cut(line, ";")
	}
	return Declare + strings.Replace(line, "=", ":=", 1)
}

// Declare begins the hint for a name that is set and was never declared.
const Declare = "declare it as you set it: "

// argument returns the innermost expression that begins at the place.
func (p *Place) argument() ast.Expr {
	x, _ := p.outermost(func(n ast.Node) bool { _, ok := n.(ast.Expr); return ok }).(ast.Expr)
	return x
}

// outermost returns the outermost node that begins where the innermost does and fits.
func (p *Place) outermost(fits func(ast.Node) bool) (found ast.Node) {
	if len(p.Path) == 0 {
		return nil
	}
	at := p.Path[len(p.Path)-1].Pos()
	for i := len(p.Path) - 1; i >= 0 && p.Path[i].Pos() == at; i-- {
		if fits(p.Path[i]) {
			found = p.Path[i]
		}
	}
	return found
}

// operands returns those of the operation that a message is about.
func (p *Place) operands(fit func(x, y types.Type) bool) (x, y ast.Expr, op token.Token) {
	for i := len(p.Path) - 1; i >= 0; i-- {
		switch n := p.Path[i].(type) {
		case *ast.BinaryExpr:
			x, y, op = n.X, n.Y, n.Op
		case *ast.AssignStmt:
			if len(n.Lhs) != 1 || len(n.Rhs) != 1 {
				continue
			}
			x, y, op = n.Lhs[0], n.Rhs[0], n.Tok
			if alone, ok := assignedOps[n.Tok]; ok {
				op = alone
			}
		default:
			continue
		}
		if tx, ty := p.typeOf(x), p.typeOf(y); tx != nil && ty != nil && fit(tx, ty) {
			return x, y, op
		}
	}
	return nil, nil, 0
}

var assignedOps = map[token.Token]token.Token{
	token.ADD_ASSIGN: token.ADD, token.SUB_ASSIGN: token.SUB, token.MUL_ASSIGN: token.MUL,
	token.QUO_ASSIGN: token.QUO, token.REM_ASSIGN: token.REM, token.XOR_ASSIGN: token.XOR,
}

// mismatch says how two operands of different types come together.
func mismatch(p *Place, _ []string) string {
	x, y, op := p.operands(func(x, y types.Type) bool { return !types.Identical(types.Default(x), types.Default(y)) })
	if x == nil {
		return ""
	}
	if row := p.rowNumber(x, y); row != "" {
		return row
	}
	if chain, ok := ast.Unparen(x).(*ast.BinaryExpr); ok && isBool(p.typeOf(x)) && isNumber(p.typeOf(y)) {
		return fmt.Sprintf("Go compares two values at a time: %s && %s %s %s", p.Source(x), p.Source(chain.Y), op, p.Source(y))
	}
	tx, ty := p.typeOf(x), p.typeOf(y)
	switch {
	case op == token.LAND || op == token.LOR:
		return condition(p, nil)
	case isSlice(tx) || isSlice(ty):
		return p.elementwise(x, y, op)
	case isTime(tx) && isDuration(ty):
		return p.timeOperation(x, y, op)
	case isText(tx) && isNumber(ty):
		return p.textAndNumber(x, y, op, x)
	case isNumber(tx) && isText(ty):
		return p.textAndNumber(x, y, op, y)
	case isDuration(tx) && isNumber(ty):
		return p.durationBy(x, y, op)
	case isDuration(ty) && isNumber(tx):
		return p.durationBy(y, x, op)
	case isNumber(tx) && isNumber(ty):
		return p.numbers(x, y)
	case isBool(tx) || isBool(ty):
		return condition(p, nil)
	}
	return ""
}

// rowNumber says that an operand is the number of a row, where a range has one name.
func (p *Place) rowNumber(operands ...ast.Expr) string {
	for _, x := range operands {
		id, ok := ast.Unparen(x).(*ast.Ident)
		if !ok {
			continue
		}
		for _, n := range p.Path {
			loop, ok := n.(*ast.RangeStmt)
			if !ok || loop.Value != nil || loop.Key == nil || !isSlice(p.typeOf(loop.X)) {
				continue
			}
			if key, ok := loop.Key.(*ast.Ident); ok && key.Name == id.Name && p.Info.ObjectOf(key) == p.Info.ObjectOf(id) {
				return fmt.Sprintf("%s is the row number; its value too: for _, %s := range %s", id.Name, id.Name, p.Source(loop.X))
			}
		}
	}
	return ""
}

// numbers converts one of two operands to the other's type.
func (p *Place) numbers(x, y ast.Expr) string {
	from, to := x, y
	if width(p.typeOf(x)) > width(p.typeOf(y)) {
		from, to = y, x
	}
	target := types.Default(p.typeOf(to)).String()
	if isFloat(p.typeOf(to)) {
		if halved := p.wholeDivision(from); halved != "" {
			return halved
		}
	}
	if isUnsigned(p.typeOf(from)) != isUnsigned(p.typeOf(to)) && !isFloat(p.typeOf(to)) {
		return fmt.Sprintf("%s%s if it is in the range of %s", convert, p.as(from, target), target)
	}
	return convert + p.as(from, target)
}

// wholeDivision says where a name got its value by a division of whole numbers.
func (p *Place) wholeDivision(x ast.Expr) string {
	id, ok := ast.Unparen(x).(*ast.Ident)
	if !ok || len(p.Path) == 0 {
		return ""
	}
	value := p.definition(id)
	if value == nil || !divides(value) {
		return ""
	}
	whole := "drops what is behind the point"
	if tv := p.Info.Types[value]; tv.Value != nil {
		whole = "is " + tv.Value.ExactString()
	}
	return fmt.Sprintf("%s %s, as whole numbers divide to a whole number: %s := %s", p.Source(value), whole, id.Name, p.as(value, "float64"))
}

// definition returns what a name was declared with.
func (p *Place) definition(id *ast.Ident) (value ast.Expr) {
	obj := p.Info.ObjectOf(id)
	ast.Inspect(p.Path[0], func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.AssignStmt:
			for i, l := range n.Lhs {
				if l, ok := l.(*ast.Ident); ok && n.Tok == token.DEFINE && len(n.Lhs) == len(n.Rhs) && p.Info.Defs[l] == obj {
					value = n.Rhs[i]
				}
			}
		case *ast.ValueSpec:
			for i, l := range n.Names {
				if len(n.Values) == len(n.Names) && p.Info.Defs[l] == obj {
					value = n.Values[i]
				}
			}
		}
		return value == nil
	})
	return value
}

func divides(x ast.Expr) bool {
	found := false
	ast.Inspect(x, func(n ast.Node) bool {
		b, ok := n.(*ast.BinaryExpr)
		found = found || ok && b.Op == token.QUO
		_, call := n.(*ast.CallExpr)
		return !found && !call
	})
	return found
}

// as converts an expression. A division is converted before it is done, for
// afterwards its fraction is lost.
func (p *Place) as(x ast.Expr, target string) string {
	if strings.HasPrefix(target, "float") && divides(x) {
		switch x := x.(type) {
		case *ast.ParenExpr:
			return "(" + p.as(x.X, target) + ")"
		case *ast.BinaryExpr:
			return p.as(x.X, target) + " " + x.Op.String() + " " + p.as(x.Y, target)
		}
	}
	if lit, ok := x.(*ast.BasicLit); ok && lit.Kind == token.INT && strings.HasPrefix(target, "float") {
		return lit.Value + ".0"
	}
	return fmt.Sprintf("%s(%s)", target, p.Source(ast.Unparen(x)))
}

// textAndNumber brings a text and a number together.
func (p *Place) textAndNumber(x, y ast.Expr, op token.Token, text ast.Expr) string {
	number := x
	if text == x {
		number = y
	}
	if index, ok := ast.Unparen(number).(*ast.IndexExpr); ok && isText(p.typeOf(index.X)) && len(p.Source(text)) == 3 {
		return fmt.Sprintf("%s is a byte: compare it with '%s'", p.Source(number), p.Source(text)[1:2])
	}
	if op == token.MUL {
		return fmt.Sprintf("a text is repeated by strings.Repeat(%s, %s)", p.Source(text), p.Source(number))
	}
	if op == token.ADD {
		return fmt.Sprintf("Go makes no text of numbers by itself: write fmt.Sprint(%s)", p.Source(number))
	}
	return "a text is no number: " + p.parse(text, types.Default(p.typeOf(number)).String())
}

// parse reads a number from a text.
func (p *Place) parse(text ast.Expr, target string) string {
	switch s := p.Source(text); {
	case strings.HasPrefix(target, "float"):
		return fmt.Sprintf("x, err := strconv.ParseFloat(%s, 64)", s)
	case target == "int":
		return fmt.Sprintf("n, err := strconv.Atoi(%s)", s)
	case strings.HasPrefix(target, "uint"):
		return fmt.Sprintf("n, err := strconv.ParseUint(%s, 10, 64)", s)
	case strings.HasPrefix(target, "int"):
		return fmt.Sprintf("n, err := strconv.ParseInt(%s, 10, 64)", s)
	case target == "bool":
		return s + ` != ""`
	}
	return ""
}

// assigned converts a value to the type that it has to have.
func assigned(p *Place, m []string) string {
	x := p.argument()
	if x == nil {
		return ""
	}
	for _, n := range p.Path { // the whole argument, where it begins with the place
		if call, ok := n.(*ast.CallExpr); ok {
			for _, a := range call.Args {
				if a.Pos() == x.Pos() {
					x = a
				}
			}
		}
	}
	from, target := p.typeOf(x), m[2]
	if from == nil {
		return ""
	}
	if row := p.rowNumber(x); row != "" {
		return row
	}
	number := regexp.MustCompile(`^(?:u?int\d*|float\d+)$`).MatchString(target)
	switch {
	case isText(from) && number:
		return "a text is no number: " + p.parse(x, target)
	case isSlice(from) && (number || target == "string" || target == "bool"):
		if call := around[*ast.CallExpr](p); call != nil {
			return fmt.Sprintf("%s takes one value: call it in a loop, for _, x := range %s, or on the whole column from Python", p.Source(call.Fun), p.Source(x))
		}
	case target == "string" && isByteOf(p, x):
		index := ast.Unparen(x).(*ast.IndexExpr)
		return fmt.Sprintf("%s is a byte; as text: string([]rune(%s)[%s])", p.Source(x), p.Source(index.X), p.Source(index.Index))
	case target == "string" && isNumber(from):
		return fmt.Sprintf("Go makes no text of numbers by itself: write fmt.Sprint(%s)", p.Source(x))
	case target == "time.Duration" && isNumber(from):
		return fmt.Sprintf("a Duration has a unit: time.Duration(%s) * time.Second", p.Source(x))
	case isNumber(from) && number && strings.Contains(target, "int") && isFloat(from):
		return fmt.Sprintf("%s%s(%s), which drops the fraction", convert, target, p.Source(x))
	case isNumber(from) && number:
		if halved := p.wholeDivision(x); halved != "" && strings.HasPrefix(target, "float") {
			return halved
		}
		return convert + p.as(x, target)
	}
	return ""
}

func isByteOf(p *Place, x ast.Expr) bool {
	index, ok := ast.Unparen(x).(*ast.IndexExpr)
	return ok && isText(p.typeOf(index.X))
}

// converted is for conversions that Python has and Go has not.
func converted(p *Place, m []string) string {
	x := p.argument()
	switch from := p.typeOf(x); {
	case from == nil:
	case isText(from):
		if call := p.parse(x, m[1]); call != "" {
			return "a text is read by " + call
		}
	case m[1] == "bool" && isNumber(from):
		return fmt.Sprintf("Go asks %s != 0", p.Source(x))
	}
	return ""
}

// fromTheEnd writes an index or a bound that Python counts from the end.
func fromTheEnd(p *Place, _ []string) string {
	at := func(v, x ast.Expr) string {
		if x == nil {
			return ""
		}
		if s := p.Source(x); strings.HasPrefix(s, "-") {
			return fmt.Sprintf("len(%s)%s", p.Source(v), s)
		}
		return p.Source(x)
	}
	for i := len(p.Path) - 1; i >= 0; i-- {
		switch n := p.Path[i].(type) {
		case *ast.IndexExpr:
			return fmt.Sprintf("Go counts from the front: %s[%s]", p.Source(n.X), at(n.X, n.Index))
		case *ast.SliceExpr:
			return fmt.Sprintf("Go counts from the front: %s[%s:%s]", p.Source(n.X), at(n.X, n.Low), at(n.X, n.High))
		}
	}
	return ""
}

// condition makes a bool of what Python takes for one.
func condition(p *Place, _ []string) string {
	var not string
	x := p.argument()
	for i := len(p.Path) - 1; i >= 0; i-- {
		if u, ok := p.Path[i].(*ast.UnaryExpr); ok && u.Op == token.NOT && u.X.Pos() <= x.Pos() {
			not, x = "!", u.X
			break
		}
		b, ok := p.Path[i].(*ast.BinaryExpr)
		if !ok || b.Op != token.LAND && b.Op != token.LOR {
			continue
		}
		if x = b.X; isBool(p.typeOf(x)) {
			x = b.Y
		}
		break
	}
	relation := "!="
	if not != "" {
		relation = "=="
	}
	var truth string
	switch t := p.typeOf(x); {
	case t == nil:
	case isNumber(t):
		truth = fmt.Sprintf("%s %s 0", p.Source(x), relation)
	case isText(t):
		truth = fmt.Sprintf(`%s %s ""`, p.Source(x), relation)
	case isSlice(t), isMap(t):
		truth = strings.Replace(fmt.Sprintf("len(%s) %s 0", p.Source(x), relation), "!=", ">", 1)
	case isNilable(t):
		truth = fmt.Sprintf("%s %s nil", p.Source(x), relation)
	}
	if truth == "" {
		return ""
	}
	return "a condition is true or false: " + truth
}
