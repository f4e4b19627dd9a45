package process

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"syscall"

	"goscore/magics/program"
)

// Surroundings are the working directory and the environment variables that a
// program starts with. A process that waits has those of its first task, and
// takes only tasks with the same.
type Surroundings struct {
	directory   string
	environment *Environment
	key         string
}

// An Environment is a set of variables, as os.Environ gives them.
type Environment struct {
	variables []string
	sum       string
}

// NewEnvironment makes an environment.
func NewEnvironment(variables []string) *Environment {
	sum := sha256.New()
	for _, v := range variables {
		fmt.Fprintf(sum, "%d %s", len(v), v)
	}
	return &Environment{variables, hex.EncodeToString(sum.Sum(nil))}
}

// NewSurroundings makes surroundings. An empty directory stands for the one
// where the parent process is: it was deleted, or has no name here.
func NewSurroundings(directory string, environment *Environment) (*Surroundings, error) {
	if directory == "" {
		directory = fmt.Sprintf("/proc/%d/cwd", os.Getppid())
	}
	info, err := os.Stat(directory)
	if err != nil {
		return nil, fmt.Errorf("go to Python's working directory: %w", err)
	}
	key := environment.sum + " " + directory
	if st, ok := info.Sys().(*syscall.Stat_t); ok {
		key += fmt.Sprint(" ", st.Dev, " ", st.Ino) // another directory may have the name by now
	}
	return &Surroundings{directory, environment, key}, nil
}

// environment is what a task's program starts with. What Go's runtime reads
// there is not Python's: a value that the runtime does not like ends the
// process. The program finds Python's values by other names, and shows them.
func (t Task) environment(mark string) []string {
	all := os.Environ()
	if t.Surroundings != nil {
		all = slices.Clone(t.Surroundings.environment.variables)
	}
	for i, v := range all {
		if name, _, _ := strings.Cut(v, "="); slices.Contains(program.RuntimeVariables, name) {
			all[i] = program.HiddenPrefix + v
		}
	}
	return append(all, mark, "GOMAXPROCS="+strconv.Itoa(t.Threads), "GOTRACEBACK=all")
}

// directory is where a task's program starts; empty is the worker's own.
func (t Task) directory() string {
	if t.Surroundings == nil {
		return ""
	}
	return t.Surroundings.directory
}
