package magics

import (
	"context"

	"goscore/magics/protocol"
)

// Carry answers with functions' programs, one buffer each, so that they can be
// called where there is no toolchain.
func (w *Worker) Carry(ctx context.Context, req protocol.Request) protocol.Reply {
	var asked protocol.ProgramsRequest
	if err := protocol.Decode("goscore_carry_request", req.Content, &asked); err != nil {
		return protocol.Reply{Content: w.failure(err, nil).content()}
	}
	programs, packed, err := w.builder.Carry(ctx, asked.Functions)
	if err != nil {
		return protocol.Reply{Content: w.failure(err, nil).content()}
	}
	return protocol.Reply{Content: map[string]any{"status": "ok", "programs": programs}, Buffers: packed}
}

// Take keeps programs that came from another worker, for calls that will come.
func (w *Worker) Take(req protocol.Request) protocol.Reply {
	var asked protocol.ProgramsRequest
	err := protocol.Decode("goscore_take_request", req.Content, &asked)
	if err == nil {
		err = w.builder.Take(asked.Functions, asked.Programs, req.Buffers)
	}
	if err != nil {
		return protocol.Reply{Content: w.failure(err, nil).content()}
	}
	return protocol.Reply{Content: map[string]any{"status": "ok"}}
}
