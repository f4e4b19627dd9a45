package protocol

import (
	"goscore/magics/compile"
	"goscore/magics/frame"
	"goscore/magics/program"
)

// BytesOf is how many bytes an array's buffers have.
func BytesOf(a *frame.Array) (n int64) {
	if a == nil {
		return 0
	}
	for _, b := range a.Buffers {
		if b != nil {
			n += b.Length
		}
	}
	for _, c := range a.Children {
		n += BytesOf(c)
	}
	return n + BytesOf(a.Dictionary)
}

// ToProgram describes an array for a program.
func ToProgram(a *frame.Array) *program.Array {
	if a == nil {
		return nil
	}
	p := &program.Array{Type: a.Type, Length: a.Length, Nulls: a.Nulls, Name: a.Name, Dictionary: ToProgram(a.Dictionary)}
	for _, b := range a.Buffers {
		if b == nil {
			p.Buffers = append(p.Buffers, program.Range{Segment: -1})
			continue
		}
		p.Buffers = append(p.Buffers, program.Range{Segment: b.Segment, Offset: b.Offset, Length: b.Length})
	}
	for _, c := range a.Children {
		p.Children = append(p.Children, ToProgram(c))
	}
	return p
}

// FromProgram reads the description of an array that a program sent.
func FromProgram(p *program.Array) *frame.Array {
	if p == nil {
		return nil
	}
	a := &frame.Array{Type: p.Type, Length: p.Length, Nulls: p.Nulls, Name: p.Name, Dictionary: FromProgram(p.Dictionary)}
	for _, b := range p.Buffers {
		if b.Segment < 0 {
			a.Buffers = append(a.Buffers, nil)
			continue
		}
		a.Buffers = append(a.Buffers, &frame.Range{Segment: b.Segment, Offset: b.Offset, Length: b.Length})
	}
	for _, c := range p.Children {
		a.Children = append(a.Children, FromProgram(c))
	}
	return a
}

// ColumnType names an array for the user, as in "a column of int64".
func ColumnType(a *frame.Array) string {
	elem, err := compile.Type{Format: a.Type}.Go()
	if err != nil {
		elem = compile.Describe(a.Type)
	}
	return "a column of " + elem
}
