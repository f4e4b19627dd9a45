package compute_test

import (
	"math"
	"strings"
	"testing"

	"goscore/compute"
)

func TestDecimal(t *testing.T) {
	parse := func(s string) compute.Decimal {
		t.Helper()
		d, err := compute.ParseDecimal(s)
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	check := func(got compute.Decimal, want string) {
		t.Helper()
		if got.String() != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
	// python 3.11, decimal.Decimal
	check(parse("-12.34"), "-12.34")
	check(parse("0.10").Add(parse("0.2")), "0.30")
	check(parse("1").Sub(parse("0.001")), "0.999")
	check(parse("-1.5").Mul(parse("1.5")), "-2.25")
	check(parse("99999999999999999999999999999999999999"), "99999999999999999999999999999999999999")
	check(parse("-99999999999999999999999999999999999.999"), "-99999999999999999999999999999999999.999")
	check(compute.NewDecimal(-1, 2), "-0.01")
	check(compute.NewDecimal(5, -3), "5000")
	check(compute.Decimal{}, "0")
	if parse("1.0").Cmp(parse("1.00")) != 0 || parse("-1").Cmp(parse("1")) != -1 {
		t.Error("Cmp compares values")
	}
	if f := parse("0.1").Float64(); f != 0.1 {
		t.Errorf("Float64 = %v", f)
	}
	hi, lo, scale := parse("-0.01").Words()
	check(compute.DecimalFromWords(hi, lo, scale), "-0.01")
	for _, bad := range []string{"", "-", "1e3", "1,2", "1.2.3", "x", "0." + strings.Repeat("0", 1001), "100000000000000000000000000000000000000"} {
		if d, err := compute.ParseDecimal(bad); err == nil {
			t.Errorf("%q became %s", bad, d)
		}
	}
	far := parse("0." + strings.Repeat("0", 999) + "1")
	check(compute.NewDecimal(1, 1000), far.String())
	check(far.Sub(far).Add(compute.NewDecimal(0, -1000)), far.Sub(far).String())
	for _, scale := range []int{1001, -1001, math.MaxInt32, math.MinInt32, 1 << 32} {
		if d, err := far.At(scale); err == nil {
			t.Errorf("At(%d) = %v", scale, d)
		}
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("NewDecimal takes the scale %d", scale)
				}
			}()
			compute.NewDecimal(1, scale)
		}()
	}
	if _, err := parse("1.25").At(1); err == nil {
		t.Error("At lost a digit")
	}
	if d, err := parse("1.250").At(2); err != nil || d.String() != "1.25" {
		t.Errorf("At(2) = %s, %v", d, err)
	}
}
