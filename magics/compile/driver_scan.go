package compile

import (
	"fmt"
	"strings"
)

// scan writes the driver of a scan: over groups, else over all rows block by block.
// If the step is total, it first tries it from guessed states.
func (d *driver) scan() error {
	step := d.f.Params[1:]
	d.line("\tc.Step()")
	for i, p := range step {
		if p.Shape == "table" {
			continue
		}
		r, err := reader(elemOf(d.paramType(i+1), p))
		if err != nil {
			return err
		}
		d.line("\tp%d := goscore__.Param(c, %d, %q, %v, false, %s)", i+1, i, p.Name, p.Nullable, r)
	}
	if err := d.tables(); err != nil {
		return err
	}
	state := typeName(d.f.resultTypes[0])
	d.line("\tvar first %s", state)
	if d.f.Init != "" {
		d.line("\tfirst = %s", d.f.Init)
	}
	if r, err := reader(d.f.resultTypes[0]); err == nil {
		d.line("\tfirst = goscore__.First(c, first, %s)", r)
	}
	if d.f.grouped { // a separate program, since each of the two loops takes time to compile
		d.scanGroups(state, step)
		return nil
	}
	d.line("\tr0 := goscore__.Results[%s](c)", state)
	if d.f.Total {
		d.stretch(state, step)
		scan := "TryScan"
		if state == "float64" {
			scan = "TryScanFloat64" // compiled once, and not into each program
		}
		d.line("\tif goscore__parallel.%s(c.Len(), first, 0, open) {", scan)
		d.line("\t\tgoscore__.ReturnRows(c, goscore__.All(r0))")
		d.line("\t\treturn")
		d.line("\t}")
	}
	d.line("\tafter := first")
	d.line("\tc.InOrder(func(w *goscore__.Window, lo, hi int) {")
	d.near("\t\t", 1, step, "lo")
	d.line("\t\to0 := goscore__.Room(r0, w, 0, lo, hi)")
	d.line("\t\tprev, i, n := after, 0, hi-lo")
	d.line("\t\tdefer func() { c.Row(lo+i, hi) }()")
	d.line("\t\tfor ; i < n; i++ {")
	d.step("o0[i]", "c.Fail(lo+i, err); clear(o0[i:i+1])", d.rowArguments(1, step))
	d.line("\t\t}")
	d.line("\t\tafter = prev")
	d.line("\t\tgoscore__.Store(r0, lo, o0)")
	d.line("\t})")
	d.line("\tgoscore__.ReturnRows(c, goscore__.All(r0))")
	return nil
}

// step writes one row of a plain loop; a failed row leaves the state as it was.
func (d *driver) step(result, failed, args string) {
	call := d.name + "(prev, " + args + ")"
	if d.f.Error {
		d.line("\t\t\tv, err := %s", call)
		d.line("\t\t\tif err != nil { %s; continue }", failed)
		d.line("\t\t\tprev = v")
	} else {
		d.line("\t\t\tprev = %s", call)
	}
	d.line("\t\t\t%s = prev", result)
}

// scanGroups runs the step over each group's rows, gathered.
func (d *driver) scanGroups(state string, step []Param) {
	d.line("\tc.Group()")
	for i, p := range step {
		if p.Shape == "table" {
			continue
		}
		d.line("\tw%d := goscore__.Gathered(c, p%d)", i+1, i+1)
		if !p.Nullable {
			d.line("\t\tv%d, m%d := w%d.V, w%d.M", i+1, i+1, i+1, i+1)
		}
	}
	d.line("\tr0 := goscore__.Make[%s](c.Len())", state)
	d.groups(func() {
		d.line("\t\tprev, i := first, lo")
		d.line("\t\tdefer func() { c.GroupRow(i, hi) }()")
		d.line("\t\tfor ; i < hi; i++ {")
		d.step("r0[i]", "c.FailOrdered(i, err); clear(r0[i:i+1])", d.rowArguments(1, step))
		d.line("\t\t}")
	})
	d.line("\tgoscore__.ReturnRows(c, goscore__.Scattered(c, r0))")
}

