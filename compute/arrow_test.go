package compute

import "testing"

func TestArrowGivesTheColumnBack(t *testing.T) {
	values, valid := NewColumn([]string{"a", "b"}, []byte{0b10}).Arrow()
	if v, ok := values.([]string); !ok || len(v) != 2 || len(valid) != 1 || valid[0] != 0b10 {
		t.Errorf("got %v, %v", values, valid)
	}
	if _, valid := NewColumn([]string{"a", "b"}, []byte{0b11}).Arrow(); valid != nil {
		t.Errorf("got validity %v where nothing is missing", valid)
	}
}
