"""What the picture of the elastic ball shows: contours of the loss, the disc, and a walk, in two coordinates.

    loss on the plane   ½(u − c)ᵀH(u − c) + constant,   H = Aᵀ(XᵀX/n)A,   A the two axes as columns,   u = Aᵀw
    disc                |u| ≤ |û(λ)|: the ball ‖w‖² ≤ θ itself where the model has two coordinates, and its cut at the
                        height of ŵ(λ)'s other coordinates where it has more

At ŵ(λ) the loss's gradient is −λŵ. So in any such plane the contour through û(λ) and the disc have the same tangent.
Along principal directions the coordinates do not mix, and the contours stay where they are when λ moves.
"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int

from core.bounds import whole
from core.weight_decay.dynamics import Dynamics
from core.weight_decay.ridge import Spectrum

AWAY = 1.05  # the start's distance from 0, in units of the least-squares solution's
TURN = 0.42  # of a full turn between them, for seed 0
GOLDEN = (5**0.5 - 1) / 2
REACH = 50.0  # half windows: what is further out has flown off
REACHES = (0.22, 0.5, 0.9, 1.4, 2.0, 2.7)  # where the contours lie, in half windows
CORNERS = 72  # of a contour


@dataclass(frozen=True)
class Plane:
    """Two coordinates u = Aᵀw of a run, and of the geometry it ends in."""

    axes: Float[np.ndarray, "d 2"]  # A
    hessian: Float[np.ndarray, "2 2"]  # H
    centre: Float[np.ndarray, " 2"]  # least squares
    solution: Float[np.ndarray, " 2"]  # û(λ)
    is_cut: bool  # the disc is a cut through the ball
    path: Float[np.ndarray, "frames 2"]
    pull: Float[np.ndarray, "frames 2"]
    shrink: Float[np.ndarray, "frames 2"]
    half: float  # the window reaches from −half to half; it does not depend on λ
    flew_off: bool  # the path is cut short where it left the picture for good

    @property
    def radius(self) -> float:
        return float(np.linalg.norm(self.solution))


def axes(found: Spectrum, directions: tuple[int, int] | None, seed: int) -> Float[np.ndarray, "d 2"]:
    """The picture's axes: the two columns themselves, or two principal directions counted from 1."""
    d = found.right.shape[1]
    if directions is None:
        if d != 2:
            raise ValueError(f"without directions the problem must have 2 columns, got {d}")
        return np.eye(2)
    return np.stack([_direction(found, number, seed, place) for place, number in enumerate(directions)], axis=1)


def _direction(found: Spectrum, number: int, seed: int, place: int) -> Float[np.ndarray, " d"]:
    """vᵢ, signed so that least squares goes up along it; beyond the rank, where the start points off the data."""
    if number < 1:
        raise ValueError(f"directions are counted from 1, got {number}")
    if number <= found.rank:
        sign = 1.0 if found.target[number - 1] >= 0 else -1.0
        return sign * found.right[number - 1]
    d = found.right.shape[1]
    off = found.null_part(drawn(d, seed) if place else np.ones(d))
    size = np.linalg.norm(off)
    return off / size if size > 1e-9 else np.zeros(d)


def drawn(d: int, seed: int) -> Float[np.ndarray, " d"]:
    """A start as d2l draws it: N(0, I). Another stream than the data's, or the start would be a row of it."""
    return np.random.default_rng([seed, whole("d", d, 1, 100_000)]).standard_normal(d)


def start_in(found: Spectrum, frame: Float[np.ndarray, "d 2"], start: str, seed: int) -> Float[np.ndarray, " d"]:
    """0, or away from it: a third of a turn from least squares for seed 0; N(0, I) where there are idle directions."""
    d = frame.shape[0]
    if start == "zero":
        return np.zeros(d)
    if found.rank < d and d > 2:
        return drawn(d, seed)
    centre = frame.T @ found.coefficients(0.0)
    size = AWAY * (float(np.linalg.norm(centre)) or 1.0)
    turn = np.arctan2(centre[1], centre[0]) + 2 * np.pi * (TURN + GOLDEN * seed)
    return size * frame @ np.array([np.cos(turn), np.sin(turn)])


def plane_of(
    found: Spectrum,
    frame: Float[np.ndarray, "d 2"],
    w: Float[np.ndarray, " d"],
    run: Dynamics,
    at: Int[np.ndarray, " frames"],
    *,
    is_cut: bool,
) -> Plane:
    """Project. The path ends where it is out of sight."""
    across = found.right @ frame  # (r, 2)
    centre = frame.T @ found.coefficients(0.0)
    path = run.w[at] @ frame
    half = 1.06 * max(float(np.linalg.norm(centre)), float(np.abs(path[0]).max())) or 1.0
    inside = np.isfinite(path).all(axis=1) & (np.abs(np.nan_to_num(path, nan=np.inf)) < REACH * half).all(axis=1)
    seen = len(at) if inside.all() else max(1, int(np.argmin(inside)))
    shown = at[:seen]
    return Plane(
        axes=frame,
        hessian=(across.T * found.curvature) @ across,
        centre=centre,
        solution=frame.T @ w,
        is_cut=is_cut,
        path=path[:seen],
        pull=np.nan_to_num(run.pull[shown] @ frame),
        shrink=np.nan_to_num(run.shrink[shown] @ frame),
        half=half,
        flew_off=seen < len(at),
    )


def contours(seen: Plane) -> list[Float[np.ndarray, "corners 2"]]:
    """A few contours of the loss that stay where they are when λ moves, from the inside out."""
    stiff, weak = _curvatures(seen)
    typical = np.sqrt(stiff * max(weak, 0.01 * stiff))
    return [ellipse(seen, 0.5 * typical * (seen.half * reach) ** 2) for reach in REACHES]


def touching(seen: Plane) -> Float[np.ndarray, "corners 2"]:
    """The contour through û(λ)."""
    off = seen.solution - seen.centre
    return ellipse(seen, 0.5 * float(off @ seen.hessian @ off))


def ellipse(seen: Plane, level: float) -> Float[np.ndarray, "corners 2"]:
    """Where the loss is this much above least squares. Along a flat direction it runs far out of the picture."""
    values, vectors = np.linalg.eigh(seen.hessian)
    least = 2 * level / (20 * REACH * seen.half) ** 2
    reach = np.sqrt(2 * level / np.maximum(values, max(least, 1e-300)))
    reach = np.minimum(reach, 20 * seen.half)
    turn = np.linspace(0, 2 * np.pi, CORNERS + 1)
    return seen.centre + (reach[:, None] * np.stack([np.cos(turn), np.sin(turn)])).T @ vectors.T


def disc(seen: Plane) -> Float[np.ndarray, "corners 2"]:
    """The edge of the disc."""
    turn = np.linspace(0, 2 * np.pi, CORNERS + 1)
    return seen.radius * np.stack([np.cos(turn), np.sin(turn)], axis=1)


def _curvatures(seen: Plane) -> tuple[float, float]:
    values = np.linalg.eigvalsh(seen.hessian)
    return float(values[1]) or 1.0, float(max(values[0], 0.0))
