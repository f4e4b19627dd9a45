package compute

import (
	"math"
	"testing"
)

func TestColumn(t *testing.T) {
	c := NewColumn([]int64{10, 11, 12, 13, 14, 15, 16, 17, 18, 19}, []byte{0b10111101, 0b11111110})
	if c.Len() != 10 || c.NullCount() != 3 {
		t.Errorf("Len %d, NullCount %d, want 10, 3", c.Len(), c.NullCount())
	}
	for i := range c.Len() {
		missing := i == 1 || i == 6 || i == 8
		v, ok := c.Get(i)
		if p := c.At(i); (p == nil) != missing || !missing && *p != int64(10+i) {
			t.Errorf("At(%d) = %v", i, p)
		}
		if ok == missing || c.Valid(i) == missing || !missing && v != int64(10+i) || missing && v != 0 {
			t.Errorf("Get(%d) = %v, %v", i, v, ok)
		}
	}
	if &c.Values()[3] != c.At(3) {
		t.Error("Values is a copy")
	}
}

func TestColumnWithoutMissingValues(t *testing.T) {
	check := func(c Column[float64]) {
		t.Helper()
		if c.NullCount() != 0 || c.Len() > 0 && (!c.Valid(0) || !math.IsNaN(*c.At(0))) {
			t.Errorf("%+v has missing values", c)
		}
	}
	nan := []float64{math.NaN()}
	check(NewColumn(nan, nil))
	check(NewColumn(nan, []byte{1}))
	check(NewColumn([]float64{}, []byte{}))
	check(Column[float64]{})
}

func TestColumnOfTooShortBitmap(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("one byte of validity was accepted with 9 values")
		}
	}()
	NewColumn(make([]int, 9), []byte{255})
}
