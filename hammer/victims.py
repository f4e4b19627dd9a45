"""Columns whose memory another thread writes to while they are read."""

from __future__ import annotations

import ctypes
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

import goscore

ROWS = 40_000
LETTERS = 6  # of each text; their places are what is changed


@dataclass
class Victim:
    """A column and what is written to its memory.

    Attributes
    ----------
    column : object
    memory : numpy.ndarray
        A part of it, for instance the offsets.
    nonsense : callable
        Gives what is written there, between two times of what was there.
    """

    column: Any
    memory: np.ndarray
    nonsense: Callable[[np.random.Generator], np.ndarray]

    @contextmanager
    def changing(self, random: np.random.Generator) -> Iterator[None]:
        """Change it, all the time."""
        right, wrong, stop = self.memory.copy(), self.nonsense(random), threading.Event()

        def write() -> None:
            while not stop.is_set():
                cut = random.integers(len(right))
                self.memory[cut:] = wrong[cut:]
                self.memory[:] = right

        thread = threading.Thread(target=write)
        thread.start()
        try:
            yield
        finally:
            stop.set()
            thread.join()
            self.memory[:] = right


def shared(make: Callable[[], Victim]) -> Victim:
    """Put a victim into a segment; what is changed is its memory there."""
    apart = make()
    column = goscore.share(pa.table({"c": pa.array(apart.column)}))["c"].chunk(0)
    place = column.buffers()[1]
    there = (ctypes.c_uint8 * place.size).from_address(place.address)
    memory = np.frombuffer(there, apart.memory.dtype)[: len(apart.memory)]
    return Victim(column, memory, apart.nonsense)


def numbers() -> Victim:
    column = np.ones(ROWS)
    return Victim(column, column, lambda random: np.full(ROWS, 2.0))


def series() -> Victim:
    column = pd.Series(np.ones(ROWS), copy=False)
    array: Any = column.array
    memory = array._ndarray
    memory.flags.writeable = True
    return Victim(column, memory, lambda random: np.full(ROWS, 2.0))


def flags() -> Victim:
    column = np.ones(ROWS, bool)
    return Victim(
        column,
        column.view(np.uint8),
        lambda random: random.integers(256, size=ROWS, dtype=np.uint8),
    )


def texts(kind: Any = None, width: Any = np.int32) -> Victim:
    offsets = np.arange(ROWS + 1, dtype=width) * LETTERS
    data = pa.py_buffer(b"abcdef" * ROWS)
    column = pa.Array.from_buffers(kind or pa.string(), ROWS, [None, pa.py_buffer(offsets), data])
    most = np.iinfo(width)
    return Victim(
        column, offsets, lambda random: random.integers(most.min, most.max, ROWS + 1, width)
    )


def views() -> Victim:
    places = np.zeros((ROWS, 4), np.int32)
    places[:, 0], places[:, 3] = 4 * LETTERS, np.arange(ROWS) * LETTERS
    data = pa.py_buffer(b"abcdef" * (ROWS + 4))
    column = pa.Array.from_buffers(pa.string_view(), ROWS, [None, pa.py_buffer(places), data])
    flat = places.reshape(-1)
    return Victim(
        column, flat, lambda random: random.integers(-(1 << 31), 1 << 31, len(flat), np.int32)
    )


def holes() -> Victim:
    bits = np.full(ROWS // 8, 0x55, np.uint8)
    column = pa.Array.from_buffers(
        pa.float64(), ROWS, [pa.py_buffer(bits), pa.py_buffer(np.ones(ROWS))]
    )
    return Victim(column, bits, lambda random: random.integers(256, size=len(bits), dtype=np.uint8))


def lists() -> Victim:
    offsets = np.arange(ROWS + 1, dtype=np.int32) * 2
    values = pa.array(np.arange(2 * ROWS))
    column = pa.Array.from_buffers(
        pa.list_(pa.int64()), ROWS, [None, pa.py_buffer(offsets)], children=[values]
    )
    return Victim(
        column, offsets, lambda random: random.integers(-(1 << 31), 1 << 31, ROWS + 1, np.int32)
    )


def categories() -> Victim:
    codes = np.zeros(ROWS, np.int32)
    column = pa.DictionaryArray.from_arrays(
        pa.Array.from_buffers(pa.int32(), ROWS, [None, pa.py_buffer(codes)]),
        ["abcdef", "abcdefghijkl"],
    )
    return Victim(
        column, codes, lambda random: random.integers(-(1 << 31), 1 << 31, ROWS, np.int32)
    )
