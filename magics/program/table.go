package program

import (
	"fmt"
	"reflect"
	"slices"
	"syscall"
	"time"
	"unsafe"

	"goscore/compute"
	"goscore/magics/datatype"
)

// tables are the latest tables of a process that waits for another call, by their
// parameters.
var tables = map[string]*table{}

type table struct {
	digest string // of the content
	value  any
	memory arena // of its slices
	heap   any   // what they point to elsewhere
}

// Table returns the argument at position i, which is the same for every row: a single
// value, whose type may be a slice, a map or a struct of them. The process keeps it
// for later calls with the same content, unless the function may write it. Its slices
// are read-only.
func Table[T any](c *Call, i int, name string, written bool, read func(*Array) []T) T {
	in := In(c.Arguments[i])
	kept := tables[name]
	if kept != nil && !written && in.Digest != "" && kept.digest == in.Digest {
		return kept.value.(T)
	}
	if kept != nil {
		kept.memory.release()
	}
	t := &table{digest: in.Digest}
	value := new(T)
	if a := in.Arrays[0]; a.row().Class != datatype.Null {
		value = &Read("table "+name, read, a)[0]
	}
	if holdsPointers(typeFor[T]()) {
		t.heap = *value // its copy is in memory where the garbage collector does not look
	}
	out := *value
	t.memory.freeze(reflect.ValueOf(&out).Elem())
	t.memory.protect()
	t.value = out
	tables[name] = t
	return out
}

// An arena is memory for slices that nobody may write to once it is protected.
type arena struct {
	blocks [][]byte
	free   []byte
}

const arenaBlock = 64 << 10

// take returns n bytes, aligned for any value.
func (a *arena) take(n int) []byte {
	n = (n + 15) &^ 15
	if n > len(a.free) {
		size := max(n, arenaBlock)
		b, err := syscall.Mmap(-1, 0, size, syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_PRIVATE|syscall.MAP_ANON)
		if err != nil {
			noMemory(fmt.Sprintf("keep a table of %d bytes", size), err)
		}
		if size > arenaBlock {
			hugePages(b)
		}
		a.blocks, a.free = append(a.blocks, b), b
	}
	b := a.free[:n:n]
	a.free = a.free[n:]
	return b
}

// protect makes a write a fault.
func (a *arena) protect() {
	a.free = nil
	for _, b := range a.blocks {
		syscall.Mprotect(b, syscall.PROT_READ)
	}
}

func (a *arena) release() {
	for _, b := range a.blocks {
		syscall.Munmap(b)
	}
	a.blocks, a.free = nil, nil
}

func (a *arena) holds(address uintptr) bool {
	return slices.ContainsFunc(a.blocks, func(b []byte) bool {
		start := uintptr(unsafe.Pointer(unsafe.SliceData(b)))
		return start <= address && address < start+uintptr(len(b))
	})
}

// freeze moves what a value points to, but for strings and maps themselves, into the
// arena. The value itself stays where it is.
func (a *arena) freeze(v reflect.Value) {
	t := v.Type()
	if !holdsSlices(t) {
		return
	}
	switch t.Kind() {
	case reflect.Slice:
		if v.Len() == 0 {
			return
		}
		size := v.Len() * int(t.Elem().Size())
		b := a.take(size)
		copy(b, unsafe.Slice((*byte)(v.UnsafePointer()), size))
		moved := reflect.SliceAt(t.Elem(), unsafe.Pointer(unsafe.SliceData(b)), v.Len())
		if v.Set(moved.Convert(t)); holdsSlices(t.Elem()) {
			for i := range v.Len() {
				a.freeze(v.Index(i))
			}
		}
	case reflect.Pointer:
		if v.IsNil() {
			return
		}
		size := int(t.Elem().Size())
		b := a.take(size)
		copy(b, unsafe.Slice((*byte)(v.UnsafePointer()), size))
		v.Set(reflect.NewAt(t.Elem(), unsafe.Pointer(unsafe.SliceData(b))).Convert(t))
		a.freeze(v.Elem())
	case reflect.Struct:
		for i := range v.NumField() {
			f := v.Field(i)
			a.freeze(reflect.NewAt(f.Type(), f.Addr().UnsafePointer()).Elem()) // also one without a capital
		}
	case reflect.Map:
		if !holdsSlices(t.Elem()) {
			return
		}
		for it := v.MapRange(); it.Next(); {
			item := reflect.New(t.Elem()).Elem()
			item.Set(it.Value())
			a.freeze(item)
			v.SetMapIndex(it.Key(), item)
		}
	}
}

