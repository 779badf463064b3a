"""An argument outside its range is answered with its name, the allowed range and the value that was given."""

import math
from collections.abc import Sequence

import numpy as np
from jaxtyping import Float, Int

Real = float | int | np.floating | np.integer
Numbers = Real | Sequence[Real] | np.ndarray
MOST_ELEMENTS = 20_000_000  # of one array: 160 MB of numbers, where a server has a few hundred for everybody


def whole(name: str, value: int | np.integer, low: int, high: int) -> int:
    """``value`` as an int, or ``ValueError`` if it is not a whole number in [low, high]."""
    if isinstance(value, (bool, np.bool_)) or not isinstance(value, (int, np.integer)) or not low <= value <= high:
        raise ValueError(f"{name} must be a whole number from {low} to {high}, got {value!r}")
    return int(value)


def real(name: str, value: Real, low: Real, high: Real) -> float:
    """``value`` as a float, or ``ValueError`` if it is not a finite number in [low, high]."""
    number = float(value)
    if not math.isfinite(number) or not low <= number <= high:
        raise ValueError(f"{name} must be a finite number from {low:g} to {high:g}, got {value!r}")
    return number


def increasing(
    name: str, values: Sequence[int] | Int[np.ndarray, " sizes"], low: int, high: int
) -> Int[np.ndarray, " sizes"]:
    """``values`` as an array, or ``ValueError`` if they are not whole, strictly increasing and all in [low, high]."""
    array = np.asarray(values)
    if array.ndim != 1 or array.size == 0 or array.dtype.kind not in "iu":
        raise ValueError(f"{name} must be a list of at least one whole number, got {values!r}")
    if array[0] < low or array[-1] > high or np.any(np.diff(array.astype(np.int64)) <= 0):
        raise ValueError(f"{name} must increase strictly and lie from {low} to {high}, got {values!r}")
    return array.astype(np.int64)


def floats(name: str, values: Numbers) -> Float[np.ndarray, "..."]:
    """``values`` as an array of floating-point numbers, whose products do not wrap around as those of whole numbers do;
    ``ValueError`` if one of them is not finite."""
    array = np.asarray(values, dtype=np.float64)
    if not np.isfinite(array).all():
        raise ValueError(f"{name} must be finite numbers, got {values!r}")
    return array


def affordable(name: str, *shape: int) -> tuple[int, ...]:
    """``shape`` itself, or ``ValueError`` if an array of that many elements is more than one answer may take up."""
    if math.prod(map(int, shape)) > MOST_ELEMENTS:
        told = " × ".join(f"{int(length):,}" for length in shape)
        raise ValueError(f"{name} must have at most {MOST_ELEMENTS:,} elements, got {told}")
    return shape
