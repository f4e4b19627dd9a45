package compile

import (
	"encoding/json"
	"os"
)

// A note is stored beside a program, and has its warnings with offsets as places.
type note struct {
	Warnings  []warning
	Size      int64  // of the program: a truncated one is built again
	Sum       string // of the program: a changed one is built again
	Source    string
	Functions []Function
	Changed   []Changed           `json:",omitempty"`
	Starts    map[string][]string `json:",omitempty"`
	Declares  bool
	Serial    bool
	Function  string
	Stays     bool
	Go        string   `json:",omitempty"`
	Stdin     bool     `json:",omitempty"`
	Profile   bool     `json:",omitempty"`
	Reasons   []Reason `json:",omitempty"`
}

type warning struct {
	Offset        int
	Message, Hint string
}

// recall finds the program in the cache. Its warnings have the same places in
// any cell of the same text.
func (p *Program) recall(u *Unit) bool {
	var n note
	text, err := os.ReadFile(p.Path + ".json")
	if err != nil || json.Unmarshal(text, &n) != nil {
		return false
	}
	if st, err := os.Stat(p.Path); !n.Declares && (err != nil || !st.Mode().IsRegular() || st.Size() != n.Size || !verified.is(p.Path, n.Sum)) {
		return false
	}
	for _, w := range n.Warnings {
		p.Warnings = append(p.Warnings, Diagnostic{Cell: u.Cell, Offset: w.Offset, Message: w.Message, Hint: w.Hint})
	}
	p.Source, p.Functions, p.Declares, p.Serial, p.Function = n.Source, n.Functions, n.Declares, n.Serial, n.Function
	p.Stays, p.Go, p.Changed, p.Starts, p.Stdin = n.Stays, n.Go, n.Changed, n.Starts, n.Stdin
	p.Profile, p.Reasons = n.Profile, n.Reasons
	for i := range p.Functions {
		u.setSources(&p.Functions[i]) // they name this run's cells
	}
	if !n.Declares {
		verified.touch(p.Path) // the least recently used go first
	}
	return true
}

func (p *Program) remember() error {
	n := note{Source: p.Source, Functions: p.Functions, Declares: p.Declares, Serial: p.Serial, Function: p.Function, Stays: p.Stays, Go: p.Go, Changed: p.Changed, Starts: p.Starts, Stdin: p.Stdin, Profile: p.Profile, Reasons: p.Reasons}
	if st, err := os.Stat(p.Path); err == nil && !p.Declares {
		n.Size = st.Size()
		if n.Sum, err = sumOf(p.Path); err != nil {
			return err
		}
		verified.keep(p.Path, stamp{n.Sum, st.Size(), st.ModTime()})
	}
	for _, w := range p.Warnings {
		n.Warnings = append(n.Warnings, warning{w.Offset, w.Message, w.Hint})
	}
	text, err := json.Marshal(n)
	if err != nil {
		return err
	}
	return writeWhole(p.Path+".json", text, 0o600)
}
