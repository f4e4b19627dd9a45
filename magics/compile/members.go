package compile

import (
	"context"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"io/fs"
	"slices"
	"strings"
	"sync"
	"time"
)

// A Member is a name that fits behind a dot: an exported name of a package, a field
// or a method.
type Member struct {
	Name string
	Text string // its declaration
	Kind string // as KindOf says
}

// Members lists the exported names of the package that a cell calls name; gets are
// the cell's modules. There are none for other names, and if ctx ends before other
// compilations do. The built-in functions need no toolchain.
func (b *Builder) Members(ctx context.Context, text string, gets []string, known Known, name string) (members []Member) {
	cell, _ := Parse("", text) // an unfinished cell need not parse
	path := (&Unit{known: known}).path(cell, name)
	switch path {
	case "":
		return nil
	case functionsPath, "goscore":
		return b.functions()
	}
	x := b.atHand(ctx, gets)
	if x == nil || !Lock(ctx, &b.checkMu) {
		return nil
	}
	defer b.checkMu.Unlock()
	pkg := x.look(ctx, path)
	if pkg == nil {
		return nil
	}
	for _, n := range pkg.Scope().Names() {
		if o := pkg.Scope().Lookup(n); o.Exported() {
			members = append(members, member(o))
		}
	}
	return members
}

func member(o types.Object) Member {
	return Member{o.Name(), types.ObjectString(o, (*types.Package).Name), KindOf(o)}
}

// KindOf returns the word by which frontends choose a name's icon.
func KindOf(o types.Object) string {
	switch o := o.(type) {
	case *types.TypeName:
		return "class"
	case *types.Func, *types.Builtin:
		return "function"
	case *types.Const, *types.Nil:
		return "constant"
	case *types.Var:
		if o.IsField() {
			return "property"
		}
	}
	return "instance"
}

// builtins are the members of the package of built-in functions.
type builtins struct {
	once sync.Once
	list []Member
}

// functions lists the declarations for cells in the package of built-in functions,
// from its source.
func (b *Builder) functions() []Member {
	b.builtins.once.Do(func() {
		var all []Member
		files, err := fs.Glob(b.Source, "compute/*.go")
		if err != nil {
			return
		}
		for _, name := range files {
			text, err := fs.ReadFile(b.Source, name)
			if err == nil && !strings.HasSuffix(name, "_test.go") {
				all = append(all, exported(string(text))...)
			}
		}
		slices.SortFunc(all, func(a, b Member) int { return strings.Compare(a.Name, b.Name) })
		b.builtins.list = slices.CompactFunc(all, func(a, b Member) bool { return a.Name == b.Name })
	})
	return b.builtins.list
}

// offered marks, in a comment, a declaration for cells. The other exported names are
// for goscore itself, such as the drivers of programs.
const offered = "//goscore:cell"

func isOffered(doc *ast.CommentGroup) bool {
	return doc != nil && slices.ContainsFunc(doc.List, func(c *ast.Comment) bool { return c.Text == offered })
}

// exported lists what one file declares for cells, with its comments.
func exported(text string) (members []Member) {
	fset := token.NewFileSet()
	f, err := parser.ParseFile(fset, "", text, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		return nil
	}
	kinds := map[token.Token]string{token.TYPE: "class", token.CONST: "constant", token.VAR: "instance"}
	for _, d := range f.Decls {
		if fn, ok := d.(*ast.FuncDecl); ok {
			if fn.Recv == nil && isOffered(fn.Doc) {
				text := text[fset.Position(fn.Type.Pos()).Offset:fset.Position(fn.Type.End()).Offset]
				members = append(members, Member{fn.Name.Name, described(fn.Doc, text), "function"})
			}
			continue
		}
		g := d.(*ast.GenDecl)
		if !isOffered(g.Doc) {
			continue
		}
		for _, n := range genNames(g) {
			members = append(members, Member{n, described(g.Doc, g.Tok.String()+" "+n), kinds[g.Tok]})
		}
	}
	return members
}

// described returns a declaration below its comment.
func described(doc *ast.CommentGroup, text string) string {
	if doc == nil {
		return text
	}
	var b strings.Builder
	for line := range strings.Lines(doc.Text()) {
		b.WriteString(strings.TrimRight("// "+line, " \n") + "\n")
	}
	return b.String() + text
}

// Lock locks mu, and returns false if ctx ends before.
func Lock(ctx context.Context, mu *sync.Mutex) bool {
	for !mu.TryLock() {
		select {
		case <-ctx.Done():
			return false
		case <-time.After(5 * time.Millisecond):
		}
	}
	return true
}

// look imports a package.
func (x *exports) look(ctx context.Context, path string) *types.Package {
	if x.need(ctx, []string{path}, false) != nil {
		return nil
	}
	pkg, err := x.Import(path)
	if err != nil {
		return nil
	}
	return pkg
}

// Identifiers lists the names in a text, which may be unfinished.
func Identifiers(text string) (names []string) {
	toks, _ := scan(text)
	selected := false
	for _, t := range toks {
		if t.tok == token.IDENT && !selected {
			names = append(names, t.lit)
		}
		selected = t.tok == token.PERIOD
	}
	return names
}

// Called returns the name before the final dot of text, such as strings in
// "x := strings.".
func Called(text string) string {
	text, dotted := strings.CutSuffix(text, ".")
	if !dotted {
		return ""
	}
	names := Identifiers(text)
	if n := len(names); n > 0 && strings.HasSuffix(text, names[n-1]) {
		return names[n-1]
	}
	return ""
}
