package magics

import (
	"context"

	"goscore/magics/compile"
	"goscore/magics/protocol"
	"goscore/magics/session"
)

// ExportPrograms answers with functions' programs, one buffer each, so that they can be
// called where there is no toolchain.
func (w *Worker) ExportPrograms(ctx context.Context, req protocol.Request) protocol.Reply {
	var request protocol.ProgramsRequest
	if err := protocol.Decode("goscore_carry_request", req.Content, &request); err != nil {
		return protocol.Reply{Content: w.failure(err, nil).content()}
	}
	carried, err := w.session.Carry(ctx, request.Functions)
	if err != nil {
		return protocol.Reply{Content: w.failure(err, nil).content()}
	}
	return protocol.Reply{Content: protocol.ProgramsReply{Status: "ok", Programs: carried.Programs}, Buffers: carried.Packed}
}

// Files writes the Go of functions as files of a package.
func (w *Worker) Files(req protocol.Request) protocol.Reply {
	var request protocol.FilesRequest
	err := protocol.Decode("goscore_files_request", req.Content, &request)
	var files []compile.File
	if err == nil {
		files, err = compile.PackageFiles(request.Package, request.Files)
	}
	if err != nil {
		return protocol.Reply{Content: w.failure(err, nil).content()}
	}
	return protocol.Reply{Content: protocol.FilesReply{Status: "ok", Files: files}}
}

// ImportPrograms keeps programs that came from another worker, for calls that will come.
func (w *Worker) ImportPrograms(req protocol.Request) protocol.Reply {
	var request protocol.ProgramsRequest
	err := protocol.Decode("goscore_take_request", req.Content, &request)
	if err == nil {
		_, err = w.session.Take(context.Background(), session.TakeQuery{Functions: request.Functions, Carried: session.Carried{Programs: request.Programs, Packed: req.Buffers}})
	}
	if err != nil {
		return protocol.Reply{Content: w.failure(err, nil).content()}
	}
	return protocol.Reply{Content: protocol.OK()}
}
