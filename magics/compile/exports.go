package compile

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"go/importer"
	"go/token"
	"go/types"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
)

// exports knows the compiled package of each import path. Go's list command
// takes 0.4 s, so its answers are kept on disk.
type exports struct {
	listing   sync.Mutex // held while packages are compiled
	mu        sync.Mutex // of what follows
	file      string     // the file of the answers
	elsewhere []string   // other files with answers, in caches that cannot be written
	dir       string     // of the unpacked module
	cache     string
	tools     *Toolchain
	known     map[string]string
	types     types.Importer
	lost      bool // a package's file did not exist
	gets      bool // the module has third-party requirements
	work      *Work
	standBack func() func() // stops what nobody waits for
}

// always are the packages that each program needs.
var always = []string{functionsPath, parallelPath, runtimePath}

// common are the packages that cells import most; they are compiled ahead.
var common = []string{
	"bufio", "bytes", "cmp", "container/heap", "container/list", "context", "crypto/md5", "crypto/sha256", "encoding/base64",
	"encoding/binary", "encoding/csv", "encoding/hex", "encoding/json", "errors", "fmt", "hash/crc32", "hash/fnv", "html",
	"io", "iter", "log", "maps", "math", "math/big", "math/bits", "math/cmplx", "math/rand", "math/rand/v2", "net/url", "os",
	"path", "reflect", "regexp", "runtime", "slices", "sort", "strconv", "strings", "sync", "sync/atomic", "text/tabwriter",
	"text/template", "time", "time/tzdata", "unicode", "unicode/utf8", "unsafe",
}

func (x *exports) load() {
	x.known = map[string]string{}
	for _, file := range append([]string{x.file}, x.elsewhere...) {
		found := map[string]string{}
		if b, err := os.ReadFile(file); err == nil {
			json.Unmarshal(b, &found)
		}
		for path, export := range found {
			if !filepath.IsAbs(export) { // below the cache, which may have been copied
				export = filepath.Join(filepath.Dir(file), export)
			}
			st, err := os.Stat(export) // Go trims its cache
			if x.known[path] == "" && err == nil && st.Mode().IsRegular() {
				x.known[path] = export
			}
		}
	}
	x.types = importer.ForCompiler(token.NewFileSet(), "gc", x.open)
}

// save writes the answers for other workers.
func (x *exports) save() error {
	below := maps.Clone(x.known)
	for path, export := range below {
		if rel, err := filepath.Rel(x.cache, export); err == nil && filepath.IsLocal(rel) {
			below[path] = rel
		}
	}
	b, err := json.Marshal(below)
	if err != nil {
		return err
	}
	return writeWhole(x.file, b, 0o600)
}

func (x *exports) open(path string) (io.ReadCloser, error) {
	file := x.known[path]
	if file == "" {
		return nil, fmt.Errorf("package %s is not known", path)
	}
	f, err := os.Open(file)
	x.lost = x.lost || err != nil
	return f, err
}

// trimmed reports, once, whether the file of a compiled package did not exist.
func (x *exports) trimmed() bool {
	x.mu.Lock()
	defer x.mu.Unlock()
	lost := x.lost
	x.lost = false
	return lost
}

// need compiles the packages and all that they import. What nobody waits for stands
// back, except where that itself is what asks.
func (x *exports) need(ctx context.Context, paths []string, ahead bool) error {
	if x.missing(paths) == nil {
		return nil
	}
	if !ahead {
		defer x.standBack()()
	}
	if !Lock(ctx, &x.listing) {
		return context.Cause(ctx)
	}
	defer x.listing.Unlock()
	if missing := x.missing(paths); missing != nil {
		return x.list(ctx, missing)
	}
	return nil
}

// missing lists those of the packages that are not compiled.
func (x *exports) missing(paths []string) (out []string) {
	x.mu.Lock()
	defer x.mu.Unlock()
	for _, p := range paths {
		if x.known[p] == "" && p != "unsafe" {
			out = append(out, p)
		}
	}
	return out
}

// forget drops all answers, since a compiled package is gone. With all, it also
// clears Go's cache, whose files are damaged.
func (x *exports) forget(all bool) {
	x.mu.Lock()
	defer x.mu.Unlock()
	clear(x.known)
	x.types = importer.ForCompiler(token.NewFileSet(), "gc", x.open)
	os.RemoveAll(x.file)
	if all {
		os.RemoveAll(filepath.Join(x.cache, "go-build"))
	}
}

