package kernel

import (
	"context"
	"fmt"
	"io"
	"log"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/go-zeromq/zmq4"
	"github.com/google/uuid"
)

// When Serve ends, running requests get endTime to stop, and peers drainTime to
// read their queues.
const (
	endTime   = 3 * time.Second
	drainTime = 2 * time.Second
)

type kernel struct {
	conn    Connection
	in      Interpreter
	opts    Options
	log     *log.Logger
	signer  *signer
	session string
	ids     atomic.Int64
	count   atomic.Int64 // execution_count
	history history
	asked   sync.Map // clients that an input_request waits for: chan string

	scheduler scheduler
	iopub     publisher
	shell     socket
	control   socket
	stdin     socket
	heartbeat socket

	stop     chan struct{}
	stopOnce sync.Once
}

// Serve runs a kernel until a shutdown_request or the end of ctx, both of
// which return nil once everything queued has been sent.
//
// Errors: a connection that cannot be listened on.
func Serve(ctx context.Context, conn Connection, in Interpreter, opts Options) error {
	if err := conn.check(); err != nil {
		return fmt.Errorf("connection: %w", err)
	}
	return newKernel(conn, in, opts).serve(ctx)
}

func (k *kernel) serve(ctx context.Context) error {
	defer k.close()
	if err := k.listen(); err != nil {
		return err
	}
	select {
	case <-ctx.Done():
	case <-k.stop:
	}
	return nil
}

func newKernel(conn Connection, in Interpreter, opts Options) *kernel {
	w := opts.Log
	if w == nil {
		w = io.Discard
	}
	opts.Limits = opts.Limits.withDefaults()
	k := &kernel{
		conn: conn, in: in, opts: opts, log: log.New(&throttled{to: w}, "kernel: ", log.LstdFlags|log.Lmsgprefix),
		signer: newSigner(conn.Key), session: uuid.NewString(), stop: make(chan struct{}),
	}
	k.scheduler.run = k.run
	k.iopub.welcome = k.welcomeFrames
	return k
}

// listen opens the five channels. The heartbeat comes last, since a frontend
// takes it as the sign that the kernel is ready.
func (k *kernel) listen() error {
	b := &budget{max: 2 * k.opts.Limits.MessageBytes}
	for _, c := range []struct {
		socket  *socket
		name    string
		kind    zmq4.SocketType
		port    int
		small   bool
		receive func(*peer, [][]byte)
	}{
		{&k.iopub.socket, "iopub", zmq4.XPub, k.conn.IOPubPort, true, k.iopub.subscribe},
		{&k.control, "control", zmq4.Router, k.conn.ControlPort, false, k.fromControl},
		{&k.stdin, "stdin", zmq4.Router, k.conn.StdinPort, false, k.fromStdin},
		{&k.shell, "shell", zmq4.Router, k.conn.ShellPort, false, k.fromShell},
		{&k.heartbeat, "heartbeat", zmq4.Rep, k.conn.HBPort, true, k.fromHeartbeat},
	} {
		s := c.socket
		s.name, s.kind, s.receive = c.name, c.kind, c.receive
		s.limits, s.budget, s.anyUser, s.log = k.opts.Limits, b, k.opts.AnyUser, k.log
		if c.small {
			s.limits = s.limits.small()
		}
		if err := s.listen(k.conn.address(c.port)); err != nil {
			return err
		}
	}
	return nil
}

// close ends running requests, sends queued messages and closes the channels.
func (k *kernel) close() {
	k.scheduler.close()
	ended := make(chan struct{})
	go func() { k.scheduler.work.Wait(); close(ended) }()
	select {
	case <-ended:
	case <-time.After(endTime):
		k.log.Print("a request has not ended; its reply is lost")
	}
	var all sync.WaitGroup
	for _, s := range []*socket{&k.shell, &k.control, &k.stdin, &k.heartbeat, &k.iopub.socket} {
		all.Go(func() { s.close(drainTime) })
	}
	all.Wait()
}

// nextID returns a new msg_id.
func (k *kernel) nextID() string {
	return k.session + "_" + strconv.FormatInt(k.ids.Add(1), 10)
}
