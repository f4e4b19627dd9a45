// Package instrument puts calls into the functions of a cell that record what they
// do, step by step. The functions compute what they did before: what is inserted
// takes the addresses of variables, names results, and passes conditions through.
package instrument

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"strings"
)

// Names that are inserted.
const (
	Package = "goscore__tracing" // by which a file imports magics/tracing
	frame   = "goscore__f"       // of a function that runs
	result  = "goscore__r"       // of results without names
)

// A File is the syntax of one file that has text of a cell, and what is known of it.
type File struct {
	Syntax *ast.File
	Info   *types.Info
	Cell   int                     // its number in generated files
	Entry  string                  // the function that has the cell's statements
	Line   func(token.Pos) int     // of the cell; 0 where the text is generated
	Text   func(ast.Node) string   // what the cell writes for a node
	Insert func(token.Pos, string) // in the order of calls where places are equal

	names map[*ast.FuncLit]string
	label string // of the next loop
}

// Functions instruments all functions of the file, and those in its expressions.
func (f *File) Functions() {
	f.names = map[*ast.FuncLit]string{}
	for _, d := range f.Syntax.Decls {
		fd, ok := d.(*ast.FuncDecl)
		switch {
		case !ok:
			f.literals(d)
		case fd.Body != nil && fd.Name.Name == f.Entry:
			f.function("", fd.Type, nil, fd.Body)
		case fd.Body != nil && f.Line(fd.Body.Lbrace) > 0:
			f.function(f.nameOf(fd), fd.Type, fd.Recv, fd.Body)
		}
	}
}

func (f *File) nameOf(fd *ast.FuncDecl) string {
	if fd.Recv == nil || len(fd.Recv.List) == 0 {
		return fd.Name.Name
	}
	typ := strings.TrimPrefix(f.Text(fd.Recv.List[0].Type), "*")
	typ, _, _ = strings.Cut(typ, "[")
	return typ + "." + fd.Name.Name
}

// function instruments one function: its entry, its end and its statements.
func (f *File) function(name string, typ *ast.FuncType, recv *ast.FieldList, body *ast.BlockStmt) {
	label := f.label
	f.label = ""
	var in, out []string
	for _, fields := range []*ast.FieldList{recv, typ.Params} {
		for _, n := range namesOf(fields) {
			in = append(in, named(n))
		}
	}
	if typ.Results != nil {
		out = f.results(typ.Results)
	}
	f.Insert(body.Lbrace+1, fmt.Sprintf(" %s := %s.Enter(%d, %d, %q%s); defer %s.Leave(%d%s); ",
		frame, Package, f.Cell, f.Line(typ.Pos()), name, after(in), frame, f.Line(body.Rbrace), after(out)))
	f.block(body.List, 0)
	f.label = label
}

// results gives a name to each result that has none, so that the function's end can
// show it.
func (f *File) results(list *ast.FieldList) (out []string) {
	number := 0
	for _, field := range list.List {
		if len(field.Names) == 0 {
			name := fmt.Sprint(result, number)
			number++
			open := name + " "
			if list.Opening == token.NoPos {
				open = "(" + open
				f.Insert(field.Type.Pos(), open)
				f.Insert(field.Type.End(), ")")
			} else {
				f.Insert(field.Type.Pos(), open)
			}
			out = append(out, fmt.Sprintf(`"", &%s`, name))
			continue
		}
		for _, id := range field.Names {
			if id.Name != "_" {
				out = append(out, named(id.Name))
			}
		}
	}
	return out
}

// literals instruments the function literals in a node, not those in their bodies
// twice.
func (f *File) literals(nodes ...ast.Node) {
	for _, n := range nodes {
		if n == nil {
			continue
		}
		ast.Inspect(n, func(n ast.Node) bool {
			lit, ok := n.(*ast.FuncLit)
			if ok {
				name := f.names[lit]
				if name == "" {
					name = "func"
				}
				f.function(name, lit.Type, nil, lit.Body)
			}
			return !ok
		})
	}
}

func namesOf(fields *ast.FieldList) (out []string) {
	if fields == nil {
		return nil
	}
	for _, field := range fields.List {
		for _, id := range field.Names {
			if id.Name != "_" {
				out = append(out, id.Name)
			}
		}
	}
	return out
}

// named writes a variable for a call that records: its name and its address.
func named(name string) string { return fmt.Sprintf("%q, &%s", name, name) }

// after writes arguments behind others.
func after(args []string) string {
	if len(args) == 0 {
		return ""
	}
	return ", " + strings.Join(args, ", ")
}
