package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
)

// runPackage runs a command of the Python package. It drops the current
// directory from sys.path: that is not a place to import from.
const runPackage = `import importlib.util, runpy, sys
sys.path = [place for place in sys.path if place]
sys.argv[0] = "goscore"
if importlib.util.find_spec("goscore") is None:
    sys.exit(f"goscore: {sys.executable} has no goscore: install it there, as in {sys.executable} -m pip install goscore, "
             "or call the goscore command of the environment that has it")
runpy.run_module("goscore", run_name="__main__", alter_sys=True)
`

// pythonCommand replaces this process by the Python package, with the same
// arguments.
func pythonCommand(args []string) error {
	python, err := findPython()
	if err != nil {
		return err
	}
	err = syscall.Exec(python, append([]string{python, "-c", runPackage}, args...), os.Environ())
	return fmt.Errorf("start %s: %w", python, err)
}

// findPython returns the Python beside this command, else the one on PATH.
func findPython() (string, error) {
	self, err := os.Executable()
	if err != nil {
		return "", err
	}
	beside := filepath.Join(filepath.Dir(self), "python")
	if found, err := exec.LookPath(beside); err == nil {
		return found, nil
	}
	found, err := exec.LookPath("python3")
	if errors.Is(err, exec.ErrNotFound) {
		return "", fmt.Errorf("there is no Python beside %s, and no python3 on PATH", self)
	}
	return found, err
}
