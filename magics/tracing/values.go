package tracing

import (
	"fmt"
	"reflect"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
	"unsafe"

	"goscore/magics/program"
)

// How much of a value is shown.
const (
	mostText  = 60 // characters of a string
	mostItems = 6
	mostNests = 3
)

// values reads variables for a step: pairs of a name and the variable's address, or a
// function that reads it. What cannot be read is left out.
func values(pairs []any) (out []program.StepValue) {
	for i := 0; i+1 < len(pairs); i += 2 {
		if text, ok := textOf(pairs[i+1]); ok {
			out = append(out, program.StepValue{Name: pairs[i].(string), Text: text})
		}
	}
	return out
}

func textOf(x any) (text string, ok bool) {
	defer func() {
		if recover() != nil { // an index that is out of range, a nil pointer on the way
			text, ok = "", false
		}
	}()
	v := reflect.ValueOf(x)
	if read, isFunc := x.(func() any); isFunc {
		got := read()
		if got == nil {
			return "nil", true
		}
		v = reflect.New(reflect.TypeOf(got)) // an address makes all fields readable
		v.Elem().Set(reflect.ValueOf(got))
	}
	var b strings.Builder
	write(&b, v.Elem(), 0)
	return b.String(), true
}

// alone says whether no other goroutine can write to a map that is read.
func alone() bool { return runtime.NumGoroutine() <= others }

// write shows a value in the manner of Go, bounded.
func write(b *strings.Builder, v reflect.Value, nested int) {
	if text, ok := known(v); ok {
		b.WriteString(text)
		return
	}
	switch v.Kind() {
	case reflect.Bool:
		b.WriteString(strconv.FormatBool(v.Bool()))
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		b.WriteString(strconv.FormatInt(v.Int(), 10))
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64, reflect.Uintptr:
		b.WriteString(strconv.FormatUint(v.Uint(), 10))
	case reflect.Float32, reflect.Float64:
		b.WriteString(strconv.FormatFloat(v.Float(), 'g', -1, v.Type().Bits()))
	case reflect.Complex64, reflect.Complex128:
		b.WriteString(strconv.FormatComplex(v.Complex(), 'g', -1, v.Type().Bits()))
	case reflect.String:
		writeString(b, v.String())
	case reflect.Pointer:
		writePointer(b, v, nested)
	case reflect.Interface:
		if v.IsNil() {
			b.WriteString("nil")
			return
		}
		write(b, addressable(v.Elem()), nested)
	case reflect.Slice, reflect.Array:
		writeList(b, v, nested)
	case reflect.Map:
		writeMap(b, v, nested)
	case reflect.Struct:
		writeStruct(b, v, nested)
	default: // channels, functions
		if v.Kind() != reflect.UnsafePointer && v.IsNil() {
			b.WriteString("nil")
			return
		}
		b.WriteString(typeName(v.Type()))
	}
}

// known shows values of the standard library that have a text, and errors.
func known(v reflect.Value) (string, bool) {
	t := v.Type()
	if t.Kind() == reflect.Pointer && v.IsNil() || t.Kind() == reflect.Interface {
		return "", false
	}
	if !v.CanInterface() && v.CanAddr() {
		v = reflect.NewAt(t, unsafe.Pointer(v.UnsafeAddr())).Elem()
	}
	if !v.CanInterface() || !ofLibrary(t) {
		return "", false
	}
	switch x := v.Interface().(type) {
	case time.Time:
		return x.Format("2006-01-02 15:04:05.999999999 MST"), true
	case error:
		return "error: " + cut(x.Error()), true
	case fmt.Stringer:
		return cut(x.String()), true
	}
	return "", false
}

// ofLibrary says whether the methods of a type are none of the cell's: those would
// be steps of their own.
func ofLibrary(t reflect.Type) bool {
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	first, _, _ := strings.Cut(t.PkgPath(), "/")
	return first != "" && first != "main" && !strings.Contains(first, ".") && first != "sync"
}

func addressable(v reflect.Value) reflect.Value {
	if v.CanAddr() || !v.CanInterface() {
		return v
	}
	out := reflect.New(v.Type()).Elem()
	out.Set(v)
	return out
}

func writeString(b *strings.Builder, s string) {
	if utf8.RuneCountInString(s) <= mostText {
		b.WriteString(strconv.Quote(s))
		return
	}
	fmt.Fprintf(b, "%s... (%d bytes)", strconv.Quote(string([]rune(s[:min(len(s), 4*mostText)])[:mostText])), len(s))
}

func cut(s string) string {
	if r := []rune(s); len(r) > 4*mostText {
		return string(r[:4*mostText]) + "..."
	}
	return s
}

func writePointer(b *strings.Builder, v reflect.Value, nested int) {
	if v.IsNil() {
		b.WriteString("nil")
		return
	}
	b.WriteString("&")
	if nested >= mostNests {
		b.WriteString(typeName(v.Type().Elem()))
		return
	}
	write(b, v.Elem(), nested+1)
}

func writeList(b *strings.Builder, v reflect.Value, nested int) {
	n := v.Len()
	if v.Kind() == reflect.Slice && v.IsNil() {
		b.WriteString("nil")
		return
	}
	if nested >= mostNests {
		fmt.Fprintf(b, "[...] (%d)", n)
		return
	}
	b.WriteString("[")
	for i := range min(n, mostItems) {
		if i > 0 {
			b.WriteString(" ")
		}
		write(b, v.Index(i), nested+1)
	}
	if n > mostItems {
		fmt.Fprintf(b, " ...] (%d values)", n)
		return
	}
	b.WriteString("]")
}

func writeMap(b *strings.Builder, v reflect.Value, nested int) {
	if v.IsNil() {
		b.WriteString("nil")
		return
	}
	n := v.Len()
	if n > 100*mostItems || nested >= mostNests || !alone() {
		fmt.Fprintf(b, "%s (%d keys)", typeName(v.Type()), n)
		return
	}
	var items []string
	for it := v.MapRange(); it.Next(); {
		var item strings.Builder
		write(&item, addressable(it.Key()), nested+1)
		item.WriteString(":")
		write(&item, addressable(it.Value()), nested+1)
		items = append(items, item.String())
	}
	slices.Sort(items)
	rest := ""
	if len(items) > mostItems {
		items, rest = items[:mostItems], fmt.Sprintf(" ...] (%d keys)", n)
	} else {
		rest = "]"
	}
	b.WriteString("map[" + strings.Join(items, " ") + rest)
}

func writeStruct(b *strings.Builder, v reflect.Value, nested int) {
	if nested >= mostNests {
		b.WriteString(typeName(v.Type()))
		return
	}
	b.WriteString("{")
	for i := range v.NumField() {
		if i == 2*mostItems {
			b.WriteString(" ...")
			break
		}
		if i > 0 {
			b.WriteString(" ")
		}
		b.WriteString(v.Type().Field(i).Name + ":")
		write(b, v.Field(i), nested+1)
	}
	b.WriteString("}")
}

func typeName(t reflect.Type) string { return strings.ReplaceAll(t.String(), "main.", "") }
