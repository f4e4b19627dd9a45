package protocol

// Profile is what sampling a program showed: each sample belongs to one line, to
// goscore or to Go's runtime.
type Profile struct {
	Lines   []ProfileLine `json:"lines"`
	Goscore ProfileLine   `json:"goscore"` // what goscore adds: columns, blocks, results
	Runtime ProfileLine   `json:"runtime"` // Go's, and what no line of a cell called
	Period  float64       `json:"period"`  // seconds of one core that a sample stands for
	Seconds float64       `json:"seconds"` // on the clock, of all runs
	Runs    int           `json:"runs"`
	Rows    int           `json:"rows"`
	CPU     string        `json:"cpu"` // as runtime/pprof wrote it, in base64
}

// ProfileLine is one line of a cell.
type ProfileLine struct {
	Cell    string   `json:"cell"`
	Line    int      `json:"line"`
	Source  string   `json:"source"`
	Samples int      `json:"samples"`
	Bytes   int64    `json:"bytes"` // allocated in one run
	Notes   []string `json:"notes"`
}
