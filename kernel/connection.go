package kernel

import (
	"encoding/json"
	"fmt"
	"io"
	"net"
	"os"
	"strconv"
)

// Connection is the content of a Jupyter connection file.
type Connection struct {
	Transport       string `json:"transport"` // "tcp" (also when empty) or "ipc"
	IP              string `json:"ip"`        // for ipc, the path that ports are appended to
	ShellPort       int    `json:"shell_port"`
	IOPubPort       int    `json:"iopub_port"`
	StdinPort       int    `json:"stdin_port"`
	ControlPort     int    `json:"control_port"`
	HBPort          int    `json:"hb_port"`
	Key             string `json:"key"` // empty: messages are not signed
	SignatureScheme string `json:"signature_scheme"`
	KernelName      string `json:"kernel_name"`
}

// ReadConnection reads and checks a connection file; "-" is standard input.
func ReadConnection(path string) (Connection, error) {
	var c Connection
	var text []byte
	var err error
	if path == "-" {
		text, err = io.ReadAll(os.Stdin)
	} else {
		text, err = os.ReadFile(path)
	}
	if err != nil {
		return c, fmt.Errorf("read connection file: %w", err)
	}
	if err := json.Unmarshal(text, &c); err != nil {
		return c, fmt.Errorf("parse connection file %s: %w", path, err)
	}
	if err := c.check(); err != nil {
		return c, fmt.Errorf("connection file %s: %w", path, err)
	}
	return c, nil
}

// check returns an error for a connection that Serve cannot listen on.
func (c Connection) check() error {
	switch c.Transport {
	case "tcp", "":
	case "ipc":
		if c.IP == "" {
			return fmt.Errorf("transport ipc needs a path in ip")
		}
	default:
		return fmt.Errorf("transport %q is neither tcp nor ipc", c.Transport)
	}
	if c.Key != "" && c.SignatureScheme != "" && c.SignatureScheme != "hmac-sha256" {
		return fmt.Errorf("signature_scheme %q is not supported; use hmac-sha256", c.SignatureScheme)
	}
	return c.checkPorts()
}

func (c Connection) checkPorts() error {
	ports := []struct {
		name string
		port int
	}{
		{"shell_port", c.ShellPort}, {"iopub_port", c.IOPubPort}, {"stdin_port", c.StdinPort},
		{"control_port", c.ControlPort}, {"hb_port", c.HBPort},
	}
	taken := map[int]string{}
	for _, p := range ports {
		// The frontend reads the same file, so it would never learn a port that the system chose.
		if c.Transport != "ipc" && (p.port <= 0 || p.port > 65535) {
			return fmt.Errorf("%s is %d; tcp needs a fixed port from 1 to 65535", p.name, p.port)
		}
		if other, dup := taken[p.port]; dup {
			return fmt.Errorf("%s and %s are both %d", other, p.name, p.port)
		}
		taken[p.port] = p.name
	}
	return nil
}

// address returns the arguments of net.Listen for one of the ports.
func (c Connection) address(port int) (network, address string) {
	if c.Transport == "ipc" {
		return "unix", c.IP + "-" + strconv.Itoa(port)
	}
	ip := c.IP
	if ip == "*" {
		ip = ""
	}
	return "tcp", net.JoinHostPort(ip, strconv.Itoa(port))
}
