package frame

import (
	"os"
	"path/filepath"
	"testing"
)

// TestHeadroomOfContainers reads the limits of containers, of both versions of cgroups.
func TestHeadroomOfContainers(t *testing.T) {
	defer func(old string) { root = old }(root)
	root = t.TempDir()
	write := func(name, text string) {
		t.Helper()
		name = filepath.Join(root, name)
		if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	check := func(what string, room, capacity int64) {
		t.Helper()
		if got, ok := Headroom(); !ok || got != room || Capacity() != capacity {
			t.Errorf("%s: headroom %d, %v of %d, want %d of %d", what, got, ok, Capacity(), room, capacity)
		}
	}
	write("proc/meminfo", "MemTotal: 4000 kB\nMemAvailable:  1000 kB\n")
	check("no container", 1_024_000, 4_096_000)
	write("proc/self/cgroup", "4:cpu,memory:/a/b\n1:cpu:/\n0::/a/b\n")
	check("no limit", 1_024_000, 4_096_000)
	write("sys/fs/cgroup/memory/a/memory.limit_in_bytes", "900000\n")
	write("sys/fs/cgroup/memory/a/memory.usage_in_bytes", "500000\n")
	write("sys/fs/cgroup/memory/a/memory.stat", "inactive_file 1\ntotal_inactive_file 100000\n")
	write("sys/fs/cgroup/memory/a/b/memory.limit_in_bytes", "9223372036854771712\n")
	write("sys/fs/cgroup/memory/a/b/memory.usage_in_bytes", "500000\n")
	check("version 1", 500_000, 900_000)
	write("sys/fs/cgroup/memory.max", "800000\n") // the container's own, seen as the root
	write("sys/fs/cgroup/memory.current", "700000\n")
	check("version 2", 100_000, 800_000)
}
