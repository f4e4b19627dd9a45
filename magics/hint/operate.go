package hint

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"strings"
)

// elementwise is the loop for an operation on a whole column.
func (p *Place) elementwise(x, y ast.Expr, op token.Token) string {
	column, index := x, "x"
	if !isSlice(p.typeOf(x)) {
		column = y
	}
	elem := elementOf(p.typeOf(column))
	result := elem.String()
	if isComparison(op) {
		result = "bool"
	}
	over := p.Source(column)
	one := func(z ast.Expr) string {
		switch t := p.typeOf(z); {
		case z == column && !(isSlice(p.typeOf(x)) && isSlice(p.typeOf(y))):
			return index
		case isSlice(t):
			return p.Source(z) + "[i]"
		case !isUntyped(t) && isNumber(t) && !types.Identical(t, elem):
			return p.as(z, elem.String())
		}
		return p.Source(z)
	}
	head := fmt.Sprintf("for i, x := range %s", over)
	if isSlice(p.typeOf(x)) && isSlice(p.typeOf(y)) {
		head = fmt.Sprintf("for i := range %s", over)
	}
	calculation := fmt.Sprintf("%s %s %s", one(x), op, one(y))
	if op == token.REM && isFloat(elem) {
		calculation = fmt.Sprintf("math.Mod(%s, %s)", one(x), one(y))
	}
	return fmt.Sprintf("Go calculates value by value: out := make([]%s, len(%s)); %s { out[i] = %s }", result, over, head, calculation)
}

// undefinedOperator is for operators that Python defines on more types.
func undefinedOperator(p *Place, _ []string) string {
	x, y, op := p.operands(func(x, y types.Type) bool { return !isNumber(x) || isFloat(x) })
	if x == nil {
		return ""
	}
	switch t := p.typeOf(x); {
	case isSlice(t):
		return p.elementwise(x, y, op)
	case isTime(t):
		return p.timeOperation(x, y, op)
	case isMap(t) && isComparison(op):
		return fmt.Sprintf("maps.Equal(%s, %s) compares two maps", p.Source(x), p.Source(y))
	case isFloat(t) && op == token.REM:
		return fmt.Sprintf("math.Mod(%s, %s), whose sign is that of %s (Python's %% has the sign of %s)", p.Source(x), p.Source(y), p.Source(x), p.Source(y))
	case isFloat(t) && op == token.XOR:
		return fmt.Sprintf("powers are math.Pow(%s, %s)", p.Source(x), p.Source(y))
	}
	return ""
}

// timeOperation is for the operators of Python's datetime.
func (p *Place) timeOperation(x, y ast.Expr, op token.Token) string {
	a, b := p.Source(x), p.Source(y)
	switch op {
	case token.SUB:
		if isDuration(p.typeOf(y)) {
			return fmt.Sprintf("times are moved by %s.Add(-%s)", a, b)
		}
		return fmt.Sprintf("the time between two times is %s.Sub(%s)", a, b)
	case token.ADD:
		return fmt.Sprintf("times are moved by %s.Add(%s)", a, b)
	case token.LSS, token.GTR, token.LEQ, token.GEQ:
		call := map[token.Token]string{token.LSS: "%s.Before(%s)", token.GTR: "%s.After(%s)", token.LEQ: "!%s.After(%s)", token.GEQ: "!%s.Before(%s)"}[op]
		return "times are compared by " + fmt.Sprintf(call, a, b)
	}
	return ""
}

// durationBy multiplies or compares a Duration with a number.
func (p *Place) durationBy(d, number ast.Expr, op token.Token) string {
	duration, n := p.Source(d), p.Source(number)
	switch {
	case isComparison(op), op == token.ADD, op == token.SUB:
		if isFloat(p.typeOf(number)) {
			return fmt.Sprintf("a Duration as a number has a unit: %s.Seconds() and %s", duration, n)
		}
		return fmt.Sprintf("a Duration has a unit: time.Duration(%s) * time.Second", n)
	case isFloat(p.typeOf(number)):
		return fmt.Sprintf("write time.Duration(float64(%s) %s %s)", duration, op, n)
	case op == token.QUO && !isDuration(p.typeOf(d)):
		return ""
	}
	return fmt.Sprintf("write %s %s time.Duration(%s)", duration, op, n)
}

