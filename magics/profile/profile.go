// Package profile reads what runtime/pprof wrote of a program, by the lines of cells.
package profile

import (
	"path"
	"strings"

	"github.com/google/pprof/profile"

	"goscore/magics/program"
)

// Samples are how often the program was seen where. Each sample counts once: for the
// innermost line of a cell, else for goscore, else for Go's runtime.
type Samples struct {
	Period           int64 // nanoseconds between two samples of a core
	Lines            map[program.Frame]int64
	Runtime, Goscore int64
}

// Read reads a profile of processor time.
func Read(cpu []byte) (*Samples, error) {
	p, err := profile.ParseData(cpu)
	if err != nil {
		return nil, err
	}
	s := &Samples{Period: p.Period, Lines: map[program.Frame]int64{}}
	for _, one := range p.Sample {
		n := one.Value[0]
		switch at := place(one); at.File {
		case "":
			s.Runtime += n
		case ours:
			s.Goscore += n
		default:
			s.Lines[at] += n
		}
	}
	return s, nil
}

// ours stands for the file of all that goscore adds to a cell.
const ours = "goscore"

// place finds where a sample belongs.
func place(s *profile.Sample) (at program.Frame) {
	for _, l := range s.Location {
		for _, line := range l.Line {
			f := line.Function
			if f == nil {
				continue
			}
			if name := path.Base(f.Filename); program.IsCell(name) {
				return program.Frame{File: name, Line: int(line.Line)}
			}
			for _, prefix := range []string{"goscore/", "main.", "runtime/pprof."} {
				if strings.HasPrefix(f.Name, prefix) {
					at.File = ours
				}
			}
		}
	}
	return at
}
