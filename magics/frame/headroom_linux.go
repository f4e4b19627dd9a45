package frame

import (
	"bytes"
	"os"
	"path"
	"slices"
	"strconv"
	"strings"
)

// root is where proc and sys are mounted.
var root = "/"

// Headroom is the free memory of the machine, or of the container if that is
// less. It is false where the system does not tell.
func Headroom() (room int64, ok bool) {
	info, err := os.ReadFile(path.Join(root, "proc/meminfo"))
	if err != nil {
		return 0, false
	}
	kib, ok := entry(info, "MemAvailable:")
	if !ok {
		return 0, false
	}
	room = kib << 10
	for _, g := range controlGroups() {
		if left, ok := g.headroom(); ok {
			room = min(room, left)
		}
	}
	return room, true
}

// Capacity is the memory of the machine, or the container's limit if that is
// less; 0 where the system does not tell.
func Capacity() int64 {
	info, err := os.ReadFile(path.Join(root, "proc/meminfo"))
	if err != nil {
		return 0
	}
	kib, _ := entry(info, "MemTotal:")
	all := kib << 10
	for _, g := range controlGroups() {
		if limit, ok := g.capacity(); ok {
			all = min(all, limit)
		}
	}
	return all
}

// A controlGroup is a cgroup's folder, with the names that its version has for
// the files of the limit and the used memory.
type controlGroup struct {
	dir                 string
	limit, used, unused string
}

// controlGroups are the process's cgroup and those around it, each of which may
// have a limit.
func controlGroups() (groups []controlGroup) {
	text, err := os.ReadFile(path.Join(root, "proc/self/cgroup"))
	if err != nil {
		return nil
	}
	for line := range strings.Lines(string(text)) {
		parts := strings.SplitN(strings.TrimSpace(line), ":", 3)
		if len(parts) < 3 {
			continue
		}
		g := controlGroup{path.Join(root, "sys/fs/cgroup"), "memory.max", "memory.current", "inactive_file"}
		if parts[1] != "" {
			if !slices.Contains(strings.Split(parts[1], ","), "memory") {
				continue
			}
			g = controlGroup{path.Join(root, "sys/fs/cgroup/memory"), "memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file"}
		}
		top := g.dir
		for group := path.Clean("/" + parts[2]); ; group = path.Dir(group) {
			g.dir = path.Join(top, group)
			groups = append(groups, g)
			if group == "/" { // in a container, often the mount point of its own group
				break
			}
		}
	}
	return groups
}

// capacity is the group's limit; version 1 writes "no limit" as a huge number.
func (g controlGroup) capacity() (int64, bool) {
	limit, ok := number(path.Join(g.dir, g.limit))
	return limit, ok && limit < 1<<60
}

// headroom counts the page cache as free, since the system drops it first.
func (g controlGroup) headroom() (int64, bool) {
	limit, ok := g.capacity()
	if !ok { // no limit, or not a memory cgroup
		return 0, false
	}
	used, ok := number(path.Join(g.dir, g.used))
	if !ok {
		return 0, false
	}
	if stat, err := os.ReadFile(path.Join(g.dir, "memory.stat")); err == nil {
		cache, _ := entry(stat, g.unused)
		used -= cache
	}
	return limit - used, true
}

func number(name string) (int64, bool) {
	text, err := os.ReadFile(name)
	if err != nil {
		return 0, false
	}
	n, err := strconv.ParseInt(strings.TrimSpace(string(text)), 10, 64)
	return n, err == nil
}

// entry is the number after key in a list of one entry per line.
func entry(list []byte, key string) (int64, bool) {
	for line := range bytes.Lines(list) {
		words := strings.Fields(string(line))
		if len(words) >= 2 && words[0] == key {
			n, err := strconv.ParseInt(words[1], 10, 64)
			return n, err == nil
		}
	}
	return 0, false
}
