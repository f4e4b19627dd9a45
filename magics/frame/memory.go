package frame

import (
	"fmt"
	"os"
)

// unlinkedFile is a temporary file without a name, which the system removes
// however the process ends.
func unlinkedFile(name string) (*os.File, error) {
	file, err := os.CreateTemp("", name+"-*")
	if err != nil {
		return nil, fmt.Errorf("temporary file: %w", err)
	}
	if err := os.Remove(file.Name()); err != nil {
		file.Close()
		return nil, fmt.Errorf("unlink temporary file: %w", err)
	}
	return file, nil
}
