"""How far a run has come: whether its limits can be seen yet, and how far off they should still be.

Limits that are approached as 1/log t are not seen by waiting. Each criterion here is an estimate of what is still
missing, made from the run and the law; none of them looks at whether the check would hold.
"""

import numpy as np

from core.max_margin.norm_margin import norm_of
from core.max_margin.study import Study

RESOLVED, SLOWEST = 1e-7, 1.1  # a change that is none; how much smaller each decade's must be to say where it ends
TURNED = 0.005  # radians in the last decade, from which on a direction is not yet what it ends at
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


def still_falls(run: Study) -> float:
    """What log(t L) still has to go: its change over the last decade, continued as it went on from the one before."""
    first, second = before(run, 10.0), before(run, 100.0)
    if first is None or second is None:
        return np.inf
    level = np.log(run.at) + run.log_loss
    last, earlier = abs(level[-1] - level[first]), abs(level[first] - level[second])
    if last < RESOLVED:
        return 0.0
    return float(last / (earlier / last - 1)) if earlier > SLOWEST * last else np.inf


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
    (a gap that falls as 1/√k, as theory has it, is then below the tolerance); more is to come than nine tenths of the
    tolerance; or zᵀw is still so small that the soft minimum of the loss, log n wide, is not yet the minimum."""
    reach = (run.w @ run.z.T).min(axis=1)
    found, first = reach / norm_of(run.w, run.norm), before(run, 10.0)
    if first is None or reach[-1] < np.log(1 + len(run.z)) / (5 * tolerance):
        return True
    allowed = tolerance * run.goal.margin
    return not (abs(found[-1] - found[first]) <= 2 * allowed and _to_come(run, found, allowed) <= 0.9 * allowed)


def _to_come(run: Study, found: np.ndarray, allowed: float) -> float:
    """How far the margin still has to rise: by the law where it is known, else by how the run goes on."""
    law, follows = run.street.law, run.optimiser == "normalised" and not run.loss.tail
    if follows and law.why_not is None and not law.is_symmetric and is_in_sight(run):
        return law.gap / float(run.pace[-1])
    return _carried_on(run, found, allowed / 4)


def is_in_sight(run: Study) -> bool:
    """Whether a run that goes by the step has come far enough for the laws in 1/τ."""
    clock = float(run.pace[-1])
    return run.street.law.rate * clock >= 5 and clock >= 10


def _carried_on(run: Study, found: np.ndarray, still: float) -> float:
    """How far a quantity that rises as c − a/(√k + b) still has to rise, by its last two half decades: b is how late it
    has begun to. Infinite where it is not on that way yet, and 0 where neither changed it by more than ``still``."""
    frames = [-1, before(run, 10**0.5), before(run, 10.0)]
    last, earlier = -np.diff(found[frames])
    if max(abs(last), abs(earlier)) <= still:
        return 0.0
    x = np.sqrt(run.at[frames])
    straight, ratio = (x[0] - x[1]) / (x[1] - x[2]), last / earlier if earlier else np.inf
    if not (last > 0 and 0 < ratio < straight):  # it falls, or rises ever faster
        return np.inf
    late = (straight * x[2] - ratio * x[0]) / (ratio - straight)
    return float(max(0.0, last * (x[1] + late) / (x[0] - x[1])))


def tail_early(run: Study) -> str | None:
    first = before(run, 10.0)
    if first is None or natural_time(run) < SETTLED:
        return "too_early"
    now, then = (run.w[k] / np.linalg.norm(run.w[k]) for k in (-1, first))
    return "too_early" if np.linalg.norm(now - then) > TURNED else None
