package magics_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"goscore/magics"
	"goscore/magics/compile"
	"goscore/magics/protocol"
)

// TestSurroundings runs each cell in the directory and with the variables that its request
// names; one that names none has the worker's, whatever came before.
func TestSurroundings(t *testing.T) {
	if _, err := compile.FindToolchain(); err != nil {
		t.Skip(err)
	}
	for _, v := range os.Environ() { // to have them back afterwards
		name, value, _ := strings.Cut(v, "=")
		t.Setenv(name, value)
	}
	t.Setenv("FROM_THE_START", "yes")
	t.Setenv("TZ", "America/New_York")
	w, err := magics.NewWorker(magics.Options{Source: os.DirFS("..")})
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	const code = `b, err := os.ReadFile("rates.csv")
x, there := os.LookupEnv("FROM_THE_START")
fmt.Printf("%s %v %q %v %q %q %v", b, err == nil, x, there, os.Getenv("GOMEMLIMIT"), os.Getenv("NOT_UTF8"), time.Date(2026, 7, 1, 12, 0, 0, 0, time.Local).UTC().Hour())`
	check := func(want string, goscore map[string]any) {
		t.Helper()
		out := &printed{}
		req := protocol.Request{Client: "test", Content: encode(map[string]any{"code": code})}
		if goscore != nil {
			req.Metadata = encode(map[string]any{"goscore": goscore})
		}
		reply := w.Execute(t.Context(), req, out)
		if got := out.streams[0].String(); got != want {
			content, _ := json.Marshal(reply.Content)
			t.Errorf("printed %s, want %s\n%s", got, want, content)
		}
	}
	dir := func(name, text string) string {
		made := filepath.Join(t.TempDir(), name)
		if err := os.Mkdir(made, 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(made, "rates.csv"), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return made
	}
	around := func(directory string, environment map[string]any) map[string]any {
		return map[string]any{"surroundings": map[string]any{"directory": directory, "environment": environment}}
	}
	one, two := dir("one", "first"), dir("\xff", "second")
	check(`first true "yes" true "" "" 16`, around(one, nil))
	changed := map[string]any{"FROM_THE_START": nil, "GOMEMLIMIT": "much", "NOT_UTF8": "\u00ff", "TZ": "Asia/Tokyo", "GODEBUG": "fips140=maybe", "GOTRACEBACK": "none"}
	check(`second true "" false "much" "\xff" 3`, around(strings.Replace(two, "\xff", "\u00ff", 1), changed))
	check(`first true "yes" true "" "" 16`, around(one, map[string]any{}))
	if err := os.RemoveAll(one); err != nil {
		t.Fatal(err)
	}
	check("", around(one, nil))
	check(` false "yes" true "" "" 16`, nil)
}
