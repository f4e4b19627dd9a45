package compile

import "testing"

func TestNearest(t *testing.T) {
	check := func(want, name string, have ...string) {
		t.Helper()
		if got := Nearest(name, have); got != want {
			t.Errorf("Nearest(%q, %q) = %q, want %q", name, have, got, want)
		}
	}
	check("price", "prise", "name", "price")
	check("price", "pirce", "price") // neighbours swapped
	check("Price", "PRICE", "price2", "Price")
	check("größe", "grösse", "größe")
	check("", "x", "y", "z")
	check("X", "x", "X", "y")
	check("", "ab", "cd")
	check("", "price", "price") // itself is no other
	check("total", "totla", "totals", "total")
	check("", "abc")
}

// TestNearestKeepsOrder sees that the caller's list is left alone.
func TestNearestKeepsOrder(t *testing.T) {
	have := []string{"w", "b", "a"}
	if Nearest("zzz", have); have[0] != "w" {
		t.Errorf("have is now %q", have)
	}
}
