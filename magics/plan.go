package magics

import (
	"slices"

	"goscore/magics/compile"
	"goscore/magics/protocol"
)

// Plan answers what a cell will need: names that are not bound yet, columns
// that must be sent, and whether a toolchain is.
func (w *Worker) Plan(req protocol.Request) protocol.Reply {
	var p protocol.PlanRequest
	if err := protocol.Decode("goscore_plan_request", req.Content, &p); err != nil {
		return protocol.Reply{Content: w.failure(err, nil).content()}
	}
	cell, diags := compile.Parse(cellName(p.Cell, req.Count), p.Code)
	if diags != nil {
		return protocol.Reply{Content: w.failure(diags, nil).content()}
	}
	inputs := make([]compile.Input, len(p.Inputs))
	names := make([]string, len(p.Inputs))
	for i, in := range p.Inputs {
		names[i] = in.Name
		if err := compile.CheckName(in.Name); err != nil {
			return protocol.Reply{Content: w.failure(protocol.BadValue("%v", err), nil).content()}
		}
		inputs[i] = compile.Input{Name: in.Name, Kind: in.Kind, Columns: columns(in.Columns)}
	}
	unit := compile.NewUnit(cell, without{w.session, names})
	uses := unit.Uses(inputs, goNames(p.Outputs))
	reply := protocol.PlanReply{Status: "ok", Free: []protocol.FreeName{}, Inputs: []protocol.PlannedInput{}, Variables: notNil(cell.Variables()), Generation: w.session.current()}
	known := slices.Clone(names)
	for _, in := range inputs {
		if in.Kind == "frame" {
			known = append(known, compile.TypeName(in.Name))
		}
	}
	for _, f := range unit.Free(known) {
		line, column := f.Cell.Place(f.Offset)
		reply.Free = append(reply.Free, protocol.FreeName{Name: f.Name, Line: line, Column: column})
	}
	for i, u := range uses {
		n := len(inputs[i].Columns)
		reply.Inputs = append(reply.Inputs, protocol.PlannedInput{Name: names[i], Used: u.Used, Columns: notNil(u.Columns()), Soft: notNil(u.Optional(n)), Nullable: notNil(u.WithMissing(n))})
	}
	reply.Builtin = calls(cell, unit, inputs) != nil
	return protocol.Reply{Content: reply}
}

func notNil[T any](s []T) []T {
	if s == nil {
		return []T{}
	}
	return s
}

func columns(names []string) []compile.Column {
	fields := compile.FieldNames(names)
	out := make([]compile.Column, len(names))
	for i := range out {
		out[i] = compile.Column{Name: names[i], Field: fields[i]}
	}
	return out
}

func goNames(outputs [][2]string) []string {
	out := make([]string, len(outputs))
	for i, o := range outputs {
		out[i] = o[1]
	}
	return out
}
