package compile

import (
	"go/token"
	"slices"
	"strings"
	"testing"
)

func TestFieldNames(t *testing.T) {
	check := func(columns, want string) {
		t.Helper()
		if got := strings.Join(FieldNames(strings.Split(columns, "|")), "|"); got != want {
			t.Errorf("FieldNames(%q) = %q, want %q", columns, got, want)
		}
	}
	check("price|Price|p2|_x|größe|日本", "price|Price|p2|_x|größe|日本")
	check("Unit Price|unit-price|a.b|a/b", "Unit_Price|unit_price|a_b|a_b_2")
	check("1st|2", "_1st|_2")
	check("type|func|range", "type_|func_|range_")
	check("||_|__", "__|___2|___3|___")
	check("Len|len|GoscoreColumn|goscore__", "Len_2|len|GoscoreColumn_2|goscore___2")
	check("v|v|v", "v|v_2|v_3")
	check("v|v_2|v", "v|v_2|v_3") // a column that needs no change keeps its name
	check("a b|a_b", "a_b_2|a_b")
	check("x\xff", "x_")
	check("👍|e\u0301", "__|e_")
}

// FuzzFieldNames sees that every field can be one and that no two are the same.
func FuzzFieldNames(f *testing.F) {
	f.Add("a|a|a_2", "Len|type")
	f.Fuzz(func(t *testing.T, a, b string) {
		seen := map[string]bool{"Len": true, "GoscoreColumn": true, "goscore__": true}
		for _, n := range FieldNames(slices.Concat(strings.Split(a, "|"), strings.Split(b, "|"))) {
			if !token.IsIdentifier(n) || n == "_" || seen[n] {
				t.Errorf("FieldNames of %q and %q has %q", a, b, n)
			}
			seen[n] = true
		}
	})
}

func TestTypeName(t *testing.T) {
	for name, want := range map[string]string{
		"df": "Df", "orders": "Orders", "Orders": "OrdersFrame", "_df": "T_df", "数据": "T数据", "éa": "Éa",
	} {
		if got := TypeName(name); got != want {
			t.Errorf("TypeName(%q) = %q, want %q", name, got, want)
		}
	}
}

// TestTypeNames gives frames types that nothing else is called.
func TestTypeNames(t *testing.T) {
	u := NewUnit(parsed(t, "type Df struct{}\nvar OrdersFrame = 1"), nobody{})
	inputs := []Input{{Name: "df", Kind: "frame"}, {Name: "orders", Kind: "frame"}, {Name: "Orders", Kind: "frame"}, {Name: "v", Kind: "column"}}
	want := []string{"DfFrame", "OrdersFrameFrame", "OrdersFrameFrameFrame", ""}
	if got := u.typeNames(inputs); !slices.Equal(got, want) {
		t.Errorf("typeNames = %q, want %q", got, want)
	}
}

func parsed(t *testing.T, text string) *Cell {
	t.Helper()
	c, diags := Parse("In[1]", text)
	if diags != nil {
		t.Fatal(diags)
	}
	return c
}
