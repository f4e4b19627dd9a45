package compile

import (
	"go/token"
	"maps"
	"slices"
	"strings"
)

// State says whether a cell could run as it stands.
type State int

// The states of a cell that is being written.
const (
	Complete State = iota
	Incomplete
	Invalid
)

// Completeness tells a cell that needs more text from one that is wrong: it
// needs more when a bracket or a literal is open at its end.
func Completeness(text string) State {
	c, diags := Parse("", text)
	if diags == nil {
		return Complete
	}
	toks, _ := scan(c)
	depth := 0
	for _, t := range toks {
		switch t.tok {
		case token.LPAREN, token.LBRACK, token.LBRACE:
			depth++
		case token.RPAREN, token.RBRACK, token.RBRACE:
			depth--
		}
	}
	if depth > 0 {
		return Incomplete
	}
	for _, d := range diags {
		if strings.Contains(d.Message, "raw string literal not terminated") || strings.Contains(d.Message, "comment not terminated") {
			return Incomplete
		}
		if strings.Contains(d.Message, "found 'EOF'") || strings.Contains(d.Message, "found '}'") && depth == 0 {
			return Incomplete
		}
	}
	return Invalid
}

// Packages lists the standard packages that a cell may name without importing them.
func Packages() []string { return slices.Sorted(maps.Keys(stdlib)) }
