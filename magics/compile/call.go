package compile

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"maps"
	"runtime"
	"slices"
	"sort"
	"strings"
	"time"
)

// A Source is the part of a cell that a function needs: the cell's text with
// everything else blanked, so that lines keep their numbers.
type Source struct {
	Cell string   `json:"cell"`
	Text string   `json:"text"`
	Gets []string `json:"get,omitempty"`
}

// needs returns a declaration and all declarations that it needs, directly or
// not.
func (u *Unit) needs(root *Decl) map[*Decl]bool {
	wanted := map[*Decl]bool{}
	for todo := []*Decl{root}; len(todo) > 0; todo = u.starts(wanted, u.Decls) {
		for _, d := range todo {
			wanted[d] = true
		}
		u.reach(wanted, todo)
	}
	return wanted
}

// reach adds what declarations name, directly or not.
func (u *Unit) reach(wanted map[*Decl]bool, todo []*Decl) {
	for len(todo) > 0 {
		d := todo[0]
		todo = todo[1:]
		for _, other := range u.Decls {
			if !wanted[other] && (names(d.Refs, other) && other.Recv == "" || other.Recv != "" && slices.Contains(d.Names, other.Recv)) {
				wanted[other] = true
				todo = append(todo, other)
			}
		}
	}
}

// NeedsInput says whether a declaration, or what it names, uses an input of its cell.
func (u *Unit) NeedsInput(d *Decl) bool {
	wanted := map[*Decl]bool{d: true}
	u.reach(wanted, []*Decl{d})
	return u.inputAmong(wanted, d) != ""
}

// inputReason returns the reason why Python cannot call a function that uses an
// input of its cell: a call has its arguments only.
func (u *Unit) inputReason(root *Decl) string {
	return u.inputAmong(u.needs(root), root)
}

func (u *Unit) inputAmong(wanted map[*Decl]bool, root *Decl) string {
	for _, d := range u.Decls {
		for _, r := range d.Refs {
			if !wanted[d] || u.names[r.Name] {
				continue
			}
			for _, in := range u.inputs {
				it := "it"
				if d.Initial && d != root {
					it = d.title() + ", which runs before it,"
				}
				switch r.Name {
				case in.Name:
					return it + " uses " + in.Name + ", an input of its cell: take it as a parameter"
				case in.typ:
					return it + " uses " + in.typ + ", the type of an input of its cell: declare a struct with the fields of one row"
				}
			}
		}
	}
	return ""
}

// closure returns the sources that a declaration needs, its own cell's first.
func (u *Unit) closure(root *Decl) []Source {
	wanted := u.needs(root)
	spans := map[*Cell][]span{}
	cells := []*Cell{root.Cell}
	for _, d := range u.Decls {
		if wanted[d] {
			spans[d.Cell] = append(spans[d.Cell], span{d.Start, d.End})
			if !slices.Contains(cells, d.Cell) {
				cells = append(cells, d.Cell)
			}
		}
	}
	byAge(cells[1:])
	var out []Source
	for _, c := range cells {
		all := append(spans[c], c.imports...)
		sort.Slice(all, func(i, j int) bool { return all[i].start < all[j].start })
		all = slices.Compact(all)
		text := []byte(mask(c.code, all...))
		if c != u.Cell {
			u.drop(c, text)
		}
		out = append(out, Source{c.Name, strings.TrimRight(tight(string(text), all), " \t\n") + "\n" + c.packageImports(), c.Gets})
	}
	return out
}

// tight leaves out the blanks of lines that have nothing else, so that a source does not depend on
// how long the lines of others are.
func tight(masked string, spans []span) (out string) {
	at := 0
	for _, s := range spans {
		between := masked[at:s.start]
		last := strings.LastIndexByte(between, '\n') + 1
		for line := range strings.Lines(between[:last]) {
			out += strings.TrimRight(line, " \t\n") + "\n"
		}
		out += between[last:] + masked[s.start:s.end]
		at = s.end
	}
	return out + masked[at:]
}

// packageImports writes the imports that only an earlier cell has, behind all lines
// of this one.
func (c *Cell) packageImports() (out string) {
	for _, name := range slices.Sorted(maps.Keys(c.packages)) {
		out += fmt.Sprintf("import %s %q\n", name, c.packages[name])
	}
	return out
}

// sourcesOf returns the sources that a function of the unit's cell needs.
func (u *Unit) sourcesOf(name string) []Source {
	for _, d := range u.Cell.Decls {
		if d.Recv == "" && slices.Contains(d.Names, name) {
			return u.closure(d)
		}
	}
	return nil
}