// extreme is for max and min of a whole column.
func extreme(p *Place, _ []string) string {
	call, x := around[*ast.CallExpr](p), p.argument()
	if call == nil || !isSlice(p.typeOf(x)) {
		return ""
	}
	name := map[string]string{"max": "Max", "min": "Min"}[p.Source(call.Fun)]
	if name == "" {
		return ""
	}
	return fmt.Sprintf("of a slice: slices.%s(%s)", name, p.Source(x))
}

// power is for x ** y, which Go takes for x times what y points at.
func power(p *Place, _ []string) string {
	star := around[*ast.StarExpr](p)
	if star == nil {
		return "powers are math.Pow(x, y)"
	}
	for i := len(p.Path) - 1; i >= 0; i-- {
		if b, ok := p.Path[i].(*ast.BinaryExpr); ok && b.Op == token.MUL {
			return "powers are " + p.pow(b.X, star.X)
		}
	}
	return "powers are math.Pow(x, y)"
}

func (p *Place) pow(x, y ast.Expr) string {
	return fmt.Sprintf("math.Pow(%s, %s)", p.float(x), p.float(y))
}

// float is an expression as a float64.
func (p *Place) float(x ast.Expr) string {
	if t := p.typeOf(x); t == nil || isUntyped(t) || t.String() == "float64" {
		if lit, ok := x.(*ast.BasicLit); ok {
			return lit.Value
		}
		if t == nil || !isUntyped(t) {
			return p.Source(x)
		}
	}
	if tv := p.Info.Types[x]; tv.Value != nil && !divides(x) {
		return p.Source(x)
	}
	return p.as(x, "float64")
}

// firstColumn returns the first column of a frame, as it is written in Go.
func (p *Place) firstColumn(frame ast.Expr) string {
	t := p.typeOf(frame)
	if t == nil {
		return ""
	}
	s, ok := t.Underlying().(*types.Struct)
	if !ok || s.NumFields() == 0 || !isSlice(s.Field(0).Type()) {
		return ""
	}
	return p.Source(frame) + "." + s.Field(0).Name()
}

func basic(t types.Type) (types.BasicInfo, bool) {
	if t == nil {
		return 0, false
	}
	b, ok := t.Underlying().(*types.Basic)
	if !ok {
		return 0, false
	}
	return b.Info(), true
}

func has(t types.Type, what types.BasicInfo) bool {
	info, ok := basic(t)
	return ok && info&what != 0
}

func isNumber(t types.Type) bool   { return has(t, types.IsInteger|types.IsFloat) }
func isFloat(t types.Type) bool    { return has(t, types.IsFloat) }
func isUnsigned(t types.Type) bool { return has(t, types.IsUnsigned) }
func isText(t types.Type) bool     { return has(t, types.IsString) }
func isBool(t types.Type) bool     { return has(t, types.IsBoolean) }
func isUntyped(t types.Type) bool  { return has(t, types.IsUntyped) }
func isTime(t types.Type) bool     { return t != nil && t.String() == "time.Time" }
func isDuration(t types.Type) bool { return t != nil && t.String() == "time.Duration" }

func isSlice(t types.Type) bool {
	if t == nil {
		return false
	}
	switch t.Underlying().(type) {
	case *types.Slice, *types.Array:
		return true
	}
	return false
}

func isMap(t types.Type) bool {
	if t == nil {
		return false
	}
	_, ok := t.Underlying().(*types.Map)
	return ok
}

func isNilable(t types.Type) bool {
	switch t.Underlying().(type) {
	case *types.Pointer, *types.Interface, *types.Signature, *types.Chan:
		return true
	}
	return false
}

func elementOf(t types.Type) types.Type {
	switch t := t.Underlying().(type) {
	case *types.Slice:
		return t.Elem()
	case *types.Array:
		return t.Elem()
	}
	return t
}

func isComparison(op token.Token) bool {
	return strings.Contains(" == != < <= > >= ", " "+op.String()+" ")
}

// width orders types of numbers: the narrower one of two is converted.
func width(t types.Type) int {
	b, ok := types.Unalias(t).(*types.Basic)
	if !ok {
		return 0 // a type with a name, such as time.Month
	}
	return map[types.BasicKind]int{
		types.Int8: 8, types.Uint8: 9, types.Int16: 16, types.Uint16: 17, types.Int32: 32, types.Uint32: 33,
		types.Int: 62, types.Uint: 63, types.Uint64: 64, types.Int64: 65, types.Float32: 70, types.Float64: 71,
	}[b.Kind()]
}
