package compile

import (
	"go/token"
	"regexp"
)

// mark matches what nbgrader puts around solutions and hidden tests; its notebooks have the
// same mark in every language.
var mark = regexp.MustCompile(`(?m)^[ \t]*(###)[ \t]*(?:BEGIN|END) (?:SOLUTION|HIDDEN TESTS|MARK SCHEME)\b`)

// commented turns nbgrader's marks into Go comments of the same length. A mark inside a
// string or a comment stays as it is.
func commented(text string) string {
	found := mark.FindAllStringSubmatchIndex(text, -1)
	if found == nil {
		return text
	}
	toks, _ := scan(text)
	outside := map[int]bool{}
	for _, t := range toks {
		if t.tok == token.ILLEGAL {
			outside[t.off] = true
		}
	}
	made := []byte(text)
	for _, at := range found {
		if outside[at[2]] {
			copy(made[at[2]:], "// ")
		}
	}
	return string(made)
}
