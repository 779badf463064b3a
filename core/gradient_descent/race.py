"""Several methods set loose from one start, each with the settings it declares: the same for all, or its own best.

A race says for each of its runs which step size and momentum it had and which rule they come from: comparing optimisers
at a step size that suits one of them proves nothing about the others (Choi et al. 2019, arXiv:1910.05446).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from jaxtyping import Float

from core.bounds import whole
from core.check import Check
from core.gradient_descent.checks import checks
from core.gradient_descent.convergence import (
    LINEAR,
    convergence_rate,
    spectral_radius,
    stability_limit,
    stability_map,
    tuning,
)
from core.gradient_descent.descent import Descent, descend
from core.gradient_descent.optimizers import METHODS
from core.gradient_descent.rolling_ball import Roll, roll
from core.surfaces.surface import Surface

BALL = "physical_ball"
SECONDS = 12.0  # that the physical ball rolls
Policy = Literal["same", "own"]


@dataclass(frozen=True)
class Entry:
    """One run of a race with what it declares."""

    method: str
    step_size: float  # nan for the physical ball, which has none
    momentum: float
    rule: str  # where the settings come from: "same_for_all" or an id of convergence.RULES
    run: Descent | Roll

    @property
    def diverged_at(self) -> int:
        """The frame at which it was lost, -1 where it never was."""
        if isinstance(self.run, Descent):
            return int(self.run.diverged_at)
        lost = np.flatnonzero(~np.isfinite(self.run.value))
        return int(lost[0]) if len(lost) else -1


@dataclass(frozen=True)
class Rate:
    """How the distance to a minimum is predicted to shrink: as ρᵏ, or as kρᵏ where two roots coincide."""

    factor: float  # ρ, per step
    is_double: bool

    def distance(self, step):
        """The predicted distance after ``step`` steps, up to a constant."""
        return self.factor**step * (np.maximum(step, 1) if self.is_double else 1)


@dataclass(frozen=True)
class Race:
    """The runs from one start, in the order of ``METHODS``, and the checks of what the theory says about them."""

    surface: Surface
    entries: tuple[Entry, ...]
    checks: tuple[Check, ...]

    @property
    def runs(self) -> dict[str, Descent | Roll]:
        return {entry.method: entry.run for entry in self.entries}

    @property
    def ball(self) -> Roll | None:
        return self.runs.get(BALL)

    @property
    def rates(self) -> dict[str, Rate]:
        """The predicted approach to the known minimizer nearest a run's end, where there is a theory of it."""
        applicable = {check.id for check in self.checks if check.broken_assumption is None}
        rates = {}
        for entry in self.entries:
            if f"rate_{entry.method}" not in applicable or entry.method == "newton":
                continue
            eigenvalues = self._curvatures(entry.run)
            setting = {"step_size": entry.step_size, "momentum": entry.momentum}
            factor = convergence_rate(eigenvalues, entry.method, **setting)
            rates[entry.method] = Rate(factor, has_double_root(eigenvalues, entry.method, **setting))
        return rates

    def limit(self, entry: Entry) -> tuple[float, float] | None:
        """The curvature L at the minimum nearest the start and the largest stable step size there, where both exist."""
        if entry.method not in LINEAR or entry.method == "newton" or not len(self.surface.minimizers):
            return None
        start = entry.run.path[0]
        nearest = np.linalg.norm(self.surface.minimizers - start, axis=1).argmin()
        curvature = float(np.linalg.eigvalsh(np.nan_to_num(self.surface.hessian(self.surface.minimizers[nearest])))[-1])
        if curvature <= 0:
            return None
        return curvature, stability_limit(curvature, entry.method, momentum=entry.momentum)

    def _curvatures(self, run: Descent) -> np.ndarray:
        end = run.path[np.isfinite(run.value)][-1]
        nearest = np.linalg.norm(self.surface.minimizers - end, axis=1).argmin()
        return np.linalg.eigvalsh(np.nan_to_num(self.surface.hessian(self.surface.minimizers[nearest])))


