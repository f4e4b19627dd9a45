package process

import "testing"

func TestReadAllowance(t *testing.T) {
	check := func(text string, want int64) {
		t.Helper()
		if got, err := ReadAllowance(text, 24<<30); err != nil || got.bytes != want {
			t.Errorf("ReadAllowance(%q) = %d, %v, want %d", text, got.bytes, err, want)
		}
	}
	check("", 0)
	check("8GiB", 8<<30)
	check("1.5 gib", 3<<29)
	check("500MB", 500_000_000)
	check("1000000000", 1_000_000_000)
	check("50%", 12<<30)
	for _, text := range []string{"much", "8XB", "-1GiB", "%", "1e9", "1.2.3GiB", "99999999999999TiB", "10MiB", "0.1%"} {
		if got, err := ReadAllowance(text, 24<<30); err == nil {
			t.Errorf("ReadAllowance(%q) = %d, want an error", text, got.bytes)
		}
	}
	if _, err := ReadAllowance("50%", 0); err == nil {
		t.Error("half of an unknown amount is no error")
	}
}

func TestLimit(t *testing.T) {
	asked := Allowance{300 << 20, "300MiB"}.Limit()
	if asked.Bytes != 300<<20 || asked.String() != "300.0MiB (GOSCORE_MEMORY=300MiB)" && asked.String() != "300MiB (GOSCORE_MEMORY=300MiB)" {
		t.Errorf("asked for 300MiB: %d, %q", asked.Bytes, asked)
	}
	room, ok := headroom()
	if !ok {
		t.Skip("the system does not say how much memory is left")
	}
	if own := (Allowance{}).Limit(); own.Bytes > room-spareOf(room)+leastMemory || own.Bytes < leastMemory {
		t.Errorf("of %d bytes that are left a run may take %d", room, own.Bytes)
	}
	if all := (Allowance{1 << 61, "2EiB"}).Limit(); all.Bytes > room || all.source != "" {
		t.Errorf("more than there is: %+v of %d", all, room)
	}
}
