package kernel

import (
	"fmt"
	"net"
	"os"
)

// checkOwner refuses a peer on a unix socket that belongs to another user.
// Connections over tcp have no owner; the key alone protects them.
func checkOwner(c net.Conn) error {
	u, ok := c.(*net.UnixConn)
	if !ok {
		return nil
	}
	uid, known, err := peerUID(u)
	if err != nil {
		return fmt.Errorf("ask for the peer's user: %w", err)
	}
	if known && uid != os.Geteuid() {
		return fmt.Errorf("peer belongs to user %d, the kernel to user %d", uid, os.Geteuid())
	}
	return nil
}
