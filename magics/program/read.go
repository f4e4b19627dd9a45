package program

import (
	"fmt"
	"math"
	"reflect"
	"slices"
	"sync/atomic"
	"unsafe"

	"goscore/magics/datatype"
)

// converted counts the argument values that were converted to another type.
var converted atomic.Int64

// NumbersAs reads a column of numbers as T. It converts another type if every
// value stays the same, and refuses it otherwise.
func NumbersAs[T Number](a *Array) []T {
	p, n := numbersOf(T(0), a)
	return unsafe.Slice((*T)(p), n)
}

// numbersOf is NumbersAs for a type that is known at run time. Generic code would
// be compiled again for each program, and this is much of it.
func numbersOf(example any, a *Array) (unsafe.Pointer, int) {
	t := reflect.TypeOf(example)
	switch t.Kind() {
	case reflect.Int8:
		return erased(numbersAs[int8](t, a))
	case reflect.Int16:
		return erased(numbersAs[int16](t, a))
	case reflect.Int32:
		return erased(numbersAs[int32](t, a))
	case reflect.Int64, reflect.Int: // int has 64 bits on all systems that goscore runs on
		return erased(numbersAs[int64](t, a))
	case reflect.Uint8:
		return erased(numbersAs[uint8](t, a))
	case reflect.Uint16:
		return erased(numbersAs[uint16](t, a))
	case reflect.Uint32:
		return erased(numbersAs[uint32](t, a))
	case reflect.Uint64, reflect.Uint:
		return erased(numbersAs[uint64](t, a))
	case reflect.Float32:
		return erased(numbersAs[float32](t, a))
	}
	return erased(numbersAs[float64](t, a))
}

func erased[T any](v []T) (unsafe.Pointer, int) { return unsafe.Pointer(unsafe.SliceData(v)), len(v) }

func numbersAs[T Number](t reflect.Type, a *Array) []T {
	if a.Dictionary != nil {
		return Decoded(a, numbersAs[T](t, a.Dictionary))
	}
	if row := a.row(); row.IsNumber() {
		if !row.Raw {
			return convert[float32, T](t, Halves(a), a)
		}
		switch row.Go {
		case "int8":
			return numbersFrom[int8, T](t, a)
		case "int16":
			return numbersFrom[int16, T](t, a)
		case "int32":
			return numbersFrom[int32, T](t, a)
		case "int64":
			return numbersFrom[int64, T](t, a)
		case "uint8":
			return numbersFrom[uint8, T](t, a)
		case "uint16":
			return numbersFrom[uint16, T](t, a)
		case "uint32":
			return numbersFrom[uint32, T](t, a)
		case "uint64":
			return numbersFrom[uint64, T](t, a)
		case "float32":
			return numbersFrom[float32, T](t, a)
		case "float64":
			return numbersFrom[float64, T](t, a)
		}
	}
	panic(mismatch(t, a))
}

// An ArgumentMismatch says that an argument has values of another kind than
// the parameter.
type ArgumentMismatch string

func (e ArgumentMismatch) Error() string { return string(e) }

func mismatch(t reflect.Type, a *Array) ArgumentMismatch {
	advice := ""
	if kindOf(a) == "decimals" {
		advice = ": let it take goscore.Decimal, or convert them in Python, for example with .astype(float)"
	}
	return ArgumentMismatch(fmt.Sprintf("%s where the function takes %s%s", kindOf(a), goName(t), advice))
}

// numbersFrom reads a column of F as T: in place when they are the same.
func numbersFrom[F, T Number](t reflect.Type, a *Array) []T {
	v := Numbers[F](a)
	if same, ok := any(v).([]T); ok {
		return same
	}
	return convert[F, T](t, v, a)
}

