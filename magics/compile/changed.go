package compile

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strconv"
	"strings"
)

// A Changed is a variable that the statements of a cell change: they do so in
// their own run alone.
type Changed struct {
	Name  string
	Start string // its starting value, which functions and later cells see; empty where nothing does
}

// changedVars lists the variables of cells that the unit's statements change.
func (k *checker) changedVars() (out []Changed) {
	body := k.bodyFunc()
	extra := map[*types.Var]bool{}
	if scope := k.info.Scopes[body.Type]; scope != nil {
		for _, d := range k.unit.Cell.Local {
			for _, n := range d.Names {
				if v, ok := scope.Lookup(n).(*types.Var); ok {
					extra[v] = true
				}
			}
		}
	}
	run := []types.Object{k.info.Defs[body.Name]}
	if k.unit.names["main"] {
		run = append(run, k.pkg.Scope().Lookup("main"))
	}
	for _, v := range k.changed(extra, run...) {
		switch spec := k.ofCells(v); {
		case extra[v]:
			out = append(out, Changed{Name: v.Name()})
		case spec != nil:
			out = append(out, Changed{v.Name(), k.startingValue(v, spec)})
		}
	}
	return out
}

// ofCells gives the declaration of a package variable, if a cell has it.
func (k *checker) ofCells(v *types.Var) *ast.ValueSpec {
	spec := k.declaredBy(v)
	if spec == nil {
		return nil
	}
	if k.cellAt(spec.Pos()) == nil {
		return nil
	}
	return spec
}

func (k *checker) cellAt(p token.Pos) *Cell {
	if s, _ := k.where(p); s != nil {
		return s.cell
	}
	return nil
}

// longestValue bounds how much of a starting value is shown.
const longestValue = 40

// startingValue words what a variable is before anything changes it.
func (k *checker) startingValue(v *types.Var, spec *ast.ValueSpec) string {
	i := slices.IndexFunc(spec.Names, func(id *ast.Ident) bool { return id.Name == v.Name() })
	if len(spec.Values) == len(spec.Names) {
		s, from := k.where(spec.Values[i].Pos())
		_, to := k.where(spec.Values[i].End())
		text := strings.Join(strings.Fields(s.text[from:to]), " ")
		if r := []rune(text); len(r) > longestValue {
			text = string(r[:longestValue]) + "..."
		}
		return text
	}
	if len(spec.Values) > 0 {
		return "what its declaration gives"
	}
	switch u := v.Type().Underlying().(type) {
	case *types.Basic:
		switch {
		case u.Info()&types.IsString != 0:
			return `""`
		case u.Info()&types.IsBoolean != 0:
			return "false"
		case u.Info()&types.IsNumeric != 0:
			return "0"
		}
	case *types.Struct, *types.Array:
		return types.TypeString(v.Type(), qualifier) + "{}"
	}
	return "nil"
}

// changedByStarts lists the variables that the cell's initial declarations change.
func (k *checker) changedByStarts() map[string][]string {
	out := map[string][]string{}
	for i, file := range k.parsed {
		s := k.files[i]
		if s.cell != k.unit.Cell || s.name == "body.go" {
			continue
		}
		for _, n := range file.Decls {
			d := k.initialAt(s, n)
			if d == nil {
				continue
			}
			finder := k.stateFinder()
			switch n := n.(type) {
			case *ast.FuncDecl:
				finder.body(n.Body)
			case *ast.GenDecl:
				for _, spec := range n.Specs {
					for _, v := range spec.(*ast.ValueSpec).Values {
						finder.body(v)
					}
				}
			}
			for _, v := range finder.surely() {
				if k.ofCells(v) != nil {
					key := strconv.Itoa(d.Start)
					out[key] = append(out[key], v.Name())
				}
			}
		}
	}
	return out
}

// initialAt gives the cell's initial declaration of which a parsed one is the copy.
func (k *checker) initialAt(s *source, n ast.Decl) *Decl {
	_, off := k.where(n.Pos())
	for _, d := range s.cell.Decls {
		if at := off - s.base; d.Initial && d.Start <= at && at < d.End {
			return d
		}
	}
	return nil
}

// Take notes on the cell's initial declarations what its compilation has shown
// that they change.
func (u *Unit) Take(p *Program) {
	for _, d := range u.Cell.Decls {
		d.Changes = p.Starts[strconv.Itoa(d.Start)]
	}
}

// Passed lists the unit's own uses of variables that the statements of earlier
// cells changed.
func (u *Unit) Passed() (places []Place) {
	look := func(refs []Ref) {
		for _, r := range refs {
			for _, d := range u.known.Decls(r.Name) {
				if d.Kind == token.VAR && d.Cell != u.Cell && u.known.Held(r.Name) && !u.ownName(r.Name) {
					places = append(places, Place{u.Cell, r.Offset, r.Name})
				}
			}
		}
	}
	look(u.Cell.Body.Refs)
	for _, d := range u.Cell.Decls {
		look(d.Refs)
	}
	return places
}

func (u *Unit) ownName(name string) bool {
	return slices.ContainsFunc(u.Cell.Decls, func(d *Decl) bool { return d.Recv == "" && slices.Contains(d.Names, name) })
}

// passed are the errors of these uses.
func (u *Unit) passed() (diags Diagnostics) {
	for _, p := range u.Passed() {
		if len(diags) < maxFaults {
			diags = append(diags, p.Cell.diagnostic(p.Offset, "undefined: "+p.Name))
		}
	}
	return diags.orderly(u.Cell)
}
