package compute

// Null is a result that may be missing: Value, where Valid is true. Its zero
// value is missing.
//
//goscore:cell
type Null[T any] struct {
	Value T
	Valid bool
}
