package protocol

import "goscore/magics/compile"

// About is content.goscore of a kernel_info_reply.
type About struct {
	Protocol int       `json:"protocol"`
	Segments bool      `json:"segments"` // shared with Python
	Cores    int       `json:"cores"`
	Go       Toolchain `json:"go"`
	PID      int       `json:"pid"`

	Builtins []FunctionInfo `json:"builtins"`
}

// Toolchain is the Go that compiles cells, or why there is none.
type Toolchain struct {
	Path    string `json:"path,omitempty"`
	Version string `json:"version,omitempty"`
	Error   string `json:"error,omitempty"`
}

// Done is the content of a reply that says only that all went well.
type Done struct {
	Status string `json:"status"`
}

// OK is the reply to a request that asks for nothing back.
func OK() Done { return Done{Status: "ok"} }

// ErrorReply is the content of a reply to a request that went wrong. Python
// raises the class that EName names, with EValue as its text.
type ErrorReply struct {
	Status    string   `json:"status"`
	EName     string   `json:"ename"`
	EValue    string   `json:"evalue"`
	Traceback []string `json:"traceback"` // the same as lines: all that most frontends show
	Goscore   *Place   `json:"goscore,omitempty"`
}

// Place is where in the cell something went wrong; 0 where that is not known.
type Place struct {
	Line   int  `json:"line"`
	Column int  `json:"column"`
	Row    *int `json:"row,omitempty"` // of a call's arguments
}

// HealthReply is the content of a goscore_health_reply.
type HealthReply struct {
	Status string `json:"status"`
	Memory Memory `json:"memory"`
	Cache  Cache  `json:"cache"`
}

// Memory is what a run that begins now may take.
type Memory struct {
	Limit int64  `json:"limit"` // bytes
	Text  string `json:"text"`
}

// Cache is where programs are kept, or why they are not.
type Cache struct {
	Path   string   `json:"path,omitempty"`
	Passed string   `json:"passed,omitempty"` // what was wrong with better places
	Shared []string `json:"shared,omitempty"` // better places, which are only read
	Error  string   `json:"error,omitempty"`
}

// ProgramsReply is the content of a goscore_carry_reply: one program for each buffer.
type ProgramsReply struct {
	Status   string            `json:"status"`
	Programs []compile.Carried `json:"programs"`
}

// FilesReply is the content of a goscore_files_reply: the files in the request's order.
type FilesReply struct {
	Status string         `json:"status"`
	Files  []compile.File `json:"files"`
}

// Verbose is what -v shows of a program.
type Verbose struct {
	Command string `json:"command"`
	Source  string `json:"source"`
	Program string `json:"program"`
}