// mending builds again if compiled packages are gone: first with the ones that Go's
// cache still has, then after compiling all of them again.
func (x *exports) mending(build func() error) error {
	err := build()
	for _, all := range []bool{false, true} {
		if errors.Is(err, errTrimmed) {
			x.forget(all)
			err = build()
		}
	}
	return err
}

// packageFlags are the compiler's flags for packages. They leave out debug
// information, which programs do not keep and which slows down linking.
var packageFlags = []string{"-trimpath", "-buildvcs=false", "-gcflags=all=-dwarf=false"}

func (x *exports) list(ctx context.Context, paths []string) error {
	args := append([]string{"list", "-export", "-deps", "-v", "-f", "{{.ImportPath}}\t{{.Export}}"}, packageFlags...)
	if x.gets {
		args = append(args, "-mod=mod", "-modcacherw")
	}
	args = append(args, paths...)
	defer x.work.begin("compiling packages of "+x.tools.Name()+" for the first time", x.count(ctx, paths))()
	out, errs, err := x.run(ctx, buildEnv(x.cache), args...)
	if err != nil && x.gets && ctx.Err() == nil && x.provides(ctx, paths) {
		out, errs, err = x.run(ctx, getEnv(x.cache), args...) // what a module needs in turn is not here yet
	}
	if err != nil {
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		if isFull(errs) {
			return full(x.cache, errs)
		}
		if strings.Contains(errs, "could not import") {
			return fmt.Errorf("%w: %s", errTrimmed, firstLines(errs, 6))
		}
		return fmt.Errorf("compile packages: %s", firstLines(errs, 6))
	}
	x.mu.Lock()
	defer x.mu.Unlock()
	for line := range strings.Lines(out) {
		if path, file, ok := strings.Cut(strings.TrimSpace(line), "\t"); ok && file != "" {
			x.known[path] = file
		}
	}
	return x.save()
}

// count returns how many packages are to be compiled, where nothing is yet; else 0.
func (x *exports) count(ctx context.Context, paths []string) int {
	if _, err := os.Stat(filepath.Join(x.cache, "go-build")); err == nil || x.gets {
		return 0
	}
	out, _, _ := x.run(ctx, buildEnv(x.cache), append([]string{"list", "-deps"}, paths...)...)
	return strings.Count(out, "\n")
}

// run runs the go command, with its own temporary directory: a stopped go command
// leaves its files there.
func (x *exports) run(ctx context.Context, env []string, args ...string) (stdout, stderr string, err error) {
	temp, err := os.MkdirTemp(x.cache, "build-*")
	if err != nil {
		return "", err.Error(), err
	}
	defer os.RemoveAll(temp)
	return x.work.run(command(ctx, append(env, "TMPDIR="+temp), x.dir, x.tools.Go, args...))
}

// config writes the file that gives compiler and linker the packages' files.
func (x *exports) config() []byte {
	x.mu.Lock()
	defer x.mu.Unlock()
	var b bytes.Buffer
	for _, path := range slices.Sorted(maps.Keys(x.known)) {
		fmt.Fprintf(&b, "packagefile %s=%s\n", path, x.known[path])
	}
	return b.Bytes()
}

// Import returns the types of a package; checks run one at a time.
func (x *exports) Import(path string) (pkg *types.Package, err error) {
	x.mu.Lock()
	defer x.mu.Unlock()
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("read package %s: %v", path, r)
		}
		x.lost = x.lost || err != nil && x.known[path] != ""
	}()
	return x.types.Import(path)
}

func firstLines(s string, n int) string {
	lines := strings.SplitAfterN(strings.TrimSpace(s), "\n", n+1)
	if len(lines) > n {
		lines = lines[:n]
	}
	return strings.TrimSpace(strings.Join(lines, ""))
}

// writeWhole writes a file under another name first, so that no process reads a
// part of it.
func writeWhole(path string, b []byte, mode os.FileMode) error {
	f, err := os.CreateTemp(filepath.Dir(path), ".new-*")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name())
	_, err = f.Write(b)
	if err == nil {
		err = f.Chmod(mode)
	}
	if e := f.Close(); err == nil {
		err = e
	}
	if err != nil {
		return err
	}
	return replace(f.Name(), path)
}

// replace renames file to path, and replaces a file or a directory there.
func replace(file, path string) error {
	err := os.Rename(file, path)
	if st, e := os.Lstat(path); err != nil && e == nil && st.IsDir() {
		if err = os.RemoveAll(path); err == nil {
			err = os.Rename(file, path)
		}
	}
	return err
}
