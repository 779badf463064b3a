"""A ball that crosses a kink of its surface: the limit of rounding the kink off, which does no work.

    g = I + s sᵀ the metric of the surface (s = scale·∇f), T = ½ q̇ᵀ g q̇, t along the crease u = 0, n across it

Rounded off ever more sharply, a kink leaves alone the momentum along it, tᵀ g q̇, and the energy; so that the energy
across it, T − (tᵀ g q̇)²/(2 tᵀ g t), is the same on both sides, as if the surface were unfolded. At a jump of f the
energy across pays for the height; where it can't, the ball is thrown back. Where both sides push the ball into the
crease, and it would be back at once, it stays in it and slides along.
"""

from dataclasses import dataclass, replace

import numpy as np

from core.formulas.expressions import Expression
from core.formulas.pieces import Piece, piece_at

ASIDE = 1e-11  # of the width of the domain: how far beyond a crease the ball is put down, to be on one side of it


@dataclass(frozen=True, eq=False)
class Track:
    """What a ball rolls on: the formula, and what gravity, the scale of heights and friction make of it."""

    formula: Expression
    scale: float  # metres per unit of f
    pull: float  # g/k
    friction: float
    width: float  # of the domain
    dwell: float  # seconds within which a ball that would come back to a crease stays in it

    def height(self, piece: Piece, q: np.ndarray) -> float:
        return float(self.pull * self.scale * piece.formula.value(q))

    def metric(self, piece: Piece, q: np.ndarray) -> np.ndarray:
        s = self.scale * piece.formula.gradient(q)
        return np.eye(len(q)) + np.outer(s, s)

    def energy(self, piece: Piece, q: np.ndarray, v: np.ndarray) -> float:
        return float(0.5 * v @ self.metric(piece, q) @ v) + self.height(piece, q)

    def acceleration(self, piece: Piece, q: np.ndarray, v: np.ndarray) -> np.ndarray:
        gradient, hessian = piece.formula.derivatives(q)
        s, bend = self.scale * gradient, self.scale * (v @ hessian @ v)
        return -(self.pull + bend) / (1 + s @ s) * s - self.friction * v

    def sliding(self, piece: Piece, crease: Expression, q: np.ndarray, v: np.ndarray) -> np.ndarray:
        """The acceleration under the constraint u = 0, by Lagrange's multiplier."""
        (n, bend), metric = crease.derivatives(q), self.metric(piece, q)
        system = np.block([[metric, -n[:, None]], [n[None], np.zeros((1, 1))]])
        return np.linalg.solve(system, np.append(metric @ self.acceleration(piece, q, v), -(v @ bend @ v)))[: len(q)]

    def across(self, piece: Piece, crease: Expression, q: np.ndarray, v: np.ndarray) -> float:
        """d²u/dt² on that side: below 0 it is pushed towards negative u."""
        n, bend = crease.derivatives(q)
        return float(n @ self.acceleration(piece, q, v) + v @ bend @ v)

    def hold(self, ball: "Moving") -> float:
        """How firmly both sides push the ball into its crease; below 0 one of them lets it go."""
        high = self.across(ball.piece, ball.crease, ball.q, ball.v)
        return min(self.across(ball.other, ball.crease, ball.q, ball.v), -high)


@dataclass(frozen=True, eq=False)
class Moving:
    """A ball on one piece, or held in a crease of it."""

    q: np.ndarray
    v: np.ndarray
    piece: Piece
    crease: Expression | None = None  # that it slides along
    other: Piece | None = None  # the piece on the crease's other side
    rests: bool = False  # held from all sides


def released(track: Track, q: np.ndarray, v: np.ndarray) -> Moving:
    """A ball put down at q: in a crease if it is at one that holds it, else beside it."""
    piece, at, held = piece_at(track.formula, q), q, []
    for crease in piece.creases:
        n = crease.gradient(q)
        if not abs(crease.value(q)) <= ASIDE * track.width * np.linalg.norm(n):
            continue
        unit = _direction(n, v)
        sides = [piece_at(track.formula, q + sign * 2 * ASIDE * track.width * unit) for sign in (-1, 1)]
        low, high = (track.across(side, crease, q, v) for side in sides)
        if low > 0 > high:
            held.append(Moving(q, _along(track.metric(sides[1], q), unit, v), sides[1], crease, sides[0]))
        else:
            at = at + (1 if high >= 0 else -1) * 2 * ASIDE * track.width * unit
    if held:
        return replace(held[0], rests=len(held) >= len(q))
    return Moving(at, v, piece_at(track.formula, at))


