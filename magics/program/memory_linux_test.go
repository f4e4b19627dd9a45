package program

import (
	"syscall"
	"testing"
)

// A later job of the same process may have a higher limit than an earlier one.
func TestGuardMemoryKeepsTheHardLimit(t *testing.T) {
	const data = 2 // RLIMIT_DATA
	var before, after syscall.Rlimit
	if err := syscall.Getrlimit(data, &before); err != nil {
		t.Fatal(err)
	}
	defer syscall.Setrlimit(data, &before)
	guardMemory(8 << 30)
	if err := syscall.Getrlimit(data, &after); err != nil || after.Cur != min(8<<30, before.Max) || after.Max != before.Max {
		t.Errorf("limits %+v became %+v (%v)", before, after, err)
	}
}
