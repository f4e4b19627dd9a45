package builtin

import "goscore/magics/protocol"

// Infos describes the built-in functions as Python calls them.
func Infos() []protocol.FunctionInfo {
	var out []protocol.FunctionInfo
	for _, f := range table {
		out = append(out, f.info())
	}
	return out
}

func (f Function) info() protocol.FunctionInfo {
	info := protocol.FunctionInfo{
		Name: f.python, Builtin: f.Name, Kind: f.kind, Cell: f.python, Error: f.kind == "scalar",
		Results: []string{}, Options: f.options(),
	}
	for _, p := range f.Params {
		kind := kinds[p.Kind]
		param := protocol.ParamInfo{Name: p.Name, Go: kind.elem, Elem: kind.elem, Shape: kind.shape, Nullable: f.python == "" && p.Kind.isColumn()}
		switch {
		case f.kind == "scalar":
			param.Shape = "value" // a column, or one
		case param.Shape != "value":
			param.Go = "[]" + kind.elem
		}
		info.Params = append(info.Params, param)
	}
	return info
}

// options are those of a call from Python.
func (f Function) options() (names []string) {
	if f.grouped {
		names = append(names, "by", "dropna")
	}
	if f.kind == "scalar" {
		names = append(names, "errors")
	}
	return append(names, "timeout", "threads")
}
