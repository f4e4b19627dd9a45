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
	first := diags[0].Message // what follows is often its consequence
	if strings.Contains(first, "raw string literal not terminated") || strings.Contains(first, "comment not terminated") {
		return Incomplete
	}
	if depth == 0 && (strings.Contains(first, endOfCell)) {
		return Incomplete
	}
	return Invalid
}

// Packages lists the standard packages that a cell may name without importing them.
func Packages() []string { return slices.Sorted(maps.Keys(stdlib)) }

// Exported gives a name with a capital.
func Exported(name string) string { return strings.TrimSuffix(TypeName(name), "Frame") }
