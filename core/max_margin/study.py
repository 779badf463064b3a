"""One data set, one loss, one optimiser: the run along log time, and the limit that theory gives it.

Gradient descent and the heavy ball have the flow's clock, t = η·step, and reach t = 10¹²; their own first steps are
taken as well. The other optimisers go by the step, with ηₖ = η/√k.
"""

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal

import numpy as np
from jaxtyping import Bool, Float

from core.bounds import real
from core.data.separable_data import Points
from core.max_margin.flow import Flow, at_rest, gradient_flow, heavy_ball_flow
from core.max_margin.hard_margin import Margin, Separability, separation
from core.max_margin.limits import Law, law, minimiser, tail_limit
from core.max_margin.losses import Loss, loss_named
from core.max_margin.norm_margin import NormMargin, norm_margin
from core.max_margin.principal_rows import is_unresolved
from core.max_margin.steepest_descent import Steps, adam, gradient_descent, kept_steps, path_length, steepest_descent

Clock = Literal["time", "step"]
MANTISSAS = (1, 1.25, 1.6, 2, 2.5, 3.2, 4, 5, 6.3, 8)  # ten to a decade, nearly even on a log scale
TIMES = np.array([float(f"{m}e{e}") for e in range(-2, 12) for m in MANTISSAS] + [1e12])
MOST_STEPS, FLOW_STEPS = 10_000, 1000  # of the optimisers that go by the step, and of those that follow the flow
STEPS = kept_steps(MOST_STEPS)
MOST_STEP_SIZE = 4.0
ADAM_SHARE = 0.3  # of the others' step: its momentum takes it further


@dataclass(frozen=True)
class Optimiser:
    """Which clock an optimiser goes by, and in which norm it measures length."""

    clock: Clock
    norm: str


OPTIMISERS = {
    "gradient_descent": Optimiser("time", "l2"),
    "heavy_ball": Optimiser("time", "l2"),
    "normalised": Optimiser("step", "l2"),
    "sign": Optimiser("step", "linf"),
    "coordinate": Optimiser("step", "l1"),
    "adam": Optimiser("step", "linf"),
}


@dataclass(frozen=True)
class Street:
    """What a data set allows: how wide a street between the classes, and the law of the way to it."""

    separability: Separability
    margin: Margin | None  # the support-vector machine
    law: Law | None  # of an exponential tail
    tied: Bool[np.ndarray, " n"] | None = None  # where it is partly separable: the points that stay on the line


@dataclass(frozen=True)
class Study:
    """A run and what theory says of it. ``at`` is the time or the step of each frame."""

    points: Points
    loss: Loss
    optimiser: str
    step_size: float  # η of gradient descent, or of ηₖ = η/√k
    momentum: float  # 0 for all but the heavy ball
    street: Street
    goal: NormMargin | None  # the widest street in the optimiser's norm
    tail: Float[np.ndarray, " d"] | None  # a of a polynomial tail
    rest: Float[np.ndarray, " d"] | None  # argmin L, where it is finite
    at: Float[np.ndarray, " frames"]
    w: Float[np.ndarray, "frames d"]
    log_loss: Float[np.ndarray, " frames"]
    steps: Steps | None  # the first steps of an optimiser that follows the flow
    followed: float | None = None  # the time up to which the flow could be followed, where that is not the last one

    @property
    def clock(self) -> Clock:
        return OPTIMISERS[self.optimiser].clock

    @property
    def norm(self) -> str:
        return OPTIMISERS[self.optimiser].norm

    @property
    def slowed(self) -> float:
        """The flow's time is the run's, divided by this: 1 − β."""
        return 1 - self.momentum

    @cached_property
    def z(self) -> Float[np.ndarray, "n d"]:
        return self.points.z

    @cached_property
    def pace(self) -> Float[np.ndarray, " frames"]:
        """What stands for log t in the laws: log of the flow's own time, or for normalised steps τ/‖ŵ‖²."""
        if self.clock == "time":
            return np.log(self.at / self.slowed)
        longest = float(np.linalg.norm(self.z, axis=1).max()) or 1.0
        tau = path_length(self.step_size, self.at.astype(np.int64), longest)
        return tau * self.street.margin.margin**2 if self.street.margin else tau

    @property
    def target(self) -> Float[np.ndarray, " d"] | None:
        """The direction the pictures measure from: the widest street in the optimiser's norm."""
        return None if self.goal is None else self.goal.w / np.linalg.norm(self.goal.w)

    @property
    def breaks_off(self) -> bool:
        """Whether it ends where the flow could not be followed any further."""
        return self.followed is not None and bool(self.at[-1] >= self.followed)

    @property
    def stays(self) -> bool:
        """Whether it never leaves w = 0, the minimum of the loss: what the points push cancels."""
        return self.rest is not None and not bool(self.rest.any())

    def until(self, last: float) -> "Study":
        """The same run, seen up to a time or a step."""
        seen = max(2, int(np.searchsorted(self.at, last * (1 + 1e-9), side="right")))
        return replace(self, at=self.at[:seen], w=self.w[:seen], log_loss=self.log_loss[:seen])


