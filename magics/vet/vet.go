// Package vet runs Go's own analyzers on the Go of a cell.
package vet

import (
	"go/ast"
	"go/token"
	"go/types"
	"reflect"
	"runtime"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/analysis/passes/assign"
	"golang.org/x/tools/go/analysis/passes/bools"
	"golang.org/x/tools/go/analysis/passes/copylock"
	"golang.org/x/tools/go/analysis/passes/nilfunc"
	"golang.org/x/tools/go/analysis/passes/printf"
	"golang.org/x/tools/go/analysis/passes/stringintconv"
	"golang.org/x/tools/go/analysis/passes/timeformat"
	"golang.org/x/tools/go/analysis/passes/unusedresult"
)

// analyzers are those of go vet that look at syntax and types alone, and say something
// about a cell; each makes the worker larger.
var analyzers = []*analysis.Analyzer{
	assign.Analyzer, bools.Analyzer, copylock.Analyzer, nilfunc.Analyzer, printf.Analyzer, stringintconv.Analyzer,
	timeformat.Analyzer, unusedresult.Analyzer,
}

// A factKey is what an analyzer knows of an object, by the type of what it knows.
type factKey struct {
	about any
	kind  reflect.Type
}

// Check reports what the analyzers find in files whose types are known. An analyzer
// that fails, or that wants more than these files, finds nothing.
func Check(fset *token.FileSet, files []*ast.File, pkg *types.Package, info *types.Info, report func(token.Pos, string)) {
	done := map[*analysis.Analyzer]any{}
	facts := map[factKey]analysis.Fact{}
	for _, a := range analyzers {
		run(a, done, facts, analysis.Pass{
			Fset: fset, Files: files, Pkg: pkg, TypesInfo: info, TypesSizes: types.SizesFor("gc", runtime.GOARCH),
			Report: func(d analysis.Diagnostic) { report(d.Pos, d.Message) },
		})
	}
}

// run gives an analyzer the results of those that it builds on.
func run(a *analysis.Analyzer, done map[*analysis.Analyzer]any, facts map[factKey]analysis.Fact, pass analysis.Pass) any {
	if result, ran := done[a]; ran {
		return result
	}
	needed := map[*analysis.Analyzer]any{}
	for _, r := range a.Requires {
		needed[r] = run(r, done, facts, pass)
	}
	pass.Analyzer, pass.ResultOf = a, needed
	get := func(about any, fact analysis.Fact) bool {
		known, ok := facts[factKey{about, reflect.TypeOf(fact)}]
		if ok {
			reflect.ValueOf(fact).Elem().Set(reflect.ValueOf(known).Elem())
		}
		return ok
	}
	set := func(about any, fact analysis.Fact) { facts[factKey{about, reflect.TypeOf(fact)}] = fact }
	pass.ImportObjectFact = func(o types.Object, f analysis.Fact) bool { return get(o, f) }
	pass.ExportObjectFact = func(o types.Object, f analysis.Fact) { set(o, f) }
	pass.ImportPackageFact = func(p *types.Package, f analysis.Fact) bool { return get(p, f) }
	pass.ExportPackageFact = func(f analysis.Fact) { set(pass.Pkg, f) }
	pass.AllObjectFacts = func() []analysis.ObjectFact { return nil }
	pass.AllPackageFacts = func() []analysis.PackageFact { return nil }
	pass.ReadFile = func(string) ([]byte, error) { return nil, nil }
	result, err := a.Run(&pass)
	if err != nil {
		result = nil
	}
	done[a] = result
	return result
}
