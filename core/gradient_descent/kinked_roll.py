"""The path of a ball over a surface with kinks: smooth pieces of it, joined where they meet.

On each piece the equation of motion is smooth, and goes on beyond the piece, so that no step of the integrator has a
kink in it. Each step is looked at in several places: where a crease of the piece has been passed, the moment is found
on the step's own polynomial, and ``creases`` says how the ball goes on.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Float

from core.formulas.expressions import Expression
from core.gradient_descent.creases import Moving, Track, crossed, let_go, passed, released

MOST_PHASES = 1000  # pieces of one path: a ball that meets more creases than that is followed no further
BRIEF, MOST_BRIEF = 1e-4, 30  # so many phases on end of less than that share of the time: it has come to a corner
LOOKS = 8  # per step: to graze a crease between two of them is to cross it by next to nothing


@dataclass(frozen=True, eq=False)
class Followed:
    """States (q, q̇), nan from where the ball is past the rim, or where it could not be followed."""

    states: Float[np.ndarray, "frames states"]
    is_lost: bool  # whether it meets ever more creases in ever less time


@dataclass(frozen=True, eq=False)
class Guard:
    """A number that stays positive as long as the phase lasts."""

    margin: Callable  # (states (n, 2d)) -> (n,)
    crease: Expression | None = None  # that is met where it ends; None at the rim, and where a crease lets go
    is_rim: bool = False


def follow(
    track: Track, start: Float[np.ndarray, " d"], time: Float[np.ndarray, " frames"], rim: Callable, tolerance: float
) -> Followed:
    """A ball released from rest, at these times; ``rim(t, state)`` is 0 on the rim."""
    ball, now, brief = released(track, start, np.zeros(len(start))), float(time[0]), 0
    states = np.full((len(time), 2 * len(start)), np.nan)
    for _ in range(MOST_PHASES):
        if ball.rests:
            states[time >= now] = np.append(ball.q, np.zeros(len(start)))
            return Followed(states, False)
        before = now
        now, ball, met = _phase(track, ball, now, time, states, _guards(track, ball, rim), tolerance)
        if met is None or met.is_rim:
            return Followed(states, met is None and bool(np.isnan(states[-1, 0])))
        brief = brief + 1 if now - before < BRIEF * (time[-1] - time[0]) else 0
        if brief > MOST_BRIEF:
            break
        ball = _next(track, ball, met)
    return Followed(states, True)


def _guards(track: Track, ball: Moving, rim: Callable) -> list[Guard]:
    d = len(ball.q)
    found = [Guard(lambda y: -rim(0.0, y), is_rim=True)]
    for crease, side in zip(ball.piece.creases, ball.piece.sides, strict=True):
        if ball.crease is None or crease.tree != ball.crease.tree:
            sign = 1.0 if side else -1.0
            found.append(Guard(lambda y, c=crease, s=sign: s * c.value(y[:, :d]), crease))
    if ball.crease is not None:
        found.append(Guard(lambda y: np.array([track.hold(replace(ball, q=s[:d], v=s[d:])) for s in y])))
    return found


def _phase(track: Track, ball: Moving, now: float, time, states, guards: list[Guard], tolerance: float):
    """Fills in the states as long as no guard gives way; then the moment, the ball, and which one it was, or None at
    the end of the time."""
    from scipy.integrate import DOP853  # as in core.gradient_descent.rolling_ball

    d = len(ball.q)

    def motion(t: float, state: np.ndarray) -> np.ndarray:
        q, v = state[:d], state[d:]
        a = track.sliding(ball.piece, ball.crease, q, v) if ball.crease else track.acceleration(ball.piece, q, v)
        return np.concatenate([v, a])

    first = np.concatenate([ball.q, ball.v])
    states[time == now] = first
    solver = DOP853(motion, now, first, float(time[-1]), rtol=tolerance, atol=tolerance * track.width)
    while solver.status == "running":
        solver.step()
        if solver.status == "failed":
            break
        at = solver.dense_output()
        until, met = _first_to_give_way(guards, at, solver.t_old, solver.t)
        within = (time > solver.t_old) & (time <= until)
        states[within] = at(time[within]).T
        if met is not None:
            end = at(until)
            return until, replace(ball, q=end[:d], v=end[d:]), met
    return float(time[-1]), ball, None


def _first_to_give_way(guards: list[Guard], at: Callable, start: float, end: float) -> tuple[float, Guard | None]:
    from scipy.optimize import brentq

    looks = np.linspace(start, end, LOOKS + 1)[1:]
    seen, until, met = at(looks).T, end, None
    for guard in guards:
        passed_by = np.flatnonzero(~(guard.margin(seen) >= 0))
        if not len(passed_by) or looks[passed_by[0]] - (end - start) / LOOKS > until:
            continue

        def margin(t: float, guard: Guard = guard) -> float:
            return float(guard.margin(at(t)[None])[0])

        before, after = looks[passed_by[0]] - (end - start) / LOOKS, looks[passed_by[0]]
        moment = brentq(margin, before, after, xtol=1e-15) if margin(before) > 0 > margin(after) else before
        if met is None or moment < until:
            until, met = float(moment), guard
    return until, met


def _next(track: Track, ball: Moving, met: Guard) -> Moving:
    if met.crease is None:
        return let_go(track, ball)
    return crossed(track, ball, met.crease) if ball.crease is None else passed(track, ball)
