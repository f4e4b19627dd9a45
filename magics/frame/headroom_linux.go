package frame

import (
	"bytes"
	"os"
	"path"
	"strconv"
	"strings"
)

// Headroom is the memory that can still be had: what the machine has left, or
// the container if that is less. It is false where the system does not say.
func Headroom() (room int64, ok bool) {
	info, err := os.ReadFile("/proc/meminfo")
	if err != nil {
		return 0, false
	}
	kib, ok := entry(info, "MemAvailable:")
	if !ok {
		return 0, false
	}
	room = kib << 10
	for _, dir := range controlGroups() {
		if group, ok := groupHeadroom(dir); ok {
			room = min(room, group)
		}
	}
	return room, true
}

// Capacity is the memory that the machine has, or that the container may have
// if that is less; 0 where the system does not say.
func Capacity() int64 {
	info, err := os.ReadFile("/proc/meminfo")
	if err != nil {
		return 0
	}
	kib, _ := entry(info, "MemTotal:")
	all := kib << 10
	for _, dir := range controlGroups() {
		if limit, ok := number(path.Join(dir, "memory.max")); ok {
			all = min(all, limit)
		}
	}
	return all
}

// controlGroups are the folders of the process's cgroup (version 2) and those
// around it, each of which may have a limit.
func controlGroups() (dirs []string) {
	text, err := os.ReadFile("/proc/self/cgroup")
	if err != nil {
		return nil
	}
	for line := range strings.Lines(string(text)) {
		group, ok := strings.CutPrefix(strings.TrimSpace(line), "0::")
		if !ok {
			continue
		}
		for group = path.Clean("/" + group); ; group = path.Dir(group) {
			dirs = append(dirs, path.Join("/sys/fs/cgroup", group))
			if group == "/" {
				return dirs
			}
		}
	}
	return nil
}

// groupHeadroom counts the page cache as free, since the system drops it first.
func groupHeadroom(dir string) (int64, bool) {
	limit, ok := number(path.Join(dir, "memory.max"))
	if !ok { // no limit, or not a memory cgroup
		return 0, false
	}
	current, ok := number(path.Join(dir, "memory.current"))
	if !ok {
		return 0, false
	}
	if stat, err := os.ReadFile(path.Join(dir, "memory.stat")); err == nil {
		cache, _ := entry(stat, "inactive_file")
		current -= cache
	}
	return limit - current, true
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
