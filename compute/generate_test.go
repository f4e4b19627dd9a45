package compute

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"
)

// TestGenerated runs the generator again. It needs avo, which is downloaded for
// it where it is not at hand.
func TestGenerated(t *testing.T) {
	if testing.Short() {
		t.Skip("compiles avo")
	}
	// The test's own look at the sources makes Go run it again when they change.
	for _, name := range []string{"main.go", "go.mod", "go.sum"} {
		if _, err := os.ReadFile(filepath.Join("generate", name)); err != nil {
			t.Fatal(err)
		}
	}
	ctx, stop := context.WithTimeout(t.Context(), time.Minute)
	defer stop()
	if out, err := exec.CommandContext(ctx, "go", "-C", "generate", "mod", "download").CombinedOutput(); err != nil {
		t.Skipf("avo is not to be had: %v\n%s", err, out)
	}
	dir := t.TempDir()
	asm, stubs := filepath.Join(dir, "avx2_amd64.s"), filepath.Join(dir, "avx2_amd64.go")
	run := exec.Command("go", "-C", "generate", "run", ".", "-out", asm, "-stubs", stubs, "-pkg", "compute")
	if out, err := run.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	for _, file := range []string{asm, stubs} {
		name := filepath.Base(file)
		if !bytes.Equal(body(t, file), body(t, name)) {
			t.Errorf("%s is not what its generator writes: run go generate ./compute", name)
		}
	}
}

// body returns a generated file without its first line, which holds the
// generator's arguments.
func body(t *testing.T, file string) []byte {
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := bytes.Cut(text, []byte("\n"))
	return rest
}
