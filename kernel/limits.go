package kernel

import (
	"fmt"
	"sync/atomic"
	"time"
)

// Limits bounds the resources of a peer that has not proved yet that it knows
// the key. Zero values are the defaults.
type Limits struct {
	FrameBytes   uint64        // of one frame; 256 MiB
	MessageBytes uint64        // of one message; 1 GiB. All unverified messages together: twice that
	Frames       int           // of one message; 1024
	Handshake    time.Duration // for a new connection to finish its handshake; 10 s
	Stall        time.Duration // until a peer that reads nothing, with a full queue, is dropped; 30 s
}

func (l Limits) withDefaults() Limits {
	if l.FrameBytes == 0 {
		l.FrameBytes = 256 << 20
	}
	if l.MessageBytes == 0 {
		l.MessageBytes = 1 << 30
	}
	if l.Frames == 0 {
		l.Frames = 1024
	}
	if l.Handshake == 0 {
		l.Handshake = 10 * time.Second
	}
	if l.Stall == 0 {
		l.Stall = 30 * time.Second
	}
	return l
}

// small is for channels that carry only subscriptions, heartbeats and
// handshakes.
func (l Limits) small() Limits {
	l.FrameBytes = min(l.FrameBytes, 4<<10)
	l.MessageBytes = min(l.MessageBytes, 16<<10)
	l.Frames = min(l.Frames, 16)
	return l
}

// budget bounds the unverified bytes of all peers together, so that many
// connections cannot take more memory than one.
type budget struct {
	max  uint64
	used atomic.Uint64
}

func (b *budget) take(n uint64) error {
	if used := b.used.Add(n); used > b.max {
		b.give(n)
		return fmt.Errorf("unverified messages of all peers exceed %d bytes", b.max)
	}
	return nil
}

func (b *budget) give(n uint64) { b.used.Add(-n) }
