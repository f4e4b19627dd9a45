package magics

import (
	"encoding/json"
	"go/token"
	"go/types"
	"slices"
	"strings"
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
	before := a.before()
	prefix := word(before)
	matches := []string{}
	if !strings.HasSuffix(strings.TrimSuffix(before, prefix), ".") {
		for _, n := range slices.Concat(w.session.names(), keywords(), types.Universe.Names(), compile.Packages()) {
			if strings.HasPrefix(n, prefix) && !slices.Contains(matches, n) {
				matches = append(matches, n)
			}
		}
	}
	end := utf8.RuneCountInString(before)
	return map[string]any{
		"status": "ok", "matches": matches, "metadata": map[string]any{},
		"cursor_start": end - utf8.RuneCountInString(prefix), "cursor_end": end,
	}
}

func (a asked) before() string {
	r := []rune(a.Code)
	return string(r[:max(0, min(a.Cursor, len(r)))])
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

// Inspect shows the declaration of the name under the cursor.
func (w *Worker) Inspect(content json.RawMessage) any {
	var a asked
	if err := decode("inspect_request", content, &a); err != nil {
		return map[string]any{"status": "error", "ename": "ValueError", "evalue": err.Error(), "traceback": []string{}}
	}
	rest := strings.TrimPrefix(a.Code, a.before())
	i := strings.IndexFunc(rest, func(r rune) bool { return r != '_' && !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	if i < 0 {
		i = len(rest)
	}
	name := word(a.before()) + rest[:i]
	data := map[string]any{}
	if decls := w.session.Decls(name); len(decls) > 0 && name != "" {
		var text []string
		for _, d := range decls {
			text = append(text, strings.TrimSpace(d.Cell.Text[d.Start:d.End]))
		}
		data["text/plain"] = strings.Join(text, "\n\n")
	}
	return map[string]any{"status": "ok", "found": len(data) > 0, "data": data, "metadata": map[string]any{}}
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
