package compile

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// with returns the packages that a unit may import: the standard library, and the
// third-party modules of its cells' --get. They are downloaded once, and read from
// the module cache from then on.
func (b *Builder) with(ctx context.Context, base *exports, gets []string) (*exports, error) {
	if len(gets) == 0 {
		return base, nil
	}
	for _, g := range gets {
		if path, version, ok := strings.Cut(g, "@"); !isLocal(g) && (!ok || path == "" || version == "" || strings.HasPrefix(path, "-")) {
			return nil, &GetError{fmt.Sprintf("--get %s: write MODULE@VERSION, such as github.com/mmcloughlin/geohash@v0.10.0 or ...@latest, or ./DIR for a module of your own", g)}
		}
	}
	locals, err := localModules(gets)
	if err != nil {
		return nil, err
	}
	name := getName(gets, locals)
	if !Lock(ctx, &b.getMu) { // apart from b.mu: a download may take long
		return nil, context.Cause(ctx)
	}
	defer b.getMu.Unlock()
	if x := b.got[name]; x != nil && x.tools == base.tools {
		return x, nil
	}
	dir := base.dir + name
	x := &exports{
		file: strings.TrimSuffix(base.file, ".json") + name + ".json", dir: dir, cache: base.cache, tools: base.tools, gets: true,
		work: base.work, standBack: base.standBack,
	}
	files, err := runtimeFiles(b.Source)
	if err == nil {
		err = unpack(files, dir)
	}
	if err == nil {
		err = x.resolve(ctx, gets, locals)
	}
	if err != nil {
		return nil, err
	}
	x.load()
	if b.got == nil {
		b.got = map[string]*exports{}
	}
	b.got[name] = x
	return x, nil
}

// getName tells what several modules need from what others do, also from what the
// same ones needed before their files here were changed.
func getName(gets []string, locals []localModule) string {
	h := sha256.New()
	fmt.Fprintln(h, strings.Join(gets, "\n"))
	for _, m := range locals {
		fmt.Fprintln(h, m.path, m.sum)
	}
	return "-get-" + hex.EncodeToString(h.Sum(nil))[:16]
}

// resolved is the file that marks a module's requirements as downloaded.
const resolved = ".resolved"

// atHand returns the packages that a unit may import and that are downloaded
// already: completion never downloads.
func (b *Builder) atHand(ctx context.Context, gets []string) *exports {
	base, err := b.prepare()
	if err != nil {
		return nil
	}
	locals, err := localModules(gets)
	if err != nil {
		return base
	}
	if _, err := os.Stat(filepath.Join(base.dir+getName(gets, locals), resolved)); err != nil {
		return base
	}
	x, err := b.with(ctx, base, gets)
	if err != nil {
		return base
	}
	return x
}

// A GetError is the error for a module that could not be downloaded.
type GetError struct{ text string }

func (e *GetError) Error() string { return e.text }

// NewGetError is an error that came from another process.
func NewGetError(text string) *GetError { return &GetError{text} }

// resolve downloads the modules: that, and what list finds to be missing of them,
// is all that a build uses the network for.
func (x *exports) resolve(ctx context.Context, gets []string, locals []localModule) error {
	mark := filepath.Join(x.dir, resolved)
	if _, err := os.Stat(mark); err == nil {
		return nil
	}
	run := func(env []string, args ...string) error {
		out, errs, err := x.run(ctx, env, args...)
		if err != nil && ctx.Err() != nil {
			return context.Cause(ctx)
		}
		if err != nil {
			return &GetError{fmt.Sprintf("--get %s: %s", strings.Join(gets, " --get "), firstLines(out+errs, 8))}
		}
		return nil
	}
	for _, m := range locals {
		if err := run(buildEnv(x.cache), "mod", "edit", "-require="+m.path+"@"+m.version(), "-replace="+m.path+"="+m.dir); err != nil {
			return err
		}
	}
	remote := slices.DeleteFunc(slices.Clone(gets), isLocal)
	if len(remote) > 0 {
		if err := run(getEnv(x.cache), append([]string{"get"}, remote...)...); err != nil {
			return err
		}
	}
	return os.WriteFile(mark, nil, 0o600)
}

