package magics

import (
	"context"

	"goscore/magics/compile"
	"goscore/magics/protocol"
	"goscore/magics/session"
)

// Plan answers what a cell will need: names that are not bound yet, columns
// that must be sent, and whether a toolchain is.
func (w *Worker) Plan(ctx context.Context, req protocol.Request, out protocol.Output) protocol.Reply {
	var p protocol.PlanRequest
	if err := protocol.Decode("goscore_plan_request", req.Content, &p); err != nil {
		return protocol.Reply{Content: w.failure(err, nil).content()}
	}
	for _, in := range p.Inputs {
		if err := compile.CheckName(in.Name); err != nil {
			return protocol.Reply{Content: w.failure(protocol.BadValue("%v", err), nil).content()}
		}
	}
	inputs := unread(p.Inputs)
	defer w.showWork(ctx, out, false)()
	read, err := w.session.Read(ctx, session.Query{Name: cellName(p.Cell, req.Count), Code: p.Code, Inputs: inputs, Outputs: goNames(p.Outputs), Plain: ofBuiltins(inputs)})
	if err != nil {
		return protocol.Reply{Content: w.failure(err, nil).content()}
	}
	reply := protocol.PlanReply{Status: "ok", Free: []protocol.FreeName{}, Inputs: []protocol.PlannedInput{}, Variables: notNil(read.Variables), Generation: read.Generation}
	for _, f := range read.Free {
		reply.Free = append(reply.Free, protocol.FreeName{Name: f.Name, Line: f.Line, Column: f.Column})
	}
	for i, u := range read.Uses {
		n := len(inputs[i].Columns)
		reply.Inputs = append(reply.Inputs, protocol.PlannedInput{Name: inputs[i].Name, Used: u.Used, Columns: notNil(u.Columns()), Soft: notNil(u.Optional(n)), Nullable: notNil(u.WithMissing(n))})
	}
	_, list := calls(read, inputs)
	reply.Builtin = list != nil
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
