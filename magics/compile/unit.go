package compile

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strings"
)

// Known is the declarations and imports of earlier cells.
type Known interface {
	// Decls gives the declarations of a name, a type's methods among them.
	Decls(name string) []*Decl
	// Import gives the path that an earlier cell imported under a name.
	Import(name string) string
	// Initial lists the declarations that run by themselves, oldest first.
	Initial() []*Decl
	// Held says whether a cell's statements have had, since it was declared, a
	// variable of that name, or have changed the one that was.
	Held(name string) bool
	// Gets lists the modules of --get with which an earlier cell imported a package.
	Gets(importPath string) []string
}

// A Unit is the Go of one program: a cell, and all declarations that it needs,
// directly or not.
type Unit struct {
	Cell  *Cell
	Decls []*Decl
	known Known
	names map[string]bool

	inputs []Input
	uses   []Use
}

// NewUnit collects the declarations that the cell needs.
func NewUnit(c *Cell, known Known) *Unit {
	u := &Unit{Cell: c, known: known, names: map[string]bool{}}
	var todo []Ref
	own := map[string]bool{}
	for _, d := range c.Decls {
		for _, n := range d.Names {
			own[n] = own[n] || d.Recv == ""
			u.names[n] = u.names[n] || d.Recv == ""
		}
	}
	for _, d := range c.Decls {
		u.Decls = append(u.Decls, d)
		todo = append(todo, d.Refs...)
		if d.Recv != "" { // a method's type may come from an earlier cell
			todo = append(todo, Ref{Name: d.Recv})
		}
	}
	todo = append(todo, c.Body.Refs...)
	done := map[string]bool{}
	for len(todo) > 0 {
		for len(todo) > 0 {
			name := todo[0].Name
			todo = todo[1:]
			if done[name] || own[name] {
				continue
			}
			done[name] = true
			todo = append(todo, u.add(known.Decls(name))...)
		}
		wanted := map[*Decl]bool{}
		for _, d := range u.Decls {
			wanted[d] = true
		}
		todo = u.add(u.starts(wanted, known.Initial()))
	}
	c.keepImports(known.Import)
	markInitial(c, u.declared)
	u.getAgain()
	return u
}

// getAgain takes over the modules of what an earlier cell imported.
func (u *Unit) getAgain() {
	c := u.Cell
	asked := func(get string) bool {
		module, _, _ := strings.Cut(get, "@")
		return slices.ContainsFunc(c.Gets, func(have string) bool { return have == get || strings.HasPrefix(have, module+"@") })
	}
	var paths []string
	for _, imp := range c.Imports {
		paths = append(paths, imp.Path)
	}
	look := func(refs []Ref) {
		for _, r := range refs {
			if r.Sel != "" && !u.names[r.Name] {
				paths = append(paths, u.path(c, r.Name))
			}
		}
	}
	look(c.Body.Refs)
	for _, d := range c.Decls {
		look(d.Refs)
	}
	for _, p := range paths {
		for _, get := range u.known.Gets(p) {
			if !asked(get) {
				c.Gets = append(slices.Clone(c.Gets), get)
			}
		}
	}
}

// declared gives the unit's declarations of a name.
func (u *Unit) declared(name string) (out []*Decl) {
	for _, d := range u.Decls {
		if slices.Contains(d.Names, name) {
			out = append(out, d)
		}
	}
	return out
}

// add adds declarations of earlier cells, and returns the names that they use.
func (u *Unit) add(decls []*Decl) (refs []Ref) {
	for _, d := range decls {
		if slices.Contains(u.Decls, d) || u.replaced(d) {
			continue
		}
		u.Decls = append(u.Decls, d)
		for _, n := range d.Names {
			u.names[n] = u.names[n] || d.Recv == ""
			refs = append(refs, Ref{Name: n}) // its methods, and the rest of its group
		}
		refs = append(refs, d.Refs...)
	}
	return refs
}

