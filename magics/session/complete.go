package session

import (
	"context"
	"go/token"
	"go/types"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"goscore/magics/compile"
)

func (l *local) Offer(ctx context.Context, c Cursor) (Offers, error) {
	ctx, cancel := context.WithTimeout(ctx, lookTime)
	defer cancel()
	prefix, names := l.offers(ctx, c)
	return Offers{prefix, slices.DeleteFunc(names, func(o Offer) bool { return !strings.HasPrefix(o.Text, prefix) })}, nil
}

func (l *local) offers(ctx context.Context, c Cursor) (prefix string, offers []Offer) {
	before, after := c.Before, c.After
	switch open, at := compile.Open(before); open {
	case token.STRING:
		return before[at+1:], literals(before[:at], before[at] == '"', c.Inputs)
	case token.COMMENT, token.CHAR:
		return "", nil
	}
	prefix = Word(before)
	before = strings.TrimSuffix(before, prefix)
	after = after[len(after)-len(strings.TrimLeftFunc(after, InWord)):]
	if strings.HasSuffix(before, ".") {
		return prefix, l.selected(ctx, before, after, c)
	}
	return prefix, l.names(before, after, c.Inputs)
}

// selected lists the names that can follow a dot.
func (l *local) selected(ctx context.Context, before, after string, c Cursor) (offers []Offer) {
	if in := frameNamed(compile.Called(before), c.Inputs); in != nil {
		for _, column := range in.Columns {
			offers = append(offers, Offer{column.Field, "property"})
		}
		return append(offers, Offer{"Len", "function"})
	}
	for _, m := range l.members(ctx, before, after, c) {
		offers = append(offers, Offer{m.Name, m.Kind})
	}
	return offers
}

// lookTime is how long a package's names may take: somebody waits at the keyboard.
const lookTime = 2 * time.Second

// members lists what may be selected behind the dot that before ends in: the
// names of a package, or fields and methods.
func (l *local) members(ctx context.Context, before, after string, c Cursor) []compile.Member {
	name := compile.Called(before)
	if name != "goscore" { // a variable may have the name of a package
		if members := l.builder.Selectable(ctx, before, after, c.Gets, l.declared, c.Inputs); members != nil {
			return members
		}
	}
	if name == "" || len(l.declared.Decls(name)) > 0 {
		return nil
	}
	return l.builder.Members(ctx, before+"_"+after, c.Gets, l.declared, name)
}

// Describe gives the declaration of a name that stands between two parts of a cell:
// the whole one of an earlier cell, the line of a package's.
func (l *local) Describe(ctx context.Context, n Named) (string, error) {
	if strings.HasSuffix(n.Before, ".") {
		ctx, cancel := context.WithTimeout(ctx, lookTime)
		defer cancel()
		for _, m := range l.members(ctx, n.Before, n.After, Cursor{}) {
			if m.Name == n.Name {
				return m.Text, nil
			}
		}
		return "", nil
	}
	var text []string
	for _, d := range l.declared.Decls(n.Name) {
		text = append(text, strings.TrimSpace(d.Text()))
	}
	return strings.Join(text, "\n\n"), nil
}

// Word is the identifier that text ends in.
func Word(text string) string {
	i := strings.LastIndexFunc(text, func(r rune) bool { return !InWord(r) })
	if i < 0 {
		return text
	}
	_, n := utf8.DecodeRuneInString(text[i:])
	return text[i+n:]
}

// InWord reports whether a rune can be a part of an identifier.
func InWord(r rune) bool { return r == '_' || unicode.IsLetter(r) || unicode.IsDigit(r) }

func frameNamed(name string, inputs []compile.Input) *compile.Input {
	i := slices.IndexFunc(inputs, func(in compile.Input) bool { return in.Kind == "frame" && in.Name == name })
	if i < 0 {
		return nil
	}
	return &inputs[i]
}

// names lists the names that can stand without a dot.
func (l *local) names(before, after string, inputs []compile.Input) (offers []Offer) {
	add := func(kind string, names ...string) {
		for _, n := range names {
			offers = append(offers, Offer{n, kind})
		}
	}
	for _, in := range inputs {
		add("instance", in.Name)
	}
	own := append(compile.Identifiers(before), compile.Identifiers(after)...)
	slices.Sort(own)
	for _, n := range slices.Compact(own) {
		add(l.kind(n), n)
	}
	for _, n := range l.declared.names() {
		add(l.kind(n), n)
	}
	for _, in := range inputs {
		if in.Kind == "frame" {
			add("class", compile.TypeName(in.Name))
		}
	}
	add("keyword", keywords()...)
	for _, n := range types.Universe.Names() {
		add(compile.KindOf(types.Universe.Lookup(n)), n)
	}
	add("module", compile.Packages()...)
	return offers
}

// kind says what a name of the cell or an earlier one is, so far as that can
// be told without compiling.
func (l *local) kind(name string) string {
	if decls := l.declared.Decls(name); len(decls) > 0 {
		switch decls[0].Kind {
		case token.FUNC:
			return "function"
		case token.TYPE:
			return "class"
		case token.CONST:
			return "constant"
		}
	}
	if slices.Contains(compile.Packages(), name) {
		return "module"
	}
	if o := types.Universe.Lookup(name); o != nil {
		return compile.KindOf(o)
	}
	return "instance"
}

var (
	nullable  = regexp.MustCompile(`\bgoscore\.Nullable\s*(?:\[[^\]]*\])?\s*\(\s*(\w+)\s*,\s*$`)
	importing = regexp.MustCompile(`\bimport\s*(?:\((?:\s*(?:[\w.]+\s+)?"[^"]*"\s*;?)*\s*)?(?:[\w.]+\s+)?$`)
)

// literals lists what a string behind before can be: the columns of a
// frame for goscore.Nullable, or packages to import.
func literals(before string, escaped bool, inputs []compile.Input) (offers []Offer) {
	if importing.MatchString(before) {
		for _, p := range compile.Paths() {
			offers = append(offers, Offer{p, "module"})
		}
		return offers
	}
	call := nullable.FindStringSubmatch(before)
	if call == nil {
		return nil
	}
	if in := frameNamed(call[1], inputs); in != nil {
		for _, c := range in.Columns {
			name := c.Name
			if escaped {
				name = strconv.Quote(name)
				name = name[1 : len(name)-1]
			}
			offers = append(offers, Offer{name, "property"})
		}
	}
	return offers
}

func keywords() (out []string) {
	for t := token.BREAK; t <= token.VAR; t++ {
		out = append(out, t.String())
	}
	return out
}
