"""Number formats, and rounding to them as hardware does: products are summed wide and rounded once.

What is rounded to 16 or 32 bits here is held in double precision, so that every machine gives the same numbers: the
matrix products of half precision differ from one processor to the next in whether they keep subnormal numbers.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float


@dataclass(frozen=True)
class Format:
    """A binary floating-point format: which numbers it has."""

    name: str
    bits: int
    digits: int  # binary digits of a normal number, the leading one included
    lowest: int  # exponent of the smallest normal number
    largest: float

    @property
    def normal(self) -> float:
        return 2.0**self.lowest

    @property
    def smallest(self) -> float:
        """The smallest subnormal number."""
        return 2.0 ** (self.lowest - self.digits + 1)

    def floor(self, *, flushed: bool) -> float:
        """The smallest number that is kept: flushed, everything below the normal ones becomes 0."""
        return self.normal if flushed else self.smallest


FORMATS = {
    made.name: made
    for made in (
        Format("fp16", 16, 11, -14, 65504.0),
        Format("bf16", 16, 8, -126, (2 - 2.0**-7) * 2.0**127),
        Format("fp32", 32, 24, -126, (2 - 2.0**-23) * 2.0**127),
        Format("fp64", 64, 53, -1022, float(np.finfo(np.float64).max)),
    )
}


def format_named(name: str) -> Format:
    """The format of that name. ``ValueError`` where there is none."""
    if name not in FORMATS:
        raise ValueError(f"format must be one of {', '.join(FORMATS)}, got {str(name)[:40]!r}")
    return FORMATS[name]


def rounded(x: Float[np.ndarray, "*shape"], format: str, *, flushed: bool = False) -> Float[np.ndarray, "*shape"]:
    """The nearest numbers of the format, ties to even; what is too large becomes infinite. ``flushed``: what is smaller
    than the normal numbers becomes 0."""
    with np.errstate(over="ignore", under="ignore", invalid="ignore"):
        return rounder(format, flushed=flushed)(np.asarray(x, dtype=np.float64))


def rounder(format: str, *, flushed: bool = False) -> Callable[[np.ndarray], np.ndarray]:
    """``rounded`` of arrays in double precision, without a look at them: for many short ones."""
    kind = format_named(format)
    nearest = _NEAREST[kind.name]
    if not flushed:
        return nearest

    def flush(x: np.ndarray) -> np.ndarray:
        found = nearest(x)
        return np.where(np.abs(found) < kind.normal, 0.0 * found, found)

    return flush


def _brain(x: np.ndarray) -> np.ndarray:
    """The upper half of single precision's bits, rounded to even."""
    single = x.astype(np.float32)
    bits = single.view(np.uint32)
    carried = (bits + np.uint32(0x7FFF) + ((bits >> np.uint32(16)) & np.uint32(1))) & np.uint32(0xFFFF0000)
    return np.where(np.isfinite(single), carried.view(np.float32), single).astype(np.float64)


_NEAREST = {
    "fp16": lambda x: x.astype(np.float16).astype(np.float64),
    "bf16": _brain,
    "fp32": lambda x: x.astype(np.float32).astype(np.float64),
    "fp64": lambda x: x,
}
