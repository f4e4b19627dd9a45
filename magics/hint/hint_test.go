package hint

import "testing"

// Patterns are compiled at their first use, so that a wrong one would be found by a user.
func TestPatternsCompile(t *testing.T) {
	rules := len(syntaxRules()) + len(typeRules())
	for _, one := range []interface{ String() string }{
		fLiteral(), replacement(), plainFormat(), ternary(), pyTernary(), inBrackets(), listComprehension(), forIn(), inText(),
		rangeOf(), numbered(), itemsOf(), commaGap(), member(), defaulted(), funcHead(), decimal(), percent(), divisions(),
	} {
		if one.String() == "" {
			t.Error("a pattern is empty")
		}
	}
	if rules == 0 {
		t.Error("there are no rules")
	}
}
