"""The four curves of a run, measured and as the limit laws have them: norm, distance, gap, loss.

norm      ‖w‖
distance  ‖w/‖w‖ − v/‖v‖‖ to the widest street v in the optimiser's norm; without a street ‖w − w*‖/‖w*‖
gap       widest margin − margin of w, both per unit of that norm
loss      log₁₀ L
"""

from collections.abc import Mapping

import numpy as np
from jaxtyping import Float

from core.max_margin.norm_margin import norm_of
from core.max_margin.study import Study

CURVES = ("distance", "gap", "norm", "loss")
Curves = Mapping[str, Float[np.ndarray, " frames"]]
BEGIN = 1.0  # of log t: before it, 1/log t says nothing


def measured(run: Study) -> Curves:
    """Along the run."""
    return along(run, run.w, run.log_loss)


def of_steps(run: Study) -> Curves:
    """Along the optimiser's own first steps."""
    return along(run, run.steps.w, run.steps.log_loss)


def along(run: Study, w: Float[np.ndarray, "frames d"], log_loss: Float[np.ndarray, " frames"]) -> Curves:
    """The four curves of any path on the data of a run."""
    length = np.linalg.norm(w, axis=1)
    distance = gap = np.full(len(w), np.nan)
    with np.errstate(invalid="ignore", divide="ignore"):
        if run.target is not None:
            distance = np.linalg.norm(w / length[:, None] - run.target, axis=1)
            gap = run.goal.margin - (w @ run.z.T).min(axis=1) / norm_of(w, run.norm)
        elif run.rest is not None:
            distance = np.linalg.norm(w - run.rest, axis=1) / (float(np.linalg.norm(run.rest)) or 1.0)
    return {"norm": length, "distance": distance, "gap": gap, "loss": log_loss / np.log(10)}


def predicted(run: Study) -> Curves:
    """The limit laws of the four, nan where theory has none."""
    nothing = np.full(len(run.at), np.nan)
    lines = dict.fromkeys(CURVES, nothing)
    if run.rest is not None:
        least = float(run.loss.value(run.z @ run.rest).sum())
        return lines | {"norm": nothing_but(run, np.linalg.norm(run.rest)), "loss": nothing_but(run, np.log10(least))}
    if run.street.margin is None or run.norm != "l2" or (run.loss.tail and run.clock == "step"):
        return lines
    return _polynomial(run) if run.loss.tail else lines | _exponential(run)


def law_residual(run: Study) -> Float[np.ndarray, " frames"]:
    """‖w − (ŵ log t + w̃)‖, or ‖w − a t^{1/(k+2)}‖: what is left when the law is taken away."""
    if run.clock == "step" or run.street.law is None or (run.street.law.why_not and not run.loss.tail):
        return np.full(len(run.at), np.nan)
    time = run.at / run.slowed
    law = run.tail * time[:, None] ** (1 / (run.loss.tail + 2)) if run.loss.tail else run.street.law.w(time)
    return np.linalg.norm(run.w - law, axis=1)


def nothing_but(run: Study, value: float) -> Float[np.ndarray, " frames"]:
    return np.full(len(run.at), float(value))


def _exponential(run: Study) -> dict:
    law, size = run.street.law, float(np.linalg.norm(run.street.margin.w))
    pace = np.where(run.pace > BEGIN, run.pace, np.nan)
    lines = {"norm": size * pace}
    has_offset = law.why_not is None
    if has_offset and run.clock == "time":
        lines["norm"] = np.linalg.norm(run.street.margin.w * pace[:, None] + law.offset, axis=1)
    if has_offset and not law.is_symmetric:
        clock = pace if run.clock == "step" else np.where(np.log(run.at) > BEGIN, np.log(run.at), np.nan)
        lines |= {"distance": law.distance / clock, "gap": law.gap / clock}
    if run.clock == "time":
        lines["loss"] = np.where(np.isfinite(pace), np.log10(size**2 * run.slowed / run.at), np.nan)
    return lines


def _polynomial(run: Study) -> Curves:
    """w = a t^{1/(k+2)}: direction and margin stay short of the SVM's."""
    w = run.tail * (run.at / run.slowed)[:, None] ** (1 / (run.loss.tail + 2))
    w = np.where((run.pace > BEGIN)[:, None], w, np.nan)
    reach = run.loss.tail * np.log(w @ run.z.T)
    return along(run, w, np.log(np.exp(-reach).sum(axis=1)))