// setSources sets the sources of a function, and of the one that combines its
// results.
func (u *Unit) setSources(f *Function) {
	f.Sources = u.sourcesOf(f.Name)
	if f.Merge != nil {
		f.Merge.Sources = u.sourcesOf(f.Merge.Function)
	}
}

// A Call is a function to build a program for.
type Call struct {
	Sources  []Source
	Function string
	Depths   []int // of each argument: the nesting of its lists, or Binary
	Grouped  bool  // the call has keys
	Merge    bool  // the function combines two results, and is called on a column of them
	Profile  bool  // it is sampled while it runs
	Trace    bool  // it records its steps

	ahead bool // nobody waits for it yet
}

// Binary is the depth of a column of byte strings, of which each can be a []uint8.
const Binary = -1

// plain leaves out the depths of plain columns, however many.
func (call Call) plain() Call {
	if !slices.ContainsFunc(call.Depths, func(n int) bool { return n != 0 }) {
		call.Depths = nil
	}
	return call
}

// BuildCall returns the program that calls a function on columns, and the unit
// that places its errors in the function's cells.
func (b *Builder) BuildCall(ctx context.Context, call Call, force bool) (p *Program, u *Unit, err error) {
	began := time.Now()
	defer func() {
		if p != nil {
			p.Seconds = time.Since(began).Seconds()
		}
	}()
	call = call.plain()
	if !force {
		if p, u = b.fromElsewhere(call); p != nil {
			return p, u, nil
		}
	}
	base, err := b.prepare()
	if err != nil {
		p, u, err = b.buildCall(ctx, call, force) // first, for errors in the function's source
		return p, u, b.taken.why(call, err)
	}
	id := call.identity()
	if p, u = b.calls.find(id, base); p != nil && !force {
		return p, u, nil
	}
	p, u, err = b.buildCall(ctx, call, force)
	if b.moved(ctx, err) {
		if base, err = b.prepare(); err == nil {
			p, u, err = b.buildCall(ctx, call, force)
		}
	}
	if err == nil {
		b.calls.keep(id, call, base, p, u)
	}
	return p, u, err
}

func (b *Builder) buildCall(ctx context.Context, call Call, force bool) (*Program, *Unit, error) {
	u, err := call.unit()
	if err != nil {
		return nil, nil, err
	}
	x, err := b.packages(ctx, u)
	if err != nil {
		return nil, u, err
	}
	p := &Program{ahead: call.ahead, Go: x.tools.Version}
	h := sha256.New()
	fmt.Fprintln(h, b.tree, thisBuild(), x.tools.Version, runtime.GOOS, runtime.GOARCH, compilerFlags(), call.Function, call.Depths, call.Grouped, call.Merge, call.Profile, call.Trace, x.dir)
	for _, s := range call.Sources {
		fmt.Fprintf(h, "%d\n%s", len(s.Text), s.Text)
	}
	p.Key = hex.EncodeToString(h.Sum(nil))[:32]
	err = b.obtain(ctx, u, p, force, func() error {
		return x.mending(func() error { return b.compileCall(ctx, x, u, call, p) })
	})
	return p, u, err
}

// unit joins the sources of a call.
func (call Call) unit() (*Unit, error) {
	if len(call.Sources) == 0 {
		return nil, errors.New("a call without the function's source")
	}
	u := &Unit{known: noSession{}, names: map[string]bool{}}
	for _, s := range call.Sources {
		c, diags := Parse(s.Cell, s.Text)
		if diags != nil {
			return nil, diags
		}
		c.Gets = s.Gets
		if u.Cell == nil {
			u.Cell = c
		}
		for _, d := range c.Decls {
			u.Decls = append(u.Decls, d)
			for _, n := range d.Names {
				u.names[n] = u.names[n] || d.Recv == ""
			}
		}
	}
	return u, nil
}

type noSession struct{}

func (noSession) Decls(string) []*Decl { return nil }
func (noSession) Import(string) string { return "" }
func (noSession) Initial() []*Decl     { return nil }
func (noSession) Held(string) bool     { return false }
func (noSession) Gets(string) []string { return nil }

