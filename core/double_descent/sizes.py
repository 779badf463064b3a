"""The sizes at which a sweep is measured: evenly on a log axis, and the threshold itself."""

import numpy as np
from jaxtyping import Int

from core.bounds import whole


def sizes_across(threshold: int, largest: int, count: int = 60) -> Int[np.ndarray, " sizes"]:
    """At most ``count`` sizes from threshold/20 to ``largest``, evenly on a log axis, the threshold among them."""
    whole("count", count, 2, 1000)
    whole("threshold", threshold, 2, 10**6)
    whole("largest", largest, threshold, 10**6)
    spaced = np.round(np.geomspace(max(2, threshold // 20), largest, count)).astype(np.int64)
    spaced[np.abs(spaced - threshold).argmin()] = threshold
    return np.unique(spaced)
