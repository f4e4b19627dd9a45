package session

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"goscore/magics/compile"
	"goscore/magics/hint"
)

// Undefined is the message for a name that is not defined.
var Undefined = regexp.MustCompile(`^undefined: ([\pL_][\pL\d_]*)$`)

var noMember = regexp.MustCompile(`^([\pL_][\pL\d_]*)\.\S+ undefined \(type`)

// explained adds to an error what earlier cells have to do with it.
func (l *local) explained(err error, text bool) error {
	var diags compile.Diagnostics
	if errors.As(err, &diags) {
		return l.explain(diags, text)
	}
	return err
}

// explain adds to an undefined name that an earlier cell held it as a value. With text,
// there is no Python to keep it.
func (l *local) explain(diags compile.Diagnostics, text bool) compile.Diagnostics {
	for i, d := range diags {
		if hidden := l.hidden(d); hidden != "" {
			diags[i].Hint = hidden
		}
		m := Undefined.FindStringSubmatch(d.Message)
		if m == nil || strings.HasPrefix(d.Hint, hint.Declare) {
			continue
		}
		if frame := l.declared.frameOf(m[1]); frame != "" {
			diags[i].Hint = fmt.Sprintf("%s is the type of the frame %s: add -i %s", m[1], frame, frame)
		} else if cell := l.declared.heldBy(m[1]); cell != "" && text {
			diags[i].Hint = fmt.Sprintf("%s was a value of %s, and values do not stay: compute it here again, or in a function of that cell", m[1], cell)
		} else if cell != "" {
			diags[i].Hint = fmt.Sprintf("%s was a value of %s, and values do not stay: bring it to Python there with -o %s, and here with -i %s", m[1], cell, m[1], m[1])
		} else if d.Cell != nil && d.Cell.Body != nil && slices.Contains(d.Cell.Body.Locals(), m[1]) {
			diags[i].Hint = fmt.Sprintf("%s is a variable of the cell's statements, which functions do not see: pass it as an argument, or declare it with var", m[1])
		}
	}
	return diags
}

// hidden says that a name which looks like a package's is a variable's.
func (l *local) hidden(d compile.Diagnostic) string {
	m := noMember.FindStringSubmatch(d.Message)
	if m == nil || !slices.Contains(compile.Packages(), m[1]) {
		return ""
	}
	for _, decl := range l.declared.Decls(m[1]) {
		return fmt.Sprintf("%s is declared in %s and hides the package of that name", m[1], decl.Cell.Name)
	}
	return ""
}
