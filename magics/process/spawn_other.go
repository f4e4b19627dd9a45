//go:build !linux

package process

import (
	"os/exec"
	"syscall"

	"goscore/magics/compile"
)

func processAttributes() *syscall.SysProcAttr { return compile.OwnGroup() }

func spawn(cmd *exec.Cmd) error { return cmd.Start() }
