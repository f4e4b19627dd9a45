package program

import (
	"fmt"
	"slices"
	"unsafe"

	"goscore/compute"
	"goscore/compute/group"
	"goscore/compute/parallel"
	"goscore/magics/datatype"
)

// Group finds the groups of the call's keys. Without keys all rows are one.
func (c *Call) Group() {
	if len(c.By) == 0 {
		return
	}
	keys := make([]group.Key, len(c.By))
	for i, name := range c.By {
		keys[i] = key(In(name).Arrays[0])
	}
	c.groups = group.By(keys, c.n, c.KeepMissing, c.threads())
}

// key reads a column of keys, or refuses it.
func key(a *Array) group.Key {
	k, ok := keys(a)
	if !ok {
		fail(&Failure{Class: "ArgumentTypeError", Message: "by=: " + kindOf(a) + " cannot be keys: " + datatype.KeyAdvice})
	}
	return k
}

// keys reads a column of keys as its row of the table of types says.
func keys(a *Array) (k group.Key, ok bool) {
	defer converted.Store(converted.Load()) // keys are not arguments
	row := a.values()
	how := row.Key
	if a.Dictionary != nil && how != datatype.TextKey {
		how = datatype.NoKey
	}
	switch how {
	case datatype.UintKey:
		k.Uints = NumbersAs[uint64](a)
	case datatype.FloatKey:
		k.Floats = NumbersAs[float64](a)
	case datatype.BoolKey:
		k.Bools = Bools(a)
	case datatype.TextKey:
		k.Texts = &group.Texts{Rows: a.Length, Read: textReader(a)}
	case datatype.IntKey:
		switch {
		case row.Class == datatype.Integer:
			k.Ints = NumbersAs[int64](a)
		case row.Width == 4:
			k.Ints = widened(cast[int32](a.buffer(1), a.Length))
		default:
			k.Ints = cast[int64](a.buffer(1), a.Length)
		}
	default:
		return k, false
	}
	if a.Nulls > 0 {
		k.Valid = a.buffer(0)
	}
	return k, true
}

// textReader returns what reads a column's strings by blocks, in the column's own memory:
// a grouping lasts no longer than the run.
func textReader(a *Array) func(buf []string, lo, hi int) []string {
	switch {
	case a.Dictionary != nil:
		values, at := Strings(a.Dictionary), indices(a)
		return func(buf []string, lo, hi int) []string {
			for i, k := range at[lo:hi] {
				buf[i] = ""
				if k >= 0 {
					buf[i] = values[k]
				}
			}
			return buf[:hi-lo]
		}
	case a.row().Layout == datatype.Views:
		return viewReader(a)
	case a.row().Width == 8:
		return betweenReader(cast[int64](a.buffer(1), a.Length+1), a.buffer(2))
	}
	return betweenReader(cast[int32](a.buffer(1), a.Length+1), a.buffer(2))
}

func betweenReader[O int32 | int64](offsets []O, data []byte) func(buf []string, lo, hi int) []string {
	return func(buf []string, lo, hi int) []string {
		cutTexts(buf[:hi-lo], offsets[lo:hi+1], data)
		return buf[:hi-lo]
	}
}

func viewReader(a *Array) func(buf []string, lo, hi int) []string {
	views, valid := cast[view](a.buffer(1), a.Length), a.buffer(0)
	data := make([][]byte, max(len(a.Buffers)-2, 0))
	for i := range data {
		data[i] = a.buffer(2 + i)
	}
	return func(buf []string, lo, hi int) []string {
		for i := range views[lo:hi] {
			v := &views[lo+i]
			switch {
			case valid != nil && valid[(lo+i)>>3]>>((lo+i)&7)&1 == 0: // a null's view may hold anything
				buf[i] = ""
			case v.length <= inlineText:
				buf[i] = unsafe.String(&v.prefix[0], v.length)
			case int64(v.buffer) >= int64(len(data)):
				panic(errChanged)
			default:
				b := bytesBetween(data[v.buffer], int64(v.offset), int64(v.offset)+int64(v.length))
				buf[i] = unsafe.String(unsafe.SliceData(b), len(b))
			}
		}
		return buf[:hi-lo]
	}
}

func widened(v []int32) []int64 {
	out := make([]int64, len(v))
	for i, x := range v {
		out[i] = int64(x)
	}
	return out
}

// Groups counts the groups.
func (c *Call) Groups() int {
	if c.groups == nil {
		return 1
	}
	return c.groups.Len()
}

// Bounds returns the start and end of a group's rows in the gathered columns.
func (c *Call) Bounds(g int) (lo, hi int) {
	if c.groups == nil {
		return 0, c.n
	}
	return c.groups.Starts[g], c.groups.Starts[g+1]
}

// EachGroup runs f for every group, on several cores.
func (c *Call) EachGroup(f func(g, lo, hi int)) {
	n := c.Groups()
	if c.Serial || n == 1 {
		for g := range n {
			lo, hi := c.Bounds(g)
			f(g, lo, hi)
			Done(hi - lo)
		}
		return
	}
	if n > groupsAtOnce { // many small groups are distributed in runs
		parallel.Blocks(n, 0, func(from, to int) {
			for g := from; g < to; g++ {
				lo, hi := c.Bounds(g)
				f(g, lo, hi)
			}
			lo, _ := c.Bounds(from)
			_, hi := c.Bounds(to - 1)
			Done(hi - lo)
		})
		return
	}
	parallel.Each(n, 0, func(g int) {
		lo, hi := c.Bounds(g)
		f(g, lo, hi)
		Done(hi - lo)
	})
}