def street_of(z: Float[np.ndarray, "n d"]) -> Street:
    """Whether there is a street, the widest one, and the law of the way to it."""
    found = separation(z)
    return Street(found.kind, found.margin, None if found.margin is None else law(found.margin, z), found.tied)


def study(
    points: Points,
    *,
    loss: str = "logistic",
    tail: int = 1,
    optimiser: str = "gradient_descent",
    step_size: float = 1.0,
    momentum: float = 0.9,
) -> Study:
    """Run an optimiser of ``OPTIMISERS`` to the end of its clock.

    ``step_size`` is in the optimiser's own unit: 1/σ_max²(X) for gradient descent and heavy ball, for the others the
    most that a margin moves in the first step. ``momentum`` is the heavy ball's.
    """
    if optimiser not in OPTIMISERS:
        raise ValueError(f"optimiser must be one of {', '.join(OPTIMISERS)}; got {optimiser!r}")
    chosen, z, kind = loss_named(loss, tail), points.z, OPTIMISERS[optimiser]
    street, eta = street_of(z), real("step_size", step_size, 1e-6, MOST_STEP_SIZE)
    if kind.clock == "time":
        eta /= float(np.linalg.norm(z, 2)) ** 2 or 1.0
    goal = limit = rest = None
    if street.margin is not None:
        is_svm = kind.norm == "l2"
        goal = NormMargin("l2", street.margin.unit, street.margin.margin) if is_svm else norm_margin(z, kind.norm)
        limit = tail_limit(z, chosen.tail, street.margin.w) if chosen.tail else None
    elif street.separability == "not":
        rest = minimiser(z, chosen)
    beta = momentum if optimiser == "heavy_ball" else 0.0
    run = _along_the_flow if kind.clock == "time" else _by_the_step
    return Study(
        points, chosen, optimiser, eta, beta, street, goal, limit, rest, *run(z, chosen, street, optimiser, eta, beta)
    )


def _along_the_flow(z: np.ndarray, loss: Loss, street: Street, optimiser: str, eta: float, beta: float) -> tuple:
    """Time, w, log loss, the optimiser's own first steps, and how far the flow could be followed."""
    if optimiser == "heavy_ball":
        flow = heavy_ball_flow(z, loss, TIMES, step_size=eta, momentum=beta, tied=street.tied)
    else:
        flow = gradient_flow(z, loss, TIMES, tied=street.tied)
    steps = gradient_descent(z, loss, eta, FLOW_STEPS, momentum=beta)
    flow, followed = _sound(flow, z, loss, street)
    return flow.time, flow.w, np.log(np.maximum(flow.loss, 1e-300)), steps, followed


def _sound(flow: Flow, z: np.ndarray, loss: Loss, street: Street) -> tuple[Flow, float | None]:
    """The flow as far as it can be trusted, and the time at which that ends; two frames at the least, to be drawn."""
    if is_unresolved(z, street.margin.margin if street.margin else None, street.separability == "not"):
        return at_rest(z, loss, TIMES[:2]), 0.0
    if flow.is_whole:
        return flow, None
    return (flow, float(flow.time[-1])) if len(flow.time) > 1 else (at_rest(z, loss, TIMES[:2]), 0.0)


def _by_the_step(z: np.ndarray, loss: Loss, street: Street, optimiser: str, eta: float, beta: float) -> tuple:
    """Step, w and log loss: no steps beside these, and no end before the last one."""
    if optimiser == "adam":
        run = adam(z, loss=loss, step_size=ADAM_SHARE * eta, steps=MOST_STEPS)
    else:
        run = steepest_descent(z, OPTIMISERS[optimiser].norm, loss=loss, step_size=eta, steps=MOST_STEPS)
    return run.step.astype(np.float64), run.w, run.log_loss, None, None
