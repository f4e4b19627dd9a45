// Package hint gives beginners' errors, and mistakes that Go compiles, a line of
// advice in the cell's own words.
package hint

import (
	"go/ast"
	"go/types"
	"regexp"
	"slices"
	"strings"
	"sync"
)

// A Place is where an error stands.
type Place struct {
	Text    string // the cell
	Offset  int    // of the error in it
	Message string // the compiler's
	InFunc  bool   // in a function that the cell declares

	// After an error of types: the nodes around it, from the file to the innermost,
	// what is known of their types, and their text in the cell.
	Path   []ast.Node
	Info   *types.Info
	Source func(ast.Node) string
}

// A rule gives an error its hint: a text, in which $1 stands for what the message
// matched, or a function, whose empty answer leaves it to the next rule. The text
// of the line may narrow it down, and whether it stands in a function.
type rule struct {
	message, line string
	inFunc, atTop bool
	sure          bool // better than a name that is spelled alike
	hint          string
	say           func(p *Place, m []string) string
}

type compiledRule struct {
	rule
	message, line *regexp.Regexp
}

// compiled compiles the rules' patterns at the first use: most workers and checkers
// never meet an error, and all of them would start later.
func compiled(rules []rule) func() []compiledRule {
	return sync.OnceValue(func() (out []compiledRule) {
		for _, r := range rules {
			out = append(out, compiledRule{r, regexp.MustCompile(r.message), regexp.MustCompile(r.line)})
		}
		return out
	})
}

// pattern compiles a pattern at its first use.
func pattern(text string) func() *regexp.Regexp {
	return sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(text) })
}

// For returns the first rule's hint that fits the place, and whether it is better
// advice than a name that is spelled alike.
func For(p *Place) (text string, sure bool) {
	line := p.line()
	for _, r := range slices.Concat(syntaxRules(), typeRules()) {
		m := r.message.FindStringSubmatchIndex(p.Message)
		if m == nil || !r.line.MatchString(line) || r.inFunc && !p.InFunc || r.atTop && p.InFunc {
			continue
		}
		text = r.hint
		if r.say != nil {
			text = r.say(p, r.message.FindStringSubmatch(p.Message))
		} else {
			text = strings.TrimSpace(string(r.message.ExpandString(nil, text, p.Message, m)))
		}
		if text != "" {
			return text, r.sure
		}
	}
	return "", false
}

// line returns the line of the place, without what is behind it in the cell.
func (p *Place) line() string {
	from := strings.LastIndexByte(p.Text[:p.offset()], '\n') + 1
	line, _, _ := strings.Cut(p.Text[from:], "\n")
	return line
}

func (p *Place) offset() int { return max(0, min(p.Offset, len(p.Text))) }

// column returns the place's offset in its line.
func (p *Place) column() int {
	return p.offset() - strings.LastIndexByte(p.Text[:p.offset()], '\n') - 1
}

// around returns the innermost node of a type around the place.
func around[N ast.Node](p *Place) (n N) {
	for _, node := range slices.Backward(p.Path) {
		if n, ok := node.(N); ok {
			return n
		}
	}
	return n
}

// typeOf returns the type of an expression, nil when it has none.
func (p *Place) typeOf(x ast.Expr) types.Type {
	if p.Info == nil {
		return nil
	}
	return p.Info.TypeOf(x)
}
