"""Each prediction about a walk held against it: the ids are in the package's docstring."""

import math

import numpy as np

from core.check import EXACT, Check, approximate, rounding, silent
from core.polyak_lojasiewicz.spectrum import Spectrum
from core.polyak_lojasiewicz.study import Study

CHECKS = (
    *("pl_ratio", "certified_length", "certified_rate", "local_rate"),
    *("landing", "saddle_escape", "zero_modes"),
)
BROKEN_ASSUMPTIONS = (
    "certificate_above_one",  # h > 1: the start promises nothing
    "kernel_singular",  # K = 0 at the start, or where it ended
    "step_too_large",  # η ≥ 2/β on the disc
    "did_not_arrive",  # the loss is not yet near its solution's, or never will be
    "at_once",  # it arrives within too few steps to measure a rate
    "rough",  # F bends too much near the start for a slope from losses, or has a kink there
    "starts_on_valley",  # there is no loss to begin with
    "under_parameterised",  # more data than parameters: nothing is solved
    "overshoots",  # a step crosses the valley, and is no longer like the flow
    "on_the_ridge",  # it has not left the saddle
)
ROUNDING = 1e-8  # relative, of a slope that is a difference of losses
STENCIL = 1e-2  # the distance of the five losses, which are those of a quartic, but for a person's own F
COARSEST = 0.03  # of K: what losses nearby tell no better, they do not tell
NEAR = (1e-10, 1e-20)  # losses, in units of K: between them a rate is measured, near the solution and above rounding
CLEAR = 1e14  # of the floor: a loss from which on rounding changes a step's factor by less than 10⁻⁹
SADDLE = 0.05  # K/|c|: nearer than this the saddle's linear equation says what happens


def checks(run: Study, spectrum: Spectrum) -> tuple[Check, ...]:
    """The predictions about one walk, and the count of a network's zero modes."""
    found = [_ratio(run), *_certified(run), _local_rate(run)]
    if run.system.name != "own":
        found.append(_landing(run))
    if run.system.name == "product" and run.system.target and _least_kernel(run) <= SADDLE * abs(run.system.target):
        found.append(_escape(run))
    return (*found, _zero_modes(spectrum))


def _ratio(run: Study) -> Check:
    """½‖∇L‖² = K·L at the start, with ∇L from losses alone: exact where F is a polynomial of degree two, otherwise
    as far as half the distance tells."""
    loss, kernel, own = float(run.walk.loss[0]), float(run.walk.kernel[0]), run.system.name == "own"
    if not loss:
        return silent("pl_ratio", "starts_on_valley", kernel)
    h = STENCIL / 10 if own else STENCIL
    measured, lost = _ratio_from_losses(run, h)
    if own and not kernel:
        return silent("pl_ratio", "kernel_singular", kernel, measured)
    if not own:
        return Check("pl_ratio", kernel, measured, rounding(ROUNDING * kernel + lost), scale=kernel or 1.0)
    finer, lost = _ratio_from_losses(run, h / 2)
    allowed = 2 * abs(finer - measured) + lost + ROUNDING * kernel
    bend = run.system.bend_on(np.array(run.start), np.array(2 * h))
    if not (allowed <= COARSEST * kernel and np.isfinite(bend)):
        return silent("pl_ratio", "rough", kernel, finer)
    return Check("pl_ratio", kernel, finer, approximate(allowed, "h⁴"))


def _ratio_from_losses(run: Study, h: float) -> tuple[float, float]:
    """½‖∇L‖²/L at the start from four losses an axis, h and 2h away, and what rounding may have done to it."""
    weights, loss = np.array([1.0, -8.0, 8.0, -1.0]) / (12 * h), float(run.walk.loss[0])
    away = np.array([-2, -1, 1, 2])[:, None, None] * h * np.eye(2)
    with np.errstate(all="ignore"):
        around = 0.5 * run.system.residual(np.array(run.start) + away) ** 2  # (4, axes)
        slope = weights @ around
        off = float(np.abs(around).max()) / h * 1e-15  # of a slope; also of one that rounding has taken for 0
        lost = off * (float(np.abs(slope).sum()) + off) / loss
        return float(slope @ slope) / (2 * loss), lost


