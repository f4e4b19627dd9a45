package program

import (
	"os"
	"path"
	"runtime"
	"strings"
	"time"
)

// A Profile is what sampling a program gave.
type Profile struct {
	CPU         []byte // as runtime/pprof writes it
	Runs        int64
	Nanoseconds int64 // of all of them, on the clock
	Allocs      []Alloc
}

// An Alloc is how many bytes a line asked for in one run; without a file, no line of
// a cell did.
type Alloc struct {
	File  string
	Line  int
	Bytes int64
}

// Profiled is Main for a program that is built to be profiled. measure calls run at
// least once; the results of the last time count.
func Profiled(cell func(), measure func(budget time.Duration, run func()) *Profile) {
	budget := time.Duration(job.Budget)
	var profile *Profile
	first := true
	runCall(func() {
		profile = measure(budget, func() {
			if !first {
				again()
			}
			first = false
			cell()
		})
	})
	messages.later(KindProfile, encodeProfile(profile))
	messages.send(KindDone, nil)
	os.Exit(0)
}

// again makes the process ready to do its job once more. It prints nothing from then on.
func again() {
	if null, err := os.OpenFile(os.DevNull, os.O_WRONLY, 0); err == nil && os.Stdout == stdout {
		os.Stdout, os.Stderr = null, null
	}
	messages.waiting = nil
	unmap()
	clear(whole)
	current = nil
	progress.End()
	fresh, err := decodeJob(job.text)
	if err != nil {
		panic(err)
	}
	fresh.text, fresh.taken = job.text, job.taken
	fresh.spare = append([]Range(nil), fresh.taken...)
	job = fresh
}

// spared returns a range of segment 1 that an earlier run of the same job has taken.
func (j *Job) spared(n int64) (offset int64, ok bool) {
	for i, r := range j.spare {
		if r.Length == n {
			j.spare = append(j.spare[:i], j.spare[i+1:]...)
			return r.Offset, true
		}
	}
	return 0, false
}

// InnermostCell returns the innermost of the frames that is in a cell, or none.
func InnermostCell(frames *runtime.Frames) Frame {
	for {
		f, more := frames.Next()
		if name := path.Base(f.File); IsCell(name) {
			return Frame{File: name, Line: f.Line}
		}
		if !more {
			return Frame{}
		}
	}
}

// IsCell says whether a file's name is that of a cell in generated files, as c0.
func IsCell(name string) bool {
	number, ok := strings.CutPrefix(name, "c")
	return ok && number != "" && strings.Trim(number, "0123456789") == ""
}

func encodeProfile(p *Profile) []byte {
	var w writer
	w.str(string(p.CPU))
	w.int(p.Runs)
	w.int(p.Nanoseconds)
	list(&w, p.Allocs, func(w *writer, a Alloc) {
		w.str(a.File)
		w.int(int64(a.Line))
		w.int(a.Bytes)
	})
	return w.b
}

// DecodeProfile reads the body of KindProfile.
func DecodeProfile(b []byte) (*Profile, error) {
	r := &reader{b: b}
	p := &Profile{CPU: []byte(r.str()), Runs: r.int(), Nanoseconds: r.int()}
	p.Allocs = readList(r, func(r *reader) Alloc { return Alloc{r.str(), int(r.int()), r.int()} })
	return p, r.err
}
