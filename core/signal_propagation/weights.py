"""The weights of a network in a format: drawn numbers times a factor, rounded once, millions of them.

In single precision, from 1.5 · 2²³ steps of a format on, numbers have no finer steps: adding so much rounds, and taking
it away leaves the rounded number. A step is 2^(1 − digits) of the power of two below it, or of the smallest normal
number. That product has been rounded twice before, and may be taken for the middle between two neighbours, or for the
wrong side of it: where it comes so near, and where it is too large, it is taken and rounded in double precision.

New memory costs more than all of this: what is needed again and again is asked for once.
"""

import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

import numpy as np
from jaxtyping import Float, Float32

from core.signal_propagation.formats import format_named, rounded

POWER, HALF_MORE = np.int32(0x7F800000), 1 << 22  # bits of single precision: a power of two, and half of it more
DIGITS, MOST = 24, 126  # of single precision: binary digits, and the power up to which the sum is one of its numbers
NEAR = 2  # of the last bit: rounding the factor and the product miss by 1.5 together


class Scaler:
    """``rounded(x * factor)`` for a few matrices x at a time, in single precision, which has all numbers of the format.

    ``shape`` is that of the largest of them together.
    """

    def __init__(self, format: str, shape: tuple[int, int, int], *, flushed: bool = False) -> None:
        kind = format_named(format)
        self._format, self._flushed, self._normal = format, flushed, kind.normal
        self._more = DIGITS - kind.digits  # digits that single precision has and the format has not
        self._too_large = _bits(min(kind.largest / 2, 2.0 ** (MOST - self._more)))
        self._lowest = np.full(shape[2:], _bits(kind.normal))  # a row: thrice as fast as one number
        self._power, self._is_near = np.empty(shape, np.int32), np.empty(shape, bool)

    def all(self, stacks: list, factors: Float[np.ndarray, " layers"], into: list) -> Iterator[np.ndarray]:
        """Stack by stack, each when it is asked for; the factors are those of all layers."""
        first = 0
        for stack, out in zip(stacks, into, strict=True):
            self(stack, factors[first : first + len(stack)], out)
            first += len(stack)
            yield out

    def __call__(
        self,
        x: Float32[np.ndarray, "layers rows n"],
        factors: Float[np.ndarray, " layers"],
        out: Float32[np.ndarray, "layers rows n"],
    ) -> None:
        """Into ``out``, which is contiguous as x is; each matrix has its factor."""
        if self._more <= 0 and not self._flushed:
            np.multiply(x, factors[:, None, None], out=out, casting="same_kind")
            return
        np.multiply(x, factors.astype(np.float32)[:, None, None], out=out)
        bits, power = out.view(np.int32), self._power[: len(x)]
        np.bitwise_and(bits, POWER, out=power)
        if self._more <= 0 or power.max(initial=0) >= self._too_large:
            out[...] = self._rounded(x * factors[:, None, None])
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
        out.reshape(-1)[near] = self._rounded(x.reshape(-1)[near] * factors[near // out[0].size])

    def _near_the_middle(self, bits: np.ndarray) -> np.ndarray:
        """Of two neighbours, or near one of them where they are twice as far apart, as subnormal numbers are."""
        rest = np.add(bits, NEAR, out=self._power[: len(bits)])
        rest &= (1 << self._more - 1) - 1
        return np.flatnonzero(np.less_equal(rest, 2 * NEAR, out=self._is_near[: len(bits)]))

    def _rounded(self, x: np.ndarray) -> np.ndarray:
        return rounded(x, self._format, flushed=self._flushed)


def _bits(x: float) -> np.int32:
    return np.float32(x).view(np.int32)


def in_double(stacks: Iterable[Float32[np.ndarray, "_ n n"]]) -> Iterator[Float[np.ndarray, "n n"]]:
    """One matrix after the other; each is there until the next is asked for."""
    room = np.empty((0, 0, 0))
    for stack in stacks:
        if len(room) < len(stack):
            room = np.empty(stack.shape)
        np.copyto(room[: len(stack)], stack)
        yield from room[: len(stack)]


def turned(stacks: list[Float32[np.ndarray, "_ n n"]]) -> list[Float32[np.ndarray, "_ n n"]]:
    """The last layer first."""
    return [stack[::-1] for stack in stacks[::-1]]


class Room:
    """Where the weights of one network lie, and after them those of the next: whoever comes meanwhile waits."""

    def __init__(self) -> None:
        self._one_at_a_time, self._numbers = threading.Lock(), np.empty(0, np.float32)

    @contextmanager
    def lent(self, stacks: list[np.ndarray]) -> Iterator[list[Float32[np.ndarray, "_ n n"]]]:
        """Room for matrices like these."""
        ends = np.cumsum([stack.size for stack in stacks])
        with self._one_at_a_time:
            if self._numbers.size < ends[-1]:
                self._numbers = np.empty(ends[-1], np.float32)
            parts = np.split(self._numbers[: ends[-1]], ends[:-1])
            yield [part.reshape(stack.shape) for part, stack in zip(parts, stacks, strict=True)]


ROOM = Room()
