package program

import (
	"reflect"
	"testing"
	"time"
	"unsafe"
)

// TestFreeze moves all slices and pointees of a value into the arena, and changes nothing.
func TestFreeze(t *testing.T) {
	type inner struct {
		v    []float64
		text []string
	}
	type outer struct {
		Name  string
		When  time.Time
		Parts []inner
		By    map[string][]int
		P     []*int
		Flat  [][]byte
		None  []int
	}
	one := 1
	made := func() outer {
		return outer{
			Name: "n", When: time.Unix(1, 2), Parts: []inner{{[]float64{1, 2}, []string{"a"}}, {}},
			By: map[string][]int{"x": {1, 2}, "y": nil}, P: []*int{&one, nil}, Flat: [][]byte{{1}, {}},
		}
	}
	v, a := made(), arena{}
	defer a.release()
	a.freeze(reflect.ValueOf(&v).Elem())
	a.protect()
	if !reflect.DeepEqual(v, made()) {
		t.Fatalf("frozen: %+v", v)
	}
	for what, p := range map[string]unsafe.Pointer{
		"Parts": unsafe.Pointer(&v.Parts[0]), "Parts[0].v": unsafe.Pointer(&v.Parts[0].v[1]), "Parts[0].text": unsafe.Pointer(&v.Parts[0].text[0]),
		"By": unsafe.Pointer(&v.By["x"][0]), "P": unsafe.Pointer(&v.P[0]), "*P[0]": unsafe.Pointer(v.P[0]), "Flat[0]": unsafe.Pointer(&v.Flat[0][0]),
	} {
		if !a.holds(uintptr(p)) {
			t.Errorf("%s is not in the arena", what)
		}
	}
	if cap(v.Parts) != 2 || cap(v.Parts[0].v) != 2 {
		t.Error("there is room behind a slice, which append would write to")
	}
	big := make([]float64, 1<<20)
	big[1<<20-1] = 3
	a.freeze(reflect.ValueOf(&big).Elem())
	if big[1<<20-1] != 3 || !a.holds(uintptr(unsafe.Pointer(&big[1<<20-1]))) {
		t.Error("a large slice is not in the arena")
	}
}

// TestHoldsPointers tells types whose copies keep nothing on the heap alive by themselves.
func TestHoldsPointers(t *testing.T) {
	for v, want := range map[any]bool{
		reflect.TypeFor[[][]float64](): false, reflect.TypeFor[[]string](): true, reflect.TypeFor[map[int]int](): true,
		reflect.TypeFor[[]time.Time](): true, reflect.TypeFor[[]*int](): false, reflect.TypeFor[struct{ A []struct{ B string } }](): true,
		reflect.TypeFor[time.Duration](): false,
	} {
		if got := holdsPointers(v.(reflect.Type)); got != want {
			t.Errorf("%v: %v", v, got)
		}
	}
}