// stretch writes the step for parallel.Scan: loops over one stretch of rows, and
// over four interleaved ones if the step inlines.
func (d *driver) stretch(state string, step []Param) {
	args := func(row string) string {
		out := ""
		for k, p := range step {
			i := k + 1
			if p.Shape == "table" {
				out += fmt.Sprintf(", t%d", i)
			} else if p.Nullable {
				out += ", " + d.converted(i, fmt.Sprintf("goscore__.At(w%d, %s)", i, row))
			} else {
				out += fmt.Sprintf(", v%d[(%s)&m%d]", i, row, i)
			}
		}
		return out
	}
	d.line("\topen := func() goscore__parallel.Stretch[%s] {", state)
	d.line("\t\tw, base := goscore__.TakeWindow(), 0")
	for i := range step {
		if step[i].Shape != "table" {
			d.line("\t\tnear%d := p%d", i+1, i+1)
		}
	}
	d.line("\t\ts := goscore__parallel.Stretch[%s]{Close: func() { goscore__.GiveWindow(w) }}", state)
	d.line("\t\ts.Store = func(lo int, dst []%s) { goscore__.Store(r0, lo, dst) }", state)
	d.line("\t\ts.Load = func(from, lo, hi int) []%s {", state)
	for i := range step {
		if step[i].Shape == "table" {
			continue
		}
		d.line("\t\t\tnear%d = goscore__.Near(p%d, w, %d, from, hi)", i+1, i+1, i+1)
	}
	d.line("\t\t\tbase = from")
	d.line("\t\t\tgoscore__.Done(hi - lo)")
	d.line("\t\t\treturn goscore__.Room(r0, w, 0, lo, hi)")
	d.line("\t\t}")
	d.line("\t\ts.Block = func(dst []%s, lo int, prev %s) {", state, state)
	d.taken(step)
	d.line("\t\t\tlo -= base")
	d.line("\t\t\tfor i := range dst {")
	d.line("\t\t\t\tprev = %s(prev%s)", d.name, args("lo+i"))
	d.line("\t\t\t\tdst[i] = prev")
	d.line("\t\t\t}")
	d.line("\t\t}")
	if d.f.Inlines {
		d.lanes(state, step, args)
	}
	d.line("\t\treturn s")
	d.line("\t}")
}

// taken reads the block's slices into variables of the loop.
func (d *driver) taken(step []Param) {
	for k, p := range step {
		i := k + 1
		if p.Shape == "table" {
			continue
		}
		d.line("\t\t\tw%d := near%d", i, i)
		if !p.Nullable {
			d.line("\t\t\tv%d, m%d := w%d.V, w%d.M", i, i, i, i)
		}
	}
}

func (d *driver) lanes(state string, step []Param, args func(string) string) {
	d.line("\t\ts.Lanes = func(dst [4][]%s, lo [4]int, prev [4]%s) {", state, state)
	d.taken(step)
	d.line("\t\t\td0, d1, d2, d3 := dst[0], dst[1], dst[2], dst[3]")
	d.line("\t\t\td1, d2, d3 = d1[:len(d0)], d2[:len(d0)], d3[:len(d0)]")
	d.line("\t\t\tl0, l1, l2, l3 := lo[0]-base, lo[1]-base, lo[2]-base, lo[3]-base")
	d.line("\t\t\ts0, s1, s2, s3 := prev[0], prev[1], prev[2], prev[3]")
	d.line("\t\t\tfor i := range d0 {")
	for k := range 4 {
		d.line("\t\t\t\ts%d = %s(s%d%s)", k, d.name, k, args(fmt.Sprintf("l%d+i", k)))
	}
	d.line("\t\t\t\t%s", strings.Join([]string{"d0[i]", "d1[i]", "d2[i]", "d3[i]"}, ", ")+" = s0, s1, s2, s3")
	d.line("\t\t\t}")
	d.line("\t\t}")
}
