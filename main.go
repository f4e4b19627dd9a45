// Command goscore is the worker of the goscore IPython extension, and also a
// Jupyter kernel.
//
//	goscore kernel -f FILE       serve the connection file FILE
//	goscore install [--prefix P] register the Jupyter kernel
//	goscore warm [--into DIR]    compile what all programs need
//	goscore run CELL ...         run a cell on tables in files
//	goscore export NOTEBOOK ...  make a Python package of its functions
//	goscore version
//
// The Python package has the goscore command that users call; it starts this one, but does
// run and export itself.
package main

import (
	"embed"
	"errors"
	"flag"
	"fmt"
	"os"
	"runtime/debug"
)

// source is the Go that programs link, and what checkers are made of, for which
// the patterns leave out *_test.go. It is embedded here because go:embed cannot
// reach parent directories.
//
//go:embed compute/*.go compute/*.s compute/group/*.go compute/parallel/*.go magics/datatype/*.go magics/program/*.go magics/sampling/*.go magics/tracing/*[^t].go
//go:embed magics/compile/*[^t].go magics/compile/*[^s]t.go magics/compile/*[^t]est.go magics/hint/*.go magics/instrument/*[^t].go magics/session/*[^t].go
var source embed.FS

// version is set by the build.
var version = "0.1.0.dev0"

const usage = `usage:
  goscore kernel -f FILE        serve a Jupyter connection file
  goscore install [--prefix P]  register the Jupyter kernel "Go (goscore)"
  goscore warm                  compile what all programs need, so that the first cell is quick
  goscore warm --into DIR       compile all of Go's library into a cache for many users, who set GOSCORE_CACHE=DIR
  goscore run CELL [OPTION...]  run a cell of Go on tables in files; --help says more
  goscore export NOTEBOOK --name NAME
                                make a Python package of a notebook's functions; --help says more
  goscore version
`

func main() {
	if err := command(os.Args[1:]); err != nil {
		if !errors.Is(err, flag.ErrHelp) {
			fmt.Fprintln(os.Stderr, "goscore:", err)
		}
		os.Exit(1)
	}
}

func command(args []string) error {
	if len(args) == 0 {
		fmt.Fprint(os.Stderr, usage)
		return flag.ErrHelp
	}
	switch args[0] {
	case "kernel":
		return kernelCommand(args[1:])
	case "install":
		return installCommand(args[1:])
	case "warm":
		return warmCommand(args[1:])
	case "run", "export":
		return fmt.Errorf("%s is a command of the Python package: python -m goscore %[1]s", args[0])
	case "version", "--version":
		fmt.Println("goscore", version)
		return nil
	case "help", "-h", "--help":
		fmt.Print(usage)
		return nil
	}
	fmt.Fprint(os.Stderr, usage)
	return fmt.Errorf("no command %q", args[0])
}

func init() {
	// A worker has little memory in use, and a small heap keeps collections short.
	debug.SetGCPercent(50)
}
