package magics_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"goscore/magics"
	"goscore/magics/compile"
	"goscore/magics/protocol"
)

// TestAhead builds the programs of a cell's functions once it has been answered,
// and none for a cell that fails, or that comes from a frontend without Python.
func TestAhead(t *testing.T) {
	if _, err := compile.FindToolchain(); err != nil {
		t.Skip(err)
	}
	shared, _, err := compile.CacheDir()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	t.Setenv("GOSCORE_CACHE", dir)
	if err := os.Symlink(filepath.Join(shared, "go-build"), filepath.Join(dir, "go-build")); err != nil {
		t.Fatal(err)
	}
	w, err := magics.NewWorker(magics.Options{Source: os.DirFS("..")})
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	run := func(code, want string, python bool) {
		t.Helper()
		req := protocol.Request{Client: "test", Content: encode(map[string]any{"code": code})}
		if python {
			req.Metadata = encode(map[string]any{"goscore": map[string]any{"cell": "In[1]", "options": map[string]any{"describe": true}}})
		}
		reply := w.Execute(t.Context(), req, &printed{})
		if _, failed := reply.Content.(protocol.ErrorReply); failed != (want == "error") {
			t.Fatalf("%s\nwant %s: %v", code, want, reply.Content)
		}
	}
	of := func(name string) string { return "func " + name + "(x float64) float64 { return 2 * x }\n" }
	run(of("Undefined")+"y", "error", true)
	run(of("Panics")+"panic(1)", "error", true)
	run(of("Alone"), "ok", false)
	run(of("One")+of("Two"), "ok", true)
	// They are built in order: had one of the others been built, it would be there before Two.
	began, built := time.Now(), ""
	for ; !strings.Contains(built, "Two") && time.Since(began) < time.Minute; time.Sleep(time.Millisecond) {
		built = called(dir)
	}
	if built != "One Two" {
		t.Errorf("programs for calls of %q, want One Two", built)
	}
}

// called names the functions that programs of the cache call.
func called(cache string) string {
	var names []string
	notes, _ := filepath.Glob(filepath.Join(cache, "programs", "*.json"))
	for _, file := range notes {
		var note struct{ Source, Function string }
		b, err := os.ReadFile(file)
		if err != nil || json.Unmarshal(b, &note) != nil || note.Function == "" {
			continue
		}
		_, rest, _ := strings.Cut(note.Source, "//line c0:1:1\n")
		_, rest, _ = strings.Cut(rest, "func ")
		name, _, _ := strings.Cut(rest, "(")
		names = append(names, name)
	}
	slices.Sort(names)
	return strings.Join(names, " ")
}
