package compile

import (
	"encoding/json"
	"fmt"
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
	"strconv"
	"strings"
)

// A given is one NAME=VALUE of //goscore:default, with the place of each.
type given struct {
	name, value word
}

// givens reads the arguments of //goscore:default: a name and = begin the next one.
func givens(args string) (out []given) {
	toks, _ := scan(args)
	for i, t := range toks {
		if t.tok == token.IDENT && i+1 < len(toks) && toks[i+1].tok == token.ASSIGN {
			out = append(out, given{name: word{t.lit, t.off}, value: word{"", toks[i+1].end()}})
		} else if len(out) == 0 && t.tok != token.SEMICOLON {
			return append(out, given{name: word{strings.TrimSpace(args[t.off:]), t.off}})
		}
	}
	for i := range out {
		end := len(args)
		if i+1 < len(out) {
			end = out[i+1].name.at
		}
		out[i].value.text = strings.Trim(args[out[i].value.at:end], " \t,")
	}
	return out
}

func defaultNames(args string) (words []word) {
	for _, g := range givens(args) {
		words = append(words, g.name)
	}
	return words
}

// defaultsOf lists what a function's comments give, with offsets in its cell.
func defaultsOf(d *Decl, f *ast.FuncDecl) (out []given) {
	if f.Doc == nil {
		return nil
	}
	for _, c := range f.Doc.List {
		name, args := directiveOf(c.Text)
		if name != "default" {
			continue
		}
		at := int(c.Pos()-d.base) + len(c.Text) - len(args)
		for _, g := range givens(args) {
			g.name.at, g.value.at = g.name.at+at, g.value.at+at
			out = append(out, g)
		}
	}
	return out
}

// checkDefaults reports values that are no constants of their parameters' types.
func (k *checker) checkDefaults() {
	for _, d := range k.unit.Cell.Decls {
		f, ok := d.Node.(*ast.FuncDecl)
		if !ok || d.Recv != "" {
			continue
		}
		obj, ok := k.pkg.Scope().Lookup(f.Name.Name).(*types.Func)
		seen := map[string]bool{}
		for _, g := range defaultsOf(d, f) {
			if !ok {
				break
			}
			if seen[g.name.text] {
				k.fail(d.Cell.diagnostic(g.name.at, g.name.text+" has two values in //goscore:default"))
				continue
			}
			seen[g.name.text] = true
			if _, err := k.defaultOf(obj, g); err != nil {
				diag := d.Cell.diagnostic(g.name.at, err.Error())
				diag.Hint = ""
				k.fail(diag)
			}
		}
	}
}

// setDefaults notes the values that parameters have when Python gives none.
func (k *checker) setDefaults(out *Function, d *Decl, f *ast.FuncDecl, obj *types.Func) {
	for _, g := range defaultsOf(d, f) {
		text, err := k.defaultOf(obj, g)
		for i := range out.Params {
			if err == nil && out.Params[i].Name == g.name.text {
				out.Params[i].Default = text
			}
		}
	}
}

// defaultOf returns a default's value as JSON; durations are in nanoseconds.
func (k *checker) defaultOf(obj *types.Func, g given) (string, error) {
	var t types.Type
	for p := range obj.Signature().Params().Variables() {
		if p.Name() == g.name.text {
			t = p.Type()
		}
	}
	if t == nil { // reported before
		return "", nil
	}
	if g.value.text == "" {
		return "", fmt.Errorf("%s has no value: write //goscore:default %s=VALUE", g.name.text, g.name.text)
	}
	wrong := fmt.Errorf("//goscore:default %s=%s: the value is no constant of type %s", g.name.text, g.value.text, types.TypeString(t, qualifier))
	tv, err := types.Eval(k.fset, k.pkg, obj.Pos(), g.value.text)
	if err != nil {
		return "", wrong
	}
	if p, ok := t.Underlying().(*types.Pointer); ok {
		if tv.IsNil() {
			return "null", nil
		}
		t = p.Elem()
	}
	b, ok := t.Underlying().(*types.Basic)
	if !ok || tv.Value == nil {
		return "", wrong
	}
	if u, isBasic := tv.Type.(*types.Basic); !isBasic || u.Info()&types.IsUntyped == 0 {
		if !types.AssignableTo(tv.Type, t) {
			return "", wrong
		}
	}
	if text := constantText(tv.Value, b); text != "" {
		return text, nil
	}
	return "", wrong
}

// constantText writes a constant as JSON, if it is one of the type.
func constantText(v constant.Value, b *types.Basic) string {
	switch info := b.Info(); {
	case info&types.IsString != 0 && v.Kind() == constant.String:
		text, _ := json.Marshal(constant.StringVal(v))
		return string(text)
	case info&types.IsBoolean != 0 && v.Kind() == constant.Bool:
		return strconv.FormatBool(constant.BoolVal(v))
	case info&types.IsInteger != 0:
		if v = constant.ToInt(v); v.Kind() == constant.Int && fits(v, b) {
			return v.ExactString()
		}
	case info&types.IsFloat != 0:
		v = constant.ToFloat(v)
		if v.Kind() == constant.Float || v.Kind() == constant.Int {
			f, _ := constant.Float64Val(v)
			text := strconv.FormatFloat(f, 'g', -1, 64)
			if !strings.ContainsAny(text, ".eIN") {
				text += ".0"
			}
			if !strings.ContainsAny(text, "IN") {
				return text
			}
		}
	}
	return ""
}

// fits reports whether an integer type holds a constant.
func fits(v constant.Value, b *types.Basic) bool {
	bits := map[types.BasicKind]int{types.Int8: 8, types.Uint8: 8, types.Int16: 16, types.Uint16: 16, types.Int32: 32, types.Uint32: 32}[b.Kind()]
	if bits == 0 {
		bits = 64
	}
	if b.Info()&types.IsUnsigned != 0 {
		return constant.Sign(v) >= 0 && constant.BitLen(v) <= bits
	}
	if constant.Sign(v) < 0 { // the least number has one more than the others
		v = constant.BinaryOp(v, token.ADD, constant.MakeInt64(1))
	}
	return constant.BitLen(v) < bits
}
