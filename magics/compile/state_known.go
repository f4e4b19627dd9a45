package compile

import (
	"go/ast"
	"go/types"
	"slices"
	"strings"
)

// How a type of the standard library is made for several goroutines.
type shareKind int

const (
	own    shareKind = iota // it is not
	fresh                   // what its methods give is the caller's own
	shows                   // what its methods give may be seen by others, too
	atomic                  // the same, and the order of its methods' calls shows
)

func sharing(t types.Type) shareKind {
	if p, ok := types.Unalias(t).(*types.Pointer); ok {
		t = p.Elem()
	}
	n, ok := types.Unalias(t).(*types.Named)
	if !ok || n.Obj().Pkg() == nil {
		return own
	}
	switch n.Obj().Pkg().Path() {
	case "regexp", "time":
		return fresh
	case "sync":
		if n.Obj().Name() == "Map" {
			return shows
		}
		return fresh
	case "sync/atomic":
		return atomic
	case "strings", "os", "log":
		if name := n.Obj().Name(); name == "Replacer" || name == "File" || name == "Logger" {
			return fresh
		}
	}
	return own
}

// readsArguments says whether methods of a package's types change their receivers alone.
func readsArguments(path string) bool {
	first, _, _ := strings.Cut(path, "/")
	return path == "math/big" || path == "bytes" || path == "strings" || first == "hash" || first == "crypto"
}

// standard says whether a package is Go's or goscore's own.
func standard(path string) bool {
	first, _, _ := strings.Cut(path, "/")
	return path == functionsPath || path == runtimePath || isStandard(path) || !strings.Contains(first, ".") && stdlib[packageName(path)] != ""
}

// onlyReads says whether a function of the standard library leaves alone what it is given.
func onlyReads(path, name string) bool {
	prefix := func(list ...string) bool {
		return slices.ContainsFunc(list, func(p string) bool { return strings.HasPrefix(name, p) })
	}
	switch path {
	case "bytes", "cmp", "errors", "math", "math/bits", "math/cmplx", "strconv", "strings", "unicode", "unicode/utf8", "unicode/utf16",
		"path", "html", "net/url", "hash/crc32", "crypto/sha256", "crypto/md5", "crypto/sha1", "regexp", "time", functionsPath:
		return true
	case "fmt", runtimePath:
		return prefix("Sprint", "Print", "Errorf")
	case "slices":
		return prefix("All", "Backward", "BinarySearch", "Chunk", "Clone", "Collect", "Compare", "Concat", "Contains", "Equal", "Index", "IsSorted",
			"Max", "Min", "Repeat", "Sorted", "Values")
	case "maps":
		return prefix("All", "Clone", "Collect", "Equal", "Keys", "Values")
	case "sort":
		return prefix("Search", "IsSorted") || strings.HasSuffix(name, "AreSorted") || name == "SliceIsSorted"
	case "encoding/json":
		return prefix("Marshal", "Valid")
	case "sync":
		return prefix("Once")
	}
	return false
}

// writes gives which argument a function of the standard library changes, or -1.
func writes(path, name string) int {
	switch path {
	case "sort":
		return 0
	case "slices":
		return 0
	case "maps":
		return 0
	case "container/heap":
		return 0
	case "encoding/json":
		if name == "Unmarshal" {
			return 1
		}
	case "fmt":
		if strings.HasPrefix(name, "Fprint") {
			return 0
		}
	}
	return -1
}

// setsState says whether a function of the standard library sets what its package,
// or the whole process, has: rows on other cores would see it.
func setsState(path, name string) bool {
	switch path {
	case "os":
		return slices.Contains([]string{"Setenv", "Unsetenv", "Clearenv", "Chdir"}, name)
	case "log", "log/slog", "flag", "runtime/debug":
		return strings.HasPrefix(name, "Set")
	case "math/rand":
		return name == "Seed"
	}
	return false
}

// looksAt says whether a method of another package's type leaves its receiver alone.
func looksAt(f *types.Func) bool {
	switch f.Name() {
	case "Len", "Cap", "String", "Bytes", "Error", "Cmp", "CmpAbs", "Sign", "Float64", "Int64", "Uint64", "IsInt64", "IsUint64", "IsInt", "BitLen", "Bit",
		"Front", "Back", "Next", "Prev", "Name", "Text", "Kind", "Valid", "At", "Size":
		return f.Pkg() != nil && standard(f.Pkg().Path())
	}
	return false
}

// atomicUse is a call of a method of an atomic value.
type atomicUse struct {
	fun  *ast.SelectorExpr
	name string
}

// ordered finds where a function takes the value of an atomic that it changes,
// too: that differs with the order in which rows are computed.
func (s *stateFinder) ordered() *touch {
	taken := map[ast.Expr]bool{}
	for _, file := range s.k.parsed {
		ast.Inspect(file, func(n ast.Node) bool {
			if x, ok := n.(*ast.ExprStmt); ok {
				if c, ok := x.X.(*ast.CallExpr); ok {
					taken[ast.Unparen(c.Fun)] = true // nobody takes its value
				}
			}
			return true
		})
	}
	changes := slices.ContainsFunc(*s.atomics, func(u atomicUse) bool { return u.name != "Load" })
	for _, u := range *s.atomics {
		if changes && !taken[u.fun] {
			return &touch{at: u.fun.Pos()}
		}
	}
	return nil
}