def _certified(run: Study) -> tuple[Check, Check]:
    """The way and the worst step, against what the start has promised."""
    promise, walk = run.certificate, run.walk
    length = float(walk.length[-1])
    seen = np.flatnonzero(walk.loss[:-1] > CLEAR * run.floor)
    with np.errstate(all="ignore"):
        worst = float(np.max(walk.loss[seen + 1] / walk.loss[seen])) if len(seen) else math.nan
    why = promise.why or (None if len(seen) else "starts_on_valley")
    if why is not None:
        return silent("certified_length", why, promise.radius, length), silent(
            "certified_rate", why, promise.rate, worst
        )
    where = float(seen[np.argmax(walk.loss[seen + 1] / walk.loss[seen])])
    return (
        Check("certified_length", promise.radius, length, rounding(1e-9 * promise.radius), None, "at_most"),
        Check("certified_rate", promise.rate, worst, rounding(1e-9), None, "at_most", at=where),
    )


def _local_rate(run: Study) -> Check:
    """(1 − ηK)² at the end, and the mean factor between two losses near it."""
    walk = run.walk
    kernel = float(walk.kernel[-1])
    above, below = NEAR[0] * kernel, max(NEAR[1] * kernel, 1e6 * run.floor)
    inside = np.flatnonzero((walk.loss < above) & (walk.loss > below))
    factor = run.slope
    if not run.landed:
        return silent("local_rate", "did_not_arrive", factor)
    if not kernel:
        return silent("local_rate", "kernel_singular", factor)
    if walk.loss[0] <= run.floor:
        return silent("local_rate", "starts_on_valley", factor)
    if len(inside) < 3:
        return silent("local_rate", "at_once", factor)
    first, last = int(inside[0]), int(inside[-1])
    measured = float((walk.loss[last] / walk.loss[first]) ** (1 / (last - first)))
    eta, bend = walk.step_size, float(np.abs(run.system.curvature(walk.path[-1])).sum(axis=-1).max())
    off = eta * bend * math.sqrt(2 * float(walk.loss[first]))  # of 1 − ηK, at the first of them
    allowed = 8 * off * math.sqrt(factor) + 16 * off**2 + 1e-5 * factor / (last - first)
    return Check("local_rate", factor, measured, approximate(allowed, "|r|"), at=float(last))


def _landing(run: Study) -> Check:
    """Where the flow lands. Each step of descent multiplies the Q that the flow keeps by 1 − η²r²: to the first order
    in η its landing moves by less than the share of Q that is lost, where x changes with Q as x/(2K)."""
    flow, end, walk = np.array(run.flow), np.array(run.end), run.walk
    why = "did_not_arrive" if not (np.isfinite(flow).all() and run.landed) else (
        "overshoots" if walk.step_size * float(walk.kernel.max()) > 1 else None)  # fmt: skip
    if why is not None:
        return silent("landing", why, float(flow[0]), float(end[0]))
    tolerance = rounding(1e-9)
    if run.system.name == "product":
        kept = abs(run.start[0] ** 2 - run.start[1] ** 2) / float(flow @ flow)
        lost = walk.step_size**2 * float(walk.residual @ walk.residual)
        tolerance = approximate(max(abs(flow[0]), abs(end[0])) * kept * lost + 1e-9, "η")
    return Check("landing", float(flow[0]), float(end[0]), tolerance, scale=max(float(np.hypot(*flow)), 1e-3))


def _least_kernel(run: Study) -> float:
    return float(run.walk.kernel.min())


def _escape(run: Study) -> Check:
    """How many steps a start has to be given more, to leave the saddle from a thousandth of the distance."""
    walk, c = run.walk, run.system.target
    predicted = math.log(1000) / math.log1p(walk.step_size * abs(c))
    away = walk.path[:, 0] + math.copysign(1.0, c) * walk.path[:, 1]
    at = int(walk.kernel.argmin())
    if at >= walk.last or not away[at] or not away[at + 1]:
        return silent("saddle_escape", "on_the_ridge", predicted)
    measured = math.log(1000) / math.log(abs(away[at + 1] / away[at]))
    allowed = predicted * (2 * _least_kernel(run) / abs(c) + 1e-9 / walk.step_size)
    return Check("saddle_escape", predicted, measured, approximate(allowed, "K/|c|"))


def _zero_modes(spectrum: Spectrum) -> Check:
    expected = float(max(spectrum.parameters - spectrum.samples, 0))
    why = "under_parameterised" if spectrum.parameters < spectrum.samples else (
        None if spectrum.solved else "did_not_arrive")  # fmt: skip
    return Check("zero_modes", expected, float(spectrum.zero_modes), EXACT, why, scale=max(expected, 1.0))
