package frame

// Headroom is the memory that can still be had: what the machine has left, or
// the container if that is less. It is false where the system does not say.
func Headroom() (room int64, ok bool) { return headroom() }
