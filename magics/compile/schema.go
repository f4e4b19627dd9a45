package compile

import (
	"fmt"
	"go/token"
	"go/types"
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"goscore/magics/datatype"
)

// A Type is an Arrow type in messages: a format string of the C data interface,
// with the values' type if it is dictionary-encoded.
type Type struct {
	Format   string
	Values   string // of a dictionary
	Name     string // of a struct's field
	Children []Type
}

// A Column is a column of a frame. Field is its name in Go.
type Column struct {
	Name, Field string
	Type        Type
	Nulls       int
	Sent        bool
	Refused     string // the reason why no plain slice can hold it; empty if one can
}

// An Input is a Python object that the cell binds.
type Input struct {
	Name, Kind string // frame, column, matrix, value or map
	Columns    []Column
	Type       Type
	Nulls      int

	typ   string // of a frame, in Go
	clock string // the name of package time beside the input's declaration
}

// FieldNames returns the names in Go of a frame's columns: runes that Go does not
// allow become _, a leading digit gets _ before it, a keyword or nothing but
// underscores gets _ after it; a name that is taken, and Len, gets _2.
func FieldNames(columns []string) []string {
	taken := map[string]bool{"Len": true, "GoscoreColumn": true, "goscore__": true}
	out := make([]string, len(columns))
	for i, c := range columns { // first the names that need no change
		if f := identifier(c); f == c && !taken[f] {
			out[i], taken[f] = f, true
		}
	}
	for i, c := range columns {
		if out[i] != "" {
			continue
		}
		f := identifier(c)
		for n := 2; taken[f]; n++ {
			f = identifier(c) + "_" + strconv.Itoa(n)
		}
		out[i], taken[f] = f, true
	}
	return out
}

func identifier(s string) string {
	f := strings.Map(func(r rune) rune {
		if r == '_' || unicode.IsLetter(r) || unicode.IsDigit(r) {
			return r
		}
		return '_'
	}, s)
	if r, _ := utf8.DecodeRuneInString(f); unicode.IsDigit(r) {
		f = "_" + f
	}
	if f == "" {
		f = "_" // which gets another _ below
	}
	if token.IsKeyword(f) || strings.Trim(f, "_") == "" {
		f += "_"
	}
	return f
}

// TypeName names the struct of the frame called name.
func TypeName(name string) string {
	up := Exported(name)
	if up == name || types.Universe.Lookup(up) != nil {
		up += "Frame"
	}
	return up
}

// CheckName returns the error for an input's name that Go does not allow.
func CheckName(name string) error {
	_, typ := types.Universe.Lookup(name).(*types.TypeName)
	switch {
	case token.IsKeyword(name), typ, slices.Contains([]string{"_", "main", "init", "len", "panic", "nil", "true", "false", "iota"}, name):
		return fmt.Errorf("%s means something else in Go: bind it under another name, as in -i data=%s", name, name)
	case !token.IsIdentifier(name) || strings.HasPrefix(name, reserved):
		return fmt.Errorf("%q is no name in Go: bind it under another name, as in -i data=...", name)
	}
	return nil
}

// typeNames returns the names of the frames' types, which nothing else has.
func (u *Unit) typeNames(inputs []Input) []string {
	taken := maps.Clone(u.names)
	for _, in := range inputs {
		taken[in.Name] = true
	}
	out := make([]string, len(inputs))
	for i, in := range inputs {
		if in.Kind != "frame" {
			continue
		}
		out[i] = TypeName(in.Name)
		for taken[out[i]] {
			out[i] += "Frame"
		}
		taken[out[i]] = true
	}
	return out
}

// Go returns the element type of a column.
func (t Type) Go() (elem string, err error) {
	elem, _, err = t.reader()
	return strings.ReplaceAll(elem, "goscore__functions.", "goscore."), err
}

// read returns the element type of a column and the expression that makes its
// slice of the array expression a. label names it in errors.
func (t Type) read(label, a string) (elem, slice string, err error) {
	elem, reader, err := t.reader()
	return elem, fmt.Sprintf("goscore__.Read(%q, %s, %s)", label, reader, a), err
}

// reader returns the element type of a column and the function that reads it.
func (t Type) reader() (elem, reader string, err error) {
	base := t.Format
	if t.Values != "" {
		base = t.Values
	}
	row := datatype.Of(base)
	elem, reader = strings.Replace(row.Go, "goscore.", "goscore__functions.", 1), "goscore__."+row.Reader
	switch {
	case t.Values == "" && row.Class == datatype.Struct:
		return t.structs()
	case t.Values == "" && row.Class == datatype.List && len(t.Children) == 1:
		item, reader, err := t.Children[0].reader()
		return "[]" + item, "goscore__.ListsAs(" + reader + ")", err
	case elem == "":
		return "", "", fmt.Errorf("goscore cannot take values of Arrow type %s", Describe(base))
	case t.Values == "" || row.Class == datatype.Text || row.Class == datatype.Bytes:
		return elem, reader, nil // these decode dictionaries themselves
	}
	return elem, "goscore__.DecodedAs(" + reader + ")", nil
}

// structs reads a column of structs.
func (t Type) structs() (elem, reader string, err error) {
	names := make([]string, len(t.Children))
	for i, c := range t.Children {
		names[i] = c.Name
	}
	var fields, reads, sets strings.Builder
	for i, f := range FieldNames(names) {
		item, reader, err := t.Children[i].reader()
		if err != nil {
			return "", "", fmt.Errorf("field %q: %w", names[i], err)
		}
		fmt.Fprintf(&fields, "%s %s %q; ", f, item, "goscore:"+strconv.Quote(names[i]))
		fmt.Fprintf(&reads, "f%d := (%s)(a.Child(%q, \"\")); ", i, reader, names[i])
		fmt.Fprintf(&sets, "out[i].%s = f%d[i]; ", f, i)
	}
	elem = "struct { " + fields.String() + "}"
	return elem, fmt.Sprintf("func(a *goscore__.Array) []%s { %sout := make([]%s, a.Length); for i := range out { %s}; return out }",
		elem, &reads, elem, &sets), nil
}

