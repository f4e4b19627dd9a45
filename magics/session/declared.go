package session

import (
	"go/token"
	"slices"
	"strings"
	"sync"

	"goscore/magics/compile"
)

// declared is what earlier cells left behind: declarations and imports, and
// the names of values, which do not stay. It grows only by cells that compiled.
type declared struct {
	mu         sync.RWMutex
	decls      map[string][]*compile.Decl // by each name; methods under their type's
	imports    map[string]string
	values     map[string]string                 // name of a variable of a cell's statements -> that cell
	frames     map[string]string                 // type of a frame that was an input -> that input
	initial    []*compile.Decl                   // what runs by itself, oldest first
	changes    map[*compile.Decl][]*compile.Decl // by what of it: the variables that it changes
	gets       map[string][]string               // by the path of an import that is not Go's own: the modules of its cell
	generation int
}

func newDeclared() *declared {
	return &declared{decls: map[string][]*compile.Decl{}, imports: map[string]string{}, values: map[string]string{}, frames: map[string]string{}, changes: map[*compile.Decl][]*compile.Decl{}, gets: map[string][]string{}}
}

// Decls gives the declarations of a name.
func (s *declared) Decls(name string) []*compile.Decl {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return slices.Clone(s.decls[name])
}

// Import gives the path that an earlier cell imported under a name.
func (s *declared) Import(name string) string {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.imports[name]
}

// Initial lists the declarations that run by themselves before what earlier
// cells declare. One is over when a variable that it changes was declared again,
// or anything that it names of its cell by a cell that has such declarations itself.
func (s *declared) Initial() []*compile.Decl {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return slices.DeleteFunc(slices.Clone(s.initial), s.isOver)
}

func (s *declared) isOver(d *compile.Decl) bool {
	for _, v := range s.changes[d] {
		if !slices.ContainsFunc(v.Names, func(n string) bool { return len(s.decls[n]) > 0 && s.decls[n][0] == v }) {
			return true
		}
	}
	starts := func(c *compile.Cell) bool {
		return slices.ContainsFunc(s.initial, func(d *compile.Decl) bool { return d.Cell == c })
	}
	for _, o := range d.Cell.Decls {
		named := o == d || slices.ContainsFunc(d.Refs, func(r compile.Ref) bool { return slices.Contains(o.Names, r.Name) })
		for _, n := range o.Names {
			now := s.decls[n]
			if named && o.Recv == "" && len(now) > 0 && now[0] != o && now[0].Cell != d.Cell && (o == d || starts(now[0].Cell)) {
				return true
			}
		}
	}
	return false
}

// start takes in what of a cell runs by itself. The same text again stands in
// for what it was before.
func (s *declared) start(u *compile.Unit) {
	for _, d := range u.Cell.Decls {
		if d.Initial && u.NeedsInput(d) { // which later cells do not have
			for _, n := range d.Changes {
				s.values[n] = u.Cell.Name
			}
		}
		if !d.Initial || u.NeedsInput(d) {
			continue
		}
		for _, n := range d.Changes {
			s.changes[d] = append(s.changes[d], s.decls[n]...)
		}
		s.initial = slices.DeleteFunc(s.initial, func(o *compile.Decl) bool { return o.Text() == d.Text() && o.Cell != d.Cell })
		s.initial = append(s.initial, d)
	}
}

// Held says whether the statements of a cell have had a variable of that name
// since it was declared, or have changed the one that was.
func (s *declared) Held(name string) bool { return s.heldBy(name) != "" }

// Gets lists the modules of --get with which an earlier cell imported a package.
func (s *declared) Gets(importPath string) []string {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.gets[importPath]
}

// heldBy names the cell whose statements had a variable of that name.
func (s *declared) heldBy(name string) string {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.values[name]
}

// noteFrames keeps the types of inputs, which functions may name.
func (s *declared) noteFrames(inputs []compile.Input) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, in := range inputs {
		if in.Kind == "frame" {
			s.frames[compile.TypeName(in.Name)] = in.Name
		}
	}
}

// frameOf gives the input whose type had that name.
func (s *declared) frameOf(typ string) string {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.frames[typ]
}

