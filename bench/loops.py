"""The loop that most workloads share: a score with memory, in Python and in Go."""

from __future__ import annotations

from typing import Any

import numpy as np

SCAN = """
//goscore:scan init=0
func Step(prev, v float64) float64 {
	if v > prev {
		return prev*0.9 + v
	}
	return prev * 0.5
}
"""

VECTOR = """
func Loop(v []float64) []float64 {
	scores := make([]float64, len(v))
	prev := 0.0
	for i, x := range v {
		if x > prev {
			prev = prev*0.9 + x
		} else {
			prev *= 0.5
		}
		scores[i] = prev
	}
	return scores
}
"""

SCALAR = """
func Squash(v float64) float64 {
	if v > 0 {
		return v / (1 + v)
	}
	return v / (1 - v)
}
"""


def score_list(values: list[float]) -> list[float]:
    """Score a list, as plain Python does."""
    prev, scores = 0.0, []
    for x in values:
        prev = prev * 0.9 + x if x > prev else prev * 0.5
        scores.append(prev)
    return scores


def score_array(values: Any) -> Any:
    """Score an array; numba compiles it."""
    scores = np.empty(len(values))
    prev = 0.0
    for i in range(len(values)):
        x = values[i]
        if x > prev:
            prev = prev * 0.9 + x
        else:
            prev *= 0.5
        scores[i] = prev
    return scores
