package process

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"syscall"

	"goscore/magics/program"
)

// pipeHolds is what a pipe takes at least while nobody reads.
const pipeHolds = 4 << 10

// tell sends a message: a program that does not read must not hold the worker up.
func (c *process) tell(kind byte, body []byte) {
	write := func() {
		if program.WriteMessage(c.commands, kind, body) != nil {
			c.refused.Store(true)
		}
	}
	if 5+len(body) <= pipeHolds {
		write()
		return
	}
	go write()
}

// untaken says of a process that has ended whether it did so before it read
// its job: while it waited, somebody had killed it, or memory had run out.
func (c *process) untaken(ctx context.Context) bool {
	select {
	case <-c.ended:
		return !c.end.Done && ctx.Err() == nil && (c.refused.Load() || holdsBytes(c.commands))
	default:
		return false
	}
}

// serve answers the program's messages until it ends or says that it is done.
// An error is a fault of the messages, not of the cell.
func (c *process) serve(ctx context.Context) error {
	for {
		kind, body, err := program.ReadMessage(c.read)
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			return nil
		}
		if err != nil {
			return err
		}
		switch kind {
		case program.KindAlloc:
			err = c.alloc(body)
		case program.KindOut, program.KindValue:
			err = c.take(kind, body)
		case program.KindCount:
			if len(body) == 8 {
				c.end.Converted = int64(binary.LittleEndian.Uint64(body))
			}
		case program.KindFail:
			c.end.Failure, err = program.DecodeFailure(body)
			c.end.Done = true
		case program.KindProfile:
			c.end.Profile, err = program.DecodeProfile(body)
		case program.KindTrace:
			c.end.Trace, err = program.DecodeTrace(body)
		case program.KindDone:
			c.end.Done, c.stays = true, len(body) > 0
			if c.stays {
				return nil
			}
		case program.KindAsk:
			if c.stdin != nil && ctx.Err() == nil {
				c.ask(ctx)
			}
		default:
			err = fmt.Errorf("unknown message %q", kind)
		}
		if err != nil {
			return fmt.Errorf("messages of the cell's program: %w", err)
		}
	}
}

// ask lets the user write a line. The program's other goroutines, which may send
// messages meanwhile, do not wait for it.
func (c *process) ask(ctx context.Context) {
	c.out.drain() // the user reads the question first
	c.err.drain()
	go func() {
		line, ok := c.host.Ask(ctx)
		if !ok || program.WriteMessage(c.stdin, program.KindAsk, []byte(line+"\n")) != nil {
			c.stdin.Close()
		}
	}()
}

func (c *process) alloc(body []byte) error {
	n, err := program.DecodeSize(body)
	if err != nil {
		return err
	}
	offset, err := c.host.Alloc(n)
	if err != nil {
		offset = -1
	}
	err = program.WriteMessage(c.commands, program.KindAlloc, program.EncodeOffset(offset))
	if errors.Is(err, syscall.EPIPE) {
		return nil // it died meanwhile; how is still to be read
	}
	return err
}

func (c *process) take(kind byte, body []byte) error {
	name, result, err := program.DecodeOutput(body)
	if err != nil {
		return err
	}
	return c.host.Take(kind, name, result)
}