// without is a session in which inputs stand before declarations of their names.
type without struct {
	*declared
	inputs []string
}

func (w without) Decls(name string) []*compile.Decl {
	if slices.Contains(w.inputs, name) {
		return nil
	}
	return w.declared.Decls(name)
}

// names lists what cells can use.
func (s *declared) names() (out []string) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	for n := range s.decls {
		out = append(out, n)
	}
	slices.Sort(out)
	return out
}

// commit takes in what a compiled cell declares. Declaring a name again
// replaces it; programs that were built keep their snapshot. It gives the
// names that were replaced.
func (s *declared) commit(u *compile.Unit, p *compile.Program) (replaced []string) {
	c := u.Cell
	u.Take(p)
	s.mu.Lock()
	defer s.mu.Unlock()
	replaced = s.replaced(c)
	locals := c.Body.Locals()
	for _, n := range locals {
		s.values[n] = c.Name
	}
	for _, d := range c.Local {
		if c.Stays(d) && !slices.ContainsFunc(p.Changed, func(v compile.Changed) bool { return slices.Contains(d.Names, v.Name) }) {
			s.add(d)
			continue
		}
		for _, n := range d.Names {
			s.values[n] = c.Name
		}
	}
	c.SetAge(s.generation)
	for _, methods := range []bool{false, true} { // a type first: it starts without methods
		for _, d := range c.Decls {
			if (d.Recv != "") == methods {
				s.add(d)
			}
		}
	}
	for _, imp := range c.Imports {
		if name := imp.PackageName(); name != "_" && name != "." {
			s.imports[name] = imp.Path
		}
		if len(c.Gets) > 0 {
			s.gets[imp.Path] = c.Gets
		}
	}
	for _, v := range p.Changed {
		if slices.Contains(c.Variables(), v.Name) {
			s.values[v.Name] = c.Name
		}
	}
	s.start(u)
	if len(c.Decls)+len(c.Local) > 0 {
		s.generation++
	}
	return replaced
}

// replaced lists the session's names that a cell declares otherwise. A function or
// a type written again as it was, and all that it names, is the same.
func (s *declared) replaced(c *compile.Cell) (out []string) {
	for again := true; again; {
		again = false
		for _, d := range c.Decls {
			for _, n := range d.Names {
				old := s.decls[n]
				if d.Recv != "" || len(old) == 0 || old[0].Cell.Text == c.Text || slices.Contains(out, n) {
					continue
				}
				same := (d.Kind == token.FUNC || d.Kind == token.TYPE) && d.Text() == old[0].Text() &&
					!slices.ContainsFunc(d.Refs, func(r compile.Ref) bool { return slices.Contains(out, r.Name) })
				if !same {
					out, again = append(out, n), true
				}
			}
		}
	}
	return out
}

// dependents lists the functions of other cells that name one of names,
// directly or through what they name.
func (s *declared) dependents(c *compile.Cell, names []string) (out []*compile.Decl) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	hit := map[string]bool{}
	for _, n := range names {
		hit[n] = true
	}
	for again := true; again; {
		again = false
		for n, decls := range s.decls {
			for _, d := range decls {
				if hit[n] || d.Cell == c || !slices.ContainsFunc(d.Refs, func(r compile.Ref) bool { return hit[r.Name] }) {
					continue
				}
				hit[n], again = true, true
				if d.Kind == token.FUNC && d.Recv == "" {
					out = append(out, d)
				}
			}
		}
	}
	slices.SortFunc(out, func(a, b *compile.Decl) int { return strings.Compare(a.Names[0], b.Names[0]) })
	return out
}

func (s *declared) add(d *compile.Decl) {
	if d.Recv != "" {
		s.decls[d.Recv] = append(slices.DeleteFunc(s.decls[d.Recv], func(o *compile.Decl) bool { return o.Key() == d.Key() }), d)
		return
	}
	for _, n := range d.Names {
		if n == "_" || n == "init" || n == "main" {
			continue
		}
		// A type declared again starts without its old methods.
		s.decls[n] = []*compile.Decl{d}
		delete(s.values, n)
	}
}

func (s *declared) current() int {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.generation
}
