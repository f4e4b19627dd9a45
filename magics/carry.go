package magics

import (
	"context"

	"goscore/magics/compile"
)

// carryRequest is the content of goscore_carry_request and goscore_take_request;
// see DESIGN.md.
type carryRequest struct {
	Functions []compile.Portable `json:"functions"`
	Programs  []compile.Carried  `json:"programs"`
}

// Carry answers with functions' programs, one buffer each, so that they can be
// called where there is no toolchain.
func (w *Worker) Carry(ctx context.Context, req Request) Reply {
	var asked carryRequest
	if err := decode("goscore_carry_request", req.Content, &asked); err != nil {
		return Reply{Content: w.failure(err, nil).content()}
	}
	programs, packed, err := w.builder.Carry(ctx, asked.Functions)
	if err != nil {
		return Reply{Content: w.failure(err, nil).content()}
	}
	return Reply{Content: map[string]any{"status": "ok", "programs": programs}, Buffers: packed}
}

// Take keeps programs that came from another worker, for calls that will come.
func (w *Worker) Take(req Request) Reply {
	var asked carryRequest
	err := decode("goscore_take_request", req.Content, &asked)
	if err == nil {
		err = w.builder.Take(asked.Functions, asked.Programs, req.Buffers)
	}
	if err != nil {
		return Reply{Content: w.failure(err, nil).content()}
	}
	return Reply{Content: map[string]any{"status": "ok"}}
}
