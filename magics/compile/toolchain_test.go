package compile

import (
	"errors"
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
