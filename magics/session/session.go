// Package session knows the Go of a session: what its cells declared, what a cell
// needs, and how it compiles. It sees no data. All that it is given and gives is
// plain, so that another process can stand in for this one: a checker that the
// toolchain has built itself, where it is newer than this program.
package session

import (
	"context"

	"goscore/magics/compile"
)

// A Session is used from several goroutines.
type Session interface {
	// Read finds what a cell needs, from its syntax alone.
	Read(context.Context, Query) (*Reading, error)
	// Build compiles a cell that was read, and takes in what it declares.
	Build(context.Context, BuildQuery) (*Built, error)
	// Call compiles a call of a function.
	Call(context.Context, CallQuery) (*Built, error)
	// Offer lists the names that may stand at a cursor.
	Offer(context.Context, Cursor) (Offers, error)
	// Describe gives the declaration of a name.
	Describe(context.Context, Named) (string, error)
	// Completeness says whether a cell could run as it stands.
	Completeness(context.Context, string) (compile.State, error)
	// Carry packs programs of functions, and Take takes them in.
	Carry(context.Context, []compile.Portable) (Carried, error)
	Take(context.Context, TakeQuery) (struct{}, error)
	// Ahead builds in the background the programs of calls of functions.
	Ahead(context.Context, []compile.Function) (struct{}, error)
	// Warm compiles packages that a cell would wait for.
	Warm(context.Context, compile.Warmth) (struct{}, error)
	// Progress tells how far the work is that a cell may wait for.
	Progress(context.Context, struct{}) (compile.Progress, error)
	Close()
}

// A Query is a cell, and what it gets from Python and gives back.
type Query struct {
	Name, Code string
	Gets       []string // its third-party modules
	Declare    bool     // its statements are left out
	Text       bool     // there is no Python: its values are shown alone
	Inputs     []compile.Input
	Outputs    []string

	// Plain reports that a reading without types is all that the cell needs, so that
	// it need not wait for a checker.
	Plain func(*Reading) bool `json:"-"`
}

// A Reading is what the syntax of a cell tells.
type Reading struct {
	Query      Query
	Cell       *compile.Cell
	Uses       []compile.Use // of the inputs
	Free       []Free
	Variables  []string // that -o can name
	Shadows    bool     // the cell, or an earlier one, declares a name goscore
	Generation int      // of the declarations

	unit *compile.Unit // where it was read in this process
}

// Free is a name that neither Go, nor the session, nor an input has.
type Free struct {
	Name         string
	Line, Column int
}

// A BuildQuery is a cell that was read, with all that is known of its inputs now.
type BuildQuery struct {
	Reading  *Reading
	Inputs   []compile.Input
	Options  compile.Options
	Again    bool     // only the program: its declarations are known already
	Changed  []string // variables that its statements, which are left out, change
	Quiet    bool     // nothing is said of functions and changes
	Describe bool     // somebody calls its functions
}

// A Built is a program, and what the user is to hear of it.
type Built struct {
	Program    *compile.Program
	Cells      []*compile.Cell // by their numbers in generated files
	Notes      []Note
	Declares   bool // later cells know the cell
	Functions  []compile.Function
	Generation int
}

// A Note is a line for the user.
type Note struct{ Stream, Text string }

// A CallQuery is a call of a function.
type CallQuery struct {
	Call  compile.Call
	Force bool // compile it again
}

// A Cursor is a place in a cell that is being written.
type Cursor struct {
	Before, After string
	Gets          []string
	Inputs        []compile.Input
}

// Offers are the names that may stand at a cursor, what is meant most likely first.
type Offers struct {
	Prefix string // the part that is written already
	Names  []Offer
}

// An Offer is a name. Kind is one of the words that frontends have icons for.
type Offer struct{ Text, Kind string }

// A Named is a name between two parts of a cell.
type Named struct{ Before, Name, After string }

// Carried are packed programs and what they are.
type Carried struct {
	Programs []compile.Carried
	Packed   [][]byte
}

// A TakeQuery is packed programs of functions.
type TakeQuery struct {
	Functions []compile.Portable
	Carried   Carried
}
