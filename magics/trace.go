package magics

import (
	"fmt"
	"strings"

	"goscore/magics/program"
	"goscore/magics/protocol"
)

// noteTrace puts the steps of a program beside the cells' lines.
func (r *run) noteTrace(t *program.Trace) {
	out := &protocol.Trace{Steps: make([]protocol.TraceStep, 0, len(t.Steps))}
	for _, s := range t.Steps {
		step := protocol.TraceStep{
			Kind: s.Kind, Goroutine: s.Goroutine, Depth: s.Depth, Function: s.Function, Line: s.Line,
			Values: [][2]string{}, Count: s.Count, Note: s.Note,
		}
		if cell := r.cellOf(fmt.Sprintf("c%d", s.Cell)); cell != nil && s.Line > 0 {
			step.Cell, step.Source = cell.Name, strings.TrimRight(cell.Line(s.Line), " \t\r")
		}
		for _, v := range s.Values {
			step.Values = append(step.Values, [2]string{v.Name, v.Text})
		}
		out.Steps = append(out.Steps, step)
	}
	r.reply.Trace = out
}
