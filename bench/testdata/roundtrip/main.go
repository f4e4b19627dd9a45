//go:build unix

// Roundtrip sends back what comes on a descriptor: the least that a call of another process can cost.
package main

import (
	"os"
	"strconv"
	"syscall"
)

func main() {
	fd, err := strconv.Atoi(os.Args[1])
	if err != nil {
		panic(err)
	}
	buffer := make([]byte, 1<<16)
	for {
		n, err := syscall.Read(fd, buffer)
		if err != nil || n == 0 {
			return
		}
		if _, err := syscall.Write(fd, buffer[:n]); err != nil {
			return
		}
	}
}
