package process

import (
	"encoding/binary"
	"os"
	"time"

	"golang.org/x/sys/unix"

	"goscore/magics/program"
)

// lentMost is how many processes Python has lanes to, and joinTime how long one that has something
// to say about a call on its lane waits for Python to ask.
const (
	lentMost = 16
	joinTime = 10 * time.Second
)

// openLane makes the lane of a process that is about to start. The process gets its end, and with
// it the other ends of what it prints.
func (c *process) openLane(theirs []*os.File) ([]*os.File, error) {
	pair, err := unix.Socketpair(unix.AF_UNIX, unix.SOCK_STREAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return theirs, err
	}
	c.lane = os.NewFile(uintptr(pair[0]), "lane")
	theirs = append(theirs, os.NewFile(uintptr(pair[1]), "lane"))
	for _, p := range []*printer{c.out, c.err} {
		var fd int
		if e := p.raw.Control(func(own uintptr) { fd, err = unix.FcntlInt(own, unix.F_DUPFD_CLOEXEC, 3) }); e != nil || err != nil {
			return theirs, err
		}
		theirs = append(theirs, os.NewFile(uintptr(fd), p.name))
	}
	return theirs, nil
}

// lend gives Python the lane of a process that waits, and the lane's number; 0 if there is none.
// What the process prints meanwhile stays in its pipes, where it sees that nobody has read it.
func (l *Pool) lend(c *process) (id int64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.sweep()
	if l.lanes <= 0 || c.lane == nil || len(l.lent) >= lentMost {
		return 0
	}
	if l.send(int(c.lane.Fd())) != nil {
		return 0
	}
	c.out.hold()
	c.err.hold()
	c.tell(program.KindLane, nil)
	c.lane.Close()
	c.lane = nil
	l.lent[l.count] = c
	if !l.sweeps {
		l.sweeps = true
		time.AfterFunc(idleTime, l.sweepAgain)
	}
	return l.count
}

// send gives Python a lane, which has the next number; the caller has the lock.
func (l *Pool) send(fd int) error {
	l.count++
	number := binary.LittleEndian.AppendUint64(nil, uint64(l.count))
	return unix.Sendmsg(l.lanes, number, unix.UnixRights(fd), nil, unix.MSG_DONTWAIT|unix.MSG_NOSIGNAL)
}

// Lane makes a lane that ends here, gives Python the other end, and returns its number; 0 if
// there is none.
func (l *Pool) Lane() (id int64, fd int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.lanes <= 0 {
		return 0, -1
	}
	pair, err := unix.Socketpair(unix.AF_UNIX, unix.SOCK_STREAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return 0, -1
	}
	err = l.send(pair[0])
	unix.Close(pair[0])
	if err != nil {
		unix.Close(pair[1])
		return 0, -1
	}
	return l.count, pair[1]
}

// joined gives the process of a lane to the run that waits for the end of a call on it.
func (l *Pool) joined(id int64) *process {
	l.mu.Lock()
	defer l.mu.Unlock()
	c := l.lent[id]
	delete(l.lent, id)
	return c
}

// sweep ends the processes whose lanes have ended.
func (l *Pool) sweep() {
	for id, c := range l.lent {
		if !c.speaks() {
			continue
		}
		if c.spoke.IsZero() {
			c.spoke = time.Now()
		}
		if c.rested() || time.Since(c.spoke) > joinTime {
			delete(l.lent, id)
			go c.forget()
		}
	}
}

// rested says whether the message of a process that speaks is that nobody waits on its lane.
func (c *process) rested() bool {
	b, err := c.read.Peek(6)
	return err == nil && b[0] == program.KindDone && b[5] == program.DoneRested
}

func (l *Pool) sweepAgain() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.sweep()
	if l.sweeps = len(l.lent) > 0; l.sweeps {
		time.AfterFunc(idleTime, l.sweepAgain)
	}
}

// speaks says whether a process has sent a message, or has ended.
func (c *process) speaks() (spoke bool) {
	if c.read.Buffered() > 0 {
		return true
	}
	raw, err := c.messages.SyscallConn()
	if err != nil {
		return true
	}
	raw.Control(func(fd uintptr) {
		n, err := unix.Poll([]unix.PollFd{{Fd: int32(fd), Events: unix.POLLIN}}, 0)
		spoke = err == nil && n > 0
	})
	return spoke
}

// forget ends a process with a lane. Nobody asks for what it has printed.
func (c *process) forget() {
	for _, p := range []*printer{c.out, c.err} {
		p.begin(silence{})
		p.release()
	}
	c.dismiss()
}

// silence takes output that nobody sees.
type silence struct{}

func (silence) Stream(string, string)                      {}
func (silence) Result(int, map[string]any, map[string]any) {}
func (silence) Progress(any)                               {}