// holdsSlices reports whether freeze has anything to do for values of type t.
func holdsSlices(t reflect.Type) bool { return holds(t, reflect.Slice, reflect.Pointer, reflect.Map) }

// holdsPointers reports whether values of type t point to the heap when their slices
// do not.
func holdsPointers(t reflect.Type) bool {
	return holds(t, reflect.String, reflect.Map) || containsTime(t)
}

func containsTime(t reflect.Type) bool {
	switch t.Kind() {
	case reflect.Slice, reflect.Pointer, reflect.Map:
		return containsTime(t.Elem())
	case reflect.Struct:
		if t == reflect.TypeFor[time.Time]() {
			return true
		}
		for i := range t.NumField() {
			if containsTime(t.Field(i).Type) {
				return true
			}
		}
	}
	return false
}

// holds reports whether a type is of one of the kinds or has one in it.
func holds(t reflect.Type, kinds ...reflect.Kind) bool {
	if slices.Contains(kinds, t.Kind()) {
		return true
	}
	switch t.Kind() {
	case reflect.Slice, reflect.Pointer, reflect.Map:
		return holds(t.Elem(), kinds...)
	case reflect.Struct:
		if t == reflect.TypeFor[time.Time]() { // its zone is not ours
			return false
		}
		for i := range t.NumField() {
			if holds(t.Field(i).Type, kinds...) {
				return true
			}
		}
	}
	return false
}

// firstPage is what nil points to, with the fields of what it should have pointed to.
const firstPage = 4096

// faultText describes a panic that is a write to a table, or to other memory that cannot be
// written or is not there; empty for any other.
func faultText(r any) string {
	fault, ok := r.(interface{ Addr() uintptr })
	if !ok {
		return ""
	}
	for name, t := range tables {
		if t.memory.holds(fault.Addr()) {
			return fmt.Sprintf("the function writes to its table %s, which is the same for every row and cannot be changed: work on a copy, such as slices.Clone(%s)", name, name)
		}
	}
	if addr := fault.Addr(); addr >= firstPage {
		return fmt.Sprintf("runtime error: unexpected fault address %#x", addr)
	}
	return ""
}

// MapsAs reads a column of maps, which are lists of entries, with the readers of
// their keys and values.
func MapsAs[M ~map[K]V, K comparable, V any](keys func(*Array) []K, values func(*Array) []V) func(*Array) []M {
	return func(a *Array) []M {
		out := make([]M, a.Length)
		if a.Length == 0 {
			return out
		}
		if a.row().Class != datatype.List || len(a.Children) != 1 || len(a.Children[0].Children) != 2 {
			panic(mismatch(typeFor[M](), a))
		}
		k, v := mapItems(a.Children[0].Children[0], "keys", keys), mapItems(a.Children[0].Children[1], "values", values)
		bounds := a.itemBounds()
		for i := range out {
			lo, hi := bounds(i)
			out[i] = make(M, hi-lo)
			for j := lo; j < hi; j++ {
				out[i][k[j]] = v[j]
			}
		}
		return out
	}
}

// mapItems reads the keys or values of maps.
func mapItems[T any](a *Array, what string, read func(*Array) []T) []T {
	if a.Length == 0 {
		return nil
	}
	if a.Nulls > 0 && !pointerItems[T]() {
		panic(ArgumentMismatch(fmt.Sprintf("a map with %d missing %s, which %s cannot hold", a.Nulls, what, goName(typeFor[T]()))))
	}
	return read(a)
}

// ColumnsAs reads a column of lists as columns whose values may be missing.
func ColumnsAs[T any](items func(*Array) []T) func(*Array) []compute.Column[T] {
	return func(a *Array) []compute.Column[T] {
		out := make([]compute.Column[T], a.Length)
		if a.Length == 0 {
			return out
		}
		if a.row().Class != datatype.List || len(a.Children) != 1 {
			panic(mismatch(typeFor[[]T](), a))
		}
		below := a.Children[0]
		flat := Col[T]{V: make([]T, below.Length)}
		switch {
		case below.row().Class == datatype.Null:
			flat.valid = make([]byte, (below.Length+7)/8)
		case below.Nulls > 0:
			flat.V, flat.valid = items(below), below.buffer(0)
		default:
			flat.V = items(below)
		}
		bounds := a.itemBounds()
		for i := range out {
			lo, hi := bounds(i)
			out[i] = ColumnOf(flat, lo, hi)
		}
		return out
	}
}
