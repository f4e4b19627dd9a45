package compile

import "testing"

// TestExcerpt sees the caret below its place: behind tabs a tab, one column for
// each letter.
func TestExcerpt(t *testing.T) {
	check := func(text string, offset int, want string) {
		t.Helper()
		c := &Cell{Name: "In[1]", Text: text}
		if got := c.Excerpt(offset); got != want {
			t.Errorf("%q at %d\n%s\nwant\n%s", text, offset, got, want)
		}
	}
	check("x := y", 5, "   1 | x := y\n     |      ^")
	check("\t\tx := y", 7, "   1 | \t\tx := y\n     | \t\t     ^")
	check("größe := y", 11, "   1 | größe := y\n     |          ^")
	check("a\nb\nc", 4, "   3 | c\n     | ^")
	check("a", 1, "   1 | a\n     |  ^")
	check("a", 99, "   1 | a\n     |  ^")
	check("", 0, "   1 | \n     | ^")
}

// TestPlaces holds Place and offset against each other.
func TestPlaces(t *testing.T) {
	c := &Cell{Text: "ab\n\nüx\n"}
	for at, want := range map[int][2]int{0: {1, 1}, 2: {1, 3}, 3: {2, 1}, 4: {3, 1}, 6: {3, 3}, 8: {4, 1}, 99: {4, 1}} {
		line, column := c.Place(at)
		if [2]int{line, column} != want {
			t.Errorf("Place(%d) = %d, %d, want %v", at, line, column, want)
		}
		if at <= len(c.Text) && c.offset(line, column) != at {
			t.Errorf("offset(%d, %d) = %d, want %d", line, column, c.offset(line, column), at)
		}
	}
}

func TestOrderly(t *testing.T) {
	one, two := &Cell{Name: "In[1]", Text: "a\nb\nc"}, &Cell{Name: "In[2]", Text: "d"}
	ds := Diagnostics{
		{Cell: two, Offset: 0, Message: "in another cell"},
		{Cell: one, Offset: -1, Message: "no place"},
		{Cell: one, Offset: 4, Message: "expected ')', found " + endOfCell},
		{Cell: one, Offset: 2, Message: "second line"},
		{Cell: one, Offset: 0, Message: "first line"},
		{Cell: one, Offset: 1, Message: "first line too"},
	}
	want := []string{"first line", "second line", "in another cell", "no place"}
	got := ds.orderly(one)
	for i, w := range want {
		if i >= len(got) || got[i].Message != w || len(got) != len(want) {
			t.Fatalf("orderly gives %v", got)
		}
	}
}

func TestClean(t *testing.T) {
	check := func(want, msg string) {
		t.Helper()
		if got := clean(msg); got != want {
			t.Errorf("clean(%q) = %q, want %q", msg, got, want)
		}
	}
	check("x redeclared", "x redeclared\n\tgoscore.go:3:4: other declaration of x")
	check("in call to f, cannot infer T", "in call to f, cannot infer T (declared at decl0.go:1:2)")
	check("type sync.WaitGroup has no field", `type "sync".WaitGroup has no field`)
	check(`"abc".Foo undefined`, `"abc".Foo undefined`)
	check("cannot use 1 << 70 as int value (overflows)", "cannot use 1 << 70 as int value in argument to goscore__.Value (overflows)")
}

// TestApply sees that edits on one line leave the places of all that follows right.
func TestApply(t *testing.T) {
	c := &Cell{Text: "a := 1; b := 2\nc"}
	s := &source{text: "HEAD" + c.Text, cell: c, base: 4}
	s.insert(4+14, "; _ = b")
	s.insert(4+6, "; _ = a")
	s.insert(4+15, "V(")
	s.insert(4+16, ")")
	want := "HEADa := 1; _ = a/*line c0:1:7*/; b := 2; _ = b\nV(/*line c0:2:1*/c)/*line c0:2:2*/"
	if got := s.apply(); got != want {
		t.Errorf("apply gives\n%s\nwant\n%s", got, want)
	}
}