def crossed(track: Track, ball: Moving, crease: Expression) -> Moving:
    """A ball that has come to a crease: on its other side, thrown back, or held in it."""
    q, v, n = ball.q, ball.v, crease.gradient(ball.q)
    unit = _direction(n, v)
    unit = unit if unit @ v >= 0 else -unit
    beyond = q + ASIDE * track.width * unit
    piece = piece_at(track.formula, beyond)
    before, after = track.metric(ball.piece, q), track.metric(piece, beyond)
    along = _along(after, unit, v, before)
    left = track.energy(ball.piece, q, v) - track.height(piece, beyond) - 0.5 * along @ after @ along
    rounding = 1e-10 * (abs(track.height(piece, beyond)) + 0.5 * v @ before @ v + track.pull * track.width * ASIDE)
    if left < -rounding:
        return _thrown_back(track, ball, unit, before)
    new = along + _unit_across(after, unit) * np.sqrt(2 * max(left, 0.0))
    speed, towards = float(n @ new), np.sign(n @ unit)
    back = towards * track.across(piece, crease, beyond, new)
    holds = towards * track.across(ball.piece, crease, q, new) > 0 > back
    if holds and 2 * abs(speed) < -back * track.dwell:
        low, high = (ball.piece, piece) if towards > 0 else (piece, ball.piece)
        return Moving(q, along, high, crease, low, rests=len(q) == 1)
    return Moving(beyond, new, piece)


def _direction(n: np.ndarray, v: np.ndarray) -> np.ndarray:
    """Across a crease; where it has no direction of its own, that of the ball."""
    longest = next((x / np.abs(x).max() for x in (n, v) if x.any()), np.eye(len(v))[0])  # a square may underflow
    return longest / np.linalg.norm(longest)


def _with_energy(track: Track, ball: Moving, energy: float) -> Moving:
    """The ball, faster or slower, with that energy."""
    size = 0.5 * ball.v @ track.metric(ball.piece, ball.q) @ ball.v
    left = max(energy - track.height(ball.piece, ball.q), 0.0)
    return replace(ball, v=ball.v * np.sqrt(left / size)) if size > 0 else ball


def _thrown_back(track: Track, ball: Moving, unit: np.ndarray, metric: np.ndarray) -> Moving:
    q = ball.q - ASIDE * track.width * unit
    along = _along(metric, unit, ball.v)
    across = 2 * along - ball.v
    return Moving(q, across, piece_at(track.formula, q))


def passed(track: Track, ball: Moving) -> Moving:
    """A ball that slides along a crease and comes to another one: further along it, on the pieces beyond."""
    energy = track.energy(ball.piece, ball.q, ball.v)
    ahead = ball.q + ASIDE * track.width * _direction(ball.v, ball.v)
    n = ball.crease.gradient(ahead)
    unit = _direction(n, ball.v)
    ahead = ahead - ball.crease.value(ahead) / max(np.linalg.norm(n), 1e-300) * unit
    sides = [piece_at(track.formula, ahead + sign * 2 * ASIDE * track.width * unit) for sign in (-1, 1)]
    along = _along(track.metric(sides[1], ahead), unit, ball.v)
    low, high = (track.across(side, ball.crease, ahead, along) for side in sides)
    if low > 0 > high:
        return _with_energy(track, Moving(ahead, along, sides[1], ball.crease, sides[0]), energy)
    aside = ahead + (1 if high >= 0 else -1) * 2 * ASIDE * track.width * unit
    return _with_energy(track, released(track, aside, along), energy)


def let_go(track: Track, ball: Moving) -> Moving:
    """Out of its crease, to the side that has stopped pushing."""
    n = ball.crease.gradient(ball.q)
    high = track.across(ball.piece, ball.crease, ball.q, ball.v) >= 0
    aside = ball.q + (1 if high else -1) * 2 * ASIDE * track.width * _direction(n, ball.v)
    energy = track.energy(ball.piece, ball.q, ball.v)
    return _with_energy(track, Moving(aside, ball.v, piece_at(track.formula, aside)), energy)


def _along(metric: np.ndarray, unit: np.ndarray, v: np.ndarray, before: np.ndarray | None = None) -> np.ndarray:
    """The velocity along the crease that has the momentum of ``v``; in one dimension there is none."""
    if len(unit) == 1:
        return np.zeros(1)
    t = np.array([-unit[1], unit[0]])
    return t * (t @ (metric if before is None else before) @ v) / (t @ metric @ t)


def _unit_across(metric: np.ndarray, unit: np.ndarray) -> np.ndarray:
    """The velocity of unit energy, twice over, that is at right angles to the crease as the surface measures it."""
    across = unit - _along(metric, unit, unit)
    return across / np.sqrt(across @ metric @ across)
