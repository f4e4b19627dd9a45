package main

import (
	"bytes"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// arrows are those of DESIGN.md: what each room may import beside the standard
// library. golang.org/x/sys is the part of it that knows the operating system.
var arrows = map[string][]string{
	".":                 {"goscore/kernel", "goscore/magics", "goscore/magics/compile", "goscore/magics/frame", "goscore/magics/protocol", "golang.org/x/sys/unix"},
	"kernel":            {"github.com/go-zeromq/zmq4", "github.com/google/uuid", "golang.org/x/sys/unix"},
	"magics":            {"goscore/magics/session", "goscore/magics/vet", "goscore/magics/profile", "goscore/magics/datatype", "goscore/magics/builtin", "goscore/magics/process", "goscore/magics/protocol", "goscore/magics/compile", "goscore/magics/frame", "goscore/magics/program", "goscore/compute", "goscore/compute/group", "goscore/compute/parallel", "golang.org/x/sys/unix"},
	"magics/builtin":    {"goscore/magics/datatype", "goscore/magics/protocol", "goscore/magics/frame", "goscore/magics/program", "goscore/compute", "goscore/compute/group", "goscore/compute/parallel"},
	"magics/process":    {"goscore/magics/protocol", "goscore/magics/compile", "goscore/magics/frame", "goscore/magics/program", "golang.org/x/sys/unix"},
	"magics/protocol":   {"goscore/magics/compile", "goscore/magics/frame", "goscore/magics/program"},
	"magics/session":    {"goscore/magics/compile", "goscore/magics/hint"},
	"magics/compile":    {"goscore/magics/datatype", "goscore/magics/hint", "goscore/magics/instrument"},
	"magics/hint":       {},
	"magics/instrument": {},
	"magics/vet":        {"golang.org/x/tools/go/analysis"},
	"magics/datatype":   {},
	"magics/frame":      {"goscore/magics/datatype", "github.com/apache/arrow-go", "golang.org/x/sys/unix"},
	"magics/profile":    {"goscore/magics/program", "github.com/google/pprof/profile"},
	"magics/sampling":   {"goscore/magics/program"},
	"magics/tracing":    {"goscore/magics/program"},
	"magics/program":    {"goscore/magics/datatype", "goscore/compute", "goscore/compute/group", "goscore/compute/parallel"},

	"compute":          {"goscore/compute/group", "goscore/compute/parallel"},
	"compute/group":    {"goscore/compute/parallel"},
	"compute/parallel": {},

	"compute/generate":                   {"github.com/mmcloughlin/avo"}, // a module of its own
	"ipython_ext/goscore/_draft/support": {},                             // Go that drafts take in
}

// testArrows are what tests may import besides, and the room itself.
var testArrows = map[string][]string{
	"magics":         {"github.com/apache/arrow-go", "golang.org/x/tools/txtar"},
	"magics/compile": {"golang.org/x/tools/txtar"},
}

// TestRooms reads import lines rather than running go list, whose answer the
// test cache would keep.
func TestRooms(t *testing.T) {
	files := map[string]int{} // of each room, beside tests
	err := filepath.WalkDir(".", func(file string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		others := []string{"build", "dist", "testdata", "tests", "node_modules"} // not sources of ours
		if d.IsDir() && file != "." && (strings.HasPrefix(d.Name(), ".") || slices.Contains(others, d.Name())) {
			return filepath.SkipDir
		}
		if !d.IsDir() && strings.HasSuffix(file, ".go") {
			room := path.Dir(filepath.ToSlash(file))
			checkImports(t, file, room)
			if !strings.HasSuffix(file, "_test.go") {
				files[room]++
				checkLength(t, file)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for room := range arrows {
		if files[room] == 0 {
			t.Errorf("the room %s has no Go file", room)
		}
	}
	checkSizes(t, files)
}

// mostLines is how long a Go file may be, and mostFiles how many of them a
// folder may hold, beside tests.
const (
	mostLines = 500
	mostFiles = 24
)

func checkLength(t *testing.T, file string) {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Error(err)
	}
	if n := bytes.Count(text, []byte("\n")); n > mostLines {
		t.Errorf("%s has %d lines, at most %d are read in one go: split it", file, n, mostLines)
	}
}

// checkSizes lets only those folders hold more files that DESIGN.md names, with
// the reason.
func checkSizes(t *testing.T, files map[string]int) {
	t.Helper()
	design, err := os.ReadFile("DESIGN.md")
	if err != nil {
		t.Fatal(err)
	}
	for room, n := range files {
		named := bytes.Contains(design, []byte("`"+room+"/` holds more, because "))
		if n > mostFiles && !named {
			t.Errorf("%s holds %d Go files, and DESIGN.md does not say \"`%s/` holds more, because ...\"", room, n, room)
		}
		if n <= mostFiles && named {
			t.Errorf("DESIGN.md says that %s holds more than %d Go files, and it holds %d", room, mostFiles, n)
		}
	}
}

func checkImports(t *testing.T, file, room string) {
	t.Helper()
	allowed, ok := arrows[room]
	if !ok {
		t.Errorf("%s: DESIGN.md has no room %s", file, room)
		return
	}
	if strings.HasSuffix(file, "_test.go") {
		allowed = slices.Concat(allowed, testArrows[room], []string{path.Join("goscore", room)})
	}
	f, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.ImportsOnly)
	if err != nil {
		t.Error(err)
		return
	}
	for _, imp := range f.Imports {
		p, _ := strconv.Unquote(imp.Path.Value)
		first, _, _ := strings.Cut(p, "/")
		if !strings.Contains(first, ".") && first != "goscore" {
			continue // the standard library
		}
		if !slices.ContainsFunc(allowed, func(a string) bool {
			return p == a || strings.Contains(a, ".") && strings.HasPrefix(p, a+"/")
		}) {
			t.Errorf("%s imports %s, which no arrow of DESIGN.md leads to", file, p)
		}
	}
}
