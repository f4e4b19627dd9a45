package magics_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/ipc"
	"github.com/apache/arrow-go/v18/arrow/memory"
)

// options are those of a cell's %%goscore line.
type options struct {
	inputs, outputs                [][2]string // Go's name, Python's; Python's name, Go's
	noreturn, force, verbose, plan bool
	declare, trace                 bool
	threads                        int
	timeout                        float64
	limit                          int // what is shown of each stream
}

// readMagic takes the %%goscore line, if there is one, off a cell.
func readMagic(text string) (*options, string, error) {
	o := &options{outputs: [][2]string{}, limit: 2000}
	if !strings.HasPrefix(text, "%%goscore") {
		return o, text, nil
	}
	line, code, _ := strings.Cut(text, "\n")
	words := strings.Fields(line)[1:]
	for i := 0; i < len(words); i++ {
		value := func() string { i++; return words[i] }
		switch words[i] {
		case "-i":
			for _, n := range strings.Split(value(), ",") {
				goName, python, renamed := strings.Cut(n, "=")
				if !renamed {
					python = goName
				}
				o.inputs = append(o.inputs, [2]string{goName, python})
			}
		case "-o":
			for _, n := range strings.Split(value(), ",") {
				python, goName, renamed := strings.Cut(n, "=")
				if !renamed {
					goName = python
				}
				o.outputs = append(o.outputs, [2]string{python, goName})
			}
		case "-n":
			o.noreturn = true
		case "-f":
			o.force = true
		case "-v":
			o.verbose = true
		case "--declare": // what no magic has: the statements are left out
			o.declare = true
		case "--trace":
			o.trace = true
		case "--plan": // the tests' own: show what was planned and where it ran
			o.plan = true
		case "-j":
			o.threads, _ = strconv.Atoi(value())
		case "--timeout":
			o.timeout, _ = strconv.ParseFloat(value(), 64)
		default:
			return nil, "", fmt.Errorf("option %s", words[i])
		}
	}
	return o, code, nil
}

func unquote(text string) (string, error) {
	var b strings.Builder
	for line := range strings.Lines(strings.TrimSpace(text)) {
		if strings.HasPrefix(line, "%%goscore") {
			b.WriteString(line)
			continue
		}
		s, err := strconv.Unquote(strings.TrimSpace(line))
		if err != nil {
			return "", fmt.Errorf("%s: %w", line, err)
		}
		b.WriteString(s)
	}
	return b.String(), nil
}

// An input is a Python object: one section of a file.
type input struct {
	kind    string
	columns []column
	shape   []int
}

type column struct {
	name, refused string
	array         arrow.Array
	field         arrow.Field
}

func (in *input) names() []string {
	names := []string{}
	for _, c := range in.columns {
		names = append(names, c.name)
	}
	return names
}

// addInput reads a section such as `df frame`: a line per array, of its name
// (quoted when it is not plain), its Arrow type, and its values as JSON. Only
// frames and their columns have names.
func (s *script) addInput(title, text string) error {
	words := strings.Fields(title)
	if len(words) < 2 {
		return fmt.Errorf("want a name and a kind")
	}
	in := &input{kind: words[1]}
	for _, w := range words[2:] {
		n, err := strconv.Atoi(w)
		if err != nil {
			return err
		}
		in.shape = append(in.shape, n)
	}
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if line == "" {
			continue
		}
		var err error
		c := column{name: words[0]}
		if in.kind == "frame" {
			c.name, line = firstWord(line)
		}
		if why, refused := strings.CutPrefix(line, "refused "); refused {
			if c.refused, err = strconv.Unquote(why); err != nil {
				return err
			}
		} else if err = c.read(line); err != nil {
			return fmt.Errorf("%s: %w", line, err)
		}
		in.columns = append(in.columns, c)
	}
	s.inputs[words[0]] = in
	return nil
}

func firstWord(line string) (word, rest string) {
	if q, err := strconv.QuotedPrefix(line); err == nil {
		word, _ = strconv.Unquote(q)
		return word, strings.TrimSpace(line[len(q):])
	}
	word, rest, _ = strings.Cut(line, " ")
	return word, strings.TrimSpace(rest)
}

func (c *column) read(line string) error {
	name, values, _ := strings.Cut(line, " ")
	dt, err := arrowType(name)
	if err != nil {
		return err
	}
	c.field = arrow.Field{Name: c.name, Type: dt, Nullable: true}
	if name == "bool8" {
		c.field.Metadata = arrow.MetadataFrom(map[string]string{"ARROW:extension:name": "arrow.bool8"})
	}
	c.array, _, err = array.FromJSON(memory.DefaultAllocator, dt, strings.NewReader(values))
	return err
}

