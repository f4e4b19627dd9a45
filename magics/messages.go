package magics

import (
	"encoding/json"
	"fmt"

	"goscore/magics/frame"
)

// Output publishes what a cell prints.
type Output interface {
	Stream(name, text string)
	Result(count int, data, metadata map[string]any)
}

// A Request is a cell to plan or to run, as it came from the frontend.
type Request struct {
	Client            string
	Count             int
	Content, Metadata json.RawMessage
	Buffers           [][]byte
}

// A Reply is the answer: a message's content, metadata and buffers.
type Reply struct {
	Content  any
	Metadata map[string]any
	Buffers  [][]byte
}

// planRequest is the content of goscore_plan_request; see DESIGN.md.
type planRequest struct {
	Code    string      `json:"code"`
	Cell    string      `json:"cell"`
	Line    bool        `json:"line"`
	Outputs [][2]string `json:"outputs"`
	Inputs  []struct {
		Name    string   `json:"name"`
		Kind    string   `json:"kind"`
		Columns []string `json:"columns"`
	} `json:"inputs"`
}

type planReply struct {
	Status     string      `json:"status"`
	Free       []freeName  `json:"free"`
	Inputs     []plannedIn `json:"inputs"`
	Variables  []string    `json:"variables"` // those that -o can name
	Builtin    bool        `json:"builtin"`
	Generation int         `json:"generation"`
}

type freeName struct {
	Name   string `json:"name"`
	Line   int    `json:"line"`
	Column int    `json:"column"`
}

type plannedIn struct {
	Name    string `json:"name"`
	Used    bool   `json:"used"`
	Columns []int  `json:"columns"`
	Soft    []int  `json:"soft"`
	Missing []int  `json:"nullable"` // taken through goscore.Nullable
}

// runMetadata is metadata.goscore of an execute_request.
type runMetadata struct {
	Cell    string      `json:"cell"`
	Inputs  []sentInput `json:"inputs"`
	Outputs [][2]string `json:"outputs"`
	Options struct {
		Threads  int     `json:"threads"`
		Timeout  float64 `json:"timeout"`
		Force    bool    `json:"force"`
		Verbose  bool    `json:"verbose"`
		NoReturn bool    `json:"noreturn"`
		Line     bool    `json:"line"`
		Inline   bool    `json:"inline"`
		Keep     bool    `json:"keep"`
		Quiet    bool    `json:"quiet"`   // only what the cell itself prints is printed
		Declare  bool    `json:"declare"` // the cell's statements are left out

		Landing  *frame.Range `json:"landing"`
		Progress *frame.Range `json:"progress"`

		Get []string `json:"get"`
	} `json:"options"`
	Buffers []digest      `json:"buffers"`
	Call    *callMetadata `json:"call"`
}

// digest identifies an inline buffer.
type digest struct {
	Length int64  `json:"length"`
	SHA256 string `json:"sha256"`
}

type sentInput struct {
	Name    string       `json:"name"`
	Kind    string       `json:"kind"`
	Label   string       `json:"label"`
	Rows    int          `json:"rows"`
	Columns []sentColumn `json:"columns"`
	Array   *frame.Array `json:"array"`
	Keys    *frame.Array `json:"keys"`
	Values  *frame.Array `json:"values"`
	Shape   []int        `json:"shape"`
	IPC     *int         `json:"ipc"`
}

type sentColumn struct {
	Name    string       `json:"name"`
	Array   *frame.Array `json:"array"`
	Sent    bool         `json:"sent"`
	Refused string       `json:"refused"`
}

// result is a RESULT of DESIGN.md.
type result struct {
	Kind     string       `json:"kind"`
	Go       string       `json:"go,omitempty"`
	Rows     int          `json:"rows"`
	Array    *frame.Array `json:"array,omitempty"`
	Nullable bool         `json:"nullable,omitempty"`
	Fields   []field      `json:"fields,omitempty"`
	Keys     *frame.Array `json:"keys,omitempty"`
	Values   *frame.Array `json:"values,omitempty"`
	Names    []string     `json:"names,omitempty"`
	Items    []*result    `json:"items,omitempty"`
	IPC      *int         `json:"ipc,omitempty"`
	text     string
}

type field struct {
	Name     string       `json:"name"`
	Array    *frame.Array `json:"array,omitempty"`
	Nullable bool         `json:"nullable,omitempty"`
}

type output struct {
	Name   string  `json:"name"`
	Result *result `json:"result"`
}

// receipt is the worker's share of what a run cost, in seconds and bytes.
type receipt struct {
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

type runReply struct {
	Generation int      `json:"generation"`
	Outputs    []output `json:"outputs"`
	Value      *result  `json:"value"`
	Failed     *failed  `json:"failed,omitempty"`

	Kept      [][2]int64     `json:"kept,omitempty"` // offset and length of what stays in segment 1
	Functions []functionInfo `json:"functions,omitempty"`
	Receipt   receipt        `json:"receipt"`
	Verbose   any            `json:"verbose,omitempty"`
	Buffers   []digest       `json:"buffers,omitempty"`
}

// decode reads JSON of a message, with an error that says which.
func decode(what string, data json.RawMessage, into any) error {
	if err := json.Unmarshal(data, into); err != nil {
		return fmt.Errorf("read %s: %w", what, err)
	}
	return nil
}
