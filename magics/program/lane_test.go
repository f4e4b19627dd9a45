package program

import (
	"runtime"
	"testing"
)

// TestSpin looks for calls that come soon, and hardly ever for those that do not.
func TestSpin(t *testing.T) {
	if runtime.NumCPU() == 1 {
		t.Skip("with one core nobody looks")
	}
	var s spin
	looked := 0
	for range laneMisses + 10*(laneSkips+1) {
		if s.worth() {
			looked++
			s.missed()
		}
	}
	if want := laneMisses + 10; looked != want {
		t.Errorf("looked %d times, not %d", looked, want)
	}
	s = spin{} // one came
	if !s.worth() {
		t.Error("does not look after a call that came soon")
	}
}
