package draft

import (
	"regexp"
	"unicode/utf8"
)

// pyMatch is a match of Python's re; the pattern's first group is the whole match.
type pyMatch struct {
	pattern *regexp.Regexp
	text    string
	at      []int
}

// pyMatchOf finds a pattern; nil where it is not.
func pyMatchOf(pattern *regexp.Regexp, text string) *pyMatch {
	at := pattern.FindStringSubmatchIndex(text)
	if at == nil {
		return nil
	}
	return &pyMatch{pattern, text, at}
}

// pyGroup is Python's m.group(n).
func pyGroup(m *pyMatch, n int) string {
	begin := m.at[2*n+2]
	if begin < 0 {
		panic("not translated: None for a group without a match")
	}
	return m.text[begin:m.at[2*n+3]]
}

// pyNamedGroup is Python's m.group(name).
func pyNamedGroup(m *pyMatch, name string) string { return pyGroup(m, m.pattern.SubexpIndex(name)-1) }

// pyGroups is Python's m.groups().
func pyGroups(m *pyMatch) []string {
	out := []string{}
	for n := 1; 2*n+2 < len(m.at); n++ {
		out = append(out, pyGroup(m, n))
	}
	return out
}

// pyGroupStart is Python's m.start(n).
func pyGroupStart(m *pyMatch, n int) int { return utf8.RuneCountInString(m.text[:m.at[2*n+2]]) }

// pyGroupEnd is Python's m.end(n).
func pyGroupEnd(m *pyMatch, n int) int { return utf8.RuneCountInString(m.text[:m.at[2*n+3]]) }

// pyFindAll is Python's re.findall: the matches, or the one group of each.
func pyFindAll(pattern *regexp.Regexp, text string) []string {
	out := []string{}
	for _, found := range pattern.FindAllStringSubmatch(text, -1) {
		out = append(out, found[len(found)-1])
	}
	return out
}