const groupsAtOnce = 256

// Gathered returns a column in the order of the groups.
func Gathered[T any](c *Call, col Col[T]) Col[T] {
	if c.groups == nil || col.M == 0 {
		return col
	}
	order := c.groups.Order
	out := Col[T]{V: make([]T, len(order)), M: -1}
	group.Gather(out.V, col.V, order, c.threads())
	if col.valid != nil {
		out.valid = make([]byte, (len(order)+7)/8)
		for i, row := range order {
			if col.valid[row>>3]>>(row&7)&1 == 1 {
				out.valid[i>>3] |= 1 << (i & 7)
			}
		}
	}
	return out
}

// Single checks that a plain parameter beside columns got one value.
func Single[T any](col Col[T], name string) {
	if col.M != 0 {
		fail(&Failure{Class: "ArgumentTypeError", Message: fmt.Sprintf("argument %s is a column where the function takes one %s", name, goName(typeFor[T]()))})
	}
}

// Pointers returns rows of a column, with nil for missing ones.
func Pointers[T any](c Col[T], lo, hi int) []*T {
	out := make([]*T, hi-lo)
	for i := range out {
		out[i] = At(c, lo+i)
	}
	return out
}

// ColumnOf returns rows of a column with their validity.
func ColumnOf[T any](c Col[T], lo, hi int) compute.Column[T] {
	if c.valid == nil {
		return compute.NewColumn(c.V[lo:hi:hi], nil)
	}
	bits := make([]byte, (hi-lo+7)/8)
	for i := lo; i < hi; i++ {
		bits[(i-lo)>>3] |= c.valid[i>>3] >> (i & 7) & 1 << ((i - lo) & 7)
	}
	return compute.NewColumn(c.V[lo:hi:hi], bits)
}

// row returns the first row of a group.
func (c *Call) row(g int) int {
	lo, hi := c.Bounds(g)
	if c.groups == nil || lo == hi {
		return 0
	}
	return int(c.groups.Order[lo])
}

// InGroup returns a function for a group's call to defer, which notes the first
// row of a group that panicked.
func (c *Call) InGroup(g int) func(ended bool) {
	if c.groups == nil {
		return func(bool) {}
	}
	return func(ended bool) {
		if !ended {
			row := c.row(g)
			c.Row(row, row+1)
		}
	}
}

// GroupRow is Row for a loop over gathered rows.
func (c *Call) GroupRow(i, hi int) {
	if i < hi {
		row := i
		if c.groups != nil {
			row = int(c.groups.Order[i])
		}
		c.Row(row, row+1)
	}
}

// FailGroup notes an error for a whole group.
func (c *Call) FailGroup(g int, err error) {
	c.Fail(c.row(g), err)
	c.mu.Lock()
	c.failedGroups = append(c.failedGroups, g)
	c.mu.Unlock()
}

// FailOrdered notes an error for a row of the gathered columns.
func (c *Call) FailOrdered(i int, err error) {
	if c.groups != nil {
		i = int(c.groups.Order[i])
	}
	c.Fail(i, err)
}

// First returns a scan's first state: Python's if it passed one, else the
// directive's.
func First[T any](c *Call, first T, read func(*Array) []T) T {
	if c.Init == "" {
		return first
	}
	a := In(c.Init).Arrays[0]
	if a.Nulls > 0 {
		fail(&Failure{Class: "ArgumentValueError", Message: "init= is missing"})
	}
	return Read("init=", read, a)[0]
}

// Scattered returns values in the order of the groups in that of the rows.
func Scattered[T any](c *Call, v []T) []T {
	if c.groups == nil {
		return v
	}
	out := make([]T, c.n)
	group.Scatter(out, v[:len(c.groups.Order)], c.groups.Order, c.threads())
	c.valid = c.grouped()
	return out
}

// grouped is the bitmap of the rows that are in a group.
func (c *Call) grouped() []byte {
	bits := make([]byte, (c.n+7)/8)
	for _, row := range c.groups.Order {
		bits[row>>3] |= 1 << (row & 7)
	}
	return bits
}

// Joined joins the groups' results of a vector function.
func Joined[S ~[]T, T any](c *Call, parts []S) []T {
	if c.groups == nil {
		return parts[0]
	}
	all := make([]T, 0, len(c.groups.Order))
	for g, part := range parts {
		lo, hi := c.Bounds(g)
		if part == nil && slices.Contains(c.failedGroups, g) {
			part = make(S, hi-lo)
		}
		if len(part) != hi-lo {
			fail(&Failure{Class: "ArgumentValueError", Message: fmt.Sprintf("with by= the result of each group has as many rows as the group: %d rows became %d", hi-lo, len(part))})
		}
		all = append(all, part...)
	}
	out := make([]T, c.n)
	group.Scatter(out, all, c.groups.Order, c.threads())
	return out
}

// JoinedColumns is Joined for results that are a goscore.Column.
func JoinedColumns[T any](c *Call, parts []compute.Column[T]) []*T {
	pointers := make([][]*T, len(parts))
	for g, part := range parts {
		for i := range part.Len() {
			pointers[g] = append(pointers[g], part.At(i))
		}
	}
	return Joined(c, pointers)
}
