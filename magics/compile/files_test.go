package compile

import (
	"go/format"
	"strings"
	"testing"
)

// TestPackageFiles writes cells as the files of a package.
func TestPackageFiles(t *testing.T) {
	files, err := PackageFiles("scores", []File{
		{"01_a.go", "\n// Up raises.\nfunc Up(s   string) string { return strings.ToUpper(s) }\n\n\n\nfunc roll() int { return rand.IntN(3) }\n", nil},
		{"02_b.go", "\nimport m \"math\"\nfunc Root(x float64) float64 { return m.Sqrt(x) + float64(bytes(1)) + float64(roll()) }; func bytes(i int) int { return i }\n\nvar (\n a = 1\n bb = 2\n)\nfunc Sum(x int) int { return a+bb+x }\n",
			[]string{"\nfunc bytes(i int) int { return i }\n", "\nvar (\n a = 1\n bb = 2\n)\nfunc Sum(x int) int { return a+bb+x }"}},
		{"03_c.go", "func Mean(v []float64) float64 { return goscore.Mean(v, bytes(1)) }\n", nil},
	})
	if err != nil {
		t.Fatal(err)
	}
	want := "package scores\n\nimport (\n\t\"math/rand/v2\"\n\t\"strings\"\n)\n\n// Up raises.\nfunc Up(s string) string { return strings.ToUpper(s) }\n\nfunc roll() int { return rand.IntN(3) }\n"
	if files[0].Text != want {
		t.Errorf("the first file is\n%s", files[0].Text)
	}
	if !strings.Contains(files[1].Text, "import m \"math\"\n") || strings.Contains(files[1].Text, "\"bytes\"") {
		t.Errorf("the second file is\n%s", files[1].Text)
	}
	if !strings.Contains(files[2].Text, `import goscore "goscore/compute"`) {
		t.Errorf("the third file is\n%s", files[2].Text)
	}
	for _, f := range files {
		if again, err := format.Source([]byte(f.Text)); err != nil || string(again) != f.Text {
			t.Errorf("gofmt changes %s: %v", f.Name, err)
		}
	}
	for i, holds := range []string{"bytes", "Sum"} {
		part := files[1].Parts[i]
		if !strings.Contains(part, holds) || strings.Contains(part, "func Root") || strings.Contains(part, "package") {
			t.Errorf("part %d is\n%s", i, part)
		}
		if line := strings.Count(files[1].Text[:strings.Index(files[1].Text, "func "+holds)], "\n"); line != strings.Count(part[:strings.Index(part, "func "+holds)], "\n") {
			t.Errorf("part %d is not where it is in the file", i)
		}
	}
	for name, clause := range map[string]string{"func": "package func_\n", "main": "package main_\n"} {
		files, err := PackageFiles(name, []File{{"01_a.go", "func F() {}", nil}})
		if err != nil || !strings.HasPrefix(files[0].Text, clause) {
			t.Errorf("the package %s: %v %v", name, files, err)
		}
	}
}
