"""The plane of all starts: K, the solutions, which starts are certified, and where ∇F vanishes."""

from dataclasses import dataclass

import contourpy
import numpy as np
from jaxtyping import Bool, Float

from core.bounds import Real
from core.polyak_lojasiewicz.certificate import margin
from core.polyak_lojasiewicz.systems import System, system

WINDOW = (4.4, 3.2)  # half the width and height of what is shown: a laptop's picture has about that shape
FINE, COARSE = 100, 56  # points along an axis
DISTINCT = 0.05  # saddles nearer to one another are one
NEWTON, FAR = 12, 1e3  # steps, and a coordinate that none is followed beyond
MOST_HOLLOWS = 200


@dataclass(frozen=True, eq=False)
class Plane:
    """A map of K over the window, with what is drawn on it."""

    log_kernel: Float[np.ndarray, "rows columns"]  # log₁₀ K; −inf where K = 0, nan where F has no value
    certified: Bool[np.ndarray, "rows columns"]  # h ≤ 1
    valley: tuple[np.ndarray, ...]  # pieces of F = c, each (points, 2)
    border: tuple[np.ndarray, ...]  # pieces of h = 1
    saddles: Float[np.ndarray, "saddles 2"]  # where ∇F = 0


def plane_at(equation: str, target: Real, proof: str = "uniform", formula: str = "") -> Plane:
    """The map of the equation of that name."""
    return plane_of(system(equation, target, formula), proof)


def plane_of(solved: System, proof: str = "uniform") -> Plane:
    """The map; a person's own formula, of which H has to be certified at every point, has a coarser one."""
    points = FINE if solved.expression is None else COARSE
    axes = tuple(np.linspace(-half, half, points) for half in WINDOW)
    w = np.stack(np.meshgrid(*axes), axis=-1)
    with np.errstate(all="ignore"):
        kernel, residual = solved.kernel(w), solved.residual(w)
        log_kernel = np.log10(np.where(np.isfinite(kernel), kernel, np.nan))
    h = margin(solved, w, proof)[0]
    return Plane(
        log_kernel=log_kernel,
        certified=h <= 1,
        valley=_level(axes, residual),
        border=_level(axes, np.clip(np.log(np.maximum(h, 1e-12)), -9.0, 9.0)),
        saddles=_saddles(solved, axes, kernel),
    )


def _level(axes: tuple[np.ndarray, np.ndarray], value: np.ndarray) -> tuple[np.ndarray, ...]:
    """Where the values are 0."""
    known = np.ma.masked_invalid(value)
    return tuple(line for line in contourpy.contour_generator(*axes, known).lines(0.0) if len(line) > 1)


def _saddles(system: System, axes: tuple[np.ndarray, np.ndarray], kernel: np.ndarray) -> Float[np.ndarray, "saddles 2"]:
    """Newton's method for ∇F = 0 from the grid's hollows of K."""
    inner = np.where(np.isfinite(kernel), kernel, np.inf)
    around = [np.roll(inner, (i, j), (0, 1)) for i in (-1, 0, 1) for j in (-1, 0, 1) if i or j]
    hollow = (inner <= np.min(around, axis=0)) & np.isfinite(inner)
    rows, columns = np.nonzero(hollow)
    w = np.stack([axes[0][columns], axes[1][rows]], axis=-1)[:MOST_HOLLOWS]
    with np.errstate(all="ignore"):
        for _ in range(NEWTON):
            curvature = np.nan_to_num(system.curvature(w), posinf=0.0, neginf=0.0)
            w = w - np.einsum("nij,nj->ni", np.linalg.pinv(curvature, rcond=1e-9), np.nan_to_num(system.slope(w)))
            w = np.clip(w, -FAR, FAR)
        at_rest = (system.kernel(w) < 1e-16) & (np.abs(w) < WINDOW).all(axis=1) & system.curvature(w).any(axis=(1, 2))
    found: list[np.ndarray] = []
    for here in w[at_rest]:
        if all(np.hypot(*(here - other)) > DISTINCT for other in found):
            found.append(here)
    return np.array(found).reshape(-1, 2)
