package main

import (
	"io/fs"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"
)

// TestSourceIsWhole holds what is embedded against the files: a toolchain builds
// checkers from it alone.
func TestSourceIsWhole(t *testing.T) {
	want := map[string]bool{}
	for _, room := range []string{"compute", "compute/group", "compute/parallel", "magics/datatype", "magics/program", "magics/sampling", "magics/tracing", "magics/compile", "magics/hint", "magics/instrument", "magics/session"} {
		entries, err := os.ReadDir(room)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range entries {
			name := e.Name()
			if !e.IsDir() && !strings.HasSuffix(name, "_test.go") && (strings.HasSuffix(name, ".go") || strings.HasSuffix(name, ".s")) {
				want[room+"/"+name] = true
			}
		}
	}
	got := map[string]bool{}
	fs.WalkDir(source, ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			t.Fatal(err)
		}
		if !d.IsDir() && !strings.HasSuffix(path, "_test.go") {
			got[path] = true
		}
		if strings.HasPrefix(path, "magics/compile/") && strings.HasSuffix(path, "_test.go") {
			t.Errorf("%s makes the worker larger", path)
		}
		return nil
	})
	if !maps.Equal(got, want) {
		t.Errorf("embedded %q\nwant %q", slices.Sorted(maps.Keys(got)), slices.Sorted(maps.Keys(want)))
	}
}

// TestCheckersNeedNothingElse keeps checkers to the standard library: their
// toolchain has no modules.
func TestCheckersNeedNothingElse(t *testing.T) {
	for room, own := range map[string][]string{
		"magics/session": {"goscore/magics/compile", "goscore/magics/hint"}, "magics/compile": {"goscore/magics/datatype", "goscore/magics/hint", "goscore/magics/instrument"}, "magics/hint": {}, "magics/instrument": {}, "magics/datatype": {},
	} {
		if !slices.Equal(arrows[room], own) {
			t.Errorf("%s imports %q", room, arrows[room])
		}
	}
}
