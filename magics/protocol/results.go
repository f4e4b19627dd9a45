package protocol

import (
	"fmt"

	"goscore/magics/frame"
	"goscore/magics/program"
)

// Result is a RESULT of docs/design/protocol.md.
type Result struct {
	Kind     string       `json:"kind"`
	Go       string       `json:"go,omitempty"`
	Rows     int          `json:"rows"`
	Array    *frame.Array `json:"array,omitempty"`
	Nullable bool         `json:"nullable,omitempty"`
	Fields   []Field      `json:"fields,omitempty"`
	Keys     *frame.Array `json:"keys,omitempty"`
	Values   *frame.Array `json:"values,omitempty"`
	Names    []string     `json:"names,omitempty"`
	Items    []*Result    `json:"items,omitempty"`
	IPC      *int         `json:"ipc,omitempty"`
	Text     string       `json:"-"` // what a frontend without Python shows
}

// Field is a column of a result that is a frame.
type Field struct {
	Name     string       `json:"name"`
	Array    *frame.Array `json:"array,omitempty"`
	Nullable bool         `json:"nullable,omitempty"`
}

// ToResult turns what a program sent into what Python is told.
func ToResult(p *program.Result) (*Result, error) {
	out := &Result{Kind: p.Kind, Go: p.Go, Rows: p.Rows, Names: p.Names, Text: p.Text}
	arrays := make([]*frame.Array, len(p.Arrays))
	for i, a := range p.Arrays {
		if a == nil {
			return nil, fmt.Errorf("a %s with an array missing", p.Kind)
		}
		arrays[i] = FromProgram(a)
	}
	nullable := func(i int) bool { return i < len(p.Nullable) && p.Nullable[i] }
	want := map[string]int{"scalar": 1, "column": 1, "frame": len(p.Names), "map": len(arrays)}[p.Kind]
	if len(arrays) != want || p.Kind == "map" && (want < 1 || want > 2) {
		return nil, fmt.Errorf("a %s of %d arrays", p.Kind, len(arrays))
	}
	switch p.Kind {
	case "scalar", "column":
		out.Array, out.Nullable = arrays[0], nullable(0)
	case "frame":
		out.Names = nil
		for i, a := range arrays {
			out.Fields = append(out.Fields, Field{p.Names[i], a, nullable(i)})
		}
	case "map":
		out.Keys = arrays[0]
		if len(arrays) == 2 {
			out.Values = arrays[1]
		}
	}
	for _, item := range p.Items {
		inner, err := ToResult(item)
		if err != nil {
			return nil, err
		}
		out.Items = append(out.Items, inner)
	}
	return out, nil
}

// FromResult turns a result into what a program would have sent, the reverse of ToResult.
func FromResult(v *Result) *program.Result {
	out := &program.Result{Kind: v.Kind, Go: v.Go, Rows: v.Rows, Names: v.Names}
	names, arrays := v.arrays()
	for i, a := range arrays {
		nullable := v.Nullable
		if v.Fields != nil {
			nullable = v.Fields[i].Nullable
		}
		out.Arrays, out.Nullable = append(out.Arrays, ToProgram(a)), append(out.Nullable, nullable)
	}
	if v.Fields != nil {
		out.Names = names
	}
	for _, item := range v.Items {
		out.Items = append(out.Items, FromResult(item))
	}
	return out
}

// arrays lists a result's own arrays in the order of the messages.
func (v *Result) arrays() (names []string, arrays []*frame.Array) {
	switch {
	case v.Array != nil:
		return []string{"array"}, []*frame.Array{v.Array}
	case v.Values != nil:
		return []string{"keys", "values"}, []*frame.Array{v.Keys, v.Values}
	case v.Keys != nil:
		return []string{"keys"}, []*frame.Array{v.Keys}
	}
	for _, f := range v.Fields {
		names, arrays = append(names, f.Name), append(arrays, f.Array)
	}
	return names, arrays
}

// each calls f with v and all results inside it.
func (v *Result) each(f func(*Result)) {
	if v == nil {
		return
	}
	f(v)
	for _, item := range v.Items {
		item.each(f)
	}
}

// Check sees that what a program sent can be read.
func (v *Result) Check(st *frame.Store, region frame.Own) (size int64, err error) {
	v.each(func(v *Result) {
		_, arrays := v.arrays()
		for _, a := range arrays {
			if e := st.Check(a, region); e != nil && err == nil {
				err = e
			}
			size += BytesOf(a)
		}
		if e := frame.CheckBacked(arrays...); e != nil && err == nil {
			err = e
		}
	})
	return size, err
}

// Inline moves the arrays of v and all inside it into buffers.
func (v *Result) Inline(st *frame.Store, buffers *[][]byte) (err error) {
	v.each(func(v *Result) {
		names, arrays := v.arrays()
		if len(arrays) == 0 || err != nil {
			return
		}
		var b []byte
		if b, err = frame.WriteIPC(names, arrays, st); err != nil {
			return
		}
		i := len(*buffers)
		*buffers = append(*buffers, b)
		v.IPC = &i
		v.Array, v.Keys, v.Values = nil, nil, nil
		for j := range v.Fields {
			v.Fields[j].Array = nil
		}
	})
	return err
}
