# cython: language_level=3, boundscheck=False, wraparound=False
"""The score loop in Cython."""

import numpy as np


def score_series(const double[::1] values):
    """Score an array."""
    scores = np.empty(len(values))
    cdef double[::1] out = scores
    cdef double prev = 0.0, x
    cdef Py_ssize_t i
    for i in range(values.shape[0]):
        x = values[i]
        if x > prev:
            prev = prev * 0.9 + x
        else:
            prev = prev * 0.5
        out[i] = prev
    return scores
