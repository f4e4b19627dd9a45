package kernel

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestReadConnection(t *testing.T) {
	const tcp = `"transport":"tcp","ip":"127.0.0.1","shell_port":1,"iopub_port":2,"stdin_port":3,"control_port":4,"hb_port":5`
	check := func(text, want string) {
		t.Helper()
		path := filepath.Join(t.TempDir(), "c.json")
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		_, err := ReadConnection(path)
		if want == "" && err != nil || want != "" && (err == nil || !strings.Contains(err.Error(), want)) {
			t.Errorf("ReadConnection(%s): %v, want %q", text, err, want)
		}
	}
	check(`{`+tcp+`}`, "")
	check(`{`+tcp+`,"key":"k","signature_scheme":"hmac-sha256","kernel_name":"goscore","extra":1}`, "")
	check(`{`+strings.Replace(tcp, `"tcp"`, `"ipc"`, 1)+`}`, "")
	check(`{`+tcp+`,"key":"k","signature_scheme":"hmac-md5"}`, "not supported")
	check(`{`+strings.Replace(tcp, `"hb_port":5`, `"hb_port":0`, 1)+`}`, "hb_port is 0")
	check(`{`+strings.Replace(tcp, `"hb_port":5`, `"hb_port":70000`, 1)+`}`, "hb_port is 70000")
	check(`{`+strings.Replace(tcp, `"hb_port":5`, `"hb_port":4`, 1)+`}`, "both 4")
	check(`{`+strings.Replace(tcp, `"tcp"`, `"udp"`, 1)+`}`, "neither tcp nor ipc")
	check(`{"transport":"ipc"}`, "needs a path")
	check(`{"shell_port":"1"}`, "parse connection file")
	check(`[]`, "parse connection file")
	if _, err := ReadConnection("/nonexistent"); err == nil {
		t.Error("a missing file is no error")
	}
}

func TestAddress(t *testing.T) {
	check := func(c Connection, wantNetwork, wantAddress string) {
		t.Helper()
		if network, address := c.address(7); network != wantNetwork || address != wantAddress {
			t.Errorf("address of %+v: %s %s", c, network, address)
		}
	}
	check(Connection{Transport: "ipc", IP: "/d/k"}, "unix", "/d/k-7")
	check(Connection{Transport: "tcp", IP: "127.0.0.1"}, "tcp", "127.0.0.1:7")
	check(Connection{IP: "::1"}, "tcp", "[::1]:7")
	check(Connection{IP: "*"}, "tcp", ":7")
}
