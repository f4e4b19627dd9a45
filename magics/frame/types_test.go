package frame

import (
	"testing"

	"github.com/apache/arrow-go/v18/arrow"

	"goscore/magics/datatype"
)

// TestTable finds arrow-go's type of each row of the table of types, and leads
// back from it; a type without a layout is refused by name.
func TestTable(t *testing.T) {
	parameters := map[datatype.Parameter]string{datatype.Zone: ":UTC", datatype.Size: ":4", datatype.Digits: ":5,2", datatype.IDs: ":0"}
	children := func() []arrow.Field { return []arrow.Field{{Name: "item", Type: arrow.Null, Nullable: true}} }
	for i := range datatype.Table {
		row := &datatype.Table[i]
		format := row.Format + parameters[row.Parameter]
		l, err := layoutOf(format)
		if row.Layout == datatype.Unsupported {
			if want := `type "` + format + `" is not supported`; err == nil || err.Error() != want {
				t.Errorf("%v, want %s", err, want)
			}
			continue
		}
		if err != nil {
			t.Error(err)
			continue
		}
		dt, err := l.arrow(format, children())
		if err != nil {
			t.Error(err)
			continue
		}
		want := format
		if format == byteBool { // of which arrow-go makes bits
			want = "b"
		}
		if back, err := formatOf(dt); err != nil || back != want {
			t.Errorf("%s is %s in arrow-go, and that %s: %v", format, dt, back, err)
		}
	}
}
