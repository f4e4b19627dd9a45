package program

import (
	"cmp"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"

	"goscore/compute"
)

// cellPackage is the package of the cell's own types.
var cellPackage = "main"

// errDeep is the only error that is reported without a path of fields.
var errDeep = errors.New("the value nests too deep, or contains itself")

var (
	timeType     = reflect.TypeFor[time.Time]()
	durationType = reflect.TypeFor[time.Duration]()
	bytesType    = reflect.TypeFor[[]byte]()
	errorType    = reflect.TypeFor[error]()

	decimalGoType = reflect.TypeFor[compute.Decimal]()
	frameType     = reflect.TypeFor[*DataFrame]()
)

// maxDepth bounds the nesting of pointers and structs, so that a cyclic value is
// an error and not an endless loop.
const maxDepth = 32

// result describes v for Python and queues its buffers.
func (e *encoder) result(v reflect.Value, depth int) (*Result, error) {
	if depth > maxDepth {
		return nil, errDeep
	}
	if !v.IsValid() {
		return &Result{Kind: "none"}, nil
	}
	t := v.Type()
	switch {
	case isScalar(t):
		return e.scalar(v)
	case isNull(t):
		if !v.FieldByName("Valid").Bool() {
			return &Result{Kind: "none"}, nil
		}
		return e.result(v.FieldByName("Value"), depth+1)
	case isColumn(t):
		return e.nullable(v)
	case t.Implements(errorType):
		return errorText(v)
	}
	switch t.Kind() {
	case reflect.Pointer, reflect.Interface:
		if v.IsNil() {
			return &Result{Kind: "none"}, nil
		}
		return e.result(v.Elem(), depth+1)
	case reflect.Array:
		return e.result(addressable(v).Slice(0, v.Len()), depth+1)
	case reflect.Slice:
		return e.slice(v, depth)
	case reflect.Map:
		return e.mapping(v, depth)
	case reflect.Struct:
		return e.structure(addressable(v), depth)
	}
	return nil, fmt.Errorf("a value of Go type %s has no form in Python", t)
}

func errorText(v reflect.Value) (*Result, error) {
	if k := v.Kind(); (k == reflect.Pointer || k == reflect.Interface) && v.IsNil() {
		return &Result{Kind: "none"}, nil
	}
	return nil, fmt.Errorf("a value of Go type %s is an error: return it last, or bring back its Error()", v.Type())
}

// isScalar reports whether one value of t is one Python scalar.
func isScalar(t reflect.Type) bool {
	if written[t] != nil || t == bytesType && job.Bytes {
		return true
	}
	k := t.Kind()
	return k >= reflect.Bool && k <= reflect.Float64 && k != reflect.Uintptr || k == reflect.String
}

// isNull reports whether t is goscore.Null[T].
func isNull(t reflect.Type) bool { return isOurs(t, "Null[") }

// isColumn reports whether t is goscore.Column[T].
func isColumn(t reflect.Type) bool { return isOurs(t, "Column[") }

func isOurs(t reflect.Type, prefix string) bool {
	return t.Kind() == reflect.Struct && t.PkgPath() == "goscore/compute" && strings.HasPrefix(t.Name(), prefix)
}

// addressable returns a copy of v whose fields can be read, also unexported ones.
func addressable(v reflect.Value) reflect.Value {
	if v.CanAddr() {
		return v
	}
	p := reflect.New(v.Type()).Elem()
	p.Set(v)
	return p
}

func (e *encoder) scalar(v reflect.Value) (*Result, error) {
	one := reflect.MakeSlice(reflect.SliceOf(v.Type()), 1, 1)
	one.Index(0).Set(v)
	a, _, err := e.column(one)
	if err != nil {
		return nil, err
	}
	return &Result{Kind: "scalar", Go: goName(v.Type()), Arrays: []*Array{a}, Nullable: []bool{false}}, nil
}

func (e *encoder) slice(v reflect.Value, depth int) (*Result, error) {
	t := v.Type().Elem()
	if t.Kind() == reflect.Pointer && t.Elem().Kind() == reflect.Struct && !isScalar(t.Elem()) && !isNull(t.Elem()) {
		return e.pointerRows(v)
	}
	if t.Kind() == reflect.Struct && !isScalar(t) && !isNull(t) {
		return e.rows(v)
	}
	if t.Kind() == reflect.Interface || t.Kind() == reflect.Map {
		return e.dynamic(v, depth)
	}
	a, nullable, err := e.column(v)
	if err != nil {
		return nil, err
	}
	return &Result{Kind: "column", Go: goName(v.Type()), Rows: v.Len(), Arrays: []*Array{a}, Nullable: []bool{nullable}}, nil
}

