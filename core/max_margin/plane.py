"""A run seen in a plane: its own where the data has two dimensions, else the one in which w(t) moves the most.

In more dimensions the axes are the limit ŵ/‖ŵ‖ and, perpendicular to it, the direction in which the path strays most
from it. Distances along ŵ are true there; a point on the wrong side in the picture may be on the right one in space.
"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float

from core.data.separable_data import Points
from core.max_margin.norm_margin import NORMS, norm_margin, norm_of
from core.max_margin.study import OPTIMISERS, Study, street_of, study

TOUCHES = 1 + 1e-6  # of the margin, up to which a point holds up the street


@dataclass(frozen=True)
class Plane:
    """The data, the path of w and the predicted end, in two coordinates."""

    x: Float[np.ndarray, "n 2"]
    w: Float[np.ndarray, "frames 2"]
    limit: Float[np.ndarray, " 2"] | None  # unit normal of the separator that theory predicts
    street: Float[np.ndarray, " 2"] | None  # unit normal of the widest street in the optimiser's norm
    half_width: float  # of that street; 0 where there is none
    svm: Float[np.ndarray, " 2"] | None  # unit normal of the SVM's separator
    support: Bool[np.ndarray, " n"]  # the points that the street touches
    is_projection: bool


def plane_of(run: Study) -> Plane:
    """The plane of a run."""
    flat = run.points.x.shape[1] == 2
    axes = np.eye(2) if flat else _axes(run)
    limit = svm = street = None
    half_width, support = 0.0, np.zeros(len(run.z), bool)
    if run.goal is not None:
        half_width = run.goal.margin / float(np.linalg.norm(run.goal.w))
        support = run.z @ run.goal.w <= run.goal.margin * TOUCHES
        svm, street = axes @ run.street.margin.unit, axes @ run.target
    end = _end(run)
    if end is not None:
        limit = axes @ (end / np.linalg.norm(end))
    return Plane(run.points.x @ axes.T, run.w @ axes.T, limit, street, half_width, svm, support, not flat)


def angle(run: Study) -> Float[np.ndarray, " frames"]:
    """Between w and the predicted end, in degrees; nan where there is none."""
    end = _end(run)
    if end is None:
        return np.full(len(run.w), np.nan)
    with np.errstate(invalid="ignore", divide="ignore"):
        unit, end = run.w / np.linalg.norm(run.w, axis=1)[:, None], end / np.linalg.norm(end)
        return np.degrees(2 * np.arctan2(np.linalg.norm(unit - end, axis=1), np.linalg.norm(unit + end, axis=1)))


def _end(run: Study) -> np.ndarray | None:
    """Where theory says that w points in the end."""
    follows_the_tail = run.tail is not None and run.norm == "l2"
    end = run.tail if follows_the_tail else run.goal.w if run.goal is not None else run.rest
    return None if end is None or not np.linalg.norm(end) > 0 else end


def _axes(run: Study) -> np.ndarray:
    """Two orthonormal directions, as rows: the limit, and where the path strays from it."""
    units = run.w / np.linalg.norm(run.w, axis=1)[:, None]
    end = _end(run)
    first = units[-1] if end is None else end / np.linalg.norm(end)
    astray = units - np.outer(units @ first, first)
    second = np.linalg.svd(astray, full_matrices=False)[2][0]
    second = second - (second @ first) * first
    return np.stack([first, second / np.linalg.norm(second)])


@dataclass(frozen=True)
class Shares:
    """The margin that each optimiser's w has in each norm, as a share of the widest one there is."""

    optimisers: tuple[str, ...]
    norms: tuple[str, ...]
    share: Float[np.ndarray, "optimisers norms"]
    own: tuple[str, ...]  # the norm in which theory has each optimiser's share end at 1
    apart: float  # the largest angle between the directions of the widest streets in these norms, radians


def shares(points: Points, **settings: float | int | str) -> Shares:
    """Every optimiser run to its end on the same points; ``settings`` are those of ``study``."""
    if street_of(points.z).margin is None:
        raise ValueError("points must be separable by a plane through the origin, got points that are not")
    streets = [norm_margin(points.z, norm) for norm in NORMS]
    widest = np.array([street.margin for street in streets])
    ways = np.array([street.w / np.linalg.norm(street.w) for street in streets])
    apart = max(float(2 * np.arctan2(np.linalg.norm(a - b), np.linalg.norm(a + b))) for a in ways for b in ways)
    ends = [study(points, optimiser=name, **settings).w[-1] for name in OPTIMISERS]
    found = np.array([[(points.z @ w).min() / (norm_of(w, norm) or np.inf) for norm in NORMS] for w in ends])
    return Shares(tuple(OPTIMISERS), NORMS, found / widest, tuple(kind.norm for kind in OPTIMISERS.values()), apart)
