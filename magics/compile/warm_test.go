package compile

import (
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// TestShared takes compiled packages from a cache that others made, writes nothing
// there, and compiles none again, wherever that cache has been moved.
func TestShared(t *testing.T) {
	builder(t)
	user, _, err := CacheDir()
	if err != nil {
		t.Fatal(err)
	}
	made := filepath.Join(t.TempDir(), "made")
	t.Setenv("GOSCORE_CACHE", made) // which Share sets
	err = Share(made, func() error {
		linked(t, filepath.Join(user, "go-build"), filepath.Join(made, "go-build"))
		x, err := builder(t).prepare()
		if err != nil {
			return err
		}
		return x.need(t.Context(), append([]string{"fmt", "encoding/json"}, always...), false)
	})
	if err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(t.TempDir(), "moved")
	if err := os.Rename(made, dir); err != nil {
		t.Fatal(err)
	}
	before := paths(t, dir, func(mode fs.FileMode) {
		if mode.Perm()&0o044 != 0o044 || mode.Perm()&0o022 != 0 {
			t.Errorf("the mode %v", mode)
		}
	})
	own := t.TempDir()
	t.Setenv("GOSCORE_CACHE", dir)
	t.Setenv("XDG_CACHE_HOME", own)
	t.Setenv("HOME", own)
	b := builder(t)
	p := build(t, b, "In[1]", unique(t)+"\njson.Valid(nil)")
	if n := b.work.Compiled(); n != 0 {
		t.Errorf("%d packages were compiled again", n)
	}
	if !strings.HasPrefix(p.Path, own) {
		t.Errorf("the program is %s", p.Path)
	}
	if _, passed, err := CacheDir(); passed != "" || err != nil {
		t.Errorf("complaints: %s, %v", passed, err)
	}
	if after := paths(t, dir, func(fs.FileMode) {}); !slices.Equal(after, before) {
		t.Errorf("written: %d paths, before %d", len(after), len(before))
	}
}

// paths lists a tree, and looks at all modes.
func paths(t *testing.T, dir string, look func(fs.FileMode)) (out []string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := d.Info()
		if err == nil {
			look(info.Mode())
		}
		out = append(out, path)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// TestFirstCell counts what an empty cache lets a first cell wait for: the packages
// that it imports, and those that all programs link.
func TestFirstCell(t *testing.T) {
	ownCache(t)
	b := builder(t)
	build(t, b, "In[1]", "fmt.Println(strings.ToUpper(`x`), math.Sqrt(2))")
	known := slices.Sorted(maps.Keys(b.ready.known))
	t.Logf("%d packages: %s", len(known), strings.Join(known, " "))
	const most = 80
	if len(known) > most || !slices.Contains(known, "strings") || slices.Contains(known, "encoding/json") {
		t.Errorf("%d packages, at most %d are needed", len(known), most)
	}
	if err := b.Warm(t.Context(), Soon); err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	for began := time.Now(); b.ready.missing(common) != nil; time.Sleep(time.Millisecond) {
		if time.Since(began) > time.Minute {
			t.Fatalf("never compiled: %q", b.ready.missing(common))
		}
	}
}

// TestCountedPackages tells the names of packages from what else a go command says.
func TestCountedPackages(t *testing.T) {
	w := &Work{}
	n := &nameCounter{work: w}
	for _, part := range []string{"runtime\nintern", "al/abi\n# goscore/compute\n", "x.go:3:4: undefined: y\nfmt\nrest"} {
		n.Write([]byte(part))
	}
	if got := n.other.String() + n.part; w.Compiled() != 3 || got != "# goscore/compute\nx.go:3:4: undefined: y\nrest" {
		t.Errorf("%d packages, and %q", w.Compiled(), got)
	}
}
