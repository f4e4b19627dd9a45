package kernel

import (
	"net"
	"syscall"
)

// peerUID returns the user id of the process at the other end of a unix socket.
func peerUID(c *net.UnixConn) (uid int, known bool, err error) {
	raw, err := c.SyscallConn()
	if err != nil {
		return 0, false, err
	}
	var cred *syscall.Ucred
	var optErr error
	err = raw.Control(func(fd uintptr) {
		cred, optErr = syscall.GetsockoptUcred(int(fd), syscall.SOL_SOCKET, syscall.SO_PEERCRED)
	})
	if err == nil {
		err = optErr
	}
	if err != nil {
		return 0, false, err
	}
	return int(cred.Uid), true, nil
}
