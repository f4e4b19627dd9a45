package program

import (
	"errors"
	"math"
	"strings"
	"testing"
	"time"

	"goscore/compute"
)

func TestTextOf(t *testing.T) {
	defer func(was string) { cellPackage = was }(cellPackage)
	cellPackage = "goscore/magics/program"
	check := func(want string, v any) {
		t.Helper()
		if got := textOf(v); got != want {
			t.Errorf("textOf(%#v) = %q, want %q", v, got, want)
		}
	}
	type point struct {
		X, Y float64
		name string
	}
	type list struct {
		next *list
	}
	type stamps struct {
		At   []time.Time
		Name []string
	}
	n, p := 3, point{1, 2.5, "a b"}
	loop := &list{}
	loop.next = loop

	check("nil", nil)
	check("true", true)
	check("3", n)
	check("3", &n)
	check("nil *int", (*int)(nil))
	check("2.5", 2.5)
	check("NaN", math.NaN())
	check("1e+100", 1e100)
	check("120", 'x')
	check("(1+2i)", complex(1, 2))
	check(`"it's\n"`, "it's\n")
	check("1m30s", 90*time.Second)
	check("1970-01-01 00:00:00 +0000 UTC", time.Unix(0, 0).UTC())
	check("gone", errors.New("gone"))
	check("func(int) bool", func(int) bool { return true })
	check("chan int", make(chan int))

	check("[]", []int(nil))
	check("[1 2 3]", []int{1, 2, 3})
	check("[1 2]", [2]int{1, 2})
	check(`["a b" "c"]`, []string{"a b", "c"})
	check(`[1 "a" nil]`, []any{1, "a", nil})
	check("[[1 2] [3]]", [][]int{{1, 2}, {3}})
	check(`map["a":1 "b":2]`, map[string]int{"b": 2, "a": 1})
	check(`{X:1 Y:2.5 name:"a b"}`, p)
	check(`&{X:1 Y:2.5 name:"a b"}`, &p)
	check("7", compute.Null[int]{Value: 7, Valid: true})
	check("nil", compute.Null[int]{})
	check("[1 nil 3]", compute.NewColumn([]int{1, 2, 3}, []byte{5}))
	check("[0"+strings.Repeat(" 0", 49)+" ... and 9999950 more]", make([]int8, 1e7))
	if got := textOf(loop); len(got) > 100 {
		t.Errorf("a cyclic value is shown as %q", got)
	}
	if got := textOf(strings.Repeat("é", 1e6)); len(got) > shownBytes+4 || !strings.HasSuffix(got, "é ...") {
		t.Errorf("a long string is shown with %d bytes", len(got))
	}

	check("X    Y   name\n1  2.5  \"a b\"\n3    4     \"\"", []point{p, {X: 3, Y: 4}})
	check("X  Y  name\n(no rows)", []point{})
	check("                           At  Name\n1970-01-01 00:00:00 +0000 UTC   \"a\"", stamps{[]time.Time{time.Unix(0, 0).UTC()}, []string{"a"}})
	check("A    B\n1  nil\n2   \"\"", struct {
		A []int
		B compute.Column[string]
	}{[]int{1, 2}, compute.NewColumn([]string{"x", ""}, []byte{2})})
	check("A"+strings.Repeat("\n0", shownRows)+"\n... and 80 more rows", struct{ A []int }{make([]int, 100)})
}
