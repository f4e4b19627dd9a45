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

// cursor takes the place of the unfinished name.
const cursor = "GoscoreCursor"

// Selectable lists the fields and methods of the expression whose dot ends before;
// gets are the cell's modules. Only the names of inputs' columns are known, not
// their types. There are no members if the text around the cursor is not Go, or if
// ctx ends before the packages are compiled.
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
	x.need(ctx, importsOf(files), false) // without a package, values of the others still have types
	if ctx.Err() != nil || !Lock(ctx, &b.checkMu) {
		return nil
	}
	defer b.checkMu.Unlock()
	_, k := u.check(files, x, Options{language: x.tools.language()})
	for _, f := range k.parsed {
		if t := k.beforeCursor(f); t != nil {
			return selectors(t, k.pkg)
		}
	}
	return nil
}

// around parses a cell with the cursor in it: the whole or, if that does not parse,
// the part up to the cursor, with all brackets closed.
func around(before, after string) *Cell {
	for _, rest := range []string{after, closing(before), "{}" + closing(before)} {
		if c, diags := Parse("", before+cursor+rest); diags == nil {
			return c
		}
	}
	return nil
}

// closing returns the brackets that close the open ones at the end of text.
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

// sketch declares inputs of unknown types.
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

// beforeCursor returns the type of the expression before the cursor's dot.
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

// selectors lists the fields of a type, also of embedded ones, and its methods.
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
