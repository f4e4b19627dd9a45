package program

import (
	"os"
	"slices"
	"time"
)

// RuntimeVariables are what Go's runtime reads when a process starts: a value
// that it does not like ends the process, and others change what it prints.
var RuntimeVariables = []string{"GODEBUG", "GOGC", "GOMAXPROCS", "GOMEMLIMIT", "GOTRACEBACK"}

// HiddenPrefix is what the worker puts before the names of RuntimeVariables.
const HiddenPrefix = "GOSCORE_HIDDEN_"

// began is where the process started: a function may change it.
var began struct {
	directory   os.FileInfo
	environment []string
	zone        *time.Location
}

// showHidden gives the variables that the worker has hidden their names, for the cell and what it starts.
func showHidden() {
	for _, name := range RuntimeVariables {
		if value, ok := os.LookupEnv(HiddenPrefix + name); ok {
			os.Unsetenv(HiddenPrefix + name)
			os.Setenv(name, value)
		} else {
			os.Unsetenv(name)
		}
	}
}

func noteSurroundings() {
	began.directory, _ = os.Stat(".")
	began.environment = os.Environ()
	began.zone = time.Local
}

// sameSurroundings says whether the next call finds what this one did.
func sameSurroundings() bool {
	now, err := os.Stat(".")
	return err == nil && began.directory != nil && os.SameFile(began.directory, now) &&
		slices.Equal(began.environment, os.Environ()) && time.Local == began.zone
}