// replaced reports whether the cell itself declares d again: by its name or, where
// it has none, as an init function, by the same text.
func (u *Unit) replaced(d *Decl) bool {
	return slices.ContainsFunc(u.Cell.Decls, func(own *Decl) bool {
		return own.Key() == d.Key() && (!d.nameless() || own.Text() == d.Text())
	})
}

// Free lists the names that are neither Go's, nor declared, nor a package, nor an
// input. One that the cell sets before it reads it wants a declaration, whatever
// Python has of that name.
func (u *Unit) Free(inputs []string) (free []Place) {
	set := u.Cell.Body.setFirst()
	look := func(c *Cell, refs []Ref) {
		for _, r := range refs {
			if c == u.Cell && set[r.Name] || u.names[r.Name] || slices.Contains(inputs, r.Name) || types.Universe.Lookup(r.Name) != nil {
				continue
			}
			if r.Sel != "" && u.path(c, r.Name) != "" {
				continue
			}
			at := r.Offset
			if c != u.Cell {
				at = u.leadsTo(c, r)
			}
			free = append(free, Place{u.Cell, at, r.Name})
		}
	}
	look(u.Cell, u.Cell.Body.Refs)
	for _, d := range u.Decls {
		look(d.Cell, d.Refs)
	}
	return append(free, u.Passed()...)
}

// setFirst returns the names that the statements mention first where they set them.
func (b *Body) setFirst() map[string]bool {
	targets := map[int]bool{}
	for _, stmt := range b.Stmts {
		ast.Inspect(stmt, func(n ast.Node) bool {
			if a, ok := n.(*ast.AssignStmt); ok && a.Tok == token.ASSIGN {
				for _, l := range a.Lhs {
					targets[b.Offset(l.Pos())] = true
				}
			}
			return true
		})
	}
	first := map[string]int{}
	for _, r := range b.Refs {
		if at, seen := first[r.Name]; !seen || r.Offset < at {
			first[r.Name] = r.Offset
		}
	}
	set := map[string]bool{}
	for name, at := range first {
		set[name] = targets[at]
	}
	return set
}

// leadsTo finds the place in the unit's own cell from which a name in an
// earlier cell is reached.
func (u *Unit) leadsTo(c *Cell, target Ref) int {
	own := slices.Clone(u.Cell.Body.Refs)
	for _, d := range u.Cell.Decls {
		own = append(own, d.Refs...)
	}
	for _, r := range own {
		seen := map[*Decl]bool{}
		todo := []string{r.Name}
		for len(todo) > 0 {
			name := todo[0]
			todo = todo[1:]
			for _, d := range u.Decls {
				if seen[d] || !slices.Contains(d.Names, name) && d.Recv != name {
					continue
				}
				seen[d] = true
				if d.Cell == c && slices.Contains(d.Refs, target) {
					return r.Offset
				}
				for _, next := range d.Refs {
					todo = append(todo, next.Name)
				}
			}
		}
	}
	return 0
}

// A Place is the place of a name.
type Place struct {
	Cell   *Cell
	Offset int
	Name   string
}

// path returns the import path that name means in c, if it is a package.
func (u *Unit) path(c *Cell, name string) string {
	for _, imp := range c.Imports {
		if imp.PackageName() == name {
			return imp.Path
		}
	}
	if p := c.packages[name]; p != "" {
		return p
	}
	if c == u.Cell {
		if p := u.known.Import(name); p != "" {
			return p
		}
	}
	return stdlib[name]
}

// SetAge notes how many cells were committed before this one.
func (c *Cell) SetAge(age int) { c.age = age }

