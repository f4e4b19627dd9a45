package compile

import "testing"

func TestCommented(t *testing.T) {
	check := func(want, text string) {
		t.Helper()
		if got := commented(text); got != want {
			t.Errorf("%q\ngot  %q\nwant %q", text, got, want)
		}
	}
	check("x := 1", "x := 1")
	check("//  BEGIN SOLUTION\nx := 1\n//  END SOLUTION", "### BEGIN SOLUTION\nx := 1\n### END SOLUTION")
	check("f(func() {\n\t// BEGIN SOLUTION\n\tg()\n\t//  END SOLUTION\n})", "f(func() {\n\t###BEGIN SOLUTION\n\tg()\n\t### END SOLUTION\n})")
	check("//  BEGIN HIDDEN TESTS, three", "### BEGIN HIDDEN TESTS, three")
	check("//  END MARK SCHEME", "### END MARK SCHEME")
	check("### BEGIN SOLUTIONS", "### BEGIN SOLUTIONS")
	check("### SOLUTION", "### SOLUTION")
	check("x := `\n### BEGIN SOLUTION\n`\n//  END SOLUTION", "x := `\n### BEGIN SOLUTION\n`\n### END SOLUTION")
	check("/*\n### BEGIN SOLUTION\n*/", "/*\n### BEGIN SOLUTION\n*/")
	check("// ### BEGIN SOLUTION", "// ### BEGIN SOLUTION")
}
