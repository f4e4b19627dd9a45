//go:build !linux

package program

// pending is for lanes, which only Linux has.
func pending(...int32) bool { return true }
