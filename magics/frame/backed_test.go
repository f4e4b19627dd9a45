package frame

import (
	"strings"
	"testing"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/ipc"
)

// TestCheckBacked refuses rows for which there are no bytes, where they are many.
func TestCheckBacked(t *testing.T) {
	check := func(want string, arrays ...*Array) {
		t.Helper()
		err := CheckBacked(arrays...)
		if want == "" && err != nil || want != "" && (err == nil || !strings.Contains(err.Error(), want)) {
			t.Errorf("got %v, want %q", err, want)
		}
	}
	const many = 1 << 39
	none := func(rows int) *Array { return &Array{Type: "n", Length: rows, Nulls: rows} }
	sized := func(format string, rows int, bytes int64, children ...*Array) *Array {
		return &Array{Type: format, Length: rows, Buffers: []*Range{nil, {2, 0, bytes}}, Children: children}
	}
	fields := func(rows int, children ...*Array) *Array {
		return &Array{Type: "+s", Length: rows, Buffers: []*Range{nil}, Children: children}
	}
	check("")
	check("", none(emptyRows), fields(emptyRows))
	check("type n: 549755813888 rows, and no bytes", none(many))
	check("type +s: 549755813888 rows", fields(many))
	check("type +s", fields(many, none(many), fields(many)))
	check("", sized("b", many, many/8), none(many))
	check("type n", sized("b", many-8, many/8-1), none(many))
	check("", fields(many, sized("g", many, 8*many), none(many)))
	check("type n", sized("+L", 1, 16, none(many)))
	check("type n", fields(1, sized("g", 1, 8), none(many)))
	list := &Array{Type: "+w:100", Length: many / 100, Buffers: []*Range{nil}}
	list.Children = []*Array{none(many)}
	check("type +w:100", list)
	list.Children = []*Array{sized("C", many, many)}
	check("", list)
	check("type n", &Array{Type: "c", Length: 1, Buffers: []*Range{nil, {2, 0, 1}}, Dictionary: none(many)})
}

// TestReadRowsWithoutBytes answers a stream of 300 bytes that claims more rows than there can be.
func TestReadRowsWithoutBytes(t *testing.T) {
	seg := segment(t)
	for name, column := range map[string]arrow.Array{
		"null":   array.NewNull(1 << 39),
		"struct": array.NewStructData(array.NewData(arrow.StructOf(), 1<<39, nil, nil, 0, 0)),
	} {
		schema := arrow.NewSchema([]arrow.Field{{Name: name, Type: column.DataType(), Nullable: true}}, nil)
		var b strings.Builder
		w := ipc.NewWriter(&b, ipc.WithSchema(schema))
		if err := w.Write(array.NewRecordBatch(schema, []arrow.Array{column}, 1<<39)); err != nil {
			t.Fatal(err)
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		_, _, _, err := ReadIPC([]byte(b.String()), seg)
		if err == nil || !strings.Contains(err.Error(), "no bytes for them") {
			t.Errorf("%s: %d bytes: %v", name, b.Len(), err)
		}
	}
}
