package compile

import (
	"fmt"
	"strings"
)

// scan writes the driver of a scan.
func (d *driver) scan() error {
	step := d.f.Params[1:]
	d.line("\tc.Step()")
	for i := range step {
		r, err := reader(elemOf(d.paramType(i+1), step[i]))
		if err != nil {
			return err
		}
		d.line("\tp%d := goscore__.Param(c, %d, %q, %v, false, %s)", i+1, i, step[i].Name, step[i].Nullable, r)
	}
	d.line("\tc.Group()")
	for i := range step {
		d.line("\tp%d = goscore__.Gathered(c, p%d)", i+1, i+1)
	}
	state := typeName(d.f.resultTypes[0])
	d.line("\tvar first %s", state)
	if d.f.Init != "" {
		d.line("\tfirst = %s", d.f.Init)
	}
	if r, err := reader(d.f.resultTypes[0]); err == nil {
		d.line("\tfirst = goscore__.First(c, first, %s)", r)
	}
	d.line("\tr0 := goscore__.Make[%s](c.Len())", state)
	var args []string
	for i, p := range step {
		if p.Nullable {
			args = append(args, d.converted(i+1, fmt.Sprintf("p%d.At(i)", i+1)))
		} else {
			args = append(args, fmt.Sprintf("p%d.V[i&p%d.M]", i+1, i+1))
		}
	}
	if d.f.Total {
		d.speculative(state, len(step))
	}
	d.groups(func() {
		if d.f.Total {
			d.line("\t\tif c.Whole() && goscore__functions.TryScan(r0, first, goscore__functions.Steps[%s]{Block: block, Lanes: lanes}) {", state)
			d.line("\t\t\treturn")
			d.line("\t\t}")
		}
		d.line("\t\tprev, i := first, lo")
		d.line("\t\tdefer func() { c.GroupRow(i, hi) }()")
		d.line("\t\tfor ; i < hi; i++ {")
		call := d.name + "(prev, " + strings.Join(args, ", ") + ")"
		if d.f.Error {
			d.line("\t\t\tv, err := %s", call)
			d.line("\t\t\tif err != nil { c.FailOrdered(i, err); clear(r0[i:i+1]); continue }")
			d.line("\t\t\tprev = v")
		} else {
			d.line("\t\t\tprev = %s", call)
		}
		d.line("\t\t\tr0[i] = prev")
		d.line("\t\t}")
	})
	d.line("\tgoscore__.ReturnRows(c, goscore__.Scattered(c, r0))")
	return nil
}

// speculative writes the step as the loops that compute.Scan wants: one
// stretch of rows, and four interleaved ones where the step inlines.
func (d *driver) speculative(state string, columns int) {
	args := func(row string) string {
		out := ""
		for i := 1; i <= columns; i++ {
			value := fmt.Sprintf("p%d.V[(%s)&p%d.M]", i, row, i)
			if d.f.Params[i].Nullable {
				value = d.converted(i, fmt.Sprintf("p%d.At(%s)", i, row))
			}
			out += ", " + value
		}
		return out
	}
	d.line("\tblock := func(dst []%s, lo int, prev %s) {", state, state)
	d.line("\t\tfor i := range dst {")
	d.line("\t\t\tprev = %s(prev%s)", d.name, args("lo+i"))
	d.line("\t\t\tdst[i] = prev")
	d.line("\t\t}")
	d.line("\t}")
	d.line("\tvar lanes func(dst [4][]%s, lo [4]int, prev [4]%s)", state, state)
	if !d.f.Inlines {
		return
	}
	d.line("\tlanes = func(dst [4][]%s, lo [4]int, prev [4]%s) {", state, state)
	d.line("\t\td0, d1, d2, d3 := dst[0], dst[1], dst[2], dst[3]")
	d.line("\t\td1, d2, d3 = d1[:len(d0)], d2[:len(d0)], d3[:len(d0)]")
	d.line("\t\ta, b, c, d := prev[0], prev[1], prev[2], prev[3]")
	d.line("\t\tfor i := range d0 {")
	for k, v := range []string{"a", "b", "c", "d"} {
		d.line("\t\t\t%s = %s(%s%s)", v, d.name, v, args(fmt.Sprintf("lo[%d]+i", k)))
		d.line("\t\t\td%d[i] = %s", k, v)
	}
	d.line("\t\t}")
	d.line("\t}")
}
