package compile

import (
	"context"
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strings"
)

// cursor stands for the name that is being written.
const cursor = "GoscoreCursor"

// Selectable lists the fields and methods of the expression whose dot ends
// before; gets are the modules that the cell asks for. Inputs are known by the
// names of their columns alone, so nothing is known of their values. There are
// none when the text around the cursor is not Go, and when ctx ends before the
// packages are there.
func (b *Builder) Selectable(ctx context.Context, before, after string, gets []string, known Known, inputs []Input) []Member {
	cell := around(before, after)
	if cell == nil {
		return nil
	}
	cell.Gets = gets
	u := NewUnit(cell, known)
	x := b.atHand(ctx, u.gets())
	if x == nil {
		return nil
	}
	names := make([]string, len(inputs))
	for i, in := range inputs {
		names[i] = in.Name
	}
	files := u.assemble(sketch(inputs), nil, names)
	x.need(ctx, importsOf(files)) // without a package, the others' values are known nevertheless
	if ctx.Err() != nil || !lock(ctx, &b.checkMu) {
		return nil
	}
	defer b.checkMu.Unlock()
	_, k := u.check(files, x, Options{})
	for _, f := range k.parsed {
		if t := k.beforeCursor(f); t != nil {
			return selectors(t, k.pkg)
		}
	}
	return nil
}

// around reads a cell with the cursor in it: whole or, when that does not
// parse, its part up to the cursor, with all brackets closed.
func around(before, after string) *Cell {
	for _, rest := range []string{after, closing(before), "{}" + closing(before)} {
		if c, diags := Parse("", before+cursor+rest); diags == nil {
			return c
		}
	}
	return nil
}

// closing returns the brackets that close those that are open at the end of text.
func closing(text string) string {
	toks, _ := scan(text)
	pairs := map[token.Token]token.Token{token.LPAREN: token.RPAREN, token.LBRACK: token.RBRACK, token.LBRACE: token.RBRACE}
	out := ""
	for _, t := range toks {
		switch t.tok {
		case token.LPAREN, token.LBRACK, token.LBRACE:
			out = pairs[t.tok].String() + out
		case token.RPAREN, token.RBRACK, token.RBRACE:
			out = strings.TrimPrefix(out, t.tok.String())
		}
	}
	return out
}

// sketch declares inputs whose types are not known yet.
func sketch(inputs []Input) string {
	var b strings.Builder
	for _, in := range inputs {
		if in.Kind != "frame" {
			fmt.Fprintf(&b, "var %s %sunknown\n", in.Name, reserved)
			continue
		}
		typ := TypeName(in.Name)
		fmt.Fprintf(&b, "type %s struct {\n", typ)
		for _, c := range in.Columns {
			fmt.Fprintf(&b, "\t%s []%sunknown\n", c.Field, reserved)
		}
		fmt.Fprintf(&b, "}\n\nfunc (d %s) Len() int { return 0 }\n\nvar %s %s\n", typ, in.Name, typ)
	}
	return b.String()
}

// beforeCursor returns the type of what stands before the cursor's dot.
func (k *checker) beforeCursor(f *ast.File) (found types.Type) {
	ast.Inspect(f, func(n ast.Node) bool {
		if s, ok := n.(*ast.SelectorExpr); ok && s.Sel.Name == cursor {
			if tv := k.info.Types[s.X]; tv.Type != nil && tv.Type != types.Typ[types.Invalid] {
				found = tv.Type
			}
		}
		return found == nil
	})
	return found
}

// selectors lists the fields of a type, embedded ones' too, and its methods.
func selectors(t types.Type, pkg *types.Package) (members []Member) {
	add := func(o types.Object) {
		if (o.Exported() || o.Pkg() == pkg) && !strings.HasPrefix(o.Name(), reserved) &&
			!slices.ContainsFunc(members, func(m Member) bool { return m.Name == o.Name() }) {
			members = append(members, member(o))
		}
	}
	const depth = 4 // of embedding; types may embed each other
	level := []types.Type{t}
	for range depth {
		var next []types.Type
		for _, t := range level {
			if p, ok := t.Underlying().(*types.Pointer); ok {
				t = p.Elem()
			}
			s, ok := t.Underlying().(*types.Struct)
			for i := 0; ok && i < s.NumFields(); i++ {
				if add(s.Field(i)); s.Field(i).Embedded() {
					next = append(next, s.Field(i).Type())
				}
			}
		}
		level = next
	}
	if _, ok := t.Underlying().(*types.Pointer); !ok && !types.IsInterface(t) {
		t = types.NewPointer(t)
	}
	methods := types.NewMethodSet(t)
	for i := range methods.Len() {
		add(methods.At(i).Obj())
	}
	return members
}
