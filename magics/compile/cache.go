package compile

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"
)

// CacheDir returns the directory of programs and Go's build cache: GOSCORE_CACHE,
// else goscore in the user's cache directory, else a private directory in the
// temporary one. passed says what is wrong with the ones before it.
func CacheDir() (dir, passed string, err error) {
	var tried []string
	for _, dir := range cacheDirs() {
		if isShared(dir) {
			continue
		}
		err := usable(dir)
		if err == nil {
			return dir, strings.Join(tried, "; "), nil
		}
		tried = append(tried, err.Error())
	}
	return "", "", fmt.Errorf("no place for compiled programs: %s\n  set GOSCORE_CACHE to a directory that can be written", strings.Join(tried, "; "))
}

// cacheDirs are the places for a cache, the best one first.
func cacheDirs() []string {
	user, _ := os.UserCacheDir()
	dirs := []string{os.Getenv("GOSCORE_CACHE"), join(user, "goscore"), privateDir()}
	return slices.DeleteFunc(dirs, func(dir string) bool { return dir == "" })
}

func privateDir() string { return filepath.Join(os.TempDir(), "goscore-"+strconv.Itoa(os.Getuid())) }

func join(dir, name string) string {
	if dir == "" {
		return ""
	}
	return filepath.Join(dir, name)
}

// sharedMark is a file that marks a cache as one that goscore only reads.
const sharedMark = "SHARED"

func isShared(dir string) bool {
	_, err := os.Stat(filepath.Join(dir, sharedMark))
	return err == nil
}

// Share makes dir a cache that fill fills, and that other users may read. From then
// on, goscore does not write there, whoever runs it.
func Share(dir string, fill func() error) error {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return err
	}
	mark := filepath.Join(dir, sharedMark)
	os.Remove(mark)
	if err := usable(dir); err != nil {
		return err
	}
	os.Setenv("GOSCORE_CACHE", dir)
	if err := fill(); err != nil {
		return err
	}
	err = filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := d.Info()
		if err != nil || !d.IsDir() && !info.Mode().IsRegular() {
			return err
		}
		mode := info.Mode().Perm()&0o755 | 0o444
		if mode&0o100 != 0 {
			mode |= 0o111
		}
		return os.Chmod(path, mode)
	})
	if err != nil {
		return err
	}
	return os.WriteFile(mark, []byte("goscore warm --into made this cache. goscore only reads it; users set GOSCORE_CACHE to it.\n"), 0o644)
}

// shared lists the better caches, which can be read and not written.
func (b *Builder) shared() []string { return SharedCaches(b.cache) }

// SharedCaches lists the caches that are better than one, and that are only read.
func SharedCaches(own string) (dirs []string) {
	for _, dir := range cacheDirs() {
		if dir == own {
			break
		}
		if trusted(dir) == nil {
			dirs = append(dirs, dir)
		}
	}
	return dirs
}

// usable makes dir, and checks that this user can write there and no other can,
// and that the system executes its files.
func usable(dir string) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	if err := trusted(dir); err != nil {
		return err
	}
	f, err := os.CreateTemp(dir, ".try-*")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name())
	defer f.Close()
	if err := f.Chmod(0o700); err != nil {
		return err
	}
	if syscall.Access(f.Name(), executable) != nil {
		return fmt.Errorf("%s is on a file system whose files cannot be executed (noexec)", dir)
	}
	return nil
}

const executable = 1 // X_OK

// trusted checks that no other user could have put programs into a directory: it
// belongs to this user or root, and not everyone can write to it. In the temporary
// directory, where any user may create it first, it must be this user's, and no
// link.
func trusted(dir string) error {
	private := dir == privateDir()
	look := os.Stat
	if private {
		look = os.Lstat
	}
	info, err := look(dir)
	if err != nil {
		return err
	}
	st, known := info.Sys().(*syscall.Stat_t)
	others := known && int(st.Uid) != os.Getuid()
	switch perm := info.Mode().Perm(); {
	case private && (!info.IsDir() || perm&0o077 != 0 || others):
		return fmt.Errorf("%s is not this user's alone: other users could have put programs there", dir)
	case !info.IsDir():
		return fmt.Errorf("%s is no directory", dir)
	case others && st.Uid != 0:
		return fmt.Errorf("%s belongs to another user", dir)
	case perm&0o002 != 0:
		return fmt.Errorf("%s can be written by everybody", dir)
	}
	return nil
}

