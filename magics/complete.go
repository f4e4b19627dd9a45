package magics

import (
	"encoding/json"
	"go/token"
	"go/types"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"goscore/magics/compile"
	"goscore/magics/protocol"
)

// An offer is a name that may stand at the cursor. Kind is one of the words
// that frontends have icons for.
type offer struct{ text, kind string }

// Complete offers the names that may stand at the cursor.
func (w *Worker) Complete(content json.RawMessage) any {
	var a protocol.CodeRequest
	if err := protocol.Decode("complete_request", content, &a); err != nil {
		return map[string]any{"status": "error", "ename": "ValueError", "evalue": err.Error(), "traceback": []string{}}
	}
	before, after := split(a)
	prefix, offers := w.offers(before, after, bindingsOf(a))
	end := utf8.RuneCountInString(before)
	start := end - utf8.RuneCountInString(prefix)
	matches, kinds := []string{}, []map[string]any{}
	for _, o := range offers {
		if strings.HasPrefix(o.text, prefix) && !slices.Contains(matches, o.text) {
			matches = append(matches, o.text)
			kinds = append(kinds, map[string]any{"text": o.text, "type": o.kind, "start": start, "end": end})
		}
	}
	return map[string]any{
		"status": "ok", "matches": matches, "cursor_start": start, "cursor_end": end,
		"metadata": map[string]any{"_jupyter_types_experimental": kinds}, // IPython's name for it, which frontends know
	}
}

// offers lists what may stand between two parts of a cell, what is meant most
// likely first, and the part of it that is written already.
func (w *Worker) offers(before, after string, bound bindings) (prefix string, offers []offer) {
	switch open, at := compile.Open(before); open {
	case token.STRING:
		return before[at+1:], literals(before[:at], before[at] == '"', bound.inputs)
	case token.COMMENT, token.CHAR:
		return "", nil
	}
	prefix = word(before)
	before = strings.TrimSuffix(before, prefix)
	after = after[len(after)-len(strings.TrimLeftFunc(after, inWord)):]
	if strings.HasSuffix(before, ".") {
		return prefix, w.selected(before, after, bound)
	}
	return prefix, w.names(before, after, bound.inputs)
}

// selected lists what may stand behind a dot.
func (w *Worker) selected(before, after string, bound bindings) (offers []offer) {
	if in := frameNamed(compile.Called(before), bound.inputs); in != nil {
		for _, c := range in.Columns {
			offers = append(offers, offer{c.Field, "property"})
		}
		return append(offers, offer{"Len", "function"})
	}
	for _, m := range w.members(before, after, bound) {
		offers = append(offers, offer{m.Name, m.Kind})
	}
	return offers
}

func frameNamed(name string, inputs []compile.Input) *compile.Input {
	i := slices.IndexFunc(inputs, func(in compile.Input) bool { return in.Kind == "frame" && in.Name == name })
	if i < 0 {
		return nil
	}
	return &inputs[i]
}

// names lists what may stand where no dot is.
func (w *Worker) names(before, after string, inputs []compile.Input) (offers []offer) {
	add := func(kind string, names ...string) {
		for _, n := range names {
			offers = append(offers, offer{n, kind})
		}
	}
	for _, in := range inputs {
		add("instance", in.Name)
	}
	own := append(compile.Identifiers(before), compile.Identifiers(after)...)
	slices.Sort(own)
	for _, n := range slices.Compact(own) {
		add(w.kind(n), n)
	}
	for _, n := range w.session.names() {
		add(w.kind(n), n)
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
func (w *Worker) kind(name string) string {
	if decls := w.session.Decls(name); len(decls) > 0 {
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

// literals lists what may stand in a string behind before: the columns of a
// frame for goscore.Nullable, or packages to import.
func literals(before string, escaped bool, inputs []compile.Input) (offers []offer) {
	if importing.MatchString(before) {
		for _, p := range compile.Paths() {
			offers = append(offers, offer{p, "module"})
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
			offers = append(offers, offer{name, "property"})
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
