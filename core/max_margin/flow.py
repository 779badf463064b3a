"""Gradient flow on Σ ℓ(z_iᵀw) from w = 0 to any time at all: with s = log t as the clock, t = 10¹² is a short way.

    dw/ds = t Σ −ℓ′(z_iᵀw) z_i       t·∇²L stays of order one, so the steps in s do too

    heavy ball      η(1+β)/2 ẅ + (1−β) ẇ = −∇L      the continuous limit of wₖ₊₁ = wₖ − η∇L + β(wₖ − wₖ₋₁), t = ηk
    loss-normalised dw/dτ = −∇L/L                     the same path as the flow, run through exponentially faster

Units: z is scaled to length one inside, and time to match, so that margins from 10⁻⁶ to 10⁶ are all the same to it.
Where the pushes of all points cancel, w stays at 0: what is left of their sum is rounding, and t would only enlarge it.
A flow that cannot be followed to the last of the times ends earlier.
"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float

from core.bounds import real
from core.max_margin.followed import followed
from core.max_margin.losses import Loss
from core.max_margin.principal_rows import EPSILON, PrincipalRows, principal_rows

ABSOLUTE = 1e-12  # of a margin: what is left of one that grows to thirty has a hundred roundings of it
BEGIN = 1e-6  # of the time in which the steepest direction moves by one: until then w is −∇L(0)·t
MOST_EXPONENT = 600.0
INERTIA = 50
NEGLIGIBLE = 1e-7  # of the heaviest point: the solver's own Newton steps need no more of the curvature


@dataclass(frozen=True)
class Flow:
    """w along time: at all times asked for, or at those up to which it could be followed."""

    time: Float[np.ndarray, " times"]
    w: Float[np.ndarray, "times d"]
    loss: Float[np.ndarray, " times"]  # Σ ℓ(z_iᵀw)
    is_whole: bool  # whether it was followed to the last of the times


def gradient_flow(
    z: Float[np.ndarray, "n d"],
    loss: Loss,
    times: Float[np.ndarray, " times"],
    *,
    tied: Bool[np.ndarray, " n"] | None = None,
) -> Flow:
    """dw/dt = −∇L(w), w(0) = 0, at the given increasing times; ``tied`` as in ``Separation``."""
    seen, clock = _natural(z, times, tied)
    if seen.balanced:
        return at_rest(z, loss, times)
    start = np.log(BEGIN / len(z))
    first = np.exp(start + loss.log_slope(0.0)) * seen.total
    early = np.exp(clock[clock <= start] - start)[:, None] * first
    late = _first_order(seen, loss, first, start, clock[clock > start])
    return _flow(z, loss, times, np.concatenate([early, late]), seen)


def heavy_ball_flow(
    z: Float[np.ndarray, "n d"],
    loss: Loss,
    times: Float[np.ndarray, " times"],
    *,
    step_size: float,
    momentum: float,
    tied: Bool[np.ndarray, " n"] | None = None,
) -> Flow:
    """The heavy ball with small steps η = ``step_size`` and β = ``momentum``, from rest at 0; t = η · step.

    After ``INERTIA`` times the time in which it forgets its speed, nothing is left of the start's swinging, and the
    speed is (1 + m∇²L/(1 − β)²)(−∇L)/(1 − β) with the inertia m = η(1 + β)/2, up to terms in m².
    """
    seen, clock = _natural(z, times, tied)
    eta = real("step_size", step_size, 1e-300, 1e300) * seen.scale * seen.scale
    drag = 1 - real("momentum", momentum, 0, 0.999)
    if seen.balanced:
        return at_rest(z, loss, times)
    inverse_mass = 2 / (eta * (2 - drag))
    start, slow = np.log(BEGIN * min(1 / len(z), eta)), np.log(INERTIA / (inverse_mass * drag))
    push = inverse_mass * np.exp(loss.log_slope(0.0)) * seen.total
    early = np.exp(2 * (clock[clock <= start]))[:, None] * push / 2
    stops = np.append(clock[(clock > start) & (clock < slow)], slow)
    first = np.concatenate([push / 2, push]) * np.exp(2 * start)
    swinging = _second_order(seen, loss, first, start, stops, inverse_mass, drag)
    if len(swinging) < len(stops):
        return _flow(z, loss, times, np.concatenate([early, swinging]), seen)
    late = _first_order(seen, loss, swinging[-1], slow, clock[clock >= slow], drag, 1 / inverse_mass)
    return _flow(z, loss, times, np.concatenate([early, swinging[:-1], late]), seen)


def _first_order(
    seen: PrincipalRows,
    loss: Loss,
    first: np.ndarray,
    start: float,
    clock: np.ndarray,
    drag: float = 1.0,
    inertia: float = 0.0,
) -> np.ndarray:
    """drag·dw/ds = −t(1 + inertia·∇²L/drag²)∇L from w = ``first`` at s = ``start``, at the later s of ``clock``."""
    ahead, rows = -np.log(drag), seen.rows

    def velocity(s: float, w: np.ndarray) -> np.ndarray:
        u = rows @ w
        push = _push(s + ahead, rows, u, loss)
        return push + _curvature(s, rows, u, loss) @ push * (inertia * np.exp(-s) / drag**2) if inertia else push

    def jacobian(s: float, w: np.ndarray) -> np.ndarray:
        curvature = _curvature(s + ahead, rows, rows @ w, loss)
        return -curvature - curvature @ curvature * (inertia * np.exp(-s) / drag) if inertia else -curvature

    return followed(velocity, jacobian, first, start, clock, _resolutions(seen, loss))


def _second_order(
    seen: PrincipalRows,
    loss: Loss,
    first: np.ndarray,
    start: float,
    clock: np.ndarray,
    inverse_mass: float,
    drag: float,
) -> np.ndarray:
    """The same with inertia; the state is w and dw/ds, what comes back is w."""
    rows, r = seen.rows, seen.rows.shape[1]

    def velocity(s: float, state: np.ndarray) -> np.ndarray:
        w, p = state[:r], state[r:]
        return np.concatenate([p, p + np.exp(s) * inverse_mass * (_push(s, rows, rows @ w, loss) - drag * p)])

    def jacobian(s: float, state: np.ndarray) -> np.ndarray:
        stiffness = np.exp(s) * inverse_mass
        made = np.zeros((2 * r, 2 * r))
        made[:r, r:] = np.eye(r)
        made[r:, :r] = -stiffness * _curvature(s, rows, rows @ state[:r], loss)
        made[r:, r:] = (1 - stiffness * drag) * np.eye(r)
        return made

    return followed(velocity, jacobian, first, start, clock, [np.tile(r, 2) for r in _resolutions(seen, loss)])[:, :r]


def normalised_flow(z: Float[np.ndarray, "n d"], loss: Loss, taus: Float[np.ndarray, " times"]) -> Flow:
    """dw/dτ = −∇L/L, w(0) = 0."""
    seen, clock = _natural(z, taus)
    if seen.balanced:
        return at_rest(z, loss, taus)
    rows = seen.rows

    def velocity(s: float, w: np.ndarray) -> np.ndarray:
        u = rows @ w
        values, slopes = loss.log_value(u), loss.log_slope(u)
        top = values.max()
        return np.exp(s) * (np.exp(slopes - top) @ rows) / np.exp(values - top).sum()

    start = min(np.log(BEGIN), clock[0] - 1)
    w = followed(velocity, None, np.zeros(rows.shape[1]), start, clock, _resolutions(seen, loss))
    return _flow(z, loss, taus, w, seen)


def _push(s: float, rows: np.ndarray, u: np.ndarray, loss: Loss) -> np.ndarray:
    """−t·∇L at the margins u."""
    return np.exp(np.minimum(s + loss.log_slope(u), MOST_EXPONENT)) @ rows


def _curvature(s: float, rows: np.ndarray, u: np.ndarray, loss: Loss) -> np.ndarray:
    """t·∇²L at the margins u, from the points that carry it: late in the flow these are few."""
    weight = np.exp(np.minimum(s + loss.log_slope(u), MOST_EXPONENT)) * loss.bend(u)
    held = weight > NEGLIGIBLE * weight.max()
    return (rows[held] * weight[held, None]).T @ rows[held]


def _resolutions(seen: PrincipalRows, loss: Loss) -> tuple[np.ndarray, np.ndarray]:
    """How exactly w has to be known along each axis for its own growth to be, and if that is too much to ask because
    all pushes along it come to cancel, for the margins to be. Neither is less than what rounding does to the push."""
    rounding = 4 * len(seen.rows) * EPSILON
    grown = np.abs(seen.total) * float(np.exp(loss.log_slope(0.0)))  # while the steepest axis moves by one
    coarse = max(ABSOLUTE, rounding) / seen.size
    return np.clip(ABSOLUTE * grown, rounding * seen.size, coarse), coarse


def _natural(z: np.ndarray, times: np.ndarray, tied: np.ndarray | None = None) -> tuple[PrincipalRows, np.ndarray]:
    """z along its own axes in units of its longest row, and log t in the unit that goes with it."""
    seen = principal_rows(z, tied)
    if times.ndim != 1 or not len(times) or not (times > 0).all() or (np.diff(times) <= 0).any():
        raise ValueError(f"times must be positive and increase strictly, got {times}")
    if not np.isfinite(times).all():
        raise ValueError(f"times must be finite, got {times[-1]}")
    return seen, np.log(times) + 2 * np.log(seen.scale)


def at_rest(z: np.ndarray, loss: Loss, times: np.ndarray) -> Flow:
    """w = 0 at all times."""
    return Flow(times, np.zeros((len(times), z.shape[1])), np.full(len(times), len(z) * float(loss.value(0.0))), True)


def _flow(z: np.ndarray, loss: Loss, times: np.ndarray, states: np.ndarray, seen: PrincipalRows) -> Flow:
    loss_of = loss.value(states @ seen.rows.T).sum(axis=1)
    return Flow(times[: len(states)], states @ seen.axes.T / seen.scale, loss_of, len(states) == len(times))