// runtimeRooms are the packages that programs link.
var runtimeRooms = []string{"compute", "compute/group", "compute/parallel", "magics/datatype", "magics/program", "magics/sampling", "magics/tracing"}

// runtimeFiles reads their sources.
func runtimeFiles(tree fs.FS) (map[string][]byte, error) { return sourcesIn(tree, runtimeRooms) }

// hashFiles returns a hash of the sources' names and contents.
func hashFiles(files map[string][]byte) string {
	h := sha256.New()
	for _, path := range slices.Sorted(maps.Keys(files)) {
		fmt.Fprintf(h, "%s %d\n", path, len(files[path]))
		h.Write(files[path])
	}
	return hex.EncodeToString(h.Sum(nil))[:16]
}

// unpack writes the runtime's sources as the module goscore, unless they are there.
func unpack(files map[string][]byte, dir string) error {
	if whole(files, dir) {
		return nil
	}
	tmp, err := os.MkdirTemp(filepath.Dir(dir), "build-*")
	if err != nil {
		return err
	}
	defer os.RemoveAll(tmp)
	fresh := filepath.Join(tmp, "src")
	for path, b := range files {
		path = filepath.Join(fresh, filepath.FromSlash(path))
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			return err
		}
		if err := os.WriteFile(path, b, 0o600); err != nil {
			return err
		}
	}
	if err := os.WriteFile(filepath.Join(fresh, "go.mod"), fmt.Appendf(nil, "module goscore\n\ngo 1.%d\n", minor), 0o600); err != nil {
		return err
	}
	if whole(files, dir) { // another process was first, and compiles there by now
		return nil
	}
	os.Rename(dir, filepath.Join(tmp, "broken"))
	if err := os.Rename(fresh, dir); err != nil && !whole(files, dir) { // no other process was first
		return err
	}
	return nil
}

// whole reports whether dir has exactly these sources. --get may have added
// requirements to the module's file.
func whole(files map[string][]byte, dir string) bool {
	if st, err := os.Stat(filepath.Join(dir, "go.mod")); err != nil || !st.Mode().IsRegular() || st.Size() == 0 {
		return false
	}
	for path, want := range files {
		if got, err := os.ReadFile(filepath.Join(dir, filepath.FromSlash(path))); err != nil || !bytes.Equal(got, want) {
			return false
		}
	}
	return true
}

// keepBytes bounds the programs in the cache; the least recently used go first.
const keepBytes = 1 << 30

var pruneOnce sync.Once

// prune removes old programs, and the files of killed builds.
func prune(dir string) {
	old, _ := filepath.Glob(filepath.Join(dir, "build-*"))
	for _, p := range old {
		if st, err := os.Stat(p); err == nil && time.Since(st.ModTime()) > time.Hour {
			os.RemoveAll(p)
		}
	}
	type program struct {
		path string
		size int64
		used time.Time
	}
	var all []program
	total := int64(0)
	filepath.WalkDir(filepath.Join(dir, "programs"), func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return nil
		}
		if st, err := d.Info(); err == nil {
			all, total = append(all, program{path, st.Size(), st.ModTime()}), total+st.Size()
		}
		return nil
	})
	slices.SortFunc(all, func(a, b program) int { return a.used.Compare(b.used) })
	for _, p := range all {
		if total <= keepBytes {
			return
		}
		os.Remove(p.path)
		total -= p.size
	}
}

// thisBuild identifies this build of goscore: another may make a different
// program of a cell. Go's build ID is in the first bytes of an executable.
var thisBuild = sync.OnceValue(func() string {
	path, err := os.Executable()
	if err != nil {
		return ""
	}
	f, err := os.Open(path)
	if err != nil {
		return ""
	}
	defer f.Close()
	h := sha256.New()
	io.CopyN(h, f, 64<<10)
	return hex.EncodeToString(h.Sum(nil))
})
