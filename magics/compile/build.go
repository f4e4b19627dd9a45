package compile

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"
)

// Options are the options of a run that change its program.
type Options struct {
	Outputs  []string // Go variables that go back to Python
	NoReturn bool
	Force    bool
	Python   bool   // its results go to Python, which has options for that
	Profile  bool   // it is sampled while it runs
	Trace    bool   // it records its steps
	NoStdin  string // why a cell that reads standard input finds nothing; empty: it can be read

	language string // the version of Go that the toolchain compiles
}

// A Program is a native executable in the cache.
type Program struct {
	Path     string
	Key      string
	Cached   bool
	Warnings Diagnostics
	Source   string // the generated files, for -v
	Command  string
	Seconds  float64

	Functions []Function          // that the cell exports
	Changed   []Changed           // variables that the cell's statements change
	Starts    map[string][]string // by the place of an initial declaration: the variables that it changes
	Declares  bool                // the cell only declares: there is no executable
	Serial    bool                // of a call: it runs on one core
	Function  string              // of a call: the kind of function
	Stays     bool                // of a call: its process takes one job after the other
	Go        string              // of a call: the toolchain's version
	Stdin     bool                // it reads standard input
	Profile   bool                // it is sampled while it runs
	Reasons   []Reason            // of a profiled program: what the compiler says of its lines

	ahead bool // nobody waits for it yet
}

// Vet finds what is most likely wrong in files whose types are known.
type Vet func(fset *token.FileSet, files []*ast.File, pkg *types.Package, info *types.Info, report func(token.Pos, string))

// A Builder compiles units with the installed toolchain. Source has the packages
// that programs link: compute with its rooms, magics/datatype and magics/program.
type Builder struct {
	Source fs.FS
	Vet    Vet // nil: cells go without

	mu      sync.Mutex
	ready   *exports
	tree    string // hash of Source
	cache   string
	checkMu sync.Mutex
	turns   turns
	ahead   ahead
	work    Work
	getMu   sync.Mutex
	got     map[string]*exports // by the modules of --get

	builtins builtins
	calls    keptCalls
	taken    taken
}

