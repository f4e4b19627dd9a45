package compute

import (
	"errors"
	"testing"
)

type prices struct{}

func (prices) GoscoreColumn(name string) (any, []byte, error) {
	switch name {
	case "price":
		return []float64{1, 2, 3}, []byte{0b101}, nil
	case "raw":
		return [][]byte{nil}, nil, nil
	}
	return nil, nil, errors.New("df has no such column; the nearest is \"price\"")
}

func TestNullable(t *testing.T) {
	c := Nullable[float64](prices{}, "price")
	if c.Len() != 3 || c.NullCount() != 1 || c.At(1) != nil || *c.At(2) != 3 {
		t.Errorf("got %+v", c)
	}
	Nullable[[]byte](prices{}, "raw")
}

func TestNullableOfWrongColumn(t *testing.T) {
	check := func(want string, f func()) {
		t.Helper()
		defer func() {
			t.Helper()
			if got := recover(); got != ArgumentError(want) {
				t.Errorf("panic %v, want %s", got, want)
			}
		}()
		f()
	}
	check(`goscore.Nullable: column "prise": df has no such column; the nearest is "price"`,
		func() { Nullable[float64](prices{}, "prise") })
	check(`goscore.Nullable: column "price" holds float64, not int64: write goscore.Nullable[float64](..., "price")`,
		func() { Nullable[int64](prices{}, "price") })
	check(`goscore.Nullable: column "raw" holds []byte, not string: write goscore.Nullable[[]byte](..., "raw")`,
		func() { Nullable[string](prices{}, "raw") })
}
