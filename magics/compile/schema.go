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
)

// A Type is an Arrow type as the messages name it: a format string of the C
// data interface, with the values' type when it is dictionary-encoded.
type Type struct {
	Format   string
	Values   string // of a dictionary
	Name     string // of a struct's field
	Children []Type
}

// TwiceEncoded stands for the values of a dictionary that has a dictionary itself.
const TwiceEncoded = "dictionary"

// A Column is a column of a frame. Field is its name in Go.
type Column struct {
	Name, Field string
	Type        Type
	Nulls       int
	Sent        bool
	Refused     string // why no plain slice can hold it
}

// An Input is a Python object that the cell binds.
type Input struct {
	Name, Kind string // frame, column, matrix, value or map
	Columns    []Column
	Type       Type
	Nulls      int

	typ   string // of a frame, in Go
	clock string // what package time is called where the input is declared
}

// FieldNames gives each column of a frame its name in Go: runes that Go does
// not allow become _, a leading digit gets _ before it, a keyword or nothing
// but underscores gets _ after it; what is taken, and Len, gets _2.
func FieldNames(columns []string) []string {
	taken := map[string]bool{"Len": true, "GoscoreColumn": true, "goscore__": true}
	out := make([]string, len(columns))
	for i, c := range columns { // names that need no change keep theirs
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
		f = "_" // which is no field's name yet
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

// CheckName says why an input cannot have a name in Go.
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

// typeNames gives each frame's type a name that nothing else has.
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

var numbers = map[string]string{
	"c": "int8", "s": "int16", "i": "int32", "l": "int64", "C": "uint8", "S": "uint16", "I": "uint32", "L": "uint64",
	"f": "float32", "g": "float64",
}

// Go gives the element type of a column.
func (t Type) Go() (elem string, err error) {
	elem, _, err = t.reader()
	return strings.ReplaceAll(elem, "goscore__functions.", "goscore."), err
}

// read gives the element type of a column and the expression that makes its
// slice of the array expression a. label names it in errors.
func (t Type) read(label, a string) (elem, slice string, err error) {
	elem, reader, err := t.reader()
	return elem, fmt.Sprintf("goscore__.Read(%q, %s, %s)", label, reader, a), err
}

// reader gives the element type of a column and the function that reads it.
func (t Type) reader() (elem, reader string, err error) {
	base := t.Format
	if t.Values != "" {
		base = t.Values
	}
	if n, ok := numbers[base]; ok {
		elem, reader = n, "goscore__.Numbers["+n+"]"
	} else {
		elem, reader = special(base)
	}
	switch {
	case len(base) > 1 && base[0] == '+' && t.Values == "":
		return t.nested()
	case elem == "":
		return "", "", fmt.Errorf("goscore cannot take values of Arrow type %s", Describe(base))
	case t.Values == "" || elem == "string" || elem == "[]byte":
		return elem, reader, nil // these decode dictionaries themselves
	}
	return elem, "goscore__.DecodedAs(" + reader + ")", nil
}

// nested reads a column of lists or structs.
func (t Type) nested() (elem, reader string, err error) {
	if t.Format == "+s" {
		return t.structs()
	}
	if len(t.Children) != 1 || !strings.HasPrefix(t.Format, "+l") && !strings.HasPrefix(t.Format, "+L") && !strings.HasPrefix(t.Format, "+w") {
		return "", "", fmt.Errorf("goscore cannot take values of Arrow type %s", Describe(t.Format))
	}
	item, reader, err := t.Children[0].reader()
	return "[]" + item, "goscore__.ListsAs(" + reader + ")", err
}

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

func special(format string) (elem, slice string) {
	switch {
	case format == "e":
		return "float32", "goscore__.Halves"
	case format == "b", format == "b8":
		return "bool", "goscore__.Bools"
	case format == "u", format == "U", format == "vu":
		return "string", "goscore__.Strings"
	case format == "z", format == "Z", format == "vz":
		return "[]byte", "goscore__.Binaries"
	case strings.HasPrefix(format, "ts"), format == "tdD", format == "tdm":
		return "time.Time", "goscore__.Times"
	case strings.HasPrefix(format, "tD"):
		return "time.Duration", "goscore__.Durations"
	case strings.HasPrefix(format, "d:"):
		return "goscore__functions.Decimal", "goscore__.Decimals"
	}
	return "", ""
}

// Describe words an Arrow format string.
func Describe(format string) string {
	switch {
	case format == "n":
		return "null (the column has no value at all)"
	case format == TwiceEncoded:
		return "dictionary of a dictionary: decode the column first"
	case strings.HasPrefix(format, "+v"):
		return "list view: cast the column to a list first"
	case strings.HasPrefix(format, "+m"):
		return "map: make it a list of structs, or columns, first"
	case strings.HasPrefix(format, "+u"):
		return "union: take its parts as columns first"
	case strings.HasPrefix(format, "tt"):
		return "time of day: convert the column to integers or strings first"
	case strings.HasPrefix(format, "w:"):
		return "fixed-size binary: convert the column to binary first"
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

// timed writes Go with the name that package time has beside the input.
func (in Input) timed(text string) string {
	if in.clock == "time" {
		return text
	}
	return strings.ReplaceAll(text, "time.Time", in.clock+".Time")
}

// frameDecl writes the struct of a frame, its methods and its variable.
func frameDecl(b *strings.Builder, in Input, use Use) error {
	typ, first := in.typ, ""
	var fields, values, cases strings.Builder
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
		fmt.Fprintf(&values, "\t\t%s: %s,\n", c.Field, slice)
	}
	length := "len(d." + first + ")"
	if first == "" {
		length = "d.goscore__.Rows()"
	}
	fmt.Fprintf(b, "// %s is the frame %s as this cell sees it.\ntype %s struct {\n%s\tgoscore__ *goscore__.DataFrame\n}\n\n", typ, in.Name, typ, &fields)
	fmt.Fprintf(b, "// Len is the number of rows.\nfunc (d %s) Len() int { return %s }\n\n", typ, length)
	fmt.Fprintf(b, "// GoscoreColumn is what goscore.Nullable asks.\nfunc (d %s) GoscoreColumn(name string) (any, []byte, error) { return d.goscore__.Column(name) }\n\n", typ)
	fmt.Fprintf(b, "var %s = func() %s {\n\tgoscore__in := goscore__.In(%q)\n\treturn %s{\n%s", in.Name, typ, in.Name, typ, &values)
	fmt.Fprintf(b, "\t\tgoscore__: goscore__.NewDataFrame(goscore__in, func(i int) any {\n\t\tswitch i {\n%s\t\t}\n\t\tpanic(\"not asked for\")\n\t\t}),\n\t}\n}()\n", &cases)
	return nil
}
