package magics

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"goscore/magics/compile"
	"goscore/magics/protocol"
	"goscore/magics/session"
)

// typing is how long an answer may take for which somebody waits at the keyboard.
const typing = 3 * time.Second

// Complete offers the names that may stand at the cursor.
func (w *Worker) Complete(content json.RawMessage) any {
	var a protocol.CodeRequest
	if err := protocol.Decode("complete_request", content, &a); err != nil {
		return map[string]any{"status": "error", "ename": "ValueError", "evalue": err.Error(), "traceback": []string{}}
	}
	before, after := split(a)
	ctx, cancel := context.WithTimeout(context.Background(), typing)
	defer cancel()
	offers, _ := w.session.Offer(ctx, session.Cursor{
		Before: before, After: after, Gets: slices.Compact(slices.Sorted(slices.Values(a.Goscore.Get))), Inputs: unread(a.Goscore.Inputs),
	})
	end := utf8.RuneCountInString(before)
	start := end - utf8.RuneCountInString(offers.Prefix)
	matches, kinds := []string{}, []map[string]any{}
	for _, o := range offers.Names {
		if !slices.Contains(matches, o.Text) {
			matches = append(matches, o.Text)
			kinds = append(kinds, map[string]any{"text": o.Text, "type": o.Kind, "start": start, "end": end})
		}
	}
	return map[string]any{
		"status": "ok", "matches": matches, "cursor_start": start, "cursor_end": end,
		"metadata": map[string]any{"_jupyter_types_experimental": kinds}, // IPython's name for it, which frontends know
	}
}

// unread are inputs of which the names alone are known.
func unread(inputs []protocol.BoundInput) []compile.Input {
	out := make([]compile.Input, len(inputs))
	for i, in := range inputs {
		out[i] = compile.Input{Name: in.Name, Kind: in.Kind, Columns: columns(in.Columns)}
	}
	return out
}

// split gives the text before and after the cursor.
func split(a protocol.CodeRequest) (before, after string) {
	r := []rune(a.Code)
	at := max(0, min(a.Cursor, len(r)))
	return string(r[:at]), string(r[at:])
}

// Inspect shows the declaration of the name under the cursor.
func (w *Worker) Inspect(content json.RawMessage) any {
	var a protocol.CodeRequest
	if err := protocol.Decode("inspect_request", content, &a); err != nil {
		return map[string]any{"status": "error", "ename": "ValueError", "evalue": err.Error(), "traceback": []string{}}
	}
	before, after := split(a)
	i := strings.IndexFunc(after, func(r rune) bool { return !session.InWord(r) })
	if i < 0 {
		i = len(after)
	}
	prefix := session.Word(before)
	data := map[string]any{}
	named := session.Named{Before: strings.TrimSuffix(before, prefix), Name: prefix + after[:i], After: after[i:]}
	ctx, cancel := context.WithTimeout(context.Background(), typing)
	defer cancel()
	if text, err := w.session.Describe(ctx, named); err == nil && text != "" {
		data["text/plain"] = text
	}
	return map[string]any{"status": "ok", "found": len(data) > 0, "data": data, "metadata": map[string]any{}}
}

// IsComplete says whether a cell could run as it stands.
func (w *Worker) IsComplete(content json.RawMessage) any {
	var a protocol.CodeRequest
	if err := protocol.Decode("is_complete_request", content, &a); err != nil {
		return map[string]any{"status": "unknown"}
	}
	ctx, cancel := context.WithTimeout(context.Background(), typing)
	defer cancel()
	state, err := w.session.Completeness(ctx, a.Code)
	switch {
	case err != nil:
		return map[string]any{"status": "unknown"}
	case state == compile.Complete:
		return map[string]any{"status": "complete"}
	case state == compile.Incomplete:
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
