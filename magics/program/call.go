package program

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"sync"
	"unsafe"

	"goscore/compute/group"
	"goscore/compute/parallel"
	"goscore/magics/datatype"
)

// A CallJob is the part of a job that calls a function on columns.
type CallJob struct {
	Arguments   []string // inputs, one per parameter
	By          []string // inputs that are keys
	Init        string   // input with a scan's first state, if any
	KeepMissing bool     // keep groups with missing keys
	Coerce, All bool     // failed rows become missing; all of them are reported
	Serial      bool
	Partial     bool // also without keys, an aggregate's results are a column
}

// A Call runs a user's function over the rows, groups or columns of a job.
type Call struct {
	*CallJob
	n      int  // rows
	step   bool // it is a scan
	single bool // all arguments are values, and so is the result
	valid  []byte
	groups *group.Grouping
	frame  *Input // of a row function

	mu       sync.Mutex
	failed   []failedRow // the first ones, or all
	bad      []byte      // bitmap of the rows that failed
	failures int
	panicAt  int
	width    int // bytes of one row of all columns

	failedGroups []int
}

type failedRow struct {
	row, line int
	text      string
}

// failedShown is the number of failed rows that a report shows.
const failedShown = 5

// current is the running call, for the report of a panic.
var current *Call

// NewCall reads the job's call.
func NewCall() *Call {
	c := &Call{CallJob: job.Call, n: -1, single: true, panicAt: -1}
	current = c
	converted.Store(0)
	progress.Begin(Reach{job.Python}, job.Progress)
	for _, name := range slices.Concat(c.Arguments, c.By) {
		in := In(name)
		if len(in.Columns) > 0 {
			c.frame = in
		}
		for _, a := range in.Arrays {
			if in.Value {
				continue
			}
			c.single = false
			if c.n >= 0 && a.Length != c.n {
				panic(parallel.ArgumentError(fmt.Sprintf("the arguments differ in length: %d and %d rows", c.n, a.Length)))
			}
			c.n = a.Length
		}
	}
	if c.single {
		c.n = 1
	}
	c.n = max(c.n, 0)
	return c
}

// A Col is an argument: a column, or one value for all rows.
type Col[T any] struct {
	V     []T
	M     int // -1 for a column, 0 for one value: row i is V[i&M]
	valid []byte

	far  *Array // the array from which Near copies rows, while V is empty
	kept bool   // the function gets pointers to values, which outlive their block
	read func(*Array) []T
}

// Step marks the function as a scan, which takes its columns' values one by one.
func (c *Call) Step() { c.step = true }

// At returns row i; nil if it is missing.
func At[T any](c Col[T], i int) *T {
	i &= c.M
	if c.valid != nil && c.valid[i>>3]>>(i&7)&1 == 0 {
		return nil
	}
	return &c.V[i]
}

// Param reads the argument at position i; for a row function, the column of the
// frame's field i. If the parameter cannot hold missing values, they make the
// row's result missing if rows is set, else they are refused.
func Param[T any](c *Call, i int, name string, nullable, rows bool, read func(*Array) []T) Col[T] {
	a, value := c.array(i)
	out := Col[T]{M: -1}
	if value {
		out.M = 0
	}
	c.width += int(unsafe.Sizeof(*new(T)))
	byBlock := rows || c.step && len(c.By) == 0
	if byBlock && !value && streams(*new(T), a) {
		Read("argument "+name, read, &Array{Type: a.Type, bytes: [][]byte{nil, make([]byte, 8), nil}}) // refuses another type
		out.far, out.read, out.kept = a, read, nullable
	} else if a.row().Class == datatype.Null { // all values are missing, for any type
		out.V, out.valid = make([]T, a.Length), make([]byte, (a.Length+7)/8)
	} else {
		out.V = Read("argument "+name, read, a)
	}
	if a.Nulls > 0 {
		if out.valid == nil {
			out.valid = a.buffer(0)
		}
		if !nullable {
			c.missing(a, value, rows, name, *new(T), out.valid)
		}
	}
	return out
}

// Read reads a column; a refusal names it by label.
func Read[T any](label string, read func(*Array) []T, a *Array) []T {
	defer refused(label)
	return read(a)
}

// refused reports the refusal of an argument.
func refused(label string) {
	if r := recover(); r != nil {
		if m, ok := r.(ArgumentMismatch); ok {
			fail(&Failure{Class: "ArgumentTypeError", Message: label + ": " + string(m)})
		}
		panic(r)
	}
}

func (c *Call) array(i int) (a *Array, value bool) {
	if c.frame != nil {
		return c.frame.Arrays[i], false
	}
	in := In(c.Arguments[i])
	return in.Arrays[0], in.Value
}

func (c *Call) missing(a *Array, value, rows bool, name string, example any, valid []byte) {
	typ := goName(reflect.TypeOf(example))
	if !rows {
		values := "values"
		if a.Nulls == 1 {
			values = "value"
		}
		holder, advice := "[]"+typ, fmt.Sprintf("[]*%s or goscore.Column[%s]", typ, typ)
		if value || c.step {
			holder, advice = typ, "*"+typ
		}
		fail(&Failure{Class: "ArgumentValueError", Message: fmt.Sprintf("argument %s has %d missing %s, which %s cannot hold: take %s, or fill or drop them in Python",
			name, a.Nulls, values, holder, advice)})
	}
	if c.valid == nil {
		c.valid = slices.Repeat([]byte{0xff}, (c.n+7)/8)
	}
	if value { // missing for every row
		clear(c.valid)
		return
	}
	for i := range c.valid {
		c.valid[i] &= valid[i]
	}
}

// Valid is the bitmap of the rows that the function gets; nil if it gets all.
func (c *Call) Valid() []byte { return c.valid }

// Len is the number of rows.
func (c *Call) Len() int { return c.n }

func (c *Call) threads() int {
	if c.Serial {
		return 1
	}
	return 0
}

// Row is deferred around a loop over rows; it notes the row that panicked.
func (c *Call) Row(i, hi int) {
	if i < hi {
		c.mu.Lock()
		if c.panicAt < 0 || i < c.panicAt {
			c.panicAt = i
		}
		c.mu.Unlock()
	}
}

// Fail notes the function's error for row i.
func (c *Call) Fail(i int, err error) {
	f := failedRow{row: i, text: brief(err.Error())}
	var at *lineError
	if errors.As(err, &at) {
		f.line = at.line
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.bad == nil {
		c.bad = make([]byte, c.n/8+1) // without rows a function can fail, too
	}
	c.failures++
	c.bad[i>>3] |= 1 << (i & 7)
	c.failed = append(c.failed, f)
	if !c.All && len(c.failed) > 64*failedShown {
		c.keepFirst()
	}
}

// keepFirst drops all but the first failed rows from the report.
func (c *Call) keepFirst() {
	slices.SortFunc(c.failed, func(a, b failedRow) int { return a.row - b.row })
	if !c.All && len(c.failed) > failedShown {
		c.failed = c.failed[:failedShown]
	}
}

// A lineError is an error with the line of the cell that returned it.
type lineError struct {
	error
	line int
}

func (e *lineError) Unwrap() error { return e.error }

// ErrorAt marks a returned error with its line.
func ErrorAt(line int, err error) error {
	if err == nil {
		return nil
	}
	return &lineError{err, line}
}

// ErrorAt2 is ErrorAt for `return f()`.
func ErrorAt2[T any](line int) func(T, error) (T, error) {
	return func(v T, err error) (T, error) { return v, ErrorAt(line, err) }
}
