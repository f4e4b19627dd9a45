package magics

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"goscore/magics/compile"
	"goscore/magics/protocol"
)

// bindings are what a cell gets from Python, and from elsewhere.
type bindings struct {
	inputs []compile.Input
	gets   []string
}

// bindingsOf gives the cell's, so far as they are known while it is being written.
func bindingsOf(a protocol.CodeRequest) bindings {
	b := bindings{gets: slices.Compact(slices.Sorted(slices.Values(a.Goscore.Get)))}
	for _, in := range a.Goscore.Inputs {
		b.inputs = append(b.inputs, compile.Input{Name: in.Name, Kind: in.Kind, Columns: columns(in.Columns)})
	}
	return b
}

// lookTime is how long a package's names may take: somebody waits at the keyboard.
const lookTime = 2 * time.Second

// members lists what may be selected behind the dot that before ends in: the
// names of a package, or fields and methods.
func (w *Worker) members(before, after string, bound bindings) []compile.Member {
	ctx, cancel := context.WithTimeout(context.Background(), lookTime)
	defer cancel()
	name := compile.Called(before)
	if name != "goscore" { // a variable may have the name of a package
		if members := w.builder.Selectable(ctx, before, after, bound.gets, w.session, bound.inputs); members != nil {
			return members
		}
	}
	if name == "" || len(w.session.Decls(name)) > 0 {
		return nil
	}
	return w.builder.Members(ctx, before+"_"+after, bound.gets, w.session, name)
}

// split gives the text before and after the cursor.
func split(a protocol.CodeRequest) (before, after string) {
	r := []rune(a.Code)
	at := max(0, min(a.Cursor, len(r)))
	return string(r[:at]), string(r[at:])
}

// word is the identifier that text ends in.
func word(text string) string {
	i := strings.LastIndexFunc(text, func(r rune) bool { return !inWord(r) })
	if i < 0 {
		return text
	}
	_, n := utf8.DecodeRuneInString(text[i:])
	return text[i+n:]
}

func inWord(r rune) bool { return r == '_' || unicode.IsLetter(r) || unicode.IsDigit(r) }

// Inspect shows the declaration of the name under the cursor: the whole one of
// an earlier cell, the line of a package's.
func (w *Worker) Inspect(content json.RawMessage) any {
	var a protocol.CodeRequest
	if err := protocol.Decode("inspect_request", content, &a); err != nil {
		return map[string]any{"status": "error", "ename": "ValueError", "evalue": err.Error(), "traceback": []string{}}
	}
	before, after := split(a)
	i := strings.IndexFunc(after, func(r rune) bool { return !inWord(r) })
	if i < 0 {
		i = len(after)
	}
	prefix := word(before)
	data := map[string]any{}
	if text := w.describe(strings.TrimSuffix(before, prefix), prefix+after[:i], after[i:]); text != "" {
		data["text/plain"] = text
	}
	return map[string]any{"status": "ok", "found": len(data) > 0, "data": data, "metadata": map[string]any{}}
}

// describe gives the declaration of a name that stands between two parts of a cell.
func (w *Worker) describe(before, name, after string) string {
	if strings.HasSuffix(before, ".") {
		for _, m := range w.members(before, after, bindings{}) {
			if m.Name == name {
				return m.Text
			}
		}
		return ""
	}
	var text []string
	for _, d := range w.session.Decls(name) {
		text = append(text, strings.TrimSpace(d.Text()))
	}
	return strings.Join(text, "\n\n")
}

// IsComplete says whether a cell could run as it stands.
func (w *Worker) IsComplete(content json.RawMessage) any {
	var a protocol.CodeRequest
	if err := protocol.Decode("is_complete_request", content, &a); err != nil {
		return map[string]any{"status": "unknown"}
	}
	switch compile.Completeness(a.Code) {
	case compile.Complete:
		return map[string]any{"status": "complete"}
	case compile.Incomplete:
		return map[string]any{"status": "incomplete", "indent": indent(a.Code)}
	}
	return map[string]any{"status": "invalid"}
}

// indent is that of the last line, and one more behind an opening bracket.
func indent(code string) string {
	last := code[strings.LastIndexByte(code, '\n')+1:]
	space := last[:len(last)-len(strings.TrimLeft(last, " \t"))]
	if t := strings.TrimRight(last, " \t"); strings.HasSuffix(t, "{") || strings.HasSuffix(t, "(") {
		space += "\t"
	}
	return space
}
