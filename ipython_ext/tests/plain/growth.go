// Package growth is a file of Go like any other.
package growth

import "fmt"

// Grow climbs with the values, and halves where they fall behind.
//
//goscore:scan init=0
func Grow(prev, v float64) float64 {
	if v > prev {
		return prev*0.9 + v
	}
	return prev * 0.5
}

// Rate looks a zone up.
//
//goscore:default scale=2
func Rate(zone string, rates map[string]float64, scale float64) float64 {
	return rates[zone] * scale
}

func main() {
	fmt.Println("func main", Grow(0, 1))
}
