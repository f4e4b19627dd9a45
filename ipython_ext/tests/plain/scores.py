"""A script that calls Go; it needs neither IPython nor pandas."""

import sys

import numpy as np
import pyarrow as pa

import goscore

cell = goscore.compile("""
// Grow climbs with the values, and halves where they fall behind.
//
//goscore:scan init=0
func Grow(prev, v float64) float64 {
	if v > prev {
		return prev*0.9 + v
	}
	return prev * 0.5
}

type Trip struct {
	Zone string
	Fare float64
}

func Tip(t Trip) float64 { return t.Fare * float64(len(t.Zone)) / 10 }

func Mean(v []float64) float64 {
	sum := 0.0
	for _, x := range v {
		sum += x
	}
	return sum / float64(len(v))
}
""")

if __name__ == "__main__":
    v = np.array([3.0, -1.0, 4.0])
    print(cell.Grow(v).tolist(), goscore.score_series(v).tolist())
    trips = pa.table({"Zone": ["a", "bc", "a"], "Fare": [10.0, 20.0, 30.0]})
    print(cell.Tip(trips).to_pylist())
    print(cell.Mean(trips["Fare"], by=trips["Zone"]).to_pydict())
    print(cell.Mean([1.0, 2.0, 6.0], by=["x", 1, "x"]))
    print([name for name in ("IPython", "pandas", "polars") if sys.modules.get(name)])
