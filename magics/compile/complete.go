package compile

import (
	"go/token"
	"maps"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// State is the completeness of a cell.
type State int

// The states of a cell while the user writes it.
const (
	Complete State = iota
	Incomplete
	Invalid
)

// Completeness distinguishes a cell that needs more text from one that is wrong. It
// needs more if a bracket or a literal is open at its end.
func Completeness(text string) State {
	c, diags := Parse("", text)
	if diags == nil {
		return Complete
	}
	toks, _ := scan(c.Text)
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
	first := diags[0].Message // the others are often its consequences
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

// Paths lists the import paths of the standard packages.
func Paths() []string { return slices.Sorted(maps.Values(stdlib)) }

// Open returns the unfinished token at the end of a text, and its start: a
// token.STRING, a token.CHAR, a token.COMMENT, or none.
func Open(text string) (kind token.Token, offset int) {
	toks, faults := scan(text)
	for i := len(toks) - 1; i >= 0; i-- {
		t := toks[i]
		if t.tok == token.SEMICOLON && t.lit == "\n" {
			continue // the scanner's own
		}
		cut := slices.ContainsFunc(faults, func(f fault) bool { return f.off == t.off })
		switch t.tok {
		case token.COMMENT:
			cut = cut || strings.HasPrefix(t.lit, "//") && t.end() == len(text)
		case token.STRING, token.CHAR:
			cut = cut && !strings.Contains(text[t.end():], "\n")
		default:
			cut = false
		}
		if cut {
			return t.tok, t.off
		}
		break
	}
	return token.ILLEGAL, 0
}

// Exported returns a name with a capital first letter.
func Exported(name string) string {
	r, n := utf8.DecodeRuneInString(name)
	if up := string(unicode.ToUpper(r)) + name[n:]; token.IsExported(up) {
		return up
	}
	return "T" + name
}
