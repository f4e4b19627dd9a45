package magics

import (
	"fmt"
	"slices"
	"testing"
)

// TestSentTables frees a table when it is dropped and no run uses it, and not before.
func TestSentTables(t *testing.T) {
	var freed []int64
	s := sentTables{free: func(offset int64) { freed = append(freed, offset) }}
	first := s.keep("a", nil, 1)
	again := s.find("a")
	if again != first || s.find("b") != nil {
		t.Fatal("a table is not found by its digest alone")
	}
	s.release(again)
	s.release(s.keep("a", nil, 2)) // another client sent the same
	if len(freed) > 0 {
		t.Fatal("a table was freed while a run used it", freed)
	}
	if s.release(first); !slices.Equal(freed, []int64{1}) {
		t.Fatal("a table that was replaced was not freed at its end", freed)
	}
	for i := range sentMost {
		s.release(s.keep(fmt.Sprint(i), nil, int64(10+i)))
	}
	if s.find("a") != nil || !slices.Equal(freed, []int64{1, 2}) {
		t.Fatal("the table that was used longest ago was not dropped", freed)
	}
	if kept := s.find("0"); kept == nil || kept.offset != 10 {
		t.Fatal("more tables were dropped than had to be")
	}
}
