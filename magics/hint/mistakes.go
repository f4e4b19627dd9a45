package hint

import (
	"fmt"
	"go/ast"
	"go/constant"
	"go/scanner"
	"go/token"
	"go/types"
	"strings"
)

// Mistakes reports what Go compiles and a beginner did not mean, in a file whose
// types are known. It gives each the position of what is wrong.
func Mistakes(file *ast.File, info *types.Info, source func(ast.Node) string, report func(token.Pos, string)) {
	p := &Place{Info: info, Source: source}
	var path []ast.Node
	ast.Inspect(file, func(n ast.Node) bool {
		if n == nil {
			path = path[:len(path)-1]
			return true
		}
		p.Path = path
		switch n := n.(type) {
		case *ast.BinaryExpr:
			p.constantDivision(n, report)
			p.exclusiveOr(n, report)
		case *ast.BasicLit:
			p.withoutUnit(n, path, report)
		case *ast.CallExpr:
			p.pythonLayout(n, report)
		case *ast.RangeStmt:
			p.lostAssignment(n, report)
		case *ast.AssignStmt:
			p.signBehind(n, report)
		case *ast.ExprStmt:
			p.firstByte(n, report)
		}
		path = append(path, n)
		return true
	})
}

// constantDivision is for 1/2, which is 0.
func (p *Place) constantDivision(n *ast.BinaryExpr, report func(token.Pos, string)) {
	x, xOK := ast.Unparen(n.X).(*ast.BasicLit)
	y, yOK := ast.Unparen(n.Y).(*ast.BasicLit)
	if n.Op != token.QUO || !xOK || !yOK || x.Kind != token.INT || y.Kind != token.INT {
		return
	}
	a, b := constant.MakeFromLiteral(x.Value, x.Kind, 0), constant.MakeFromLiteral(y.Value, y.Kind, 0)
	if constant.Sign(b) == 0 || constant.Sign(constant.BinaryOp(a, token.REM, b)) == 0 {
		return
	}
	whole := constant.BinaryOp(a, token.QUO_ASSIGN, b)
	report(n.Pos(), fmt.Sprintf("%s/%s is %s, as whole numbers divide to a whole number: with a fraction it is %s.0/%s", x.Value, y.Value, whole, x.Value, y.Value))
}

var decimal = pattern(`^[2-9]$|^[1-9]\d+$`)

// exclusiveOr is for n ^ 2, which is no power.
func (p *Place) exclusiveOr(n *ast.BinaryExpr, report func(token.Pos, string)) {
	exponent, ok := ast.Unparen(n.Y).(*ast.BasicLit)
	if n.Op != token.XOR || !ok || !decimal().MatchString(exponent.Value) {
		return
	}
	if lit, ok := ast.Unparen(n.X).(*ast.BasicLit); ok && !decimal().MatchString(lit.Value) {
		return
	}
	x := p.Source(n.X)
	power := p.pow(n.X, n.Y)
	if id, ok := n.X.(*ast.Ident); ok && exponent.Value == "2" {
		power = id.Name + " * " + id.Name
	}
	report(n.Pos(), fmt.Sprintf("%s ^ %s is the exclusive or of their bits; the power is %s", x, exponent.Value, power))
}

// withoutUnit is for a number where a Duration is wanted: it counts nanoseconds.
func (p *Place) withoutUnit(n *ast.BasicLit, path []ast.Node, report func(token.Pos, string)) {
	if n.Kind != token.INT || !isDuration(p.typeOf(n)) || n.Value == "0" || len(path) == 0 {
		return
	}
	switch around := path[len(path)-1].(type) {
	case *ast.BinaryExpr:
		if around.Op == token.MUL || around.Op == token.QUO || around.Op == token.REM {
			return
		}
	case *ast.CallExpr:
		if tv := p.Info.Types[around.Fun]; tv.IsType() {
			return // time.Duration(5) says what it means
		}
	case *ast.ValueSpec, *ast.AssignStmt, *ast.KeyValueExpr, *ast.ReturnStmt, *ast.ParenExpr:
	default:
		return
	}
	report(n.Pos(), fmt.Sprintf("%s is %s ns here, as a Duration counts nanoseconds: %s * time.Second", n.Value, n.Value, n.Value))
}

var percent = pattern(`%[a-zA-Z]`)

// pythonLayout is for strftime's directives in a layout of Go's.
func (p *Place) pythonLayout(n *ast.CallExpr, report func(token.Pos, string)) {
	sel, ok := n.Fun.(*ast.SelectorExpr)
	if !ok || len(n.Args) == 0 {
		return
	}
	f, ok := p.Info.Uses[sel.Sel].(*types.Func)
	if !ok || f.Pkg() == nil || f.Pkg().Path() != "time" {
		return
	}
	at := map[string]int{"Format": 0, "Parse": 0, "ParseInLocation": 0, "AppendFormat": 1}
	i, ok := at[f.Name()]
	if !ok || i >= len(n.Args) {
		return
	}
	lit, ok := n.Args[i].(*ast.BasicLit)
	if !ok || !percent().MatchString(lit.Value) {
		return
	}
	report(lit.Pos(), "Go's layouts write down how a certain moment looks, without %: "+goLayout(lit.Value))
}

