package program

import (
	"encoding/binary"
	"fmt"

	"goscore/compute"
	"goscore/magics/datatype"
)

// Decimals returns a column of decimals, exactly.
func Decimals(a *Array) []compute.Decimal {
	if a.Dictionary != nil {
		return Decoded(a, Decimals(a.Dictionary))
	}
	_, scale, bits, ok := datatype.ReadDigits(datatype.ParameterOf(a.Type))
	if !ok || a.row().Class != datatype.Decimal {
		panic(ArgumentMismatch(kindOf(a) + " where the function takes goscore.Decimal"))
	}
	width := bits / 8
	out := make([]compute.Decimal, a.Length)
	b, valid := a.buffer(1), a.buffer(0)
	for i := range out {
		if valid != nil && valid[i/8]>>(i%8)&1 == 0 {
			continue
		}
		out[i] = decimalAt(b[i*width:(i+1)*width], scale, i)
	}
	return out
}

func decimalAt(b []byte, scale, row int) compute.Decimal {
	switch len(b) {
	case 4:
		return compute.NewDecimal(int64(int32(binary.LittleEndian.Uint32(b))), scale)
	case 8:
		return compute.NewDecimal(int64(binary.LittleEndian.Uint64(b)), scale)
	}
	lo, hi := binary.LittleEndian.Uint64(b), int64(binary.LittleEndian.Uint64(b[8:]))
	for ; len(b) > 16; b = b[:len(b)-8] { // the words above must repeat the sign
		if int64(binary.LittleEndian.Uint64(b[len(b)-8:])) != hi>>63 {
			panic(ArgumentMismatch(fmt.Sprintf("row %d: the decimal has more than 38 digits", row)))
		}
	}
	return compute.DecimalFromWords(hi, lo, scale)
}

// decimals writes decimals at the largest of their scales. No decimals have the
// scale of the inputs, for a stream's first batch says what the others are.
func (e *encoder) decimals(a *Array, v []compute.Decimal) error {
	most := 0
	if len(v) == 0 {
		for _, in := range job.Inputs {
			most = max(most, scaleOf(in.Arrays))
		}
	}
	for _, d := range v {
		most = max(most, d.Scale())
	}
	b := make([]byte, 0, len(v)*16)
	for i, d := range v {
		at, err := d.At(most)
		if err != nil {
			return fmt.Errorf("row %d: %w", i, err)
		}
		hi, lo, _ := at.Words()
		b = binary.LittleEndian.AppendUint64(b, lo)
		b = binary.LittleEndian.AppendUint64(b, uint64(hi))
	}
	a.Type = fmt.Sprintf("d:38,%d", most)
	e.put(a, 1, b)
	return nil
}

// scaleOf returns the largest scale of decimals, also of those within structs and lists.
func scaleOf(arrays []*Array) (most int) {
	for _, a := range arrays {
		if a == nil {
			continue
		}
		if a.row().Class == datatype.Decimal {
			_, scale, _, _ := datatype.ReadDigits(datatype.ParameterOf(a.Type))
			most = max(most, scale)
		}
		most = max(most, scaleOf(a.Children))
	}
	return most
}
