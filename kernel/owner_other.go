//go:build !linux && !darwin

package kernel

import "net"

// peerUID knows nothing here: the directory's permissions have to do.
func peerUID(*net.UnixConn) (uid int, known bool, err error) { return 0, false, nil }
