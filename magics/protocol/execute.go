package protocol

import "goscore/magics/frame"

// RequestMetadata is metadata.goscore of an execute_request.
type RequestMetadata struct {
	Cell    string      `json:"cell"`
	Inputs  []Input     `json:"inputs"`
	Outputs [][2]string `json:"outputs"`
	Options Options     `json:"options"`
	Buffers []Digest    `json:"buffers"`
	Call    *Call       `json:"call,omitempty"`

	Surroundings *Surroundings `json:"surroundings,omitempty"`
}

// Surroundings are what Python's process has at the time of a request: its
// working directory, empty if that has no name, and what differs from the
// environment that it gave to the worker, null for a variable that is gone.
// Each character of these texts stands for a byte: they need not be UTF-8.
type Surroundings struct {
	Directory   string             `json:"directory"`
	Environment map[string]*string `json:"environment"`
}

// Options are those of the cell or of the call.
type Options struct {
	Threads  int     `json:"threads"`
	Timeout  float64 `json:"timeout"`
	Force    bool    `json:"force"`
	Verbose  bool    `json:"verbose"`
	NoReturn bool    `json:"noreturn"`
	Line     bool    `json:"line"`
	Inline   bool    `json:"inline"`
	Keep     bool    `json:"keep"`
	Quiet    bool    `json:"quiet"`    // only what the cell itself prints is printed
	Describe bool    `json:"describe"` // the functions are described, for Python to call
	Declare  bool    `json:"declare"`  // the cell's statements are left out
	Profile  float64 `json:"profile"`  // seconds for which a call is repeated and sampled; more than 0 samples a cell once

	Trace bool `json:"trace"` // the program records its steps, on one core

	Changed []string `json:"changed"` // with Declare: variables that the statements change

	Lend bool  `json:"lend"` // Python takes a lane to the function's process
	Lane int64 `json:"lane"` // the call runs already, on that lane; 0: it does not

	OutputRegion *frame.Range `json:"output_region"`
	Progress     *frame.Range `json:"progress"`

	Get []string `json:"get"`
}

// Digest identifies an inline buffer.
type Digest struct {
	Length int64  `json:"length"`
	SHA256 string `json:"sha256"`
}

// Input is an input with its arrays.
type Input struct {
	Name    string       `json:"name"`
	Kind    string       `json:"kind"`
	Label   string       `json:"label"`
	Rows    int          `json:"rows,omitempty"`
	Columns []Column     `json:"columns,omitempty"`
	Array   *frame.Array `json:"array,omitempty"`
	Keys    *frame.Array `json:"keys,omitempty"`
	Values  *frame.Array `json:"values,omitempty"`
	Shape   []int        `json:"shape,omitempty"`
	Digest  string       `json:"digest,omitempty"` // of a table: tells its content
	IPC     *int         `json:"ipc,omitempty"`
}

// Column is a column of a frame; the cell may not need it, and then it has no array.
type Column struct {
	Name    string       `json:"name"`
	Array   *frame.Array `json:"array,omitempty"`
	Sent    bool         `json:"sent,omitempty"`
	Refused string       `json:"refused,omitempty"`
}

// ReplyMetadata is metadata.goscore of an execute_reply.
type ReplyMetadata struct {
	Generation int           `json:"generation"`
	Outputs    []NamedResult `json:"outputs"`
	Value      *Result       `json:"value"`
	Failed     *Failed       `json:"failed,omitempty"`

	Kept      [][2]int64     `json:"kept,omitempty"` // offset and length of what stays in segment 1
	Functions []FunctionInfo `json:"functions,omitempty"`
	Declared  *Declared      `json:"declared,omitempty"` // nil of a cell that leaves nothing to later ones
	Receipt   Receipt        `json:"receipt"`
	Verbose   *Verbose       `json:"verbose,omitempty"`
	Lane      int64          `json:"lane,omitempty"` // that Python has got
	Profile   *Profile       `json:"profile,omitempty"`
	Trace     *Trace         `json:"trace,omitempty"`
	Buffers   []Digest       `json:"buffers,omitempty"`
}

// Declared is what it takes, beside the cell, to declare the same in another worker.
type Declared struct {
	Changed []string `json:"changed,omitempty"` // variables that the statements change
}

// NamedResult is what -o names.
type NamedResult struct {
	Name   string  `json:"name"`
	Result *Result `json:"result"`
}

// Receipt is the worker's share of what a run cost, in seconds and bytes.
type Receipt struct {
	Compile  float64 `json:"compile"`
	Cached   bool    `json:"cached"`
	Run      float64 `json:"run"`
	Rows     int     `json:"rows"`
	Cores    int     `json:"cores"`
	BytesIn  int64   `json:"bytes_in"`
	BytesOut int64   `json:"bytes_out"`
	Where    string  `json:"where"`

	Converted int64 `json:"converted,omitempty"` // values of arguments that changed their type
}
