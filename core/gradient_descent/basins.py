"""Which minimum a start reaches depends on the method as much as on the landscape.

    Every point of a grid over the domain is a start. A start has arrived at a minimizer when it is within 10⁻³ of the
    domain's width of it and its last step was a tenth of that; it has diverged as in ``descent``.

All starts run at once; those that have arrived or diverged drop out of the batch, so late steps are cheap. Of those
that are still on their way, ``pits`` tells where they are bound for, where that is gradient descent.
"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int

from core.gradient_descent.optimizers import DIVERGED, Method, Setting, check_settings, iterative
from core.gradient_descent.pits import bound_for
from core.surfaces.surface import Number, Surface

NOWHERE, LOST = -1, -2  # labels: not yet at any known minimizer; diverged
MOST_RESOLUTION = 600
ARRIVED = 1e-3  # of the domain's width
_DROP_EVERY = 4  # steps between looks at who has diverged and who can leave the batch
_BLOCK = 16384  # starts that fit the processor's cache together


@dataclass(frozen=True, eq=False)
class Basins:
    """The minimizer that each start of a grid reaches. A one-dimensional surface has a single row, at y = 0."""

    x: Float[np.ndarray, " columns"]
    y: Float[np.ndarray, " rows"]
    label: Int[np.ndarray, "rows columns"]  # index into the surface's minimizers, NOWHERE or LOST
    steps_needed: Int[np.ndarray, "rows columns"]  # until it arrived; -1 where it did not
    bound_for: Int[np.ndarray, "rows columns"]  # the minimizer that one without a label cannot miss, or NOWHERE

    @property
    def limit(self) -> Int[np.ndarray, "rows columns"]:
        """Where each start arrives in the end, as far as that is known: the minimizer, NOWHERE or LOST."""
        return np.where(self.label == NOWHERE, self.bound_for, self.label)

    @property
    def shares(self) -> dict[int, float]:
        """The share of the starts with each label that occurs."""
        labels, counts = np.unique(self.label, return_counts=True)
        return {int(label): float(count / self.label.size) for label, count in zip(labels, counts, strict=True)}


def basins(
    surface: Surface,
    method: str,
    *,
    step_size: Number,
    momentum: Number = 0.9,
    resolution: int = 200,
    steps: int = 200,
    seed: int = 0,
) -> Basins:
    """Run the method from ``resolution`` starts along each axis of the domain, for at most ``steps`` steps."""
    rule = iterative(method)
    check_settings(step_size, momentum, steps)
    axes, starts = _grid(surface, resolution)
    label, steps_needed, bound = (np.full(starts.shape[1], value) for value in (NOWHERE, -1, NOWHERE))
    rng = np.random.default_rng(seed)
    with np.errstate(all="ignore"):
        for first in range(0, len(label), _BLOCK):
            block = slice(first, first + _BLOCK)
            run = _Run(surface, rule, starts[:, block].T, label[block], steps_needed[block])
            for k in range(1, steps + 1):
                run.step(Setting(step_size, momentum, k, steps, rng))
                if not len(run.x):
                    break
            run.drop(everyone=True)
            if method == "gradient_descent":  # the only one that never climbs
                going = label[first + run.index] == NOWHERE
                bound[first + run.index[going]] = bound_for(surface, run.x[going], step_size)
    return Basins(*axes, *(of.reshape(-1, resolution) for of in (label, steps_needed, bound)))


def _grid(surface: Surface, resolution: int) -> tuple[tuple[np.ndarray, np.ndarray], np.ndarray]:
    """The axes of the grid, of which a one-dimensional surface has one; and all its points, (d, N), row by row."""
    if not 2 <= resolution <= MOST_RESOLUTION:
        raise ValueError(f"resolution must be in [2, {MOST_RESOLUTION}]; got {resolution}")
    if surface.dimension > 2:
        raise ValueError(f"basins are drawn in 1 or 2 dimensions; got {surface.dimension}")
    axes = [np.linspace(*ends, resolution) for ends in surface.domain]
    starts = np.stack([axis.ravel() for axis in np.meshgrid(*axes)])
    return (axes[0], axes[1] if surface.dimension == 2 else np.zeros(1)), starts


class _Run:
    """A batch of starts on their way; writes the label and the number of steps of those that end."""

    def __init__(self, surface: Surface, rule: Method, starts: np.ndarray, label: np.ndarray, steps_needed: np.ndarray):
        self.surface, self.rule, self.label, self.steps_needed = surface, rule, label, steps_needed
        self.x = starts  # (n, d), each coordinate contiguous
        self.memory = tuple(np.zeros_like(starts) for _ in range(rule.memories))
        self.index = np.arange(len(starts))  # of the starts still in the batch
        self.reach = ARRIVED * surface.width

    def step(self, at: Setting) -> None:
        before = self.x
        self.x, self.memory = self.rule.update(self.surface, before, self.memory, at)
        self._note_arrivals(self.x - before, at.step)
        if at.step % _DROP_EVERY == 0:
            self.drop()

    def _note_arrivals(self, move: np.ndarray, step: int) -> None:
        """Look for minimizers near the few that hardly moved; a start keeps the first label it gets."""
        squared = move[:, 0] * move[:, 0] if move.shape[1] == 1 else move[:, 0] ** 2 + move[:, 1] ** 2
        slow = np.flatnonzero(squared < (0.1 * self.reach) ** 2)
        slow = slow[self.label[self.index[slow]] == NOWHERE]
        if not len(slow) or not len(self.surface.minimizers):
            return
        apart = self.x[slow, None] - self.surface.minimizers  # (slow, m, d)
        distance = np.einsum("nmi,nmi->nm", apart, apart)
        nearest = distance.argmin(axis=1)
        near = distance[np.arange(len(slow)), nearest] < self.reach**2
        arrived = self.index[slow[near]]
        self.label[arrived], self.steps_needed[arrived] = nearest[near], step

    def drop(self, everyone: bool = False) -> None:
        """Note who has diverged, and leave those with a label behind once they are worth leaving."""
        far = np.abs(self.x - self.surface.centre).max(axis=1)
        lost = ~(far <= DIVERGED * self.surface.width) & (self.label[self.index] == NOWHERE)
        self.label[self.index[lost]] = LOST
        going = self.label[self.index] == NOWHERE
        if everyone or going.sum() > 0.9 * len(going):
            return
        self.index = self.index[going]
        self.x = self._kept(self.x, going)
        self.memory = tuple(self._kept(m, going) for m in self.memory)

    @staticmethod
    def _kept(points: np.ndarray, going: np.ndarray) -> np.ndarray:
        return np.ascontiguousarray(points.T[:, going]).T
