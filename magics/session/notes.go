package session

import (
	"context"
	"fmt"
	"go/token"
	"strings"

	"goscore/magics/compile"
)

// commit takes in what a compiled cell declares, and notes what the user is to
// hear of it.
func (l *local) commit(ctx context.Context, q BuildQuery, b *Built) {
	u, p := q.Reading.unit, b.Program
	replaced := l.declared.commit(u, p)
	b.Declares = len(u.Cell.Decls)+len(u.Cell.Local)+len(u.Cell.Imports) > 0
	l.declared.noteFrames(q.Inputs)
	if q.Describe {
		b.Functions = p.Functions
	}
	announced := q.Describe && !q.Quiet
	if announced {
		b.announce(u.Cell)
	}
	if !q.Quiet && !q.Reading.Query.Declare {
		l.noteChanges(u.Cell, b)
	}
	l.noteStale(ctx, u.Cell, replaced, b, announced)
}

func (b *Built) say(format string, args ...any) {
	b.Notes = append(b.Notes, Note{"stdout", fmt.Sprintf(format+"\n", args...)})
}

// announce notes one line for each exported function, and says why there is none.
func (b *Built) announce(c *compile.Cell) {
	for _, f := range b.Functions {
		b.say("%s", describe(f))
	}
	if len(b.Functions) > 0 || len(c.Body.Stmts) > 0 {
		return
	}
	for _, d := range c.Decls {
		if d.Kind == token.FUNC && d.Recv == "" && d.Names[0] != "main" && d.Names[0] != "init" {
			b.say("nothing became callable from Python: Go exports names with a capital, so %s would be %s", d.Names[0], compile.Exported(d.Names[0]))
			return
		}
	}
}

// noteChanges says what the cell's statements change for their own run alone, and
// what of other cells its initial declarations change for all runs.
func (l *local) noteChanges(c *compile.Cell, b *Built) {
	for _, v := range b.Program.Changed {
		if v.Start != "" {
			b.say("%s: functions and later cells see %s, its starting value", v.Name, v.Start)
		}
	}
	for _, d := range c.Decls {
		for _, n := range d.Changes {
			if of := l.declared.Decls(n); len(of) > 0 && of[0].Cell != c {
				b.say("%s: from now on %s changes %s of %s before every run that uses it", c.Name, d.Names[0], n, of[0].Cell.Name)
			}
		}
	}
}

// describe is the line that a cell prints for a function.
func describe(f compile.Function) string {
	head := strings.TrimPrefix(f.Signature, "func ")
	if f.Reason != "" {
		return head + ": not callable from Python: " + f.Reason
	}
	what := map[string]string{
		"scalar": "scalar function, applied to every row", "vector": "vector function, sees whole columns",
		"aggregate": "aggregate function, one value for a column or for each group", "row": "row function, applied to every row of a frame",
		"scan": "scan, each result is the next row's first argument",
	}[f.Kind]
	if f.Single != "" { // no column of results
		what = map[string]string{
			"scalar": "function of single values", "row": "function of one row", "aggregate": "aggregate function, one value for all rows",
		}[f.Kind] + " (no column holds values of type " + f.Single + ")"
	}
	if len(f.Merges) > 0 {
		what = "combines partial results of " + strings.Join(f.Merges, " and ")
	}
	if f.Merge != nil && f.Merge.Reason == "" {
		what += "; " + f.Merge.Function + " combines its partial results"
	}
	if f.Error {
		what += ", rows may fail (errors=)"
	}
	if f.Serial {
		what += "; it may write " + f.SerialAt + ", so it runs on one core"
	}
	for _, p := range f.Params {
		if p.Shape == "table" {
			what += "; " + p.Name + ": table"
		}
	}
	return head + ": " + what
}

// noteStale says which functions of earlier cells no longer compile with
// what this cell declared again, and which still do but for Python are the old
// ones: what Python has keeps working as it was made.
func (l *local) noteStale(ctx context.Context, c *compile.Cell, replaced []string, b *Built, announced bool) {
	if replaced == nil {
		return
	}
	for _, d := range l.declared.dependents(c, replaced) {
		name := d.Names[0]
		probe, diags := compile.Parse(d.Cell.Name, "var _ = "+name)
		if diags != nil {
			continue
		}
		if errs := l.builder.Check(ctx, compile.NewUnit(probe, l.declared)); errs != nil {
			text := fmt.Sprintf("warning: %s of %s is stale: it does not compile with the new %s: %s\n", name, d.Cell.Name, strings.Join(replaced, ", "), errs[0].Message)
			b.Notes = append(b.Notes, Note{"stderr", text})
		} else if token.IsExported(name) && announced {
			b.say("%s of %s keeps the %s it was made with in Python: run its cell again to take the new one", name, d.Cell.Name, strings.Join(replaced, ", "))
		}
	}
}
