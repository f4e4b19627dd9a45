package program

import (
	"fmt"
	"strings"
	"testing"
)

// TestBrief cuts lines and texts, never within a character, and says by how much.
func TestBrief(t *testing.T) {
	check := func(text, want string) {
		t.Helper()
		if got := brief(text); got != want {
			t.Errorf("Brief of %d bytes gives %q, want %q", len(text), got, want)
		}
	}
	long := strings.Repeat("x", longestLine)
	check("", "")
	check("two\nlines", "two\nlines")
	check(long, long)
	check(long+"y", long+" ... (1 bytes more)")
	check("a\n"+long+"yz\nb", "a\n"+long+" ... (2 bytes more)\nb")
	check(long[1:]+"éa", long[1:]+" ... (3 bytes more)")
	lines := strings.Repeat("line\n", longestText)
	if got := brief(lines); len(got) > longestText+40 || !strings.HasSuffix(got, fmt.Sprintf(" ... (%d bytes more)", 4*longestText)) {
		t.Errorf("Brief of many lines gives %d bytes, with the end %q", len(got), got[len(got)-40:])
	}
}
