// Package kernel speaks the Jupyter messaging protocol, version 5.4. It is the
// part of a Jupyter kernel that does not depend on the language of cells.
//
// [Serve] listens on the five channels of a connection file and hands each
// execute_request to an [Interpreter]:
//
//	peer ──▶ guard ──▶ zmq4.Conn ──▶ parse, verify ──▶ scheduler ──▶ Interpreter
//	peer ◀── queue of the peer ◀── reply (shell, control), Output (iopub)
//
// ZMTP is github.com/go-zeromq/zmq4, one zmq4.Conn per peer. Its sockets are
// not used: they handshake inside the accept loop, hold one lock while they
// write to any peer, queue without bound and close without lingering. Each
// peer here has its own reader, its own sender and its own queue, so that a
// silent or stalled one delays nobody and is dropped by a watchdog.
//
// Input is checked in this order: the peer's user id (unix sockets), the size
// of each frame before it is allocated, the HMAC before anything is parsed, the
// memory of earlier signatures, the JSON.
//
// iopub behaves as an XPUB socket: each subscription is answered with
// iopub_welcome. The topic of a message is the requesting client
// ([Request.Client]), a dot, and the msg_type, so that a frontend can subscribe
// to its own messages; most subscribe to all.
package kernel