// convert changes the type of numbers, and refuses values that would change.
// Missing values may be anything.
func convert[F, T Number](t reflect.Type, v []F, a *Array) []T {
	if isFloat[F]() && !isFloat[T]() {
		panic(ArgumentMismatch(fmt.Sprintf("%s where the function takes %s: a conversion would cut fractions off; whole numbers beside missing ones stay whole with .astype(\"Int64\") in pandas", kindOf(a), goName(t))))
	}
	valid := a.buffer(0)
	out := make([]T, len(v))
	for i, x := range v {
		y := T(x)
		if F(y) != x && x == x || (x < 0) != (y < 0) || unsafeRound(x, y) {
			if valid == nil || valid[i/8]>>(i%8)&1 == 1 {
				panic(ArgumentMismatch(fmt.Sprintf("row %d: %v does not fit %s exactly", i, x, goName(t))))
			}
		}
		out[i] = y
	}
	converted.Add(int64(len(v)))
	return out
}

// unsafeRound reports the integers near the limits of int64 and uint64 that
// survive a conversion to float and back only because it saturates.
func unsafeRound[F, T Number](x F, y T) bool {
	return isFloat[T]() && !isFloat[F]() && (float64(y) >= math.MaxUint64 || float64(y) == math.MaxInt64 && x > 0 && typeFor[F]().Kind() != typeFor[uint64]().Kind())
}

func isFloat[T Number]() bool { return T(1)/T(2) != 0 }

// StringsAs reads a column of text.
func StringsAs[T ~string](a *Array) []T {
	if !isText(a) {
		panic(mismatch(typeFor[T](), a))
	}
	s := Strings(a)
	return unsafe.Slice((*T)(unsafe.Pointer(unsafe.SliceData(s))), len(s))
}

// BytesAs reads a column of byte strings or of text.
func BytesAs[T ~[]byte](a *Array) []T {
	switch row := a.values(); {
	case row.Class == datatype.Text, row.Class == datatype.Bytes && row.Go != "":
	case a.row().Layout == datatype.Lists:
		lists := ListsAs(NumbersAs[byte])(a)
		return unsafe.Slice((*T)(unsafe.Pointer(unsafe.SliceData(lists))), len(lists))
	default:
		panic(mismatch(typeFor[T](), a))
	}
	b := Binaries(a)
	return unsafe.Slice((*T)(unsafe.Pointer(unsafe.SliceData(b))), len(b))
}

// BoolsAs reads a column of booleans.
func BoolsAs[T ~bool](a *Array) []T {
	if a.Dictionary != nil {
		return Decoded(a, BoolsAs[T](a.Dictionary))
	}
	if a.row().Class != datatype.Bool {
		panic(mismatch(typeFor[T](), a))
	}
	b := Bools(a)
	return unsafe.Slice((*T)(unsafe.Pointer(unsafe.SliceData(b))), len(b))
}

// ListsAs reads a column of lists with a reader of their items.
func ListsAs[E any](items func(*Array) []E) func(*Array) [][]E {
	return func(a *Array) [][]E {
		out := make([][]E, a.Length)
		if a.Length == 0 {
			return out
		}
		row := a.row()
		if len(a.Children) != 1 || row.Class != datatype.List {
			panic(mismatch(typeFor[[]E](), a))
		}
		if n := missingItems(a); n > 0 && !pointerItems[E]() {
			panic(ArgumentMismatch(fmt.Sprintf("lists with %d missing items, which []%s cannot hold", n, goName(typeFor[E]()))))
		}
		flat := make([]E, a.Children[0].Length)
		if a.Children[0].row().Class != datatype.Null {
			flat = items(a.Children[0])
		}
		bounds := a.itemBounds()
		for i := range out {
			lo, hi := bounds(i)
			out[i] = flat[lo:hi:hi]
		}
		return out
	}
}