// prepare finds toolchain and cache, and unpacks the runtime's sources.
func (b *Builder) prepare() (*exports, error) {
	tools, err := FindToolchain()
	if err != nil {
		return nil, err
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.ready != nil && b.ready.tools == tools {
		return b.ready, nil
	}
	if err := b.findCache(); err != nil {
		return nil, err
	}
	files, err := runtimeFiles(b.Source)
	if err != nil {
		return nil, err
	}
	dir := filepath.Join(b.cache, "src-"+b.tree)
	if err := unpack(files, dir); err != nil {
		return nil, err
	}
	name := fmt.Sprintf("exports-%s-%s-%s%s.json", b.tree, tools.Version, runtime.GOARCH, strings.Join(packageFlags, ""))
	name = strings.ReplaceAll(name, " ", "_")
	b.ready = &exports{file: filepath.Join(b.cache, name), dir: dir, cache: b.cache, tools: tools, work: &b.work, standBack: b.standBack}
	for _, other := range b.shared() {
		b.ready.elsewhere = append(b.ready.elsewhere, filepath.Join(other, name))
	}
	b.ready.load()
	return b.ready, nil
}

// findCache finds the cache, and reads the sources that programs link. The caller
// has the lock.
func (b *Builder) findCache() (err error) {
	if b.cache, _, err = CacheDir(); err != nil {
		return err
	}
	pruneOnce.Do(func() { go prune(b.cache) })
	files, err := runtimeFiles(b.Source)
	if err != nil {
		return err
	}
	b.tree = hashFiles(files)
	return os.MkdirAll(filepath.Join(b.cache, "programs"), 0o700)
}

// Build returns the unit's program, from the cache if it is there. Errors in the
// cell are Diagnostics.
func (b *Builder) Build(ctx context.Context, u *Unit, opts Options) (*Program, error) {
	p, err := b.build(ctx, u, opts)
	if b.moved(ctx, err) {
		p, err = b.build(ctx, u, opts)
	}
	return p, err
}

// moved reports whether to try again with another cache: the current one is
// gone, or no longer writable.
func (b *Builder) moved(ctx context.Context, err error) bool {
	var path *fs.PathError
	var link *os.LinkError
	if ctx.Err() != nil || !errors.As(err, &path) && !errors.As(err, &link) || errors.Is(err, syscall.ENOSPC) {
		return false
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.ready = nil
	return true
}

func (b *Builder) build(ctx context.Context, u *Unit, opts Options) (*Program, error) {
	began := time.Now()
	if diags := u.passed(); diags != nil {
		return nil, diags
	}
	x, err := b.packages(ctx, u)
	if err != nil {
		return nil, err
	}
	files, err := u.files(opts)
	if err != nil {
		return nil, err
	}
	p := &Program{Key: b.key(x, files, opts)}
	defer func() { p.Seconds = time.Since(began).Seconds() }()
	err = b.obtain(ctx, u, p, opts.Force, func() error {
		return x.mending(func() error {
			files, err := u.files(opts)
			if err != nil {
				return err
			}
			return b.compile(ctx, x, u, files, opts, p)
		})
	})
	return p, err
}

// Check type-checks a unit that needs no inputs.
func (b *Builder) Check(ctx context.Context, u *Unit) Diagnostics {
	x, err := b.packages(ctx, u)
	if err != nil {
		return nil
	}
	files := u.assemble("", nil, nil)
	if err := x.need(ctx, importsOf(files), false); err != nil {
		return nil
	}
	b.checkMu.Lock()
	defer b.checkMu.Unlock()
	found, _ := u.check(files, x, Options{language: x.tools.language()})
	return found.Errors
}

// packages returns the packages that the unit may import.
func (b *Builder) packages(ctx context.Context, u *Unit) (*exports, error) {
	x, err := b.prepare()
	if err != nil {
		return nil, err
	}
	if x, err = b.with(ctx, x, u.gets()); err != nil {
		return nil, err
	}
	return x, u.nameImports(ctx, x)
}

// files writes the unit's sources.
func (u *Unit) files(opts Options) ([]*source, error) {
	prelude, err := Prelude(u.inputs, u.uses)
	if err != nil {
		return nil, err
	}
	var names []string
	for _, in := range u.inputs {
		names = append(names, in.Name)
	}
	return u.assemble(prelude, opts.Outputs, names), nil
}

// Bind sets the unit's inputs, and the uses that it makes of them.
func (u *Unit) Bind(inputs []Input, uses []Use) {
	u.inputs, u.uses = slices.Clone(inputs), uses
	clock := "time"
	if u.names["time"] || slices.ContainsFunc(inputs, func(in Input) bool { return in.Name == "time" }) {
		clock = reserved + "time"
	}
	for i, typ := range u.typeNames(inputs) {
		u.inputs[i].typ, u.inputs[i].clock = typ, clock
	}
}

func (b *Builder) key(x *exports, files []*source, opts Options) string {
	h := sha256.New()
	fmt.Fprintln(h, b.tree, thisBuild(), x.tools.Version, runtime.GOOS, runtime.GOARCH, compilerFlags(), opts.NoReturn, opts.Python, opts.NoStdin, opts.Profile, opts.Trace, x.dir)
	for _, f := range files {
		fmt.Fprintf(h, "%s %d\n%s", f.name, len(f.text), f.text)
	}
	return hex.EncodeToString(h.Sum(nil))[:32]
}

// errTrimmed is the error for a compiled package that is gone from Go's cache or damaged.
var errTrimmed = errors.New("a compiled package is gone")

// isFull reports whether a tool's error is a full disk.
func isFull(text string) bool {
	return strings.Contains(text, syscall.ENOSPC.Error()) || strings.Contains(text, syscall.EDQUOT.Error())
}

// full returns the error for a cache without room for compiled programs.
func full(cache, text string) error {
	return fmt.Errorf("the disk is full where programs are compiled, in %s: make room there, or set GOSCORE_CACHE to another directory and call goscore.restart()\n%s", cache, firstLines(text, 3))
}

func (b *Builder) compile(ctx context.Context, x *exports, u *Unit, files []*source, opts Options, p *Program) error {
	if err := x.need(ctx, importsOf(files), p.ahead); err != nil {
		return err
	}
	opts.language = x.tools.language()
	b.checkMu.Lock() // the importer is not safe for concurrent use
	found, k := u.check(files, x, opts)
	b.checkMu.Unlock()
	if x.trimmed() {
		return errTrimmed
	}
	if found.Errors != nil {
		return found.Errors
	}
	k.advise(opts, b.Vet)
	p.Warnings, p.Stdin = found.Warnings, k.stdin
	p.Changed, p.Starts = k.changedVars(), k.changedByStarts()
	p.Functions = k.functions()
	for i := range p.Functions {
		u.setSources(&p.Functions[i])
	}
	if p.Declares = len(opts.Outputs) == 0 && !u.Cell.runs(); p.Declares {
		return p.remember() // nothing to run, so type-checking is enough
	}
	if opts.Profile {
		if err := b.sample(ctx, x, files, p); err != nil {
			return err
		}
	}
	if opts.Trace {
		if err := b.trace(ctx, x, k); err != nil {
			return err
		}
	}
	return b.finish(ctx, x, u, files, p)
}

// finish compiles and links the files, and puts the program into the cache.
func (b *Builder) finish(ctx context.Context, x *exports, u *Unit, files []*source, p *Program) error {
	err := b.link(ctx, x, u, files, p)
	if errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) {
		return full(b.cache, err.Error())
	}
	return err
}

func (b *Builder) link(ctx context.Context, x *exports, u *Unit, files []*source, p *Program) error {
	if !p.ahead {
		defer b.standBack()()
	}
	dir, err := os.MkdirTemp(b.cache, "build-*")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	var all strings.Builder
	args := append(compilerFlags(), "-o", "main.a", "-importcfg", "importcfg", "-trimpath", dir)
	for _, f := range files {
		text := f.apply()
		fmt.Fprintf(&all, "// %s\n%s\n", f.name, text)
		if err := os.WriteFile(filepath.Join(dir, f.name), []byte(text), 0o600); err != nil {
			return err
		}
		args = append(args, f.name)
	}
	p.Source = all.String()
	if p.Profile {
		args = slices.Insert(args, len(compilerFlags()), "-json=0,file://"+filepath.Join(dir, reportDir))
	}
	if err := os.WriteFile(filepath.Join(dir, "importcfg"), x.config(), 0o600); err != nil {
		return err
	}
	p.Command = "go tool compile " + strings.Join(args, " ")
	if err := b.tool(ctx, x, u, dir, "compile", args...); err != nil {
		return err
	}
	if p.Profile {
		p.Reasons = u.reasons(files, filepath.Join(dir, reportDir))
	}
	link := []string{"-o", "program", "-importcfg", "importcfg", "-s", "-w", "-buildmode=exe", "main.a"}
	p.Command += "\ngo tool link " + strings.Join(link, " ")
	if err := b.tool(ctx, x, u, dir, "link", link...); err != nil {
		return err
	}
	if err := os.Chmod(filepath.Join(dir, "program"), 0o700); err != nil {
		return err
	}
	if err := replace(filepath.Join(dir, "program"), p.Path); err != nil {
		return err
	}
	return p.remember()
}

func (b *Builder) tool(ctx context.Context, x *exports, u *Unit, dir, tool string, args ...string) error {
	env := append(buildEnv(b.cache), "GOROOT="+x.tools.Root, "TMPDIR="+dir)
	cmd := command(ctx, env, dir, filepath.Join(x.tools.Tools, tool), args...)
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	err := cmd.Run()
	switch {
	case err == nil:
		return nil
	case ctx.Err() != nil:
		return context.Cause(ctx)
	case isFull(out.String()):
		return full(b.cache, out.String())
	case strings.Contains(out.String(), "no such file"), strings.Contains(out.String(), "could not import"):
		return errTrimmed
	case tool == "link": // its errors come from damaged packages, hardly ever from cells
		return fmt.Errorf("%w: go tool link: %v\n%s", errTrimmed, err, firstLines(out.String(), 10))
	}
	if diags := u.compilerErrors(out.String()); diags != nil {
		return diags
	}
	return fmt.Errorf("go tool %s: %v\n%s", tool, err, firstLines(out.String(), 10))
}

var compilerLine = regexp.MustCompile(`(?m)^(?:.*/)?c(\d+):(\d+)(?::(\d+))?: (.*)$`)

// compilerErrors places the compiler's own messages in the cells.
func (u *Unit) compilerErrors(out string) Diagnostics {
	var diags Diagnostics
	for _, m := range compilerLine.FindAllStringSubmatch(out, -1) {
		c := u.CellAt(m[1])
		line, _ := strconv.Atoi(m[2])
		column, _ := strconv.Atoi(m[3])
		if c != nil {
			diags = append(diags, c.diagnostic(c.offset(line, max(column, 1)), m[4]))
		}
	}
	return diags
}

// CellAt returns the cell with that number in generated files, as in c0.
func (u *Unit) CellAt(number string) *Cell {
	n, err := strconv.Atoi(number)
	cells := u.Cells()
	if err != nil || n >= len(cells) {
		return nil
	}
	return cells[n]
}

// Cells lists the unit's cells in the order of their numbers: its own, then the
// others as they were run.
func (u *Unit) Cells() []*Cell {
	cells := []*Cell{u.Cell}
	for _, d := range u.Decls {
		if !slices.Contains(cells, d.Cell) {
			cells = append(cells, d.Cell)
		}
	}
	byAge(cells[1:])
	return cells
}

// byAge sorts cells by the order in which they ran.
func byAge(cells []*Cell) {
	slices.SortStableFunc(cells, func(a, b *Cell) int { return a.age - b.age })
}

// offset is the inverse of Place.
func (c *Cell) offset(line, column int) int {
	starts := c.lines()
	if line > len(starts) {
		return len(c.Text)
	}
	return min(starts[max(line, 1)-1]+column-1, len(c.Text))
}

func importsOf(files []*source) (paths []string) {
	for _, s := range files {
		f, err := parser.ParseFile(token.NewFileSet(), s.name, s.text, parser.ImportsOnly)
		if err != nil {
			continue
		}
		for _, imp := range f.Imports {
			p, _ := strconv.Unquote(imp.Path.Value)
			paths = append(paths, p)
		}
	}
	slices.Sort(paths)
	return slices.Compact(paths)
}
