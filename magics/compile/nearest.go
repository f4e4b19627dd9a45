package compile

import (
	"go/types"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

var (
	undefinedName   = regexp.MustCompile(`^undefined: (?:(\w+)\.)?(\w+)$`)
	unexportedName  = regexp.MustCompile(`^name (\w+) not exported by package (\w+)$`)
	indexed         = regexp.MustCompile(`cannot index [\pL_][\pL\d_]* \(variable of (?:struct )?type (\S+)\)$`)
	indexedText     = regexp.MustCompile("^[\\pL_][\\pL\\d_]*\\[(\"[^\"]*\")\\]")
	undefinedMember = regexp.MustCompile(`^\S+\.(\S+) undefined \(type (\S+) has no field or method`)
)

// nearest returns the valid name closest to the undefined one of an error: a
// column, a function of a package, or a name in scope. text is the cell's from the
// place of the error on.
func (k *checker) nearest(msg, text string) string {
	if m := undefinedMember.FindStringSubmatch(msg); m != nil {
		return k.nearestColumn(m[1], m[2])
	}
	if m := indexed.FindStringSubmatch(msg); m != nil {
		return k.indexedColumn(m[1], text)
	}
	if m := unexportedName.FindStringSubmatch(msg); m != nil {
		if near := Nearest(m[1], k.namesOf(m[2])); near != "" {
			return "did you mean " + m[2] + "." + near + "?"
		}
		return ""
	}
	m := undefinedName.FindStringSubmatch(msg)
	if m == nil {
		return ""
	}
	name, have := m[2], k.namesInScope()
	if strings.HasPrefix(text, name+".") {
		have = append(have, Packages()...)
	}
	if m[1] != "" {
		have = k.namesOf(m[1])
	}
	if near := Nearest(name, have); near != "" {
		if m[1] != "" {
			near = m[1] + "." + near
		}
		return "did you mean " + near + "?"
	}
	return ""
}

// nearestColumn searches all columns of the frame, not only those that were sent.
func (k *checker) nearestColumn(name, typ string) string {
	for _, in := range k.unit.inputs {
		if in.Kind != "frame" || in.typ != typ {
			continue
		}
		var fields []string
		for _, c := range in.Columns {
			if c.Field == name && c.Refused != "" {
				return c.Refused
			}
			if c.Name == name {
				return "the column " + c.Name + " is " + in.Name + "." + c.Field + " in Go"
			}
			fields = append(fields, c.Field)
		}
		if near := Nearest(name, fields); near != "" {
			return "did you mean " + in.Name + "." + near + "?"
		}
		return in.Name + " has " + some(fields)
	}
	return ""
}

// indexedColumn returns the hint for df["v"].
func (k *checker) indexedColumn(typ, text string) string {
	for _, in := range k.unit.inputs {
		if in.typ != typ || len(in.Columns) == 0 {
			continue
		}
		field := in.Columns[0].Field
		if m := indexedText.FindStringSubmatch(text); m != nil {
			name, _ := strconv.Unquote(m[1])
			for _, c := range in.Columns {
				if c.Name == name {
					field = c.Field
				}
			}
		}
		return "a column is a field: " + in.Name + "." + field
	}
	return ""
}

// some lists the first names, if there are many.
func some(names []string) string {
	if len(names) > 12 {
		return strings.Join(names[:12], ", ") + ", ..."
	}
	return strings.Join(names, ", ")
}

func (k *checker) namesInScope() []string {
	names := k.pkg.Scope().Names()
	if scope := k.info.Scopes[k.bodyFunc().Type]; scope != nil {
		names = append(names, scope.Names()...)
	}
	names = append(names, types.Universe.Names()...)
	return slices.DeleteFunc(names, func(n string) bool { return strings.HasPrefix(n, reserved) })
}

func (k *checker) namesOf(pkg string) []string {
	for _, imp := range k.pkg.Imports() {
		if imp.Name() == pkg || pkg == "goscore" && imp.Path() == functionsPath {
			return slices.DeleteFunc(imp.Scope().Names(), func(n string) bool { return !imp.Scope().Lookup(n).Exported() })
		}
	}
	return nil
}

// Nearest returns the closest of the names in have that differs from name by at most
// a third of its letters, or "". Case alone is always close.
func Nearest(name string, have []string) string {
	best, least := "", len([]rune(name))/3+1
	for _, h := range slices.Sorted(slices.Values(have)) {
		if h == name {
			continue
		}
		d := distance(name, h)
		if strings.EqualFold(name, h) {
			d = 0
		}
		if d < least {
			best, least = h, d
		}
	}
	return best
}

// distance is the number of insertions, deletions, replacements and swaps of
// neighbours between two names.
func distance(a, b string) int {
	x, y := []rune(strings.ToLower(a)), []rune(strings.ToLower(b))
	d := make([][]int, len(x)+1)
	for i := range d {
		d[i] = make([]int, len(y)+1)
		d[i][0] = i
	}
	for j := range d[0] {
		d[0][j] = j
	}
	for i := 1; i <= len(x); i++ {
		for j := 1; j <= len(y); j++ {
			cost := 1
			if x[i-1] == y[j-1] {
				cost = 0
			}
			d[i][j] = min(d[i-1][j]+1, d[i][j-1]+1, d[i-1][j-1]+cost)
			if i > 1 && j > 1 && x[i-1] == y[j-2] && x[i-2] == y[j-1] {
				d[i][j] = min(d[i][j], d[i-2][j-2]+1)
			}
		}
	}
	return d[len(x)][len(y)]
}
