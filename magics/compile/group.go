package compile

import (
	"sync"
	"syscall"
)

// OwnGroup are the attributes of a process that gets a process group of its own.
// A sandbox that allows no groups gives it none.
func OwnGroup() *syscall.SysProcAttr { return &syscall.SysProcAttr{Setpgid: hasGroups()} }

// hasGroups tells whether the system lets a process change its group: then a group
// that cannot exist is refused as such.
var hasGroups = sync.OnceValue(func() bool { return syscall.Setpgid(0, -1) == syscall.EINVAL })

// KillGroup ends a process and all of its group, if it has one of its own.
func KillGroup(pid int) error {
	if err := syscall.Kill(-pid, syscall.SIGKILL); err != syscall.ESRCH {
		return err
	}
	return syscall.Kill(pid, syscall.SIGKILL)
}
