"""One problem under one penalty: the whole ridge path, the hard solution of the same radius, and an optimiser's walk.

``prepare`` does what no slider of the penalty changes; ``study`` what it does.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from jaxtyping import Float, Int

from core.bounds import Real, real, whole
from core.weight_decay.constraint import HardFit, inside
from core.weight_decay.dynamics import Dynamics, decay_dynamics, gradient_of, stability_limit
from core.weight_decay.plane import Plane, axes, plane_of, start_in
from core.weight_decay.problems import Problem
from core.weight_decay.ridge import RidgePath, Spectrum, left_out_of, path_of, spectrum

GRID = np.geomspace(1e-4, 1e3, 71)  # penalties that curves are drawn through: ten to a decade
LARGEST_PENALTY, MOST_STEP_SIZE, MOST_STEPS = 1e3, 10.0, 4000
STARTS = ("away", "zero")
FRAMES = 100


@dataclass(frozen=True)
class Prepared:
    """A problem, decomposed, with its curves over ``GRID``."""

    problem: Problem
    spectrum: Spectrum
    path: RidgePath
    validation_error: Float[np.ndarray, " penalties"]  # mean square on the rows that were not learned from
    left_out_error: Float[np.ndarray, " penalties"]  # leave-one-out, NaN where the fit interpolates
    generalised: Float[np.ndarray, " penalties"]  # GCV

    @property
    def free_norm(self) -> float:
        """‖X⁺y‖²: the largest radius squared that constrains anything."""
        return float(self.spectrum.norm_squared(0.0))

    @property
    def best_penalty(self) -> float:
        """Of ``GRID``, the one with the smallest validation error."""
        return float(self.path.penalty[int(np.argmin(self.validation_error))])


def prepare(problem: Problem) -> Prepared:
    """Decompose, and walk the penalty once through ``GRID``."""
    found = spectrum(problem.x, problem.y, problem.before)
    left_out = left_out_of(found, problem.y, GRID, intercept=True)
    path = path_of(found, GRID)
    return Prepared(problem, found, path, validation_error(problem, path), left_out.error, left_out.generalised)


def validation_error(problem: Problem, path: RidgePath) -> Float[np.ndarray, " penalties"]:
    if not len(problem.y_test):
        return np.full(len(path.penalty), np.nan)
    return ((path.coefficients @ problem.x_test.T - problem.y_test) ** 2).mean(axis=1)


@dataclass(frozen=True)
class Study:
    """What the page shows for one penalty and one optimiser."""

    prepared: Prepared
    penalty: float  # λ of (M)
    w: Float[np.ndarray, " d"]  # ŵ(λ)
    radius_squared: float  # θ = ‖ŵ(λ)‖²
    degrees_of_freedom: float
    validation_error: float
    hard: HardFit  # from θ alone
    run: Dynamics  # one step longer than shown, so that the last point has its two parts as well
    at: Int[np.ndarray, " frames"]  # the steps that are shown
    plane: Plane

    @property
    def steps(self) -> int:
        return len(self.run.pull) - 1

    @property
    def alpha(self) -> float:
        """The same penalty as scikit-learn's Ridge counts it: α = nλ."""
        return self.penalty * self.prepared.spectrum.samples

    @property
    def limit(self) -> float:
        """η must stay below this for gradient descent to settle."""
        return stability_limit(self.prepared.spectrum, self.penalty)

    @property
    def overshoots(self) -> bool:
        """Whether the shrink alone changes the sign of w with every step: ηλ > 1."""
        return self.run.optimiser != "adam_l2" and self.run.step_size * self.penalty > 1

    @property
    def flies_off(self) -> bool:
        if self.run.optimiser == "adamw":
            return self.run.step_size * self.penalty > 2
        return self.run.optimiser == "sgd" and self.run.step_size >= self.limit

    @cached_property
    def sizes(self) -> Float[np.ndarray, "frames 2"]:
        """‖pull‖ and ‖shrink‖ at each frame."""
        with np.errstate(over="ignore", invalid="ignore"):
            parts = [np.linalg.norm(part[self.at], axis=1) for part in (self.run.pull, self.run.shrink)]
        return np.stack(parts, axis=1)


def study(
    prepared: Prepared,
    *,
    penalty: Real,
    optimiser: str = "sgd",
    step_size: Real = 0.3,
    steps: int = 60,
    start: str = "away",
    directions: tuple[int, int] | None = None,
    seed: int = 0,
) -> Study:
    """Everything for one penalty. ``directions`` None: the model has two coordinates and the picture shows those;
    otherwise the picture is the cut along two principal directions, counted from 1 (rank + 1: where the data says
    nothing). ``start``: one of ``STARTS``, drawn N(0, I) where the data does not reach every direction."""
    lam, eta = real("penalty", penalty, 0, LARGEST_PENALTY), real("step_size", step_size, 1e-6, MOST_STEP_SIZE)
    steps = whole("steps", steps, 1, MOST_STEPS)
    if start not in STARTS:
        raise ValueError(f"start must be one of {', '.join(STARTS)}; got {start!r}")
    found = prepared.spectrum
    frame = axes(found, directions, seed)
    origin = start_in(found, frame, start, seed)
    run = decay_dynamics(optimiser, gradient_of(found), origin, step_size=eta, penalty=lam, steps=steps + 1)
    at = np.unique(np.round(np.linspace(0, steps, min(steps, FRAMES) + 1)).astype(np.int64))
    w = found.coefficients(lam)
    radius_squared = float(w @ w)
    plane = plane_of(found, frame, w, run, at, is_cut=directions is not None)
    off = prepared.problem.x_test @ w - prepared.problem.y_test
    return Study(
        prepared=prepared,
        penalty=lam,
        w=w,
        radius_squared=radius_squared,
        degrees_of_freedom=float(found.kept(lam).sum()),
        validation_error=float((off**2).mean()) if len(off) else float("nan"),
        hard=inside(found, radius_squared),
        run=run,
        at=at[: len(plane.path)],
        plane=plane,
    )
