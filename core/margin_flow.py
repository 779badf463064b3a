"""Gradient flow on Σ ℓ(z_iᵀw) from w = 0 to any time at all: with s = log t as the clock, t = 10¹² is a short way.

    dw/ds = t Σ −ℓ′(z_iᵀw) z_i       t·∇²L stays of order one, so the steps in s do too

    heavy ball      η(1+β)/2 ẅ + (1−β) ẇ = −∇L      the continuous limit of wₖ₊₁ = wₖ − η∇L + β(wₖ − wₖ₋₁), t = ηk
    loss-normalised dw/dτ = −∇L/L                     the same path as the flow, run through exponentially faster

Units: z is scaled to length one inside, and time to match, so that margins from 10⁻⁶ to 10⁶ are all the same to it.
"""

import warnings
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from core.bounds import real
from core.hard_margin import checked
from core.margin_losses import Loss

RELATIVE, ABSOLUTE = 1e-9, 1e-11
BEGIN = 1e-6  # of the time in which the steepest direction moves by one: until then w is −∇L(0)·t
MOST_EXPONENT = 600.0
INERTIA = 50
NEGLIGIBLE = 1e-7  # of the heaviest point: the solver's own Newton steps need no more of the curvature


@dataclass(frozen=True)
class Flow:
    """w along time."""

    time: Float[np.ndarray, " times"]
    w: Float[np.ndarray, "times d"]
    loss: Float[np.ndarray, " times"]  # Σ ℓ(z_iᵀw)


def gradient_flow(z: Float[np.ndarray, "n d"], loss: Loss, times: Float[np.ndarray, " times"]) -> Flow:
    """dw/dt = −∇L(w), w(0) = 0, at the given increasing times."""
    rows, scale, clock = _natural(z, times)
    start = np.log(BEGIN / len(rows))
    first = np.exp(start + loss.log_slope(np.zeros(len(rows)))) @ rows
    early = np.exp(clock[clock <= start] - start)[:, None] * first
    late = _first_order(rows, loss, first, start, clock[clock > start])
    return _flow(z, loss, times, np.concatenate([early, late]) / scale)


def heavy_ball_flow(
    z: Float[np.ndarray, "n d"], loss: Loss, times: Float[np.ndarray, " times"], *, step_size: float, momentum: float
) -> Flow:
    """The heavy ball with small steps η = ``step_size`` and β = ``momentum``, from rest at 0; t = η · step.

    After ``INERTIA`` times the time in which it forgets its speed, nothing is left of the start's swinging, and the
    speed is (1 + m∇²L/(1 − β)²)(−∇L)/(1 − β) with the inertia m = η(1 + β)/2, up to terms in m².
    """
    rows, scale, clock = _natural(z, times)
    eta = real("step_size", step_size, 1e-300, 1e300) * scale**2
    drag = 1 - real("momentum", momentum, 0, 0.999)
    inverse_mass = 2 / (eta * (2 - drag))
    start, slow = np.log(BEGIN * min(1 / len(rows), eta)), np.log(INERTIA / (inverse_mass * drag))
    push = inverse_mass * np.exp(loss.log_slope(np.zeros(len(rows)))) @ rows
    early = np.exp(2 * (clock[clock <= start]))[:, None] * push / 2
    stops = np.append(clock[(clock > start) & (clock < slow)], slow)
    first = np.concatenate([push / 2, push]) * np.exp(2 * start)
    swinging = _second_order(rows, loss, first, start, stops, inverse_mass, drag)
    late = _first_order(rows, loss, swinging[-1], slow, clock[clock >= slow], drag, 1 / inverse_mass)
    return _flow(z, loss, times, np.concatenate([early, swinging[:-1], late]) / scale)


def _first_order(
    rows: np.ndarray,
    loss: Loss,
    first: np.ndarray,
    start: float,
    clock: np.ndarray,
    drag: float = 1.0,
    inertia: float = 0.0,
) -> np.ndarray:
    """drag·dw/ds = −t(1 + inertia·∇²L/drag²)∇L from w = ``first`` at s = ``start``, at the later s of ``clock``."""
    ahead = -np.log(drag)

    def velocity(s: float, w: np.ndarray) -> np.ndarray:
        u = rows @ w
        push = _push(s + ahead, rows, u, loss)
        return push + _curvature(s, rows, u, loss) @ push * (inertia * np.exp(-s) / drag**2) if inertia else push

    def jacobian(s: float, w: np.ndarray) -> np.ndarray:
        curvature = _curvature(s + ahead, rows, rows @ w, loss)
        return -curvature - curvature @ curvature * (inertia * np.exp(-s) / drag) if inertia else -curvature

    return _integrated(velocity, jacobian, first, start, clock)


