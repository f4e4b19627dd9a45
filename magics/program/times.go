package program

import (
	"fmt"
	"reflect"
	"strings"
	"time"

	"goscore/magics/datatype"
)

// times writes timestamps in the job's unit, in the coarsest finer one that
// holds each of them exactly, or, for a time that is too far off for those, in
// a coarser one that does.
func (e *encoder) times(a *Array, v []time.Time) error {
	var unit byte
	for _, unit = range candidates(job.Unit[0]) {
		if misfit(v, unit) < 0 {
			break
		}
	}
	if i := misfit(v, unit); i >= 0 {
		return fmt.Errorf("row %d: no unit of timestamps holds the time %s exactly beside the others", i, v[i].Format(time.RFC3339Nano))
	}
	per := timestamps(unit).Unit
	out := make([]int64, len(v))
	for i, t := range v {
		out[i] = ticks(t, per)
	}
	a.Type = timestamps(unit).Format + ":" + zoneOf(v)
	e.put(a, 1, raw(reflect.ValueOf(out)))
	return nil
}

// timestamps is the type of timestamps in a unit.
func timestamps(unit byte) *datatype.Type { return datatype.Of("ts" + string(unit) + ":") }

// candidates lists units in the order in which they are tried.
func candidates(unit byte) []byte {
	const units = "smun"
	i := strings.IndexByte(units, unit)
	out := []byte(units[i:])
	for i--; i >= 0; i-- {
		out = append(out, units[i])
	}
	return out
}

// misfit gives the first time that a unit does not hold exactly, or -1.
func misfit(v []time.Time, unit byte) int {
	per := timestamps(unit).Unit
	for i, t := range v {
		if int64(t.Nanosecond())%per != 0 || !instant(ticks(t, per), per).Equal(t) {
			return i
		}
	}
	return -1
}

// ticks counts units of per nanoseconds since 1970.
func ticks(t time.Time, per int64) int64 { return t.Unix()*(1e9/per) + int64(t.Nanosecond())/per }

// zoneOf gives the zone of result timestamps: that of an input which all of
// them are in; none when they are in UTC, as those of a naive input are; else
// that of the first input.
func zoneOf(v []time.Time) string {
	name := ""
	for i, t := range v {
		if at := t.Location().String(); i > 0 && at != name {
			return job.Zone
		} else {
			name = at
		}
	}
	naive, aware := false, false
	for _, in := range job.Inputs {
		for _, zone := range zonesOf(in.Arrays) {
			if zone == name && name != "UTC" {
				return zone
			}
			naive, aware = naive || zone == "", aware || zone == "UTC"
		}
	}
	if name == "UTC" && naive && !aware {
		return ""
	}
	return job.Zone
}

// zonesOf lists the zones of timestamps, also of those within structs and lists.
func zonesOf(arrays []*Array) (out []string) {
	for _, a := range arrays {
		if a == nil {
			continue
		}
		if a.row().Class == datatype.Timestamp {
			out = append(out, datatype.ParameterOf(a.Type))
		}
		out = append(out, zonesOf(a.Children)...)
	}
	return out
}

// fillTimes puts a time that is there in the place of each that is missing:
// what stands there may fit no unit and no zone. Other columns stay as they are.
func fillTimes(values reflect.Value, valid []byte) reflect.Value {
	if values.Type().Elem() != timeType || valid == nil {
		return values
	}
	there := func(i int) bool { return valid[i/8]>>(i%8)&1 != 0 }
	fill := time.Unix(0, 0).UTC()
	for i := range values.Len() {
		if there(i) {
			fill = as[time.Time](values)[i]
			break
		}
	}
	out := append([]time.Time(nil), as[time.Time](values)...)
	for i := range out {
		if !there(i) {
			out[i] = fill
		}
	}
	return reflect.ValueOf(out)
}
