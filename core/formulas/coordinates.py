"""Points as the formulas of ``core`` want them: float64, for whole numbers of 64 bits overflow without a word."""

import numpy as np
from jaxtyping import Float


def coordinates(x, d: int) -> Float[np.ndarray, "*batch d"]:
    """Numbers of any kind as float64 points (..., d), or ``ValueError`` where they are no such points."""
    array = np.asarray(x)
    if array.dtype.kind not in "fiub" and array.size:
        raise ValueError(f"points must be real numbers; got an array of {array.dtype}")
    if array.ndim == 0 or array.shape[-1] != d:
        raise ValueError(f"points must have {d} coordinates in their last axis; got shape {array.shape}")
    return array.astype(np.float64, copy=False)
