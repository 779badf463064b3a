"""What was seen after some numbers of steps, after all the numbers between.

On the way to each place at which it was seen: the cubic in log(1 + step) through that place and the three before it.
So what was drawn while the training went on stays as it was drawn.
"""

import numpy as np
from jaxtyping import Float, Int

THROUGH = 4


def between(
    seen: Int[np.ndarray, " looks"], values: Float[np.ndarray, "looks ..."], step: Int[np.ndarray, " frames"]
) -> Float[np.ndarray, "frames ..."]:
    """``values`` themselves after the numbers of steps in ``seen``, which begin and end with those of ``step``."""
    if len(seen) == len(step):
        return values
    if len(seen) < THROUGH:
        raise ValueError(f"there must be {THROUGH} looks where there are frames between them, got {len(seen)}")
    ends = np.searchsorted(seen, step)
    places = np.clip(ends, THROUGH - 1, None)[:, None] + np.arange(1 - THROUGH, 1)  # (frames, 4)
    weights = _cubic(np.log1p(seen)[places], np.log1p(step)[:, None])
    flat = values.reshape(len(seen), -1)
    with np.errstate(over="ignore", invalid="ignore"):
        found = np.einsum("fp,fpk->fk", weights, flat[places])
    found[np.searchsorted(step, seen)] = flat
    return found.reshape(len(step), *values.shape[1:])


def _cubic(nodes: Float[np.ndarray, "frames 4"], at: Float[np.ndarray, "frames 1"]) -> Float[np.ndarray, "frames 4"]:
    """Lagrange's weights of each node."""
    apart = nodes[:, :, None] - nodes[:, None]  # (frames, 4, 4)
    apart[:, range(THROUGH), range(THROUGH)] = 1.0
    away = np.repeat((at - nodes)[:, None], THROUGH, axis=1)
    away[:, range(THROUGH), range(THROUGH)] = 1.0
    return np.prod(away / apart, axis=2)
