package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
)

// installCommand registers the Jupyter kernel, for the user or in a prefix
// such as a virtual environment.
func installCommand(args []string) error {
	set := flag.NewFlagSet("install", flag.ContinueOnError)
	prefix := set.String("prefix", "", "register below this directory (a virtual environment) and not for the user")
	if err := set.Parse(args); err != nil {
		return err
	}
	dir, err := kernelsDir(*prefix)
	if err != nil {
		return err
	}
	self, err := os.Executable()
	if err != nil {
		return err
	}
	spec, err := json.MarshalIndent(map[string]any{
		"argv":           []string{self, "kernel", "-f", "{connection_file}"},
		"display_name":   "Go (goscore)",
		"language":       "go",
		"interrupt_mode": "message",
		"env":            map[string]string{"GODEBUG": "", "GOMEMLIMIT": ""}, // a value that Go's runtime cannot read ends a process before its first step
	}, "", "  ")
	if err != nil {
		return err
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	path := filepath.Join(dir, "kernel.json")
	if err := os.WriteFile(path, append(spec, '\n'), 0o644); err != nil {
		return err
	}
	fmt.Println(path)
	return nil
}

func kernelsDir(prefix string) (string, error) {
	if prefix != "" {
		return filepath.Join(prefix, "share", "jupyter", "kernels", "goscore"), nil
	}
	if data := os.Getenv("JUPYTER_DATA_DIR"); data != "" {
		return filepath.Join(data, "kernels", "goscore"), nil
	}
	home, err := os.UserHomeDir()
	if err != nil {
		return "", err
	}
	return filepath.Join(home, userData, "kernels", "goscore"), nil
}
