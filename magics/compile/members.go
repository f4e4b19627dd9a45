package compile

import (
	"context"
	"go/token"
	"go/types"
	"strings"
	"sync"
	"time"
)

// A Member is an exported name of a package.
type Member struct {
	Name string
	Text string // its declaration, in one line
}

// Members lists what the package that a cell calls name exports. There are
// none for a name that is no package's, and when ctx ends before those that
// compile have ended.
func (b *Builder) Members(ctx context.Context, text string, known Known, name string) (members []Member) {
	cell, _ := Parse("", text) // what is being written need not parse
	path := (&Unit{known: known}).path(cell, name)
	if path == "" {
		return nil
	}
	x, err := b.prepare()
	if err != nil || !lock(ctx, &b.checkMu) {
		return nil
	}
	defer b.checkMu.Unlock()
	pkg := x.look(ctx, path)
	if pkg == nil {
		return nil
	}
	qualified := func(p *types.Package) string {
		if p.Path() == functionsPath {
			return "goscore"
		}
		return p.Name()
	}
	for _, n := range pkg.Scope().Names() {
		if o := pkg.Scope().Lookup(n); o.Exported() {
			members = append(members, Member{n, types.ObjectString(o, qualified)})
		}
	}
	return members
}

// lock takes mu before ctx ends.
func lock(ctx context.Context, mu *sync.Mutex) bool {
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
	if !lock(ctx, &x.mu) {
		return nil
	}
	defer x.mu.Unlock()
	if x.known[path] == "" && x.list(ctx, []string{path}) != nil {
		return nil
	}
	pkg, err := x.types.Import(path)
	if err != nil {
		return nil
	}
	return pkg
}

// Identifiers lists the names that stand in a text, however unfinished it is.
func Identifiers(text string) (names []string) {
	toks, _ := scan(&Cell{Text: text})
	selected := false
	for _, t := range toks {
		if t.tok == token.IDENT && !selected {
			names = append(names, t.lit)
		}
		selected = t.tok == token.PERIOD
	}
	return names
}

// Called gives the name before the dot that text ends in, such as strings of
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
