package compute

// Arrow returns the column's values, a slice, and its validity bitmap, nil
// when nothing is missing: what a program needs to bring a Column of any type
// back to Python.
func (c Column[T]) Arrow() (values any, valid []byte) { return c.values, c.valid }