// missingItems counts the missing items of lists that are not missing
// themselves: below those a list of fixed size has items too.
func missingItems(a *Array) (n int) {
	below := a.Children[0]
	if below.Nulls == 0 || a.Nulls == 0 {
		return below.Nulls
	}
	rows, bounds := a.buffer(0), a.itemBounds()
	var items []byte // the null type has no bitmap
	if below.row().Class != datatype.Null {
		items = below.buffer(0)
	}
	for i := range a.Length {
		if rows[i/8]>>(i%8)&1 == 0 {
			continue
		}
		lo, hi := bounds(i)
		for k := lo; k < hi; k++ {
			if items == nil || items[k/8]>>(k%8)&1 == 0 {
				n++
			}
		}
	}
	return n
}

// itemBounds returns what says where the items of a list begin and end.
func (a *Array) itemBounds() func(i int) (lo, hi int) {
	row := a.row()
	switch {
	case row.Layout != datatype.Lists: // +w:N
		n := a.Children[0].Length / max(a.Length, 1)
		return func(i int) (int, int) { return i * n, (i + 1) * n }
	case row.Width == 4:
		offsets := cast[int32](a.buffer(1), a.Length+1)
		return func(i int) (int, int) { return int(offsets[i]), int(offsets[i+1]) }
	}
	offsets := cast[int64](a.buffer(1), a.Length+1)
	return func(i int) (int, int) { return int(offsets[i]), int(offsets[i+1]) }
}

func pointerItems[E any]() bool { return typeFor[E]().Kind() == reflect.Pointer }

// PointersAs reads a column whose missing values are nil.
func PointersAs[E any](values func(*Array) []E) func(*Array) []*E {
	return func(a *Array) []*E {
		out := make([]*E, a.Length)
		if a.row().Class == datatype.Null {
			return out
		}
		v := values(a)
		valid := a.buffer(0)
		for i := range out {
			if valid == nil || valid[i/8]>>(i%8)&1 == 1 {
				out[i] = &v[i]
			}
		}
		return out
	}
}

// Child finds the field of a struct column. It refuses a missing value in a row
// that is not missing itself, unless the field can hold one.
func (a *Array) Child(name, typ string, nullable ...bool) *Array {
	if a.row().Class != datatype.Struct {
		panic(ArgumentMismatch(fmt.Sprintf("%s where the function takes the struct %s", kindOf(a), typ)))
	}
	found := a.named(func(c *Array) bool { return c.Name == name })
	if len(found) == 0 {
		found = a.named(func(c *Array) bool { return loose(c.Name) == loose(name) })
	}
	if len(found) == 0 {
		panic(ArgumentMismatch(fmt.Sprintf("a struct column without the field %s of %s", name, typ)))
	}
	c := found[0]
	if len(found) > 1 {
		panic(ArgumentMismatch(fmt.Sprintf("a struct column whose fields %q and %q could both be %q: give them names that differ", c.Name, found[1].Name, name)))
	}
	if n := missingWithin(a, c); n > 0 && nullable == nil {
		panic(ArgumentMismatch(fmt.Sprintf("a struct column whose field %s has %d missing values, which no plain Go value can hold", name, n)))
	}
	return c
}

// named returns the fields that fit.
func (a *Array) named(fits func(*Array) bool) []*Array {
	return slices.DeleteFunc(slices.Clone(a.Children), func(c *Array) bool { return !fits(c) })
}

// missingWithin counts the nulls of a field in rows that are not null.
func missingWithin(a, field *Array) (n int) {
	if field.Nulls == 0 {
		return 0
	}
	rows, values := a.buffer(0), field.buffer(0) // the null type has no bitmap
	for i := range a.Length {
		there := rows == nil || rows[i/8]>>(i%8)&1 == 1
		if there && (values == nil || values[i/8]>>(i%8)&1 == 0) {
			n++
		}
	}
	return n
}

// DecodedAs reads a dictionary column as its values.
func DecodedAs[T any](values func(*Array) []T) func(*Array) []T {
	return func(a *Array) []T { return Decoded(a, values(a.Dictionary)) }
}
