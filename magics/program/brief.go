package program

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// What a text for people may take: a cell can make one of any size, and a
// notebook keeps all of it.
const (
	longestLine = 1000     // bytes
	longestText = 12 << 10 // bytes
)

func brief(text string) string { return Brief(text, longestLine, longestText) }

// Brief gives a text with its long lines and its end cut, and says how much is
// left out. Who adds to a text that was cut allows it more, so that it is not cut again.
func Brief(text string, line, all int) string {
	if len(text) <= line {
		return text
	}
	var b strings.Builder
	for l := range strings.SplitAfterSeq(text[:min(len(text), all)], "\n") {
		b.WriteString(head(l, line))
	}
	if left := len(text) - all; left > 0 {
		fmt.Fprintf(&b, " ... (%d bytes more)", left)
	}
	return b.String()
}

// head gives the beginning of a line.
func head(line string, most int) string {
	if len(line) <= most {
		return line
	}
	end := ""
	if strings.HasSuffix(line, "\n") {
		end = "\n"
	}
	for most > 0 && !utf8.RuneStart(line[most]) {
		most--
	}
	return fmt.Sprintf("%s ... (%d bytes more)%s", line[:most], len(line)-len(end)-most, end)
}