// pointerRows encodes a slice of pointers to structs as a frame; the row of a nil
// pointer is missing in every column.
func (e *encoder) pointerRows(v reflect.Value) (*Result, error) {
	values := reflect.MakeSlice(reflect.SliceOf(v.Type().Elem().Elem()), v.Len(), v.Len())
	bits := make([]byte, (v.Len()+7)/8)
	for i := range v.Len() {
		if p := v.Index(i); !p.IsNil() {
			values.Index(i).Set(p.Elem())
			bits[i/8] |= 1 << (i % 8)
		}
	}
	res, err := e.rows(filled(values, bits))
	if err != nil {
		return nil, err
	}
	for i, a := range res.Arrays {
		e.narrow(a, bits)
		res.Nullable[i] = true
	}
	res.Go = goName(v.Type())
	return res, nil
}

// nullable encodes a goscore.Column as a column.
func (e *encoder) nullable(v reflect.Value) (*Result, error) {
	values, valid := parts(v)
	a, _, err := e.column(filled(values, valid))
	if err != nil {
		return nil, err
	}
	e.setValidity(a, valid)
	return &Result{Kind: "column", Go: goName(v.Type()), Rows: values.Len(), Arrays: []*Array{a}, Nullable: []bool{true}}, nil
}

// parts returns the fields of a goscore.Column of any type.
func parts(v reflect.Value) (values reflect.Value, valid []byte) {
	slice, valid := v.Interface().(interface{ Arrow() (any, []byte) }).Arrow()
	return reflect.ValueOf(slice), valid
}

// dynamic encodes a []any as a list, each item by its own type.
func (e *encoder) dynamic(v reflect.Value, depth int) (*Result, error) {
	out := &Result{Kind: "list", Go: goName(v.Type()), Rows: v.Len()}
	for i := range v.Len() {
		item, err := e.result(v.Index(i), depth+1)
		if err != nil {
			return nil, inside(fmt.Sprintf("item %d", i), err)
		}
		out.Items = append(out.Items, item)
	}
	return out, nil
}

// mapping encodes a map as a dict with sorted keys.
func (e *encoder) mapping(v reflect.Value, depth int) (*Result, error) {
	t := v.Type()
	if !isScalar(t.Key()) {
		return nil, fmt.Errorf("a map with keys of Go type %s has no form in Python", t.Key())
	}
	keys, held := entries(v)
	column := reflect.MakeSlice(reflect.SliceOf(t.Key()), 0, len(keys))
	column = reflect.Append(column, keys...)
	k, _, err := e.column(column)
	if err != nil {
		return nil, err
	}
	out := &Result{Kind: "map", Go: goName(t), Rows: len(keys), Arrays: []*Array{k}, Nullable: []bool{false}}
	if isScalar(t.Elem()) {
		values := reflect.MakeSlice(reflect.SliceOf(t.Elem()), 0, len(keys))
		values = reflect.Append(values, held...)
		a, nullable, err := e.column(values)
		if err != nil {
			return nil, err
		}
		out.Arrays, out.Nullable = append(out.Arrays, a), append(out.Nullable, nullable)
		return out, nil
	}
	for i, value := range held {
		item, err := e.result(value, depth+1)
		if err != nil {
			return nil, inside(fmt.Sprintf("key %v", keys[i]), err)
		}
		out.Items = append(out.Items, item)
	}
	return out, nil
}

// entries gives what a map holds in the order of its keys. A NaN finds nothing
// as a key, and may be there several times.
func entries(v reflect.Value) (keys, values []reflect.Value) {
	type entry struct{ key, value reflect.Value }
	var all []entry
	for it := v.MapRange(); it.Next(); {
		all = append(all, entry{it.Key(), it.Value()})
	}
	slices.SortFunc(all, func(a, b entry) int { return cmp.Or(compare(a.key, b.key), compare(a.value, b.value)) })
	for _, e := range all {
		keys, values = append(keys, e.key), append(values, e.value)
	}
	return keys, values
}

// compare orders map keys; keys of a type without order are all equal.
func compare(a, b reflect.Value) int {
	switch {
	case a.Type() == timeType:
		return a.Interface().(time.Time).Compare(b.Interface().(time.Time))
	case a.CanInt():
		return cmp.Compare(a.Int(), b.Int())
	case a.CanUint():
		return cmp.Compare(a.Uint(), b.Uint())
	case a.CanFloat():
		return cmp.Compare(a.Float(), b.Float())
	case a.Kind() == reflect.String:
		return cmp.Compare(a.String(), b.String())
	case a.Kind() == reflect.Bool && a.Bool() != b.Bool():
		if b.Bool() {
			return -1
		}
		return 1
	}
	return 0
}