// provides says whether packages are all of modules that were asked for: then
// what is missing of them may be downloaded.
func (x *exports) provides(ctx context.Context, paths []string) bool {
	out, _, err := x.run(ctx, getEnv(x.cache), "list", "-m", "-f", "{{if not .Main}}{{.Path}}{{end}}", "all")
	modules := strings.Fields(out)
	return err == nil && !slices.ContainsFunc(paths, func(p string) bool {
		return !standard(p) && !strings.HasPrefix(p, "goscore/") &&
			!slices.ContainsFunc(modules, func(m string) bool { return p == m || strings.HasPrefix(p, m+"/") })
	})
}

// getEnv is buildEnv with the user's own settings for the network.
func getEnv(cache string) []string {
	env := slices.DeleteFunc(buildEnv(cache), func(v string) bool {
		return strings.HasPrefix(v, "GOPROXY=") || strings.HasPrefix(v, "GOENV=") || strings.HasPrefix(v, "GOFLAGS=") ||
			strings.HasPrefix(v, "XDG_CONFIG_HOME=") // git's settings are there, too
	})
	for _, name := range []string{"GOPROXY", "GOENV", "XDG_CONFIG_HOME"} {
		if v, ok := os.LookupEnv(name); ok {
			env = append(env, name+"="+v)
		}
	}
	return append(env, "GOFLAGS="+strings.TrimSpace(os.Getenv("GOFLAGS")+" -mod=mod -modcacherw")) // a cache that its owner can delete
}

// gets lists the modules of the unit's cells.
func (u *Unit) gets() (out []string) {
	for _, c := range u.Cells() {
		out = append(out, c.Gets...)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// nameImports reads the package names of third-party imports, which may differ
// from their paths.
func (u *Unit) nameImports(ctx context.Context, x *exports) error {
	for _, c := range u.Cells() {
		for i, imp := range c.Imports {
			if isStandard(imp.Path) {
				continue
			}
			if err := x.need(ctx, []string{imp.Path}, false); err != nil {
				return c.importError(imp, err)
			}
			pkg, err := x.Import(imp.Path)
			if err != nil {
				return c.importError(imp, err)
			}
			if imp.Name == "" && pkg.Name() != packageName(imp.Path) {
				c.Imports[i].Name = pkg.Name()
			}
		}
	}
	return nil
}

// isStandard reports whether a path is known to be one of Go's own.
func isStandard(path string) bool {
	return path == "goscore" || path == "embed" || stdlib[packageName(path)] == path
}

// noModule matches what Go says of a package whose module nobody asked for.
var noModule = regexp.MustCompile(`no required module provides|is not in std|module lookup disabled|cannot find module providing`)

// importError places a package that cannot be had, and says what gets it.
func (c *Cell) importError(imp Import, err error) error {
	if strings.HasPrefix(imp.Path, ".") {
		d := c.diagnostic(imp.Offset, fmt.Sprintf("%q is a directory: Go imports packages by the paths of their modules", imp.Path))
		d.Hint = "add --get " + imp.Path + " to the cell's first line, and import what its go.mod says behind module"
		return Diagnostics{d}
	}
	if m := moduleOf(c.Gets, imp.Path); m != "" && noModule.MatchString(err.Error()) {
		d := c.diagnostic(imp.Offset, fmt.Sprintf("%q needs a package whose module is not known", imp.Path))
		d.Hint = "add --get for that module, too: go.mod says which it is, and Go reads the replace lines of " + m + " only where that is the main module"
		return Diagnostics{d}
	}
	if noModule.MatchString(err.Error()) {
		d := c.diagnostic(imp.Offset, fmt.Sprintf("no module with the package %q is known", imp.Path))
		d.Hint = "add --get " + modulePath(imp.Path) + "@latest to the cell's first line"
		if first, _, _ := strings.Cut(imp.Path, "/"); !strings.Contains(first, ".") {
			d.Hint = "it is not one of the standard library's"
			if near := stdlib[Nearest(packageName(imp.Path), Packages())]; near != "" {
				d.Hint += fmt.Sprintf(": did you mean %q?", near)
			}
		}
		return Diagnostics{d}
	}
	return err
}

var majorVersion = regexp.MustCompile(`^v[2-9]\d*$|^v1\d+$`)

// modulePath guesses the module of a package.
func modulePath(path string) string {
	parts := strings.Split(path, "/")
	if len(parts) > 3 && (parts[0] == "github.com" || parts[0] == "gitlab.com" || parts[0] == "bitbucket.org") {
		n := 3
		if majorVersion.MatchString(parts[3]) {
			n = 4
		}
		parts = parts[:n]
	}
	return strings.Join(parts, "/")
}
