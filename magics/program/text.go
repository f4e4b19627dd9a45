package program

import (
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// Limits of the text of a value, for a frontend without Python.
const (
	shownItems = 50   // of a slice or a map
	shownRows  = 20   // of a table
	shownWidth = 40   // runes of a table's cell
	shownDepth = 8    // of structs in structs
	shownBytes = 8000 // in all
)

// textOf formats a value as fmt's %+v does, with strings quoted as in Go. A frame
// and a slice of structs are a table.
func textOf(v any) string {
	w := &texter{}
	r := reflect.ValueOf(v)
	if !w.table(r) {
		w.value(r, 0)
	}
	if w.Len() > shownBytes {
		return strings.ToValidUTF8(w.String()[:shownBytes], "") + " ..."
	}
	return w.String()
}

type texter struct{ strings.Builder }

func (w *texter) value(v reflect.Value, depth int) {
	switch {
	case w.Len() > shownBytes:
	case !v.IsValid(), isNilable(v) && v.IsNil():
		w.WriteString(nilText(v))
	case depth > shownDepth:
		w.WriteString("...")
	case isNull(v.Type()):
		if v.FieldByName("Valid").Bool() {
			w.value(v.FieldByName("Value"), depth+1)
		} else {
			w.WriteString("nil")
		}
	case isColumn(v.Type()):
		values, valid := parts(v)
		w.items(values.Len(), func(i int) { w.item(values, valid, i, depth) })
	case w.itself(v):
	default:
		w.plain(v, depth)
	}
}

func isNilable(v reflect.Value) bool {
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface, reflect.Func, reflect.Chan:
		return true
	}
	return false
}

// nilText names the type where nil alone would say little.
func nilText(v reflect.Value) string {
	if v.IsValid() && v.Kind() != reflect.Interface {
		return "nil " + goName(v.Type())
	}
	return "nil"
}

// itself writes a value by its own method, if it has one.
func (w *texter) itself(v reflect.Value) bool {
	if !v.CanInterface() {
		return false
	}
	switch x := v.Interface().(type) {
	case time.Time:
		w.WriteString(x.Round(0).String()) // without the monotonic clock
	case error:
		w.WriteString(x.Error())
	case fmt.Stringer:
		w.WriteString(x.String())
	default:
		return false
	}
	return true
}

func (w *texter) plain(v reflect.Value, depth int) {
	switch v.Kind() {
	case reflect.String:
		w.WriteString(strconv.Quote(v.String()))
	case reflect.Interface:
		w.value(v.Elem(), depth)
	case reflect.Pointer:
		if v.Elem().Kind() == reflect.Struct {
			w.WriteByte('&')
		}
		w.value(v.Elem(), depth+1)
	case reflect.Slice, reflect.Array:
		w.items(v.Len(), func(i int) { w.value(v.Index(i), depth+1) })
	case reflect.Map:
		keys, values := entries(v)
		w.WriteString("map")
		w.items(len(keys), func(i int) {
			w.value(keys[i], depth+1)
			w.WriteByte(':')
			w.value(values[i], depth+1)
		})
	case reflect.Struct:
		w.fields(addressable(v), depth)
	case reflect.Func, reflect.Chan, reflect.UnsafePointer:
		w.WriteString(goName(v.Type()))
	default:
		fmt.Fprintf(w, "%v", v)
	}
}

func (w *texter) items(n int, item func(i int)) {
	w.WriteByte('[')
	for i := range min(n, shownItems) {
		if i > 0 {
			w.WriteByte(' ')
		}
		item(i)
	}
	if n > shownItems {
		fmt.Fprintf(w, " ... and %d more", n-shownItems)
	}
	w.WriteByte(']')
}

// item writes row i of a column, which may be missing.
func (w *texter) item(values reflect.Value, valid []byte, i, depth int) {
	if valid != nil && valid[i>>3]>>(i&7)&1 == 0 {
		w.WriteString("nil")
		return
	}
	w.value(values.Index(i), depth+1)
}

func (w *texter) fields(v reflect.Value, depth int) {
	w.WriteByte('{')
	for i, f := range visible(v.Type()) {
		if i > 0 {
			w.WriteByte(' ')
		}
		w.WriteString(f.Name + ":")
		w.value(reach(v.FieldByIndex(f.Index)), depth+1)
	}
	w.WriteByte('}')
}

// table writes a frame or a slice of structs, row by row.
func (w *texter) table(v reflect.Value) bool {
	names, rows, at := columnsOf(v)
	if names == nil {
		return false
	}
	lines := [][]string{names}
	for i := range min(rows, shownRows) {
		line := make([]string, len(names))
		for j := range names {
			line[j] = cut(at(i, j))
		}
		lines = append(lines, line)
	}
	w.aligned(lines)
	if rows > shownRows {
		fmt.Fprintf(w, "\n... and %d more rows", rows-shownRows)
	}
	if rows == 0 {
		w.WriteString("\n(no rows)")
	}
	return true
}

// columnsOf returns the parts of a table; names is nil for other values.
func columnsOf(v reflect.Value) (names []string, rows int, at func(row, column int) string) {
	if v.Kind() == reflect.Pointer && !v.IsNil() {
		v = v.Elem()
	}
	if !v.IsValid() || isColumn(v.Type()) || isNull(v.Type()) {
		return nil, 0, nil
	}
	switch v.Kind() {
	case reflect.Struct:
		return frameColumns(addressable(v))
	case reflect.Slice:
		return structColumns(v)
	}
	return nil, 0, nil
}

func frameColumns(v reflect.Value) (names []string, rows int, at func(row, column int) string) {
	fields := visible(v.Type())
	if len(fields) == 0 || !isFrame(v.Type(), fields) {
		return nil, 0, nil
	}
	values, valid := make([]reflect.Value, len(fields)), make([][]byte, len(fields))
	for i, f := range fields {
		names = append(names, label(f))
		values[i] = reach(v.FieldByIndex(f.Index))
		if isColumn(f.Type) {
			values[i], valid[i] = parts(values[i])
		}
		rows = max(rows, values[i].Len())
	}
	return names, rows, func(row, column int) string {
		w := &texter{}
		if row < values[column].Len() {
			w.item(values[column], valid[column], row, 1)
		}
		return w.String()
	}
}

func structColumns(v reflect.Value) (names []string, rows int, at func(row, column int) string) {
	t := v.Type().Elem()
	if t.Kind() != reflect.Struct || isScalar(t) || isNull(t) || isColumn(t) {
		return nil, 0, nil
	}
	fields := visible(t)
	for _, f := range fields {
		names = append(names, label(f))
	}
	return names, v.Len(), func(row, column int) string {
		w := &texter{}
		w.value(reach(v.Index(row).FieldByIndex(fields[column].Index)), 1)
		return w.String()
	}
}

// cut shortens a cell that would make a table too wide.
func cut(s string) string {
	if utf8.RuneCountInString(s) <= shownWidth {
		return s
	}
	return string([]rune(s)[:shownWidth-3]) + "..."
}

// aligned writes lines of cells, each column as wide as its widest.
func (w *texter) aligned(lines [][]string) {
	width := make([]int, len(lines[0]))
	for _, line := range lines {
		for j, s := range line {
			width[j] = max(width[j], utf8.RuneCountInString(s))
		}
	}
	for i, line := range lines {
		if i > 0 {
			w.WriteByte('\n')
		}
		for j, s := range line {
			if j > 0 {
				w.WriteString("  ")
			}
			w.WriteString(strings.Repeat(" ", width[j]-utf8.RuneCountInString(s)) + s)
		}
	}
}
