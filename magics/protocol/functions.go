package protocol

import (
	"goscore/magics/compile"
	"goscore/magics/program"
)

// FunctionInfo describes an exported function; see docs/design/protocol.md.
type FunctionInfo struct {
	Name      string           `json:"name"`
	Builtin   string           `json:"builtin,omitempty"` // the name in Go of a built-in function
	Kind      string           `json:"kind"`
	Reason    string           `json:"reason,omitempty"`
	Doc       string           `json:"doc"`
	Signature string           `json:"signature"`
	Source    string           `json:"source"`
	Cell      string           `json:"cell"`
	Params    []ParamInfo      `json:"params"`
	Fields    []ParamInfo      `json:"fields,omitempty"`
	Results   []string         `json:"results"`
	Single    string           `json:"single,omitempty"` // the type of a result that no column holds
	Error     bool             `json:"error"`
	Init      *string          `json:"init"`
	Serial    bool             `json:"serial"`
	Sources   []compile.Source `json:"sources"`
	Merge     *MergeInfo       `json:"merge,omitempty"`
	Options   []string         `json:"options,omitempty"` // of a built-in function
}

// MergeInfo describes what combines an aggregate's partial results.
type MergeInfo struct {
	Function string           `json:"function"`
	Reason   string           `json:"reason,omitempty"`
	Sources  []compile.Source `json:"sources"`
}

// ParamInfo describes a parameter, or a field of a row function's struct.
type ParamInfo struct {
	Name     string `json:"name"`
	Go       string `json:"go"`
	Elem     string `json:"elem"`
	Shape    string `json:"shape"`
	Column   string `json:"column,omitempty"`
	Nullable bool   `json:"nullable"`

	Table   *compile.TableType `json:"table,omitempty"`
	Written bool               `json:"written,omitempty"` // of a table: the function may write it
	Default string             `json:"default,omitempty"` // as JSON
}

// FunctionInfoOf describes a function of a cell.
func FunctionInfoOf(f compile.Function, cell string) FunctionInfo {
	out := FunctionInfo{
		Name: f.Name, Kind: f.Kind, Reason: f.Reason, Doc: f.Doc, Signature: f.Signature, Source: f.Source, Cell: cell,
		Params: params(f.Params), Fields: params(f.Fields), Results: f.Results, Single: f.Single, Error: f.Error, Serial: f.Serial, Sources: f.Sources,
	}
	if f.Kind == "scan" {
		init := f.Init
		out.Init = &init
	}
	if m := f.Merge; m != nil {
		out.Merge = &MergeInfo{m.Function, m.Reason, m.Sources}
	}
	return out
}

func params(list []compile.Param) []ParamInfo {
	out := []ParamInfo{}
	for _, p := range list {
		out = append(out, ParamInfo{p.Name, p.Go, p.Elem, p.Shape, p.Column, p.Nullable, p.Table, p.Written, p.Default})
	}
	return out
}

// Call says which function is called, and on what: it is metadata.goscore.call.
type Call struct {
	Function  string           `json:"function"`
	Sources   []compile.Source `json:"sources"`
	Arguments []string         `json:"arguments"`
	By        []string         `json:"by"`
	DropNA    *bool            `json:"dropna,omitempty"`
	Errors    string           `json:"errors"`
	Init      *string          `json:"init"`
	Builtin   bool             `json:"builtin"`
	Partial   bool             `json:"partial"`
	Merge     bool             `json:"merge"`
}

// Failed is what a reply says of rows whose function returned an error.
type Failed struct {
	Count  int     `json:"count"`
	Result *Result `json:"result"`
}

// ToFailed reads the rows that failed.
func ToFailed(p *program.Result) (*Failed, error) {
	res, err := ToResult(p)
	if err != nil {
		return nil, err
	}
	n := p.Rows
	for _, f := range res.Fields {
		res.Rows = f.Array.Length
	}
	return &Failed{Count: n, Result: res}, nil
}
