package compile

import (
	"os"
	"os/exec"
	"runtime"
	"testing"
)

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
