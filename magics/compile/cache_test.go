package compile

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
)

// build compiles a cell that other tests do not have; its programs are the shared cache's.
func build(t *testing.T, b *Builder, name, text string) *Program {
	t.Helper()
	c, diags := Parse(name, text)
	if diags != nil {
		t.Fatal(diags)
	}
	u := NewUnit(c, nobody{})
	u.Bind(nil, nil)
	p, err := b.Build(context.Background(), u, Options{})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func builder(t *testing.T) *Builder {
	t.Helper()
	if _, err := FindToolchain(); err != nil {
		t.Skip(err)
	}
	return &Builder{Source: os.DirFS("../..")}
}

// unique is a cell that no cache has yet.
func unique(t *testing.T) string {
	return fmt.Sprintf("x := %q // %s\nfmt.Println(3)", t.Name(), t.TempDir())
}

// TestCache sees that a cell's number does not count, and that its warnings come
// again with the number it has now.
func TestCache(t *testing.T) {
	b, text := builder(t), unique(t)
	if p := build(t, b, "In[3]", text); p.Cached || len(p.Warnings) != 1 {
		t.Errorf("first build: cached %v, warnings %v", p.Cached, p.Warnings)
	}
	p := build(t, &Builder{Source: os.DirFS("../..")}, "In[4]", text)
	if !p.Cached || len(p.Warnings) != 1 || !strings.HasPrefix(p.Warnings.Error(), "In[4], line 1: declared and not used: x") {
		t.Errorf("second build: cached %v, warnings %v", p.Cached, p.Warnings)
	}
	if p := build(t, b, "In[5]", text+" "); p.Cached {
		t.Error("another text has the same program")
	}
}

// TestBuildCounts keeps what another build of goscore made apart.
func TestBuildCounts(t *testing.T) {
	b, text := builder(t), unique(t)
	mine := thisBuild
	defer func() { thisBuild = mine }()
	build(t, b, "In[1]", text)
	thisBuild = func() string { return "another" }
	if p := build(t, b, "In[1]", text); p.Cached {
		t.Error("another build of goscore takes this one's program")
	}
	if len(mine()) == 0 {
		t.Error("no build ID")
	}
}

// TestCorruptCache builds again what is not whole.
func TestCorruptCache(t *testing.T) {
	b, text := builder(t), unique(t)
	p := build(t, b, "In[1]", text)
	for what, spoil := range map[string]func() error{
		"empty program":   func() error { return os.Truncate(p.Path, 0) },
		"shorter program": func() error { return os.Truncate(p.Path, 1000) },
		"no program":      func() error { return os.Remove(p.Path) },
		"no note":         func() error { return os.Remove(p.Path + ".json") },
		"empty note":      func() error { return os.Truncate(p.Path+".json", 0) },
		"no JSON":         func() error { return os.WriteFile(p.Path+".json", []byte("{"), 0o600) },
		"other JSON":      func() error { return os.WriteFile(p.Path+".json", []byte(`{"Warnings": 3}`), 0o600) },
		"garbage of its size": func() error {
			return os.WriteFile(p.Path, bytes.Repeat([]byte("x"), int(size(p.Path))), 0o700)
		},
		"zeros within": func() error {
			f, err := os.OpenFile(p.Path, os.O_WRONLY, 0)
			if err == nil {
				_, err = f.WriteAt(make([]byte, 4096), size(p.Path)/2)
				f.Close()
			}
			return err
		},
		"a directory": func() error { return errors.Join(os.Remove(p.Path), os.MkdirAll(p.Path+"/in/it", 0o700)) },
		"a note that is a directory": func() error {
			return errors.Join(os.Remove(p.Path+".json"), os.MkdirAll(p.Path+".json/in", 0o700))
		},
		"warnings beyond": func() error {
			return os.WriteFile(p.Path+".json", []byte(`{"Warnings": [{"Offset": 99999}]}`), 0o600)
		},
	} {
		if err := spoil(); err != nil {
			t.Fatal(err)
		}
		again := build(t, b, "In[1]", text)
		_ = again.Warnings.Error()
		if st, err := os.Stat(again.Path); err != nil || st.Size() < 100_000 {
			t.Errorf("%s: the program is not there again", what)
		}
		if out, err := exec.Command(again.Path).CombinedOutput(); err != nil {
			t.Errorf("%s: the program does not run: %v %s", what, err, out)
		}
	}
}

func size(path string) int64 {
	st, err := os.Stat(path)
	if err != nil {
		return 0
	}
	return st.Size()
}

// TestCorruptSources writes the module's sources again where they are not what they were.
func TestCorruptSources(t *testing.T) {
	ownCache(t)
	build(t, builder(t), "In[1]", unique(t))
	found, _ := filepath.Glob(filepath.Join(os.Getenv("GOSCORE_CACHE"), "src-*", "compute", "score.go"))
	if len(found) != 1 {
		t.Fatal(found)
	}
	want, _ := os.ReadFile(found[0])
	if err := os.WriteFile(found[0], []byte("package"), 0o600); err != nil {
		t.Fatal(err)
	}
	build(t, builder(t), "In[1]", unique(t)+"\n// again")
	if got, _ := os.ReadFile(found[0]); !bytes.Equal(got, want) {
		t.Errorf("the source is %q", got)
	}
}

// TestCorruptPackages compiles packages again that are not what Go wrote.
func TestCorruptPackages(t *testing.T) {
	running := builder(t)
	user, _, err := CacheDir()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	t.Setenv("GOSCORE_CACHE", dir)
	linked(t, filepath.Join(user, "go-build"), filepath.Join(dir, "go-build"))
	build(t, running, "In[1]", "fmt.Println(1)")
	found, _ := filepath.Glob(filepath.Join(dir, "exports-*.json"))
	known := map[string]string{}
	b, _ := os.ReadFile(found[0])
	if err := json.Unmarshal(b, &known); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{"fmt", runtimePath} {
		export := filepath.Join(dir, known[path])
		garbage := bytes.Repeat([]byte{7}, int(size(export)))
		if err := errors.Join(os.Remove(export), os.WriteFile(export, garbage, 0o600)); err != nil {
			t.Fatal(err)
		}
	}
	build(t, running, "In[1]", "fmt.Println(2)")
	build(t, builder(t), "In[1]", "fmt.Println(3)")
}

// linked makes a tree of the same files. Who spoils one has to remove it first.
func linked(t *testing.T, from, to string) {
	t.Helper()
	err := filepath.WalkDir(from, func(path string, d fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) { // trimmed meanwhile
			return nil
		}
		target := filepath.Join(to, strings.TrimPrefix(path, from))
		if err != nil || d.IsDir() {
			return errors.Join(err, os.MkdirAll(target, 0o700))
		}
		if os.Link(path, target) == nil {
			return nil
		}
		b, err := os.ReadFile(path) // on another file system
		if err != nil {
			return nil
		}
		return os.WriteFile(target, b, 0o600)
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestMovedCache goes on in the next place when a cache cannot be written any more.
func TestMovedCache(t *testing.T) {
	ownCache(t)
	dir := os.Getenv("GOSCORE_CACHE")
	running := builder(t)
	build(t, running, "In[1]", unique(t))
	next := t.TempDir()
	t.Setenv("XDG_CACHE_HOME", next)
	if err := os.Rename(dir, dir+"-gone"); err != nil {
		t.Fatal(err)
	}
	defer os.Remove(dir)
	if err := os.WriteFile(dir, nil, 0o600); err != nil { // where a directory was
		t.Fatal(err)
	}
	if p := build(t, running, "In[1]", unique(t)+"\n// elsewhere"); !strings.HasPrefix(p.Path, next) {
		t.Errorf("the program is in %s", p.Path)
	}
}

// ownCache gives the test a cache of its own that has the packages of the user's.
func ownCache(t *testing.T) {
	t.Helper()
	builder(t)
	user, _, err := CacheDir()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	if err := os.Symlink(filepath.Join(user, "go-build"), filepath.Join(dir, "go-build")); err != nil {
		t.Fatal(err)
	}
	t.Setenv("GOSCORE_CACHE", dir)
}

// TestTwoBuilders builds one cell from several sides at once.
func TestTwoBuilders(t *testing.T) {
	text := unique(t)
	builders := []*Builder{builder(t), builder(t)}
	var all sync.WaitGroup
	for i := range 4 {
		all.Go(func() {
			p := build(t, builders[i%2], "In[1]", text)
			if st, err := os.Stat(p.Path); err != nil || st.Size() == 0 {
				t.Error("no program")
			}
		})
	}
	all.Wait()
}

// TestCacheDir goes on to the next place where one cannot be written.
func TestCacheDir(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	good := filepath.Join(t.TempDir(), "good")
	t.Setenv("XDG_CACHE_HOME", good)
	t.Setenv("GOSCORE_CACHE", filepath.Join(file, "sub"))
	if dir, _, err := CacheDir(); err != nil || dir != filepath.Join(good, "goscore") {
		t.Errorf("CacheDir = %q, %v", dir, err)
	}
	t.Setenv("XDG_CACHE_HOME", filepath.Join(file, "sub"))
	t.Setenv("TMPDIR", filepath.Join(file, "tmp"))
	if dir, _, err := CacheDir(); err == nil || !strings.Contains(err.Error(), "set GOSCORE_CACHE") {
		t.Errorf("CacheDir = %q, %v", dir, err)
	}
}

// TestForeignCache does not run what others could have put into the temporary
// directory under the name that everybody knows.
func TestForeignCache(t *testing.T) {
	tmp := t.TempDir()
	t.Setenv("TMPDIR", tmp)
	for _, name := range []string{"GOSCORE_CACHE", "XDG_CACHE_HOME", "HOME"} {
		t.Setenv(name, "")
	}
	private := filepath.Join(tmp, "goscore-"+strconv.Itoa(os.Getuid()))
	refused := func(why string) {
		t.Helper()
		if dir, _, err := CacheDir(); err == nil || !strings.Contains(err.Error(), "other users") {
			t.Errorf("%s: CacheDir = %q, %v", why, dir, err)
		}
		if err := os.RemoveAll(private); err != nil {
			t.Fatal(err)
		}
	}
	if err := errors.Join(os.Mkdir(private, 0o700), os.Chmod(private, 0o777)); err != nil {
		t.Fatal(err)
	}
	refused("a directory that all may write")
	if err := os.Symlink(t.TempDir(), private); err != nil {
		t.Fatal(err)
	}
	refused("a link")
	if os.Getuid() == 0 {
		if err := errors.Join(os.Mkdir(private, 0o700), os.Chown(private, 65534, 65534)); err != nil {
			t.Fatal(err)
		}
		refused("a directory of somebody else")
	}
	for range 2 {
		if dir, _, err := CacheDir(); err != nil || dir != private {
			t.Errorf("CacheDir = %q, %v", dir, err)
		}
	}
}

// TestOthersCache takes no directory that others may write.
func TestOthersCache(t *testing.T) {
	open := t.TempDir()
	if err := os.Chmod(open, 0o777); err != nil {
		t.Fatal(err)
	}
	t.Setenv("GOSCORE_CACHE", open)
	dir, passed, err := CacheDir()
	if err != nil || dir == open || !strings.Contains(passed, "can be written by everybody") {
		t.Errorf("CacheDir = %q, %q, %v", dir, passed, err)
	}
}

// TestTrimmed lists packages again when Go has removed them from its cache:
// before the worker started, and while it runs.
func TestTrimmed(t *testing.T) {
	builder(t)
	shared, _, err := CacheDir()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	t.Setenv("GOSCORE_CACHE", dir)
	if err := os.Symlink(filepath.Join(shared, "go-build"), filepath.Join(dir, "go-build")); err != nil {
		t.Fatal(err)
	}
	build(t, builder(t), "In[1]", unique(t))
	found, _ := filepath.Glob(filepath.Join(dir, "exports-*.json"))
	if len(found) != 1 {
		t.Fatal(found)
	}
	known := map[string]string{}
	b, _ := os.ReadFile(found[0])
	if err := json.Unmarshal(b, &known); err != nil {
		t.Fatal(err)
	}
	move := func(to string) {
		t.Helper()
		text, err := os.ReadFile(filepath.Join(dir, known["fmt"]))
		if err == nil && to != "" {
			err = os.WriteFile(to, text, 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
		moved := map[string]string{}
		for k, v := range known {
			moved[k] = v
		}
		moved["fmt"] = to
		b, _ := json.Marshal(moved)
		if err := os.WriteFile(found[0], b, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	move("")
	build(t, builder(t), "In[1]", unique(t)+"\n// before")
	copied := filepath.Join(dir, "fmt.a")
	move(copied)
	running := builder(t)
	build(t, running, "In[1]", unique(t)+"\n// first")
	if err := os.Remove(copied); err != nil {
		t.Fatal(err)
	}
	build(t, running, "In[1]", unique(t)+"\n// while it runs")
	move(copied)
	fresh := builder(t)
	if _, err := fresh.prepare(); err != nil {
		t.Fatal(err)
	}
	os.Remove(copied)
	build(t, fresh, "In[1]", unique(t)+"\n// before its types were read")
}

// TestBuiltIsKnown does not read a program again to see that it is whole, just
// after it was written.
func TestBuiltIsKnown(t *testing.T) {
	p := build(t, builder(t), "In[1]", unique(t))
	st, err := os.Stat(p.Path)
	if err != nil {
		t.Fatal(err)
	}
	verified.mu.Lock()
	known := verified.seen[p.Path]
	verified.mu.Unlock()
	sum, err := sumOf(p.Path)
	if want := (stamp{sum, st.Size(), st.ModTime()}); err != nil || known != want {
		t.Errorf("known as %v, want %v, %v", known, want, err)
	}
}
