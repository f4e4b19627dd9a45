package protocol

import (
	"encoding/binary"
	"testing"

	"goscore/magics/frame"
	"goscore/magics/program"
)

// message writes fields as programs do: integers as varints, strings behind
// their length.
func message(fields ...any) (b []byte) {
	for _, f := range fields {
		switch f := f.(type) {
		case int:
			b = binary.AppendVarint(b, int64(f))
		case string:
			b = append(binary.AppendVarint(b, int64(len(f))), f...)
		case []byte:
			b = append(b, f...)
		}
	}
	return b
}

// floats is an array of n float64 at an offset of segment 1.
func floats(n, offset int) []byte {
	return message(1, "g", n, 0, 2, -1, 0, 0, 1, offset, n*8, 0, 0, "")
}

// FuzzResult takes any bytes for what a program sent as a result: it becomes one
// for Python, or an error; what is wrong with it is found before it is read.
func FuzzResult(f *testing.F) {
	results, err := frame.Create(1, "test-results")
	if err != nil {
		f.Fatal(err)
	}
	inline, err := frame.Create(2, "test-inline")
	if err != nil {
		f.Fatal(err)
	}
	if _, err := results.Alloc(1 << 16); err != nil {
		f.Fatal(err)
	}
	store := frame.NewStore(results, inline)
	f.Add(message("y", "column", "[]float64", 2, 0, 1, floats(2, 64), 1, 0, 0, ""))
	f.Add(message("y", "frame", "Df", 2, 1, "v", 1, floats(2, 0), 1, 1, 0, ""))
	f.Add(message("y", "map", "m", 1, 0, 2, floats(1, 0), floats(1, 64), 0, 0, ""))
	f.Add(message("y", "tuple", "", 0, 0, 0, 0, 2, "none", "", 0, 0, 0, 0, 0, "", "scalar", "float64", 0, 0, 1, floats(1, 128), 0, 0, "", ""))
	f.Add(message("y", "column", "", 2, 0, 1, 0, 0, 0, ""))
	f.Add(message("y", "column", "", 2, 0, 1, floats(1<<40, 64), 0, 0, ""))
	f.Fuzz(func(t *testing.T, b []byte) {
		_, p, err := program.DecodeOutput(b)
		if err != nil {
			return
		}
		if _, err := ToFailed(p); err != nil {
			_ = err.Error()
		}
		v, err := ToResult(p)
		if err != nil {
			return
		}
		if _, err := v.Check(store, frame.Own{}); err != nil {
			return
		}
		var buffers [][]byte
		if v.Inline(store, &buffers) != nil {
			return
		}
		for _, stream := range buffers {
			if _, _, base, err := frame.ReadIPC(stream, inline); err == nil {
				inline.Free(base.Offset)
			}
		}
	})
}
