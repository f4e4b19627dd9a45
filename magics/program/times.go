package program

import (
	"cmp"
	"fmt"
	"reflect"
	"strings"
	"time"

	"goscore/magics/datatype"
)

// times writes timestamps in the job's unit if it represents each of them
// exactly, else in the coarsest finer unit that does, or in a coarser one if a
// time is out of range for those.
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

// candidates lists units in the order to try them.
func candidates(unit byte) []byte {
	const units = "smun"
	i := strings.IndexByte(units, unit)
	out := []byte(units[i:])
	for i--; i >= 0; i-- {
		out = append(out, units[i])
	}
	return out
}

// misfit returns the position of the first time that a unit cannot represent
// exactly, or -1.
func misfit(v []time.Time, unit byte) int {
	per := timestamps(unit).Unit
	for i, t := range v {
		if int64(t.Nanosecond())%per != 0 || !instant(ticks(t, per), per).Equal(t) {
			return i
		}
	}
	return -1
}

// ticks returns the time since 1970 in units, per of which are a second.
func ticks(t time.Time, per int64) int64 { return t.Unix()*(1e9/per) + int64(t.Nanosecond())/per }

// zoneOf returns the zone of result timestamps: that of an input if all of them
// are in it; none if they are in UTC, as the times of a naive input are; else
// that of the first input.
func zoneOf(v []time.Time) string {
	name := ""
	if len(v) == 0 {
		return job.Zone
	}
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

// filled replaces missing rows by one that is not missing, if rows hold times: the
// value of a missing one may fit no unit and no zone.
func filled(rows reflect.Value, valid []byte) reflect.Value {
	if valid == nil || !holdsTime(rows.Type().Elem()) {
		return rows
	}
	there, missing := -1, false
	for i := range rows.Len() {
		if valid[i/8]>>(i%8)&1 == 0 {
			missing = true
		} else if there < 0 {
			there = i
		}
	}
	if !missing {
		return rows
	}
	out := reflect.MakeSlice(rows.Type(), rows.Len(), rows.Len())
	reflect.Copy(out, rows)
	fill := reflect.New(rows.Type().Elem()).Elem()
	if there >= 0 {
		fill = rows.Index(there)
	} else {
		setTimes(fill, time.Unix(0, 0).In(cmp.Or(zoned(job.Zone), time.UTC)))
	}
	for i := range out.Len() {
		if valid[i/8]>>(i%8)&1 == 0 {
			out.Index(i).Set(fill)
		}
	}
	return out
}

// holdsTime says whether a zero value of t has a time in it.
func holdsTime(t reflect.Type) bool {
	switch {
	case t == timeType:
		return true
	case t.Kind() == reflect.Array:
		return holdsTime(t.Elem())
	case t.Kind() == reflect.Struct:
		for i := range t.NumField() {
			if holdsTime(t.Field(i).Type) {
				return true
			}
		}
	}
	return false
}

// setTimes sets every time in a zero value.
func setTimes(v reflect.Value, t time.Time) {
	switch {
	case v.Type() == timeType:
		v.Set(reflect.ValueOf(t))
	case v.Kind() == reflect.Array:
		for i := range v.Len() {
			setTimes(v.Index(i), t)
		}
	case v.Kind() == reflect.Struct:
		for i := range v.NumField() {
			setTimes(reach(v.Field(i)), t)
		}
	}
}
