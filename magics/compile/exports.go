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
	mu   sync.Mutex
	file string // the file of the answers
	// elsewhere is another file with answers, for a cache that is no longer writable.
	elsewhere []string
	dir       string // of the unpacked module
	cache     string
	tools     *Toolchain
	known     map[string]string
	types     types.Importer
	lost      bool // a package's file did not exist
	gets      bool // the module has third-party requirements
}

// common are the packages that cells import most; they are compiled ahead.
var common = []string{
	functionsPath, parallelPath, runtimePath,
	"bufio", "bytes", "cmp", "container/heap", "container/list", "context", "crypto/md5", "crypto/sha256", "encoding/base64",
	"encoding/binary", "encoding/csv", "encoding/hex", "encoding/json", "errors", "fmt", "hash/crc32", "hash/fnv", "html",
	"io", "iter", "log", "maps", "math", "math/big", "math/bits", "math/cmplx", "math/rand", "math/rand/v2", "net/url", "os",
	"path", "reflect", "regexp", "runtime", "slices", "sort", "strconv", "strings", "sync", "sync/atomic", "text/tabwriter",
	"text/template", "time", "time/tzdata", "unicode", "unicode/utf8", "unsafe",
}

func (x *exports) load() {
	x.known = map[string]string{}
	for _, file := range append([]string{x.file}, x.elsewhere...) {
		if b, err := os.ReadFile(file); err == nil {
			json.Unmarshal(b, &x.known)
		}
		for path, file := range x.known { // Go trims its cache
			if st, err := os.Stat(file); err != nil || !st.Mode().IsRegular() {
				delete(x.known, path)
			}
		}
		if len(x.known) > 0 {
			break
		}
	}
	x.types = importer.ForCompiler(token.NewFileSet(), "gc", x.open)
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

// need compiles the packages and all that they import.
func (x *exports) need(ctx context.Context, paths []string) error {
	if !lock(ctx, &x.mu) { // Warm has it for seconds
		return context.Cause(ctx)
	}
	defer x.mu.Unlock()
	var missing []string
	for _, p := range paths {
		if x.known[p] == "" && p != "unsafe" {
			missing = append(missing, p)
		}
	}
	if missing == nil {
		return nil
	}
	if len(x.known) == 0 {
		missing = append(slices.Clone(common), missing...)
	}
	return x.list(ctx, missing)
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
	args := append([]string{"list", "-export", "-deps", "-f", "{{.ImportPath}}\t{{.Export}}"}, packageFlags...)
	if x.gets {
		args = append(args, "-mod=mod", "-modcacherw")
	}
	args = append(args, paths...)
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
	for line := range strings.Lines(out) {
		if path, file, ok := strings.Cut(strings.TrimSpace(line), "\t"); ok && file != "" {
			x.known[path] = file
		}
	}
	b, err := json.Marshal(x.known)
	if err != nil {
		return err
	}
	return writeWhole(x.file, b, 0o600)
}

// run runs the go command, with its own temporary directory: a stopped go command
// leaves its files there.
func (x *exports) run(ctx context.Context, env []string, args ...string) (stdout, stderr string, err error) {
	temp, err := os.MkdirTemp(x.cache, "build-*")
	if err != nil {
		return "", err.Error(), err
	}
	defer os.RemoveAll(temp)
	cmd := command(ctx, append(env, "TMPDIR="+temp), x.dir, x.tools.Go, args...)
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	err = cmd.Run()
	return out.String(), errs.String(), err
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