var plainTypes = []arrow.DataType{
	arrow.PrimitiveTypes.Int8, arrow.PrimitiveTypes.Int16, arrow.PrimitiveTypes.Int32, arrow.PrimitiveTypes.Int64,
	arrow.PrimitiveTypes.Uint8, arrow.PrimitiveTypes.Uint16, arrow.PrimitiveTypes.Uint32, arrow.PrimitiveTypes.Uint64,
	arrow.FixedWidthTypes.Float16, arrow.PrimitiveTypes.Float32, arrow.PrimitiveTypes.Float64, arrow.FixedWidthTypes.Boolean,
	arrow.BinaryTypes.String, arrow.BinaryTypes.LargeString, arrow.BinaryTypes.StringView, arrow.BinaryTypes.Binary,
	arrow.FixedWidthTypes.Date32, arrow.FixedWidthTypes.Date64, arrow.FixedWidthTypes.Time64us, arrow.Null,
}

var arrowUnits = map[string]arrow.TimeUnit{"s": arrow.Second, "ms": arrow.Millisecond, "us": arrow.Microsecond, "ns": arrow.Nanosecond}

// arrowType reads float64, timestamp[us,Europe/Paris], list[int8], dictionary[string] ...
func arrowType(name string) (arrow.DataType, error) {
	base, inner, _ := strings.Cut(strings.TrimSuffix(name, "]"), "[")
	switch base {
	case "bool8":
		return arrow.PrimitiveTypes.Int8, nil
	case "timestamp":
		unit, zone, _ := strings.Cut(inner, ",")
		return &arrow.TimestampType{Unit: arrowUnits[unit], TimeZone: zone}, nil
	case "duration":
		return &arrow.DurationType{Unit: arrowUnits[inner]}, nil
	case "decimal":
		return &arrow.Decimal128Type{Precision: 10, Scale: 2}, nil
	case "struct":
		return arrow.StructOf(arrow.Field{Name: "a", Type: arrow.PrimitiveTypes.Int64, Nullable: true}), nil
	case "fixed":
		return &arrow.FixedSizeBinaryType{ByteWidth: 2}, nil
	case "list", "dictionary":
		dt, err := arrowType(inner)
		if err != nil {
			return nil, err
		}
		if base == "list" {
			return arrow.ListOf(dt), nil
		}
		return &arrow.DictionaryType{IndexType: arrow.PrimitiveTypes.Int8, ValueType: dt}, nil
	}
	for _, dt := range plainTypes {
		if dt.Name() == base || dt.String() == base {
			return dt, nil
		}
	}
	return nil, fmt.Errorf("type %s", name)
}

// message is the input as Python sends it, of a frame the columns at the
// positions that were planned.
func (in *input) message(name string, planned []int, buffers *[][]byte) (map[string]any, error) {
	m := map[string]any{"name": name, "kind": in.kind, "library": "pandas"}
	if in.shape != nil {
		m["shape"] = in.shape
	}
	sent := in.columns
	if in.kind == "frame" {
		sent = nil
		var cols []map[string]any
		for i, c := range in.columns {
			col := map[string]any{"name": c.name, "refused": c.refused}
			if slices.Contains(planned, i) && c.array != nil {
				col["sent"] = true
				sent = append(sent, c)
			}
			if c.array != nil {
				m["rows"] = c.array.Len()
			}
			cols = append(cols, col)
		}
		m["columns"] = cols
	}
	if len(sent) == 0 {
		return m, nil
	}
	b, err := stream(sent)
	m["ipc"] = len(*buffers)
	*buffers = append(*buffers, b)
	return m, err
}

func stream(columns []column) ([]byte, error) {
	var fields []arrow.Field
	var arrays []arrow.Array
	for _, c := range columns {
		fields, arrays = append(fields, c.field), append(arrays, c.array)
	}
	schema := arrow.NewSchema(fields, nil)
	batch := array.NewRecordBatch(schema, arrays, int64(arrays[0].Len()))
	defer batch.Release()
	var b bytes.Buffer
	w := ipc.NewWriter(&b, ipc.WithSchema(schema))
	if err := w.Write(batch); err != nil {
		return nil, err
	}
	err := w.Close()
	return b.Bytes(), err
}

func digest(b []byte) map[string]any {
	sum := sha256.Sum256(b)
	return map[string]any{"length": len(b), "sha256": hex.EncodeToString(sum[:])}
}