// keepImports keeps what the names of packages mean in a cell, whatever later cells
// import under them.
func (c *Cell) keepImports(imported func(name string) string) {
	c.packages = map[string]string{}
	for _, d := range slices.Concat(c.Decls, c.Local) {
		for _, r := range d.Refs {
			own := slices.ContainsFunc(c.Imports, func(imp Import) bool { return imp.PackageName() == r.Name })
			if p := imported(r.Name); p != "" && r.Sel != "" && !own {
				c.packages[r.Name] = p
			}
		}
	}
}

// localVars finds the var declarations that can move into the cell's statements:
// only statements below them, and other such variables, use them. There they are
// fast, and can use the statements' own variables.
func localVars(c *Cell) map[*Decl]bool {
	local, locals := map[*Decl]bool{}, c.Body.Locals()
	for i, d := range c.Decls {
		local[d] = d.Kind == token.VAR && (namesAny(d.Refs, locals) || usedBelow(c.Body.Refs, d) &&
			!d.namesAhead(c.Decls[i+1:]) && (&effectFinder{c.declared, map[*Decl]bool{}}).ofDecl(d)&changesPackage == 0)
	}
	for again := true; again; {
		again = false
		for _, d := range c.Decls {
			if local[d] {
				continue
			}
			for _, v := range c.Decls {
				if local[v] && names(d.Refs, v) {
					local[v], again = false, true
				}
			}
		}
	}
	return local
}

// declared returns the cell's own declarations of a name.
func (c *Cell) declared(name string) []*Decl {
	return slices.DeleteFunc(slices.Clone(c.Decls), func(d *Decl) bool { return !slices.Contains(d.Names, name) })
}

// namesAhead reports whether a variable's value uses one that is declared below it,
// among later ones or in its own group: Go initialises package variables in the
// order in which they need each other, but runs statements from top to bottom.
func (d *Decl) namesAhead(later []*Decl) bool {
	if slices.ContainsFunc(later, func(v *Decl) bool { return v.Kind == token.VAR && names(d.Refs, v) }) {
		return true
	}
	ahead := slices.Clone(d.Names)
	found := false
	for _, s := range d.Node.(*ast.GenDecl).Specs {
		spec := s.(*ast.ValueSpec)
		for _, v := range spec.Values {
			ast.Inspect(v, func(n ast.Node) bool {
				id, ok := n.(*ast.Ident)
				found = found || ok && slices.Contains(ahead, id.Name)
				return true
			})
		}
		ahead = ahead[len(spec.Names):]
	}
	return found
}

// usedBelow reports whether statements use d, and all of them stand after it.
func usedBelow(refs []Ref, d *Decl) bool {
	used := false
	for _, r := range refs {
		if slices.Contains(d.Names, r.Name) {
			if r.Offset < d.Start {
				return false
			}
			used = true
		}
	}
	return used
}

func names(refs []Ref, d *Decl) bool { return namesAny(refs, d.Names) }

func namesAny(refs []Ref, any []string) bool {
	return slices.ContainsFunc(refs, func(r Ref) bool { return slices.Contains(any, r.Name) })
}

// Locals lists the variables that the cell's statements declare at the top.
func (b *Body) Locals() (out []string) {
	for _, s := range b.Stmts {
		switch s := s.(type) {
		case *ast.AssignStmt:
			if s.Tok != token.DEFINE {
				continue
			}
			for _, l := range s.Lhs {
				if id, ok := l.(*ast.Ident); ok && id.Name != "_" {
					out = append(out, id.Name)
				}
			}
		case *ast.DeclStmt:
			if g, ok := s.Decl.(*ast.GenDecl); ok {
				out = append(out, genNames(g)...)
			}
		}
	}
	return out
}

// Variables lists the variables and constants at the cell's top level.
func (c *Cell) Variables() []string {
	out := c.Body.Locals()
	for _, d := range c.Decls {
		if d.Kind == token.VAR || d.Kind == token.CONST {
			out = append(out, d.Names...)
		}
	}
	return out
}

// Declares reports whether the unit itself declares a name.
func (u *Unit) Declares(name string) bool { return u.names[name] }