def _second_order(
    rows: np.ndarray, loss: Loss, first: np.ndarray, start: float, clock: np.ndarray, inverse_mass: float, drag: float
) -> np.ndarray:
    """The same with inertia; the state is w and dw/ds, what comes back is w."""
    d = rows.shape[1]

    def velocity(s: float, state: np.ndarray) -> np.ndarray:
        w, p = state[:d], state[d:]
        return np.concatenate([p, p + np.exp(s) * inverse_mass * (_push(s, rows, rows @ w, loss) - drag * p)])

    def jacobian(s: float, state: np.ndarray) -> np.ndarray:
        stiffness = np.exp(s) * inverse_mass
        made = np.zeros((2 * d, 2 * d))
        made[:d, d:] = np.eye(d)
        made[d:, :d] = -stiffness * _curvature(s, rows, rows @ state[:d], loss)
        made[d:, d:] = (1 - stiffness * drag) * np.eye(d)
        return made

    return _integrated(velocity, jacobian, first, start, clock)[:, :d]


def normalised_flow(z: Float[np.ndarray, "n d"], loss: Loss, taus: Float[np.ndarray, " times"]) -> Flow:
    """dw/dτ = −∇L/L, w(0) = 0."""
    rows, scale, clock = _natural(z, taus)

    def velocity(s: float, w: np.ndarray) -> np.ndarray:
        u = rows @ w
        values, slopes = loss.log_value(u), loss.log_slope(u)
        top = values.max()
        return np.exp(s) * (np.exp(slopes - top) @ rows) / np.exp(values - top).sum()

    start = min(np.log(BEGIN), clock[0] - 1)
    return _flow(z, loss, taus, _integrated(velocity, None, np.zeros(rows.shape[1]), start, clock) / scale)


def _push(s: float, rows: np.ndarray, u: np.ndarray, loss: Loss) -> np.ndarray:
    """−t·∇L at the margins u."""
    return np.exp(np.minimum(s + loss.log_slope(u), MOST_EXPONENT)) @ rows


def _curvature(s: float, rows: np.ndarray, u: np.ndarray, loss: Loss) -> np.ndarray:
    """t·∇²L at the margins u, from the points that carry it: late in the flow these are few."""
    weight = np.exp(np.minimum(s + loss.log_slope(u), MOST_EXPONENT)) * loss.bend(u)
    held = weight > NEGLIGIBLE * weight.max()
    return (rows[held] * weight[held, None]).T @ rows[held]


def _natural(z: np.ndarray, times: np.ndarray) -> tuple[np.ndarray, float, np.ndarray]:
    """z in units of its longest row, that length, and log t in the unit that goes with it."""
    scale = float(np.linalg.norm(checked(z), axis=1).max()) or 1.0
    if times.ndim != 1 or not len(times) or not (times > 0).all() or (np.diff(times) <= 0).any():
        raise ValueError(f"times must be positive and increase strictly, got {times}")
    if not np.isfinite(times).all():
        raise ValueError(f"times must be finite, got {times[-1]}")
    return z / scale, scale, np.log(times) + 2 * np.log(scale)


def _integrated(
    velocity: Callable, jacobian: Callable | None, first: np.ndarray, start: float, clock: np.ndarray
) -> np.ndarray:
    """The states at the increasing ``clock``, from ``first`` at ``start``; less exactly where that cannot be had."""
    from scipy.integrate import odeint

    if not len(clock):
        return np.zeros((0, len(first)))
    floor = ABSOLUTE * min(1.0, float(np.abs(first).max()) or 1.0)
    options = {"Dfun": jacobian, "tfirst": True, "full_output": True, "mxstep": 20_000}
    for looser in (1, 1e2, 1e4):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # the report says it, and is heeded
            states, report = odeint(
                velocity, first, np.append(start, clock), rtol=RELATIVE * looser, atol=floor * looser, **options
            )
        if report["message"] == "Integration successful.":
            return states[1:]
    raise ArithmeticError(f"the flow could not be followed: {report['message']}")


def _flow(z: np.ndarray, loss: Loss, times: np.ndarray, w: np.ndarray) -> Flow:
    return Flow(time=times, w=w, loss=loss.value(w @ z.T).sum(axis=1))
