package session

import (
	"context"
	"io/fs"

	"goscore/magics/compile"
)

// local is a session in this process.
type local struct {
	builder  *compile.Builder
	declared *declared
}

func newLocal(source fs.FS, vet compile.Vet) *local {
	return &local{&compile.Builder{Source: source, Vet: vet}, newDeclared()}
}

func (l *local) Close() { l.builder.Close() }

func (l *local) Read(_ context.Context, q Query) (*Reading, error) {
	cell, diags := compile.Parse(q.Name, q.Code)
	if diags != nil {
		return nil, l.explain(diags, q.Text)
	}
	cell.Gets = q.Gets
	if q.Declare {
		cell.DropStatements()
	}
	names := make([]string, len(q.Inputs))
	known := []string{}
	for i, in := range q.Inputs {
		names[i] = in.Name
		if known = append(known, in.Name); in.Kind == "frame" {
			known = append(known, compile.TypeName(in.Name))
		}
	}
	u := compile.NewUnit(cell, without{l.declared, names})
	r := &Reading{
		Query: q, Cell: cell, Uses: u.Uses(q.Inputs, q.Outputs), Variables: cell.Variables(),
		Shadows: u.Declares("goscore"), Generation: l.declared.current(), unit: u,
	}
	for _, f := range u.Free(known) {
		line, column := f.Cell.Place(f.Offset)
		r.Free = append(r.Free, Free{f.Name, line, column})
	}
	return r, nil
}

func (l *local) Build(ctx context.Context, q BuildQuery) (*Built, error) {
	r := q.Reading
	if r.unit == nil { // another process asks, which has no syntax of it
		again, err := l.Read(ctx, r.Query)
		if err != nil {
			return nil, err
		}
		r.Cell, r.unit = again.Cell, again.unit
	}
	u := r.unit
	u.Bind(q.Inputs, r.Uses)
	p, err := l.builder.Build(ctx, u, q.Options)
	b := &Built{Program: p, Cells: u.Cells()}
	if err != nil {
		return b, l.explained(err, r.Query.Text)
	}
	if !q.Again {
		for _, name := range q.Changed {
			p.Changed = append(p.Changed, compile.Changed{Name: name})
		}
		l.commit(ctx, q, b)
	}
	b.Generation = l.declared.current()
	return b, nil
}

func (l *local) Call(ctx context.Context, q CallQuery) (*Built, error) {
	p, u, err := l.builder.BuildCall(ctx, q.Call, q.Force)
	b := &Built{Program: p, Generation: l.declared.current()}
	if u != nil {
		b.Cells = u.Cells()
	}
	return b, l.explained(err, false)
}

func (l *local) Completeness(_ context.Context, text string) (compile.State, error) {
	return compile.Completeness(text), nil
}

func (l *local) Carry(ctx context.Context, functions []compile.Portable) (c Carried, err error) {
	c.Programs, c.Packed, err = l.builder.Carry(ctx, functions)
	return c, l.explained(err, false)
}

func (l *local) Take(_ context.Context, q TakeQuery) (none struct{}, err error) {
	return none, l.builder.Take(q.Functions, q.Carried.Programs, q.Carried.Packed)
}

func (l *local) Ahead(_ context.Context, functions []compile.Function) (none struct{}, err error) {
	l.builder.Ahead(functions)
	return none, nil
}

func (l *local) Warm(ctx context.Context, w compile.Warmth) (none struct{}, err error) {
	return none, l.builder.Warm(ctx, w)
}

func (l *local) Progress(context.Context, struct{}) (compile.Progress, error) {
	return l.builder.Progress(), nil
}
