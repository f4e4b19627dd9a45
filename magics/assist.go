package magics

import (
	"context"
	"encoding/json"
	"go/token"
	"go/types"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"goscore/magics/compile"
)

// asked is what complete, inspect and is_complete requests carry.
type asked struct {
	Code   string `json:"code"`
	Cursor int    `json:"cursor_pos"` // in Unicode code points
}

// Complete offers the names that may stand at the cursor.
func (w *Worker) Complete(content json.RawMessage) any {
	var a asked
	if err := decode("complete_request", content, &a); err != nil {
		return map[string]any{"status": "error", "ename": "ValueError", "evalue": err.Error(), "traceback": []string{}}
	}
	before, after := a.split()
	prefix := word(before)
	matches := []string{}
	for _, n := range w.candidates(strings.TrimSuffix(before, prefix), after) {
		if strings.HasPrefix(n, prefix) && !slices.Contains(matches, n) {
			matches = append(matches, n)
		}
	}
	end := utf8.RuneCountInString(before)
	return map[string]any{
		"status": "ok", "matches": matches, "metadata": map[string]any{},
		"cursor_start": end - utf8.RuneCountInString(prefix), "cursor_end": end,
	}
}

// candidates lists the names that may stand between two parts of a cell.
func (w *Worker) candidates(before, after string) (names []string) {
	if strings.HasSuffix(before, ".") {
		for _, m := range w.members(before, after) {
			names = append(names, m.Name)
		}
		return names
	}
	own := append(compile.Identifiers(before), compile.Identifiers(after)...)
	slices.Sort(own)
	return slices.Concat(own, w.session.names(), keywords(), types.Universe.Names(), compile.Packages())
}

// lookTime is how long a package's names may take: somebody waits at the keyboard.
const lookTime = 2 * time.Second

// members lists the names of the package before the dot that before ends in.
func (w *Worker) members(before, after string) []compile.Member {
	name := compile.Called(before)
	if name == "" || len(w.session.Decls(name)) > 0 {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.Background(), lookTime)
	defer cancel()
	return w.builder.Members(ctx, before+"_"+after, w.session, name)
}

// split gives the text before and after the cursor.
func (a asked) split() (before, after string) {
	r := []rune(a.Code)
	at := max(0, min(a.Cursor, len(r)))
	return string(r[:at]), string(r[at:])
}

// word is the identifier that text ends in.
func word(text string) string {
	i := strings.LastIndexFunc(text, func(r rune) bool { return r != '_' && !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	if i < 0 {
		return text
	}
	_, n := utf8.DecodeRuneInString(text[i:])
	return text[i+n:]
}

func keywords() (out []string) {
	for t := token.BREAK; t <= token.VAR; t++ {
		out = append(out, t.String())
	}
	return out
}

// Inspect shows the declaration of the name under the cursor: the whole one of
// an earlier cell, the line of a package's.
func (w *Worker) Inspect(content json.RawMessage) any {
	var a asked
	if err := decode("inspect_request", content, &a); err != nil {
		return map[string]any{"status": "error", "ename": "ValueError", "evalue": err.Error(), "traceback": []string{}}
	}
	before, after := a.split()
	i := strings.IndexFunc(after, func(r rune) bool { return r != '_' && !unicode.IsLetter(r) && !unicode.IsDigit(r) })
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
		for _, m := range w.members(before, after) {
			if m.Name == name {
				return m.Text
			}
		}
		return ""
	}
	var text []string
	for _, d := range w.session.Decls(name) {
		text = append(text, strings.TrimSpace(d.Cell.Text[d.Start:d.End]))
	}
	return strings.Join(text, "\n\n")
}

// IsComplete says whether a cell could run as it stands.
func (w *Worker) IsComplete(content json.RawMessage) any {
	var a asked
	if err := decode("is_complete_request", content, &a); err != nil {
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
