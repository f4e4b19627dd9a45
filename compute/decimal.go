package compute

import (
	"fmt"
	"math/big"
	"strings"
)

// Decimal is a decimal number of up to 38 digits, exact, as Arrow's decimal
// columns hold it. It can be compared with == (1.0 and 1.00 differ: see Cmp)
// and be a map's key. Its zero value is 0.
//
//goscore:cell
type Decimal struct {
	hi    int64 // the number without its point, in two's complement
	lo    uint64
	scale int32
}

// mostScale is the most digits behind the point, or zeros before it: larger
// powers of ten would take ever longer to make.
const mostScale = 1000

// NewDecimal returns unscaled * 10**-scale: NewDecimal(1234, 2) is 12.34. It
// panics for a scale beyond 1000, or below -1000.
//
//goscore:cell
func NewDecimal(unscaled int64, scale int) Decimal {
	return must(scaled(Decimal{hi: unscaled >> 63, lo: uint64(unscaled)}, scale))
}

// scaled gives a decimal its scale.
func scaled(d Decimal, scale int) (Decimal, error) {
	if scale < -mostScale || scale > mostScale {
		return Decimal{}, fmt.Errorf("decimal: a scale of %d: %d at most, and -%d at least", scale, mostScale, mostScale)
	}
	d.scale = int32(scale)
	return d, nil
}

// DecimalFromWords returns the decimal whose 128-bit unscaled value has the
// words hi and lo. It panics for scales as NewDecimal does.
func DecimalFromWords(hi int64, lo uint64, scale int) Decimal {
	return must(scaled(Decimal{hi: hi, lo: lo}, scale))
}

// Words returns the 128 bits of the unscaled value and the scale.
func (d Decimal) Words() (hi int64, lo uint64, scale int) { return d.hi, d.lo, int(d.scale) }

// ParseDecimal reads text such as "-12.34".
//
// Errors: other text, more than 38 digits, and more than 1000 behind the point.
//
//goscore:cell
func ParseDecimal(s string) (Decimal, error) {
	digits, scale := s, 0
	if i := strings.IndexByte(s, '.'); i >= 0 {
		digits, scale = s[:i]+s[i+1:], len(s)-i-1
	}
	if strings.Trim(strings.TrimLeft(digits, "+-"), "0123456789") != "" {
		return Decimal{}, fmt.Errorf("parse decimal %q: not a decimal number", s)
	}
	n, ok := new(big.Int).SetString(digits, 10)
	if !ok {
		return Decimal{}, fmt.Errorf("parse decimal %q: not a decimal number", s)
	}
	return fromBig(n, scale)
}

var maxUnscaled = new(big.Int).Exp(big.NewInt(10), big.NewInt(38), nil)

func fromBig(n *big.Int, scale int) (Decimal, error) {
	if n.CmpAbs(maxUnscaled) >= 0 {
		return Decimal{}, fmt.Errorf("decimal %se-%d: more than 38 digits", n, scale)
	}
	var lo, hi big.Int
	lo.And(n, new(big.Int).SetUint64(^uint64(0)))
	hi.Rsh(n, 64) // rounds down, as two's complement asks
	return scaled(Decimal{hi: hi.Int64(), lo: lo.Uint64()}, scale)
}

// Unscaled returns the number without its decimal point.
func (d Decimal) Unscaled() *big.Int {
	n := big.NewInt(d.hi)
	n.Lsh(n, 64)
	return n.Add(n, new(big.Int).SetUint64(d.lo))
}

// Scale returns the number of digits behind the decimal point.
func (d Decimal) Scale() int { return int(d.scale) }

// Rat returns the exact value.
func (d Decimal) Rat() *big.Rat {
	ten := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(max(d.scale, -d.scale))), nil)
	if d.scale < 0 {
		return new(big.Rat).SetInt(ten.Mul(ten, d.Unscaled()))
	}
	return new(big.Rat).SetFrac(d.Unscaled(), ten)
}

// Float64 returns the nearest float64.
func (d Decimal) Float64() float64 {
	f, _ := d.Rat().Float64()
	return f
}

// String returns the number with all digits of its scale.
func (d Decimal) String() string {
	if d.scale <= 0 {
		return d.Rat().FloatString(0)
	}
	return d.Rat().FloatString(int(d.scale))
}

// Cmp returns -1, 0 or 1 where d is less than, equal to or greater than e.
func (d Decimal) Cmp(e Decimal) int { return d.Rat().Cmp(e.Rat()) }

// Add returns d + e, exact, at the larger of their scales. It panics above 38 digits.
func (d Decimal) Add(e Decimal) Decimal { return d.join(e, (*big.Int).Add) }

// Sub returns d - e, exact, at the larger of their scales. It panics above 38 digits.
func (d Decimal) Sub(e Decimal) Decimal { return d.join(e, (*big.Int).Sub) }

func (d Decimal) join(e Decimal, op func(z, x, y *big.Int) *big.Int) Decimal {
	scale := max(d.scale, e.scale)
	n := op(new(big.Int), d.at(scale), e.at(scale))
	return must(fromBig(n, int(scale)))
}

// Mul returns d * e, exact; the scales add up. It panics above 38 digits.
func (d Decimal) Mul(e Decimal) Decimal {
	return must(fromBig(new(big.Int).Mul(d.Unscaled(), e.Unscaled()), int(d.scale)+int(e.scale)))
}

// At returns the same number with another scale.
//
// Errors: digits that are not zero would be lost, or more than 38 be needed, or the
// scale is beyond 1000.
func (d Decimal) At(scale int) (Decimal, error) {
	if _, err := scaled(d, scale); err != nil {
		return Decimal{}, err
	}
	n := d.Unscaled()
	if s := int32(scale); s >= d.scale {
		n = d.at(s)
	} else {
		var rest big.Int
		n.QuoRem(n, new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(d.scale-s)), nil), &rest)
		if rest.Sign() != 0 {
			return Decimal{}, fmt.Errorf("decimal %s: has more than %d digits behind the point", d, scale)
		}
	}
	return fromBig(n, scale)
}

// at gives the unscaled value at a scale that is not smaller.
func (d Decimal) at(scale int32) *big.Int {
	ten := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(scale-d.scale)), nil)
	return ten.Mul(ten, d.Unscaled())
}

func must(d Decimal, err error) Decimal {
	if err != nil {
		panic(ArgumentError(err.Error()))
	}
	return d
}