func (b *Builder) compileCall(ctx context.Context, x *exports, u *Unit, call Call, p *Program) error {
	files := u.assemble("", nil, nil)
	if err := x.need(ctx, importsOf(files), p.ahead); err != nil {
		return err
	}
	b.checkMu.Lock()
	found, k := u.check(files, x, Options{language: x.tools.language()})
	var f *Function
	if found.Errors == nil {
		f = k.find(call.Function)
	}
	b.checkMu.Unlock()
	if x.trimmed() {
		return errTrimmed
	}
	if found.Errors != nil {
		return found.Errors
	}
	if f == nil {
		return fmt.Errorf("the function %s is not in its source", call.Function)
	}
	f.grouped = call.Grouped
	if f.reduces = call.Merge; !f.reduces {
		f.listed(call.Depths, k.pkg.Scope().Lookup(f.Name).(*types.Func).Signature())
	}
	p.Serial, p.Function, p.Stays = f.Serial, f.Kind, u.leavesNothing(k, k.pkg.Scope().Lookup(f.Name)) && !call.Profile && !call.Trace
	if call.Profile {
		if err := b.sample(ctx, x, files, p); err != nil {
			return err
		}
	}
	if call.Trace {
		if err := b.trace(ctx, x, k); err != nil {
			return err
		}
	}
	if p.Stays {
		for _, s := range files {
			if s.cell == nil {
				s.text = strings.Replace(s.text, "goscore__.Main(", "goscore__.Serve(", 1)
			}
		}
	}
	if err := u.drive(files, f, k); err != nil {
		return err
	}
	return b.finish(ctx, x, u, files, p)
}

// leavesNothing reports whether a call of a function keeps no state from one run to the
// next, so that its process can take another one. A package variable that is set before the
// first call and never written, such as a compiled regexp or a table, is none.
func (u *Unit) leavesNothing(k *checker, function types.Object) bool {
	holds := slices.ContainsFunc(u.Decls, func(d *Decl) bool { return d.Kind == token.VAR || slices.Contains(d.Names, "init") })
	return !holds || !k.outlives(function)
}

// find describes the exported function of that name.
func (k *checker) find(name string) *Function {
	for _, f := range k.functions() {
		if f.Name == name {
			return &f
		}
	}
	return nil
}

// drive replaces the cell's statements by the driver.
func (u *Unit) drive(files []*source, f *Function, k *checker) error {
	sig := k.pkg.Scope().Lookup(f.Name).(*types.Func).Signature()
	if f.Instance != "" {
		inst, err := k.instantiate(sig, strings.Trim(f.Instance, "[]"))
		if err != nil {
			return err
		}
		sig = inst
	}
	name := f.Name
	for _, d := range u.Cell.Decls {
		fd, ok := d.Node.(*ast.FuncDecl)
		if !ok || fd.Name.Name != f.Name || d.Recv != "" {
			continue
		}
		for _, s := range files {
			if s.cell != u.Cell || s.name == "body.go" {
				continue
			}
			if text, ok := f.marked(d, s.within(d)); ok {
				name += "__marked"
				s.text += text + "\nvar _ = goscore__.ErrorAt\n"
				s.imports("goscore__", runtimePath)
			}
		}
	}
	var reduction string
	if f.reduces {
		var err error
		if name, sig, reduction, err = f.reduction(sig); err != nil {
			return err
		}
	}
	text, err := driverSource(f, sig, name)
	if err != nil {
		return err
	}
	text += reduction
	for _, s := range files {
		if s.name == "body.go" {
			s.text, s.cell, s.edits = "package main\n\n"+driverImports(text)+text, nil, nil
		}
	}
	return nil
}

// driverImports writes the imports of a driver.
func driverImports(text string) string {
	lines := []string{fmt.Sprintf("goscore__ %q", runtimePath)}
	if strings.Contains(text, "goscore__functions.") {
		lines = append(lines, fmt.Sprintf("goscore__functions %q", functionsPath))
	}
	if strings.Contains(text, "goscore__parallel.") {
		lines = append(lines, fmt.Sprintf("goscore__parallel %q", parallelPath))
	}
	for name, path := range stdlib {
		if name != "goscore" && containsName(text, name+".") {
			lines = append(lines, fmt.Sprintf("%s %q", name, path))
		}
	}
	slices.Sort(lines)
	return "import (\n\t" + strings.Join(lines, "\n\t") + "\n)\n\n"
}

// containsName reports whether text has name, not as the end of a longer name.
func containsName(text, name string) bool {
	for i := strings.Index(text, name); i >= 0; {
		if i == 0 || !strings.ContainsRune("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.\"", rune(text[i-1])) {
			return true
		}
		next := strings.Index(text[i+1:], name)
		if next < 0 {
			return false
		}
		i += 1 + next
	}
	return false
}