def race(
    surface: Surface,
    start: tuple[float, ...],
    methods: Sequence[str],
    *,
    policy: Policy = "same",
    step_size: float = 0.01,
    momentum: float = 0.9,
    friction: float = 0.0,
    steps: int = 200,
    seed: int = 0,
) -> Race:
    """Run the methods (ids of ``METHODS``) for ``steps`` steps; the physical ball rolls for ``SECONDS`` instead.

    ``policy`` "same": step size and momentum as given, for all. "own": each at its declared best (``tuning``).
    """
    if policy not in ("same", "own"):
        raise ValueError(f"policy must be 'same' or 'own'; got {policy!r}")
    where = np.array(start, float)
    entries = []
    for method in (m for m in METHODS if m in methods):
        if method == BALL:
            rolled = roll(surface, where, friction=friction, duration=SECONDS, frames=steps + 1)
            entries.append(Entry(BALL, np.nan, np.nan, "newton_mechanics", rolled))
            continue
        eta, beta, rule = _settings(surface, where, method, policy, step_size, momentum)
        run = descend(surface, where, method, step_size=eta, momentum=beta, steps=steps, seed=seed)
        entries.append(Entry(method, eta, beta, rule, run))
    descents = {entry.method: entry.run for entry in entries if entry.method != BALL}
    ball = next((entry.run for entry in entries if entry.method == BALL), None)
    return Race(surface, tuple(entries), checks(surface, descents, ball))


def _settings(
    surface: Surface, start: np.ndarray, method: str, policy: Policy, step_size: float, momentum: float
) -> tuple[float, float, str]:
    if policy == "same":
        return step_size, momentum if METHODS[method].uses_momentum else 0.0, "same_for_all"
    best = tuning(surface, method, start=start)
    return best.step_size, best.momentum, best.rule


@dataclass(frozen=True, eq=False)
class Stability:
    """How a method's factor per step depends on step size and momentum, at the lowest minimum of a surface."""

    method: str
    eigenvalues: Float[np.ndarray, " d"]  # of the Hessian there
    step_sizes: Float[np.ndarray, " a"]
    momenta: Float[np.ndarray, " b"]
    radii: Float[np.ndarray, "b a"]

    def at(self, step_size: float, momentum: float) -> float:
        """The factor per step at one setting."""
        return convergence_rate(self.eigenvalues, self.method, step_size=step_size, momentum=momentum)


def stability(surface: Surface, method: str, *, resolution: int = 160) -> Stability:
    """The stability map of a method with a linear rate, over three decades of step sizes around the limit 2/L."""
    if not len(surface.minimizers):
        raise ValueError(f"the surface must have a minimum inside its domain; {surface.name} has none")
    eigenvalues = np.linalg.eigvalsh(np.nan_to_num(surface.hessian(surface.minimizers[0])))
    centre = 2 / max(float(np.abs(eigenvalues).max()), 1e-12)
    resolution = whole("resolution", resolution, 2, 1000)
    step_sizes, momenta = centre * np.geomspace(1e-2, 10, resolution), np.linspace(0, 0.99, resolution)
    return Stability(method, eigenvalues, step_sizes, momenta, stability_map(eigenvalues, method, step_sizes, momenta))


def has_double_root(eigenvalues: Float[np.ndarray, " d"], method: str, *, step_size: float, momentum: float) -> bool:
    """Whether the slowest mode of a method with momentum has two equal roots: its distance then decays as kρᵏ."""
    if method not in ("heavy_ball", "nesterov") or momentum == 0:
        return False
    radii = spectral_radius(eigenvalues, method, step_size, momentum)
    shrink = 1 - step_size * eigenvalues[radii >= radii.max() - 1e-6]
    heavy = method == "heavy_ball"
    trace, product = (shrink + momentum, momentum) if heavy else (shrink * (1 + momentum), shrink * momentum)
    return bool((np.abs(trace**2 - 4 * product) < 1e-6).any())
