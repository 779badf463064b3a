"""How far a run has come: whether its limits can be seen yet, and how far off they should still be.

Limits that are approached as 1/log t are not seen by waiting. Each criterion here is an estimate of what is still
missing, made from the run and the law; none of them looks at whether the check would hold.
"""

import numpy as np

from core.max_margin.curves import law_residual
from core.max_margin.norm_margin import norm_of
from core.max_margin.study import Study

SETTLED = 1e4  # time, in the unit in which the margin is one, before which nothing is said of a limit


def natural_time(run: Study) -> float:
    """Time in the unit in which the margin is one."""
    return float(run.at[-1] / run.slowed * run.street.margin.margin**2)


def before(run: Study, factor: float) -> int | None:
    """The frame at which time or step was smaller by the factor."""
    first = int(np.searchsorted(run.at, run.at[-1] / factor * (1 + 1e-9), side="right")) - 1
    return first if first >= 0 and first < len(run.at) - 1 else None


def fall(values: np.ndarray, at: np.ndarray, first: int) -> float:
    """The power of t with which a positive quantity falls from that frame to the last."""
    return float(-np.log(values[-1] / values[first]) / np.log(at[-1] / at[first]))


def lag(run: Study) -> float:
    """How far the pace of w along ŵ still is from one per unit of log t, over the last decade."""
    w_hat = run.street.margin.w
    along = run.w @ w_hat / (w_hat @ w_hat)
    first = before(run, 10.0)
    if first is None:
        return np.inf
    return float(abs((along[-1] - along[first]) / np.log(run.at[-1] / run.at[first]) - 1))


def size(run: Study) -> float:
    return float(np.linalg.norm(run.street.margin.w))


def longest(run: Study) -> float:
    return float(np.linalg.norm(run.z[run.street.margin.support], axis=1).max())


def next_order(run: Study, name: str) -> float:
    """How far a constant of 1/log t is still to be off: by ŵᵀw̃/‖ŵ‖² against log t, and for the gap by its bend."""
    law, clock = run.street.law, float(np.log(run.at[-1]))
    ahead = float(law.offset @ law.margin.unit) / size(run) - np.log(run.slowed)
    off = getattr(law, name) * abs(ahead / (clock + ahead))
    bend = law.margin.margin * law.distance**2 / (2 * (clock + ahead)) if name == "gap" else 0.0
    return float(1.25 * (off + abs(bend)))


def moves(run: Study, tolerance: float) -> bool:
    """Whether the margin of w is not settled: it changed by more than twice the tolerance since a tenth of the steps
    (a gap that falls as 1/√k, as theory has it, is then below the tolerance), or zᵀw is still so small that the soft
    minimum of the loss, log n wide, is not yet the minimum."""
    reach = (run.w @ run.z.T).min(axis=1)
    found, first = reach / norm_of(run.w, run.norm), before(run, 10.0)
    if first is None or reach[-1] < np.log(1 + len(run.z)) / (5 * tolerance):
        return True
    return not abs(found[-1] - found[first]) <= 2 * tolerance * run.goal.margin


def tail_early(run: Study) -> str | None:
    is_far = law_residual(run)[-1] > 0.005 * np.linalg.norm(run.w[-1])
    return "too_early" if is_far or natural_time(run) < SETTLED else None