// lostAssignment is for x = 2*x in a loop over values, which changes a copy.
func (p *Place) lostAssignment(loop *ast.RangeStmt, report func(token.Pos, string)) {
	value, ok := loop.Value.(*ast.Ident)
	if !ok || value.Name == "_" || loop.Tok != token.DEFINE || !isSlice(p.typeOf(loop.X)) {
		return
	}
	obj := p.Info.Defs[value]
	var assigned *ast.AssignStmt
	lastRead := token.NoPos
	targets := map[*ast.Ident]bool{}
	ast.Inspect(loop.Body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.AssignStmt:
			for _, l := range n.Lhs {
				if id, ok := l.(*ast.Ident); ok && p.Info.Uses[id] == obj {
					targets[id], assigned = true, n
				}
			}
		case *ast.ForStmt, *ast.RangeStmt, *ast.FuncLit: // what is behind may come again
			ast.Inspect(n, func(n ast.Node) bool {
				if id, ok := n.(*ast.Ident); ok && p.Info.Uses[id] == obj {
					lastRead = loop.End()
				}
				return true
			})
		case *ast.Ident:
			if p.Info.Uses[n] == obj && !targets[n] {
				lastRead = max(lastRead, n.Pos())
			}
		}
		return true
	})
	if assigned == nil || lastRead > assigned.End() {
		return
	}
	index := "i"
	if key, ok := loop.Key.(*ast.Ident); ok && key.Name != "_" {
		index = key.Name
	}
	column, name := p.Source(loop.X), value.Name
	_, rest, _ := strings.Cut(p.Source(assigned), name)
	report(assigned.Pos(), fmt.Sprintf("%s is a copy of the value, which nothing reads afterwards: for %s, %s := range %s { %s[%s]%s }", name, index, name, column, column, index, rest))
}

// signBehind is for x =+ 1, which sets x to 1.
func (p *Place) signBehind(n *ast.AssignStmt, report func(token.Pos, string)) {
	if n.Tok != token.ASSIGN || len(n.Lhs) != 1 || len(n.Rhs) != 1 {
		return
	}
	u, ok := n.Rhs[0].(*ast.UnaryExpr)
	if !ok || u.Op != token.ADD && u.Op != token.SUB || u.Pos() != n.TokPos+1 || u.X.Pos() == u.Pos()+1 {
		return
	}
	x := p.Source(n.Lhs[0])
	report(n.Pos(), fmt.Sprintf("this sets %s to %s; to add or subtract: %s %s= %s", x, p.Source(u), x, u.Op, p.Source(u.X)))
}

// firstByte is for s[0] as a cell's value, which is a number.
func (p *Place) firstByte(n *ast.ExprStmt, report func(token.Pos, string)) {
	index, ok := ast.Unparen(n.X).(*ast.IndexExpr)
	if !ok || !isText(p.typeOf(index.X)) {
		return
	}
	s := p.Source(index.X)
	report(n.Pos(), fmt.Sprintf("%s is a byte, a number; as text: string([]rune(%s)[%s])", p.Source(n.X), s, p.Source(index.Index)))
}

// Comments reports a comment that was meant as Python's //, by the offset in a cell.
func Comments(text string, report func(int, string)) {
	file := token.NewFileSet().AddFile("", -1, len(text))
	var s scanner.Scanner
	s.Init(file, []byte(text), nil, scanner.ScanComments)
	seen, line, operand := map[string]bool{}, 0, ""
	for {
		pos, tok, lit := s.Scan()
		switch at := file.Offset(pos); {
		case tok == token.EOF:
			return
		case tok == token.COMMENT:
			divisor := strings.TrimSpace(strings.TrimPrefix(lit, "//"))
			if operand != "" && line == file.Line(pos) && (divisions().MatchString(divisor) || seen[divisor]) {
				report(at, fmt.Sprintf("// begins a comment; a division is %s / %s, which rounds towards zero where Python's // rounds down", operand, divisor))
			}
		case tok == token.SEMICOLON && lit == "\n": // the scanner's own, before a comment
		default:
			operand, line = "", file.Line(pos)
			switch tok {
			case token.IDENT, token.INT, token.FLOAT:
				operand = lit
			case token.RPAREN, token.RBRACK:
				operand = "(...)"
			}
			seen[lit] = seen[lit] || tok == token.IDENT
		}
	}
}

var divisions = pattern(`^\d+(?:\.\d+)?$`)

// layouts are Go's for the directives of strftime and strptime.
var layouts = strings.NewReplacer(
	"%Y", "2006", "%y", "06", "%m", "01", "%d", "02", "%H", "15", "%I", "03", "%M", "04", "%S", "05", "%p", "PM",
	"%B", "January", "%b", "Jan", "%A", "Monday", "%a", "Mon", "%j", "002", "%z", "-0700", "%Z", "MST", ".%f", ".000000", "%%", "%",
)

// goLayout writes a layout of strftime's as one of Go's.
func goLayout(quoted string) string { return layouts.Replace(quoted) }
