package compile

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
)

// A localModule is a module in a directory of the user's.
type localModule struct {
	dir, path string
	sum       string // of its files: builds follow their changes
}

// isLocal says whether what --get names is a directory, by its absolute path.
func isLocal(get string) bool { return filepath.IsAbs(get) || strings.HasPrefix(get, ".") }

func localModules(gets []string) (out []localModule, err error) {
	for _, dir := range gets {
		if !isLocal(dir) {
			continue
		}
		m := localModule{dir: dir}
		text, err := os.ReadFile(filepath.Join(dir, "go.mod"))
		if err != nil {
			return nil, &GetError{fmt.Sprintf("--get %s: there is no module: %v\n  hint: go mod init example.com/NAME makes one in that directory", dir, err)}
		}
		for line := range strings.Lines(string(text)) {
			if name, ok := strings.CutPrefix(strings.TrimSpace(line), "module "); ok && m.path == "" {
				m.path = strings.Trim(strings.TrimSpace(name), "\"`")
			}
		}
		if m.path == "" {
			return nil, &GetError{fmt.Sprintf("--get %s: its go.mod names no module", dir)}
		}
		if m.sum, err = sumOfFiles(dir); err != nil {
			return nil, &GetError{fmt.Sprintf("--get %s: %v", dir, err)}
		}
		out = append(out, m)
	}
	return out, nil
}

// moduleOf is the module in a directory that has a package at its root; else empty.
func moduleOf(gets []string, path string) string {
	locals, _ := localModules(gets)
	for _, m := range locals {
		if path == m.path {
			return m.path
		}
	}
	return ""
}

// version is what a replaced module is required at: Go wants the major one of its path.
func (m localModule) version() string {
	major := path.Base(m.path)
	if !majorVersion.MatchString(major) {
		major = "v0"
	}
	return major + ".0.0-00010101000000-000000000000"
}

// sumOfFiles tells whether anything that Go reads in a directory has changed.
func sumOfFiles(dir string) (string, error) {
	h := sha256.New()
	err := filepath.WalkDir(dir, func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if base := d.Name(); d.IsDir() {
			if name != dir && (strings.HasPrefix(base, ".") || strings.HasPrefix(base, "_") || base == "testdata" || base == "node_modules") {
				return filepath.SkipDir
			}
			return nil
		}
		switch filepath.Ext(name) {
		case ".go", ".s", ".mod", ".sum":
			info, err := d.Info()
			if err != nil {
				return err
			}
			fmt.Fprintln(h, name, info.Size(), info.ModTime().UnixNano())
		}
		return nil
	})
	return hex.EncodeToString(h.Sum(nil))[:16], err
}
