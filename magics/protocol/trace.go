package protocol

// Trace is what a traced program did.
type Trace struct {
	Steps []TraceStep `json:"steps"`
}

// TraceStep is one of its steps. Kinds are call, set, if, case, round, end, do, return
// and panic, and of what is left out fold (rounds of a loop, or calls) and limit.
type TraceStep struct {
	Kind      string      `json:"kind"`
	Goroutine int         `json:"goroutine"`
	Depth     int         `json:"depth"`
	Function  string      `json:"function"`
	Cell      string      `json:"cell"`
	Line      int         `json:"line"`
	Source    string      `json:"source"`
	Values    [][2]string `json:"values"`
	Count     int         `json:"count"` // of a round, of the rounds of a loop, or of what is left out
	Note      string      `json:"note"`  // what is folded, which branch was taken, or the message of a panic
}