// structure encodes a struct of slices as a frame, any other as a dict.
func (e *encoder) structure(v reflect.Value, depth int) (*Result, error) {
	fields := visible(v.Type())
	if len(fields) == 0 && v.NumField() > 0 && v.Type().PkgPath() != cellPackage {
		return nil, fmt.Errorf("a value of Go type %s has no form in Python: bring back what you need of it", goName(v.Type()))
	}
	if isFrame(v.Type(), fields) {
		return e.frame(v, fields)
	}
	out := &Result{Kind: "record", Go: goName(v.Type())}
	for _, f := range fields {
		item, err := e.result(reach(v.FieldByIndex(f.Index)), depth+1)
		if err != nil {
			return nil, inside("field "+f.Name, err)
		}
		out.Names, out.Items = append(out.Names, label(f)), append(out.Items, item)
	}
	return out, nil
}

// inside adds the part of a value to its error.
func inside(part string, err error) error {
	if errors.Is(err, errDeep) {
		return err
	}
	return fmt.Errorf("%s: %w", part, err)
}

// visible lists the fields that Python sees, the embedded structs' among them:
// all of the cell's own types, the exported ones of others.
func visible(t reflect.Type) []reflect.StructField {
	return slices.DeleteFunc(reflect.VisibleFields(t), func(f reflect.StructField) bool {
		embedded := f.Anonymous && f.Type.Kind() == reflect.Struct && !isScalar(f.Type)
		hidden := f.PkgPath != "" && f.PkgPath != cellPackage
		return f.Name == "_" || hidden || f.Type == frameType || embedded || throughPointer(t, f)
	})
}

// throughPointer reports whether f is promoted through an embedded pointer,
// which may be nil.
func throughPointer(t reflect.Type, f reflect.StructField) bool {
	for i := 1; i < len(f.Index); i++ {
		if t.FieldByIndex(f.Index[:i]).Type.Kind() == reflect.Pointer {
			return true
		}
	}
	return false
}

// isFrame reports whether all fields are columns. The struct of a Python frame
// counts even if the cell mentions none of its columns.
func isFrame(t reflect.Type, fields []reflect.StructField) bool {
	for _, f := range fields {
		if isColumn(f.Type) {
			continue
		}
		if f.Type.Kind() != reflect.Slice || f.Type.Elem().Kind() == reflect.Interface {
			return false
		}
	}
	if len(fields) > 0 {
		return true
	}
	for i := range t.NumField() {
		if t.Field(i).Type == frameType {
			return true
		}
	}
	return false
}

// label returns the column name of a field: its tag, else its name.
func label(f reflect.StructField) string {
	if tag, ok := f.Tag.Lookup("goscore"); ok {
		return tag
	}
	return f.Name
}

func (e *encoder) frame(v reflect.Value, fields []reflect.StructField) (*Result, error) {
	out := &Result{Kind: "frame", Go: goName(v.Type())}
	for i, f := range fields {
		col, valid := reach(v.FieldByIndex(f.Index)), []byte(nil)
		if isColumn(f.Type) {
			col, valid = parts(col)
			col = filled(col, valid)
		}
		if i > 0 && col.Len() != out.Rows {
			return nil, fmt.Errorf("columns differ in length: %s has %d rows, %s has %d",
				fields[0].Name, out.Rows, f.Name, col.Len())
		}
		a, nullable, err := e.column(col)
		if err != nil {
			return nil, fmt.Errorf("field %s: %w", f.Name, err)
		}
		e.setValidity(a, valid)
		out.Rows = col.Len()
		out.add(label(f), a, nullable || isColumn(f.Type))
	}
	return out, nil
}

func (r *Result) add(name string, a *Array, nullable bool) {
	r.Names, r.Arrays, r.Nullable = append(r.Names, name), append(r.Arrays, a), append(r.Nullable, nullable)
}

// rows encodes a slice of structs as a frame, column by column.
func (e *encoder) rows(v reflect.Value) (*Result, error) {
	out := &Result{Kind: "frame", Go: goName(v.Type()), Rows: v.Len()}
	for _, f := range visible(v.Type().Elem()) {
		col := reflect.MakeSlice(reflect.SliceOf(f.Type), v.Len(), v.Len())
		for i := range v.Len() {
			col.Index(i).Set(reach(v.Index(i).FieldByIndex(f.Index)))
		}
		a, nullable, err := e.column(col)
		if err != nil {
			return nil, fmt.Errorf("field %s: %w", f.Name, err)
		}
		out.add(label(f), a, nullable)
	}
	return out, nil
}

// goName returns a type as the cell writes it.
func goName(t reflect.Type) string {
	name := strings.ReplaceAll(t.String(), "main.", "")
	name = strings.ReplaceAll(name, "compute.", "goscore.")
	return strings.ReplaceAll(name, "parallel.ArgumentError", "goscore.ArgumentError")
}
