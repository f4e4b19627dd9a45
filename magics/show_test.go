package magics_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"sync"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/ipc"

	"goscore/magics/protocol"
)

// printed collects what a cell does, in the form of an Out section: printed
// lines behind | (stdout) and ! (stderr), then results or the error.
type printed struct {
	mu      sync.Mutex
	limit   int
	streams [2]strings.Builder
	b       strings.Builder
}

func (p *printed) Stream(name, text string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if name == "stdout" {
		p.streams[0].WriteString(text)
	} else {
		p.streams[1].WriteString(text)
	}
}

func (p *printed) Result(int, map[string]any, map[string]any) {}
func (p *printed) Progress(any)                               {}

func (p *printed) line(format string, args ...any) { fmt.Fprintf(&p.b, format+"\n", args...) }

func (p *printed) String() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	var out strings.Builder
	for i, mark := range []string{"|", "!"} {
		text := p.streams[i].String()
		if n := len(text); n > p.limit { // of a flood, its two ends
			text = text[:100] + fmt.Sprintf("\n(%d bytes)\n", n-200) + text[n-100:]
		}
		if text == "" {
			continue
		}
		for line := range strings.Lines(text) {
			out.WriteString(strings.TrimRight(mark+" "+strings.TrimSuffix(line, "\n"), " ") + "\n")
		}
		if !strings.HasSuffix(text, "\n") {
			out.WriteString("(no line break)\n")
		}
	}
	return out.String() + p.b.String()
}

// plan shows which columns were asked for.
func (p *printed) plan(plan plan, s *script, o *options) {
	for i, in := range plan.Inputs {
		names := s.inputs[o.inputs[i][1]].names()
		pick := func(at []int) (out []string) {
			for _, j := range at {
				out = append(out, names[j])
			}
			return out
		}
		p.line("plan %s: used %v, columns %q, soft %q", in.Name, in.Used, pick(in.Columns), pick(in.Soft))
	}
	for _, f := range plan.Free {
		p.line("plan: %d:%d %s is free", f.Line, f.Column, f.Name)
	}
	p.line("plan: built-ins alone %v", plan.Builtin)
}

func (p *printed) failure(content any) error {
	var e struct {
		Ename, Evalue string
		Traceback     []string
		Goscore       struct{ Line, Column int }
	}
	if err := json.Unmarshal(encode(content), &e); err != nil {
		return err
	}
	place := ""
	if e.Goscore.Line > 0 {
		place = fmt.Sprintf(" %d:%d", e.Goscore.Line, e.Goscore.Column)
	}
	p.line("%s%s\n%s", e.Ename, place, e.Evalue)
	if strings.Join(e.Traceback, "\n") != e.Ename+": "+e.Evalue {
		p.line("traceback is %q", e.Traceback)
	}
	return nil
}

// shown is a RESULT as it came; its arrays are in a buffer.
type shown struct {
	Kind, Go string
	Rows     int
	Nullable bool
	Fields   []struct {
		Name     string
		Nullable bool
	}
	Names []string
	Items []*shown
	IPC   *int
}

func (p *printed) reply(reply protocol.Reply, o *options) error {
	var content struct{ Status string }
	if err := json.Unmarshal(encode(reply.Content), &content); err != nil {
		return err
	}
	var meta struct {
		Goscore struct {
			Outputs []struct {
				Name   string
				Result *shown
			}
			Value   *shown
			Receipt struct {
				Where  string
				Cached bool
				Rows   int
			}
			Trace *protocol.Trace
		}
	}
	if err := json.Unmarshal(encode(reply.Metadata), &meta); err != nil {
		return err
	}
	if o.plan {
		p.line("ran in the %s", meta.Goscore.Receipt.Where)
	}
	if t := meta.Goscore.Trace; t != nil {
		for _, s := range t.Steps {
			p.step(s)
		}
	}
	if content.Status == "error" {
		return p.failure(reply.Content)
	}
	for _, out := range meta.Goscore.Outputs {
		if err := p.result(out.Name+" = ", "", out.Result, reply.Buffers); err != nil {
			return err
		}
	}
	if meta.Goscore.Value == nil {
		return nil
	}
	return p.result("", "", meta.Goscore.Value, reply.Buffers)
}

// step shows a step of a trace: goroutine, line, kind, count, values, note.
func (p *printed) step(s protocol.TraceStep) {
	text := fmt.Sprintf("%s%3d %s", strings.Repeat("  ", s.Depth), s.Line, s.Kind)
	if s.Goroutine > 0 {
		text = fmt.Sprintf("#%d %s", s.Goroutine, text)
	}
	if s.Kind == "call" {
		text += " " + s.Function
	}
	if s.Count > 0 {
		text += fmt.Sprintf(" %d", s.Count)
	}
	for i, v := range s.Values {
		text += []string{": ", ", "}[min(i, 1)] + v[0]
		if v[0] != "" {
			text += " = "
		}
		text += v[1]
	}
	if s.Note != "" {
		text += " -> " + s.Note
	}
	p.line("%s", text)
}

func (p *printed) result(name, indent string, v *shown, buffers [][]byte) error {
	var arrays []arrow.Array
	if v.IPC != nil {
		var err error
		if arrays, err = unpack(buffers[*v.IPC]); err != nil {
			return err
		}
	}
	head := indent + name + strings.TrimSpace(v.Kind+" "+v.Go)
	switch {
	case v.Kind == "scalar", v.Kind == "column":
		p.line("%s: %s", head, values(arrays[0], v.Nullable))
	case v.Kind == "frame":
		p.line("%s of %d rows", head, v.Rows)
		for i, f := range v.Fields {
			p.line("%s  %s: %s", indent, strings.ReplaceAll(f.Name, "\n", `\n`), values(arrays[i], f.Nullable))
		}
	default:
		p.line("%s", head)
		for i, a := range arrays {
			p.line("%s  %s: %s", indent, []string{"keys", "values"}[i], values(a, false))
		}
	}
	for i, item := range v.Items {
		label := "- "
		if i < len(v.Names) {
			label = v.Names[i] + ": "
		}
		if err := p.result(label, indent+"  ", item, buffers); err != nil {
			return err
		}
	}
	return nil
}

func unpack(b []byte) (arrays []arrow.Array, err error) {
	r, err := ipc.NewReader(bytes.NewReader(b))
	if err != nil {
		return nil, err
	}
	if !r.Next() {
		return nil, fmt.Errorf("no record batch: %v", r.Err())
	}
	return r.RecordBatch().Columns(), nil
}

// values shows an array: its Arrow type, ? when it may have nulls, its values.
func values(a arrow.Array, nullable bool) string {
	var out []string
	for i := range a.Len() {
		s := a.ValueStr(i)
		switch {
		case a.IsNull(i):
			s = "null"
		case a.DataType().ID() == arrow.STRING || a.DataType().ID() == arrow.LARGE_STRING:
			s = strconv.Quote(s)
		case a.DataType().ID() == arrow.BINARY:
			s = fmt.Sprintf("%q", a.(*array.Binary).Value(i))
		}
		out = append(out, s)
	}
	mark := ""
	if nullable {
		mark = "?"
	}
	return a.DataType().String() + mark + " [" + strings.Join(out, " ") + "]"
}
