// Package protocol declares the messages between the frontend and the worker:
// the messages' contents and metadata, the errors that are the caller's, and
// the arrays as programs describe them.
package protocol

import (
	"context"
	"encoding/json"
	"fmt"

	"goscore/magics/compile"
)

// Output publishes what a cell prints.
type Output interface {
	Stream(name, text string)
	Result(count int, data, metadata map[string]any)
	Progress(content any) // a Progress
}

// Progress is the content of goscore_progress: what the request waits for, and how far
// that is; All is 0 where it is not known.
type Progress struct {
	What string `json:"what"`
	Done int    `json:"done"`
	All  int    `json:"all"`
}

// A Request is a cell to plan or to run, as it came from the frontend.
type Request struct {
	Client            string
	Count             int
	Content, Metadata json.RawMessage
	Buffers           [][]byte

	Ask func(context.Context) (string, error) // asks the user for a line; nil: nobody can be asked
}

// A Reply is the answer: a message's content, metadata and buffers.
type Reply struct {
	Content  any
	Metadata map[string]any
	Buffers  [][]byte
}

// Decode reads JSON of a message, with an error that says which.
func Decode(what string, data json.RawMessage, into any) error {
	if err := json.Unmarshal(data, into); err != nil {
		return fmt.Errorf("read %s: %w", what, err)
	}
	return nil
}

// PlanRequest is the content of goscore_plan_request; see docs/design/protocol.md.
type PlanRequest struct {
	Code    string       `json:"code"`
	Cell    string       `json:"cell"`
	Line    bool         `json:"line"`
	Outputs [][2]string  `json:"outputs"`
	Inputs  []BoundInput `json:"inputs"`
}

// BoundInput is an input whose data is not sent yet.
type BoundInput struct {
	Name    string   `json:"name"`
	Kind    string   `json:"kind"`
	Columns []string `json:"columns,omitempty"`
}

// PlanReply is the content of goscore_plan_reply.
type PlanReply struct {
	Status     string         `json:"status"`
	Free       []FreeName     `json:"free"`
	Inputs     []PlannedInput `json:"inputs"`
	Variables  []string       `json:"variables"` // those that -o can name
	Builtin    bool           `json:"builtin"`
	Generation int            `json:"generation"`
}

// FreeName is a name that the cell uses and that neither Go, nor the session, nor an input has.
type FreeName struct {
	Name   string `json:"name"`
	Line   int    `json:"line"`
	Column int    `json:"column"`
}

// PlannedInput says what of an input the cell needs.
type PlannedInput struct {
	Name     string `json:"name"`
	Used     bool   `json:"used"`
	Columns  []int  `json:"columns"`
	Soft     []int  `json:"soft"`
	Nullable []int  `json:"nullable"` // taken through goscore.Nullable
}

// CodeRequest is what complete, inspect and is_complete requests carry. The
// extension says in addition what Python binds in the cell.
type CodeRequest struct {
	Code    string   `json:"code"`
	Cursor  int      `json:"cursor_pos,omitempty"` // in Unicode code points
	Goscore Bindings `json:"goscore"`
}

// Bindings are what Python binds in a cell that is being written.
type Bindings struct {
	Inputs []BoundInput `json:"inputs"`
	Get    []string     `json:"get"`
}

// ProgramsRequest is the content of goscore_carry_request and goscore_take_request;
// see docs/design/protocol.md.
type ProgramsRequest struct {
	Functions []compile.Portable `json:"functions"`
	Programs  []compile.Carried  `json:"programs,omitempty"`
}

// FilesRequest is the content of goscore_files_request.
type FilesRequest struct {
	Package string         `json:"package"`
	Files   []compile.File `json:"files"`
}

// ReleaseRequest is the content of goscore_release_request.
type ReleaseRequest struct {
	Offsets []int64 `json:"offsets,omitempty"` // none: all of the client's results
}
