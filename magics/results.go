package magics

import (
	"fmt"

	"goscore/magics/frame"
	"goscore/magics/program"
)

// toResult turns what a program sent into what Python is told.
func toResult(p *program.Result) (*result, error) {
	out := &result{Kind: p.Kind, Go: p.Go, Rows: p.Rows, Names: p.Names, text: p.Text}
	arrays := make([]*frame.Array, len(p.Arrays))
	for i, a := range p.Arrays {
		if a == nil {
			return nil, fmt.Errorf("a %s with an array missing", p.Kind)
		}
		arrays[i] = fromProgram(a)
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
			out.Fields = append(out.Fields, field{p.Names[i], a, nullable(i)})
		}
	case "map":
		out.Keys = arrays[0]
		if len(arrays) == 2 {
			out.Values = arrays[1]
		}
	}
	for _, item := range p.Items {
		r, err := toResult(item)
		if err != nil {
			return nil, err
		}
		out.Items = append(out.Items, r)
	}
	return out, nil
}

// arrays lists a result's own arrays in the order of the messages.
func (v *result) arrays() (names []string, arrays []*frame.Array) {
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
func (v *result) each(f func(*result)) {
	if v == nil {
		return
	}
	f(v)
	for _, item := range v.Items {
		item.each(f)
	}
}

// check sees that what a program sent can be read.
func (v *result) check(st *frame.Store, landing frame.Own) (size int64, err error) {
	v.each(func(v *result) {
		_, arrays := v.arrays()
		for _, a := range arrays {
			if e := st.Check(a, landing); e != nil && err == nil {
				err = e
			}
			size += bytesOf(a)
		}
	})
	return size, err
}

// inline moves the arrays of v and all inside it into buffers.
func (v *result) inline(st *frame.Store, buffers *[][]byte) (err error) {
	v.each(func(v *result) {
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
