package magics

import (
	"maps"
	"os"
	"slices"
	"strings"
	"sync"

	"goscore/magics/process"
)

// A mirror gives the worker the environment that Python has, so that what it
// starts, and what it looks for itself, such as Go on PATH, follows Python.
type mirror struct {
	mu          sync.Mutex
	began       map[string]string  // the worker's variables before the first request
	changes     map[string]*string // that made environment
	environment *process.Environment
}

// follow changes the worker's environment to Python's, which differs by changes
// from the one that the worker was started with.
func (m *mirror) follow(changes map[string]*string) *process.Environment {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.environment != nil && maps.EqualFunc(changes, m.changes, sameText) {
		return m.environment
	}
	if m.began == nil {
		m.began = environment()
	}
	wanted := maps.Clone(m.began)
	for name, value := range changes {
		if value == nil {
			delete(wanted, bytesOf(name))
		} else {
			wanted[bytesOf(name)] = bytesOf(*value)
		}
	}
	for name := range environment() {
		if _, ok := wanted[name]; !ok {
			os.Unsetenv(name)
		}
	}
	var all []string
	for _, name := range slices.Sorted(maps.Keys(wanted)) {
		os.Setenv(name, wanted[name])
		all = append(all, name+"="+wanted[name])
	}
	m.changes, m.environment = changes, process.NewEnvironment(all)
	return m.environment
}

func environment() map[string]string {
	all := map[string]string{}
	for _, v := range os.Environ() {
		name, value, _ := strings.Cut(v, "=")
		all[name] = value
	}
	return all
}

func sameText(a, b *string) bool {
	return a == b || a != nil && b != nil && *a == *b
}

// bytesOf gives the bytes that the characters of a text stand for.
func bytesOf(text string) string {
	b := make([]byte, 0, len(text))
	for _, r := range text {
		b = append(b, byte(r))
	}
	return string(b)
}
