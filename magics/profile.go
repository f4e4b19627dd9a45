package magics

import (
	"encoding/base64"
	"fmt"
	"slices"
	"strings"
	"time"

	"goscore/magics/compile"
	"goscore/magics/profile"
	"goscore/magics/program"
	"goscore/magics/protocol"
)

// noteProfile puts what sampling showed of a program beside the cells' lines.
func (r *run) noteProfile(p *compile.Program, found *program.Profile) error {
	samples, err := profile.Read(found.CPU)
	if err != nil {
		return fmt.Errorf("read the profile: %w", err)
	}
	bytes := map[program.Frame]int64{}
	for _, a := range found.Allocs {
		bytes[program.Frame{File: a.File, Line: a.Line}] += a.Bytes
	}
	out := &protocol.Profile{
		Lines:   []protocol.ProfileLine{},
		Goscore: protocol.ProfileLine{Source: "goscore", Samples: int(samples.Goscore), Bytes: bytes[program.Frame{}], Notes: []string{}},
		Runtime: protocol.ProfileLine{Source: "Go's runtime", Samples: int(samples.Runtime), Notes: []string{}},
		Period:  time.Duration(samples.Period).Seconds(), Seconds: time.Duration(found.Nanoseconds).Seconds(),
		Runs: int(found.Runs), Rows: r.receipt.Rows, CPU: base64.StdEncoding.EncodeToString(found.CPU),
	}
	for number, cell := range r.cells {
		for n, source := range slices.Collect(strings.Lines(cell.Text)) {
			source = strings.TrimRight(source, " \t\r\n")
			at := program.Frame{File: fmt.Sprintf("c%d", number), Line: n + 1}
			line := protocol.ProfileLine{Cell: cell.Name, Line: at.Line, Source: source, Samples: int(samples.Lines[at]), Bytes: bytes[at], Notes: []string{}}
			delete(samples.Lines, at)
			for _, reason := range p.Reasons {
				if reason.Cell == number && reason.Line == at.Line {
					line.Notes = append(line.Notes, reason.Text)
				}
			}
			// of other cells, only what the program has of them
			if source != "" && (number == 0 || line.Samples > 0 || line.Bytes > 0 || len(line.Notes) > 0) {
				out.Lines = append(out.Lines, line)
			}
		}
	}
	for _, n := range samples.Lines { // behind the last line: none is the user's
		out.Goscore.Samples += int(n)
	}
	r.reply.Profile = out
	return nil
}
