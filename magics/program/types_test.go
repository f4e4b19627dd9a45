package program

import (
	"encoding/binary"
	"reflect"
	"strings"
	"testing"

	"goscore/magics/datatype"
)

// readers has the functions that rows of the table of types name.
var readers = map[string]any{
	"Numbers[int8]": Numbers[int8], "Numbers[int16]": Numbers[int16], "Numbers[int32]": Numbers[int32], "Numbers[int64]": Numbers[int64],
	"Numbers[uint8]": Numbers[uint8], "Numbers[uint16]": Numbers[uint16], "Numbers[uint32]": Numbers[uint32], "Numbers[uint64]": Numbers[uint64],
	"Numbers[float32]": Numbers[float32], "Numbers[float64]": Numbers[float64], "Halves": Halves,
	"Bools": Bools, "Strings": Strings, "Binaries": Binaries, "Times": Times, "Durations": Durations, "Decimals": Decimals,
}

// twoRows is a column whose bytes are all zero but for offsets, of a row of the table.
func twoRows(row *datatype.Type) *Array {
	parameters := map[datatype.Parameter]string{datatype.Zone: ":", datatype.Size: ":4", datatype.Digits: ":5,2", datatype.IDs: ":0"}
	values := make([]byte, 64)
	if row.Layout == datatype.Offsets {
		values = nil
		for _, end := range []uint64{0, 1, 3} {
			values = binary.LittleEndian.AppendUint64(values, end)[:len(values)+int(row.Width)]
		}
	}
	return &Array{Type: row.Format + parameters[row.Parameter], Length: 2, bytes: [][]byte{nil, values, []byte("abc")}}
}

// TestTable reads, writes and groups by a column of each type of the table.
func TestTable(t *testing.T) {
	job = &Job{Unit: "n", Zone: "UTC"}
	for i := range datatype.Table {
		row := &datatype.Table[i]
		if row.Reader == "" {
			continue
		}
		t.Run(row.Format, func(t *testing.T) {
			read := reflect.ValueOf(readers[row.Reader])
			if !read.IsValid() {
				t.Fatalf("there is no reader %s", row.Reader)
			}
			column := read.Call([]reflect.Value{reflect.ValueOf(twoRows(row))})[0]
			elem := strings.Replace(column.Type().Elem().String(), "compute.", "goscore.", 1)
			if elem = strings.Replace(elem, "[]uint8", "[]byte", 1); column.Len() != 2 || elem != row.Go {
				t.Errorf("%d rows of %s, want 2 of %s", column.Len(), elem, row.Go)
			}
			e := &encoder{}
			a, _, err := e.column(column)
			if err != nil {
				t.Fatal(err)
			}
			if want := datatype.OfGo(row.Go); a.row() != want && a.row().Class != datatype.Timestamp {
				t.Errorf("it is written as %s, want %s", a.Type, want.Format)
			}
			if k, ok := keys(twoRows(row)); ok != (row.Key != datatype.NoKey) {
				t.Errorf("keys: %v, %v", k, ok)
			} else if n := len(k.Ints) + len(k.Uints) + len(k.Floats) + len(k.Bools); ok && k.Texts == nil && n != 2 {
				t.Errorf("%d keys of 2 rows", n)
			} else if k.Texts != nil && (k.Texts.Rows != 2 || len(k.Texts.Read(make([]string, 2), 0, 2)) != 2) {
				t.Errorf("texts of %d rows", k.Texts.Rows)
			}
		})
	}
}

// TestTableRefusals names what cannot be keys.
func TestTableRefusals(t *testing.T) {
	for i := range datatype.Table {
		row := &datatype.Table[i]
		if row.Key != datatype.NoKey {
			continue
		}
		if k, ok := keys(twoRows(row)); ok {
			t.Errorf("%s: keys %v", row.Format, k)
		}
		if text := kindOf(twoRows(row)); text == "" || row.Holds == "" && !strings.Contains(text, row.Format) {
			t.Errorf("%s is called %q", row.Format, text)
		}
	}
}
