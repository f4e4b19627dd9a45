package compile

import (
	"path/filepath"
	"slices"
	"testing"
)

// TestWarningsAreKept finds a program again, with what was said of its cell.
func TestWarningsAreKept(t *testing.T) {
	cell := new(Cell)
	path := filepath.Join(t.TempDir(), "program")
	warnings := Diagnostics{{cell, 3, "declared and not used: x", ""}, {cell, 9, "wrong type", "%v fits a value of any type"}}
	if err := (&Program{Path: path, Declares: true, Warnings: warnings}).remember(); err != nil {
		t.Fatal(err)
	}
	found := &Program{Path: path}
	if !found.recall(&Unit{Cell: cell}) || !slices.Equal(found.Warnings, warnings) {
		t.Errorf("%v instead of %v", found.Warnings, warnings)
	}
}
