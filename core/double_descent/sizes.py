"""The sizes at which a sweep is measured: evenly on a log axis, and the threshold itself."""

import numpy as np
from jaxtyping import Bool, Int

from core.bounds import whole


def sizes_across(threshold: int, largest: int, count: int = 60) -> Int[np.ndarray, " sizes"]:
    """At most ``count`` sizes from threshold/20 to ``largest``, evenly on a log axis, the threshold among them."""
    whole("count", count, 2, 1000)
    whole("threshold", threshold, 2, 10**6)
    whole("largest", largest, threshold, 10**6)
    spaced = np.round(np.geomspace(max(2, threshold // 20), largest, count)).astype(np.int64)
    spaced[np.abs(spaced - threshold).argmin()] = threshold
    return np.unique(spaced)


def beside(sizes: Int[np.ndarray, " sizes"], threshold: int) -> Bool[np.ndarray, " sizes"]:
    """Which sizes are within 10 % or 8 of the threshold: there the risk has too heavy tails for a standard error."""
    threshold = whole("threshold", threshold, 1, 10**6)
    return np.abs(sizes - threshold) <= max(8, 0.1 * threshold)
