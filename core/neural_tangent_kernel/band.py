"""The trained networks against the spread of infinitely wide ones: squared distances over the limit's variances."""

import numpy as np
from jaxtyping import Float

from core.check import Check, silent
from core.neural_tangent_kernel.linearised import process_at, responses
from core.neural_tangent_kernel.scatter import off_spread
from core.neural_tangent_kernel.study import Study

FAINT = 0.1  # share of the limit's largest variance below which a direction is not counted
BLUNT = 2.0  # where a band of three times its width would be let pass, nothing is said
BLURRED = 4.0  # what a finite width may add to the variances of the band, in units of them, for it to be seen at all


def inside_band(run: Study, broken: str | None) -> Check:
    """The trained networks but the narrow ones, each in the directions in which the limit's networks differ most: there
    the squares over the variances are a χ². A finite network adds to them how far its own kernel moves it, and how far
    it leaves its own linearisation: in units of what that makes of its start, not of the theory."""
    if run.settings.centred or broken:
        return silent("inside_band", broken or "no_spread", 1.0)
    groups = [(place, _covariance(run, place)) for place in range(1, len(run.traces))]
    middle, covariance = run.traces[1], groups[0][1]
    own = responses(middle.kernel[:, 0], middle.start_cross, run.task.y, float(run.time[-1]), run.step_size)
    starts = squares_in(middle.linear_now - own, covariance)
    if not starts.size:
        return silent("inside_band", "no_spread", 1.0)
    unit = float(starts.mean())
    kernels = len(own) / (len(own) - 1) * squares_in(own - own.mean(axis=0), covariance)
    total, added, freedom, networks = 0.0, 0.0, 0, 0
    for place, covariance in groups:
        trace, mean = run.traces[place], run.limits[place].mean[-1]
        squares, left = (squares_in(off, covariance) for off in (trace.now - mean, trace.now - trace.linear_now))
        if not squares.size or not np.isfinite(squares).all():
            continue
        more = float(kernels.mean()) * middle.width / trace.width + float(left.mean())
        if more < BLURRED * unit:
            total, added = total + float(squares.sum()), added + more / unit * squares.size
            freedom, networks = freedom + squares.size, networks + len(squares)
    if not freedom:
        return silent("inside_band", "blurred", 1.0)
    return spread("inside_band", total, freedom, networks, added / freedom, None)


def spread(name: str, total: float, freedom: int, networks: int, added: float, why: str | None) -> Check:
    """The limit's standard deviation over the one found in that many squares, of which ``total`` is the sum in units of
    the limit's variances. A limit off by some share is a ratio off by that share of what it is now."""
    allowed = off_spread(freedom, networks, added, "n^(−1/2)")
    ratio = float(np.sqrt(freedom / total)) if total > 0 else np.inf
    return Check(name, 1.0, ratio, allowed, why or ("blurred" if allowed.size >= BLUNT else None), scale=ratio)


def squares_in(
    away: Float[np.ndarray, "R points"], covariance: Float[np.ndarray, "points points"]
) -> Float[np.ndarray, "R directions"]:
    """Squares over variances along the principal axes that are not faint."""
    if not covariance.size or not np.isfinite(covariance).all():
        return np.zeros((len(away), 0))
    values, vectors = np.linalg.eigh(covariance)
    clear = (values > FAINT * values[-1]) & (values > 0)
    return (away @ vectors[:, clear]) ** 2 / values[clear]


def _covariance(run: Study, place: int) -> Float[np.ndarray, "points points"]:
    """Of αf of the infinitely wide network, now."""
    task, width, alpha = run.task, int(run.widths[place]), run.settings.output_scale
    train, line = (run.settings.kernels(x, width=width) for x in (task.x, task.grid))
    cross = run.settings.kernels(task.grid, task.x, width=width)
    return alpha**2 * process_at(train, cross, line, task.y / alpha, float(run.time[-1]), run.step_size).covariance
