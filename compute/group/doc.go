// Package group says which rows have the same keys, and brings rows into the
// order of their groups and back.
package group
