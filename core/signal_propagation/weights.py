"""The weights of a network in a format: drawn numbers times a factor, rounded once, millions of them.

In single precision, from 1.5 · 2²³ steps of a format on, numbers have no finer steps: adding so much rounds, and taking
it away leaves the rounded number. A step is 2^(1 − digits) of the power of two below it, or of the smallest normal
number. That product has been rounded twice before, and may be taken for the middle between two neighbours, or for the
wrong side of it: where it comes so near, and where it is too large, it is taken and rounded in double precision.

New memory costs more than all of this: what is needed for every layer is asked for once.
"""

import math
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
from jaxtyping import Float32

from core.signal_propagation.formats import format_named, rounded

POWER, HALF_MORE = np.int32(0x7F800000), 1 << 22  # bits of single precision: a power of two, and half of it more
DIGITS, MOST = 24, 126  # of single precision: binary digits, and the power up to which the sum is one of its numbers
NEAR = 2  # of the last bit: rounding the factor and the product miss by 1.5 together


class Scaler:
    """``rounded(x * factor)`` for matrices x of one shape, in single precision, which has all numbers of the format."""

    def __init__(self, format: str, shape: tuple[int, int], *, flushed: bool = False) -> None:
        kind = format_named(format)
        self._format, self._flushed, self._normal = format, flushed, kind.normal
        self._more = DIGITS - kind.digits  # digits that single precision has and the format has not
        self._too_large = _bits(min(kind.largest / 2, 2.0 ** (MOST - self._more)))
        self._lowest = np.full(shape[1:], _bits(kind.normal))  # a row: thrice as fast as one number
        self._power, self._is_near = np.empty(shape, np.int32), np.empty(shape, bool)

    def __call__(self, x: Float32[np.ndarray, "rows n"], factor: float, out: Float32[np.ndarray, "rows n"]) -> None:
        """Into ``out``, which is another matrix and contiguous."""
        if self._more <= 0 and not self._flushed:
            np.multiply(x, np.float64(factor), out=out, casting="same_kind")
            return
        np.multiply(x, np.float32(factor), out=out)
        bits, power = out.view(np.int32), self._power
        np.bitwise_and(bits, POWER, out=power)
        if self._more <= 0 or power.max(initial=0) >= self._too_large:
            out[...] = self._in_double(x, factor)
            return
        near = self._near_the_middle(bits)
        np.bitwise_and(bits, POWER, out=power)
        np.maximum(power, self._lowest, out=power)
        power += (self._more << 23) + HALF_MORE
        steps = power.view(np.float32)
        out += steps
        out -= steps
        if self._flushed:
            out[np.abs(out) < self._normal] = 0.0
        out.reshape(-1)[near] = self._in_double(x.reshape(-1)[near], factor)

    def _near_the_middle(self, bits: np.ndarray) -> np.ndarray:
        """Of two neighbours, or near one of them where they are twice as far apart, as subnormal numbers are."""
        rest = np.add(bits, NEAR, out=self._power)
        rest &= (1 << self._more - 1) - 1
        return np.flatnonzero(np.less_equal(rest, 2 * NEAR, out=self._is_near))

    def _in_double(self, x: np.ndarray, factor: float) -> np.ndarray:
        return rounded(x * np.float64(factor), self._format, flushed=self._flushed)


def _bits(x: float) -> np.int32:
    return np.float32(x).view(np.int32)


class Room:
    """Where the weights of one network lie, and after them those of the next: whoever comes meanwhile waits."""

    def __init__(self) -> None:
        self._one_at_a_time, self._numbers = threading.Lock(), np.empty(0, np.float32)

    @contextmanager
    def lent(self, shape: tuple[int, int, int]) -> Iterator[Float32[np.ndarray, "layers n n"]]:
        size = math.prod(shape)
        with self._one_at_a_time:
            if self._numbers.size < size:
                self._numbers = np.empty(size, np.float32)
            yield self._numbers[:size].reshape(shape)


ROOM = Room()
