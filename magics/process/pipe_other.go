//go:build !linux

package process

import "os"

func holdsBytes(*os.File) bool { return false }
