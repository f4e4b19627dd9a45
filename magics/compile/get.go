package compile

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
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
		if path, version, ok := strings.Cut(g, "@"); !ok || path == "" || version == "" || strings.HasPrefix(path, "-") {
			return nil, &GetError{fmt.Sprintf("--get %s: write MODULE@VERSION, such as github.com/mmcloughlin/geohash@v0.10.0 or ...@latest", g)}
		}
	}
	sum := sha256.Sum256([]byte(strings.Join(gets, "\n")))
	name := hex.EncodeToString(sum[:])[:16]
	if !lock(ctx, &b.getMu) { // not b.mu, since a download may take long
		return nil, context.Cause(ctx)
	}
	defer b.getMu.Unlock()
	if x := b.got[name]; x != nil && x.tools == base.tools {
		return x, nil
	}
	dir := base.dir + "-get-" + name
	x := &exports{
		file: strings.TrimSuffix(base.file, ".json") + name + ".json", dir: dir, cache: base.cache, tools: base.tools, gets: true,
	}
	files, err := runtimeFiles(b.Source)
	if err == nil {
		err = unpack(files, dir)
	}
	if err == nil {
		err = x.resolve(ctx, gets)
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

// getName is a name for a set of modules.
func getName(gets []string) string {
	sum := sha256.Sum256([]byte(strings.Join(gets, "\n")))
	return "-get-" + hex.EncodeToString(sum[:])[:16]
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
	if _, err := os.Stat(filepath.Join(base.dir+getName(gets), resolved)); err != nil {
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

// resolve downloads the modules. No other part of a build uses the network.
func (x *exports) resolve(ctx context.Context, gets []string) error {
	mark := filepath.Join(x.dir, ".resolved")
	if _, err := os.Stat(mark); err == nil {
		return nil
	}
	if out, errs, err := x.run(ctx, getEnv(x.cache), append([]string{"get"}, gets...)...); err != nil {
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		return &GetError{fmt.Sprintf("--get %s: %s", strings.Join(gets, " --get "), firstLines(out+errs, 8))}
	}
	return os.WriteFile(mark, nil, 0o600)
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
	return append(env, "GOFLAGS="+strings.TrimSpace(os.Getenv("GOFLAGS")+" -mod=mod"))
}

// gets lists the modules of the unit's cells.
func (u *Unit) gets() (out []string) {
	for _, c := range u.cells() {
		out = append(out, c.Gets...)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// nameImports reads the package names of third-party imports, which may differ
// from their paths.
func (u *Unit) nameImports(ctx context.Context, x *exports) error {
	for _, c := range u.cells() {
		for i, imp := range c.Imports {
			if isStandard(imp.Path) {
				continue
			}
			if err := x.need(ctx, []string{imp.Path}); err != nil {
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

// importError places the error for a package that is not there, and names the
// --get for it.
func (c *Cell) importError(imp Import, err error) error {
	if strings.Contains(err.Error(), "no required module provides") || strings.Contains(err.Error(), "is not in std") {
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

// modulePath guesses the module of a package.
func modulePath(path string) string {
	parts := strings.Split(path, "/")
	if len(parts) > 3 && (parts[0] == "github.com" || parts[0] == "gitlab.com" || parts[0] == "bitbucket.org") {
		parts = parts[:3]
	}
	return strings.Join(parts, "/")
}