// Describe returns an Arrow format string in words.
func Describe(format string) string {
	if advice := datatype.Of(format).Advice; advice != "" {
		return advice
	}
	return strconv.Quote(format)
}

// Prelude is the generated file that declares the cell's inputs. Frames show
// the columns at the positions that plain lists.
func Prelude(inputs []Input, uses []Use) (string, error) {
	var b strings.Builder
	for i, in := range inputs {
		if !uses[i].Used {
			continue
		}
		var err error
		if in.Kind == "frame" {
			err = frameDecl(&b, in, uses[i])
		} else {
			err = inputDecl(&b, in)
		}
		if err != nil {
			return "", err
		}
	}
	return b.String(), nil
}

func inputDecl(b *strings.Builder, in Input) error {
	array := fmt.Sprintf("goscore__.In(%q).Arrays[0]", in.Name)
	if in.Kind == "map" {
		array = fmt.Sprintf("goscore__.In(%q).Arrays[1]", in.Name)
	}
	_, slice, err := in.Type.read(in.Name, array)
	if err != nil {
		return fmt.Errorf("%s: %w", in.Name, err)
	}
	slice = in.timed(slice)
	switch in.Kind {
	case "matrix":
		slice = fmt.Sprintf("goscore__.Rows(goscore__.In(%q), %s)", in.Name, slice)
	case "value":
		slice += "[0]"
	case "map":
		slice = fmt.Sprintf("goscore__.Dict(goscore__.Strings(goscore__.In(%q).Arrays[0]), %s)", in.Name, slice)
	}
	fmt.Fprintf(b, "var %s = %s\n", in.Name, slice)
	return nil
}

// timed writes Go with the name of package time beside the input.
func (in Input) timed(text string) string {
	if in.clock == "time" {
		return text
	}
	return strings.ReplaceAll(text, "time.Time", in.clock+".Time")
}

// frameDecl writes the struct of a frame, its methods and its variable.
func frameDecl(b *strings.Builder, in Input, use Use) error {
	typ, first := in.typ, ""
	var fields, cases strings.Builder
	var values []string
	sent := -1
	for i, c := range in.Columns {
		if !c.Sent {
			continue
		}
		sent++
		array := fmt.Sprintf("goscore__in.Arrays[%d]", sent)
		elem, slice, err := c.Type.read(fmt.Sprintf("column %q of %s", c.Name, in.Name), array)
		if err != nil {
			if !slices.Contains(use.Columns(), i) {
				continue
			}
			return fmt.Errorf("column %q of %s: %w", c.Name, in.Name, err)
		}
		elem, slice = in.timed(elem), in.timed(slice)
		if use.ByName || slices.Contains(use.Nullable, i) {
			fmt.Fprintf(&cases, "\t\tcase %d:\n\t\t\treturn %s\n", sent, slice)
		}
		if !use.plain(i) || c.Refused != "" {
			continue
		}
		if first == "" {
			first = c.Field
		}
		fmt.Fprintf(&fields, "\t%s []%s %q\n", c.Field, elem, "goscore:"+strconv.Quote(c.Name))
		values = append(values, fmt.Sprintf("\td.%s = %s\n", c.Field, slice))
	}
	length := "len(d." + first + ")"
	if first == "" {
		length = "d.goscore__.Rows()"
	}
	fmt.Fprintf(b, "// %s is the frame %s as this cell sees it.\ntype %s struct {\n%s\tgoscore__ *goscore__.DataFrame\n}\n\n", typ, in.Name, typ, &fields)
	fmt.Fprintf(b, "// Len is the number of rows.\nfunc (d %s) Len() int { return %s }\n\n", typ, length)
	fmt.Fprintf(b, "// GoscoreColumn is what goscore.Nullable asks.\nfunc (d %s) GoscoreColumn(name string) (any, []byte, error) { return d.goscore__.Column(name) }\n\n", typ)
	fills := frameFills(b, in.Name, typ, values)
	fmt.Fprintf(b, "var %s = func() (d %s) {\n\tgoscore__in := goscore__.In(%q)\n%s", in.Name, typ, in.Name, fills)
	fmt.Fprintf(b, "\td.goscore__ = goscore__.NewDataFrame(goscore__in, func(i int) any {\n\t\tswitch i {\n%s\t\t}\n\t\tpanic(\"not asked for\")\n\t})\n\treturn d\n}()\n", &cases)
	return nil
}

// fillColumns is the number of columns that one function reads: the time to compile
// it grows with their square.
const fillColumns = 64

// frameFills writes functions that read the columns, if there are many, and returns
// the statements that call them in the frame's own function.
func frameFills(b *strings.Builder, name, typ string, values []string) (calls string) {
	if len(values) <= fillColumns {
		return strings.Join(values, "")
	}
	n := 0
	for part := range slices.Chunk(values, fillColumns) {
		fill := fmt.Sprintf("goscore__fill%d_%s", n, name)
		fmt.Fprintf(b, "func %s(goscore__in *goscore__.Input, d *%s) {\n%s}\n\n", fill, typ, strings.Join(part, ""))
		calls += fmt.Sprintf("\t%s(goscore__in, &d)\n", fill)
		n++
	}
	return calls
}
