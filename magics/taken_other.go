//go:build !linux

package magics

import "os"

func holdsBytes(*os.File) bool { return false }
