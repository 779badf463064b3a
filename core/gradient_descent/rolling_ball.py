"""A real ball is not gradient descent: it obeys a second-order equation, and only friction lets it stop.

    z = f(q) times a height scale, g gravity, c friction, k = 1 for a sliding bead, 7/5 for a small rolling sphere,
    q̈ = −[(g/k + q̇ᵀHq̇)/(1 + ‖∇f‖²)] ∇f − c q̇        energy per mass E = ½(‖q̇‖² + (∇f·q̇)²) + (g/k) f, constant if c = 0.

Gravity is vertical; the reaction is normal to the surface; at rest their sum is tangential. In motion the reaction
has a further part that bends the path (``centripetal``). Heavy ball is the limit of small slopes.

At a kink of the surface ∇f has no value and the equation says nothing. The ball then does what it would if it were
rounded off, ever more sharply (``creases``): its energy is kept, but that is a choice, not a consequence.
"""

from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Float

from core.formulas.expressions import Expression
from core.formulas.pieces import has_creases
from core.gradient_descent.creases import Track
from core.gradient_descent.descent import inside
from core.gradient_descent.kinked_roll import follow
from core.surfaces.surface import Number, Surface

INERTIA = {"bead": 1.0, "sphere": 1.4}  # k
GRAVITY = 9.81  # m/s², with the domain measured in metres
DWELL = {False: 1e-5, True: 1e-3}  # of the duration, without and with friction: sooner back in a crease is not seen
BESIDE = 1e-3  # of the width of the domain: how near to a pole or a kink a path is called smooth
REACH = 3.0  # domain half-widths from its centre at which the ball is lost


@dataclass(frozen=True, eq=False)
class Roll:
    """The ball's motion at evenly spaced times; nan once it has left (``diverged``)."""

    time: Float[np.ndarray, " frames"]  # seconds
    path: Float[np.ndarray, "frames d"]  # q, metres
    value: Float[np.ndarray, " frames"]  # f(q), in the surface's own unit, not scaled
    velocity: Float[np.ndarray, "frames d"]  # q̇, metres per second
    potential: Float[np.ndarray, " frames"]  # the part of the energy that is height
    energy: Float[np.ndarray, " frames"]  # per mass, relative to the domain's minimum where known: metres²/seconds²
    gravity: Float[np.ndarray, "frames axes"]  # force per mass, metres/seconds²; axes = d + 1, the vertical last
    normal: Float[np.ndarray, "frames axes"]  # the reaction that cancels what gravity has normal to the surface
    tangential: Float[np.ndarray, "frames axes"]  # gravity + normal
    centripetal: Float[np.ndarray, "frames axes"]  # the rest of the reaction: it bends the path and does no work
    friction: Number
    height_scale: Number  # metres of height per unit of f
    diverged: bool  # whether it left for good
    left_at: float  # seconds; nan where it stayed
    is_lost: bool = False  # whether it did not leave, but was followed no further: it met kink upon kink
    kinks: bool = False  # whether f is not certified to be twice differentiable along the path

    @property
    def energy_drift(self) -> float:
        """The largest change of the energy relative to the energy at the start (or to 1, where that is smaller)."""
        return float(np.nanmax(np.abs(self.energy - self.energy[0]))) / max(abs(float(self.energy[0])), 1.0)


def natural_height_scale(surface: Surface) -> float:
    """Metres of height per unit of f that make the landscape a fifth as high as it is wide."""
    return 0.2 * surface.width / surface.height


def roll(
    surface: Surface,
    start: Float[np.ndarray, " d"],
    *,
    friction: Number = 0.0,
    duration: Number = 10.0,
    frames: int = 300,
    gravity: Number = GRAVITY,
    kind: str = "sphere",
    height_scale: Number | None = None,
    tolerance: float = 1e-9,
) -> Roll:
    """Release a ball from rest at ``start`` and watch it for ``duration`` seconds, at ``frames`` moments.

    It rolls on z = f(q)·height_scale; a landscape in its own units can be a cliff (Rosenbrock), so the scale defaults
    to ``natural_height_scale``. ``tolerance`` is the relative error per step that the integrator may make.
    """
    from scipy.integrate import solve_ivp  # a quarter of a second that a page without the ball need not spend

    start = inside(surface, start)
    _check(friction, duration, frames, gravity, kind, tolerance)
    scale = natural_height_scale(surface) if height_scale is None else height_scale
    if not 0 < scale <= 1e6:
        raise ValueError(f"height_scale must be in (0, 1e6]; got {scale}")
    d, pull = surface.dimension, gravity / INERTIA[kind]

    def motion(t: float, state: np.ndarray) -> np.ndarray:
        q, velocity = state[:d], state[d:]
        slope, bend = surface.gradient(q) * scale, velocity @ surface.hessian(q) @ velocity * scale
        return np.concatenate([velocity, -(pull + bend) / (1 + slope @ slope) * slope - friction * velocity])

    def distance_to_rim(t: float, state: np.ndarray) -> np.ndarray | np.float64:
        away = np.abs(state[..., :d] - surface.centre) / np.ptp(surface.domain, axis=1)
        return away.max(axis=-1) * 2 - REACH

    distance_to_rim.terminal = True
    time = np.linspace(0, duration, frames)
    own = surface.expression
    if own is not None and has_creases(own):
        dwell = DWELL[friction > 0] * duration
        track = Track(own, scale, pull, friction, surface.width, dwell)
        with np.errstate(all="ignore"):
            found = follow(track, start, time, distance_to_rim, tolerance)
            rolled = _roll(surface, time, found.states, friction, pull, gravity, scale)
            return replace(rolled, is_lost=found.is_lost)
    with np.errstate(all="ignore"):
        solution = solve_ivp(
            motion, (0, duration), np.concatenate([start, np.zeros(d)]), "LSODA", time,
            events=distance_to_rim, rtol=tolerance, atol=tolerance * surface.width,
        )  # fmt: skip
        states = np.full((frames, 2 * d), np.nan)
        states[: solution.y.shape[1]] = solution.y.T
        return _roll(surface, time, states, friction, pull, gravity, scale)


def _roll(surface: Surface, time, states, friction: Number, pull: float, gravity: Number, scale: Number) -> Roll:
    """Energies and forces along a path of states (frames, 2d)."""
    q, velocity = np.split(states, 2, axis=1)
    slope, value = surface.gradient(q) * scale, surface.value(q)
    climb = np.sum(slope * velocity, axis=1)
    bend = np.einsum("ti,tij,tj->t", velocity, surface.hessian(q), velocity) * scale
    steepness = 1 + np.sum(slope * slope, axis=1)
    upward = np.concatenate([-slope, np.ones((len(time), 1))], axis=1) / steepness[:, None]  # not of length 1
    weight = np.zeros_like(upward) + np.append(np.zeros(slope.shape[1]), -gravity)
    ground = surface.minimum if np.isfinite(surface.minimum) else 0.0
    gone = np.isnan(states[:, 0])
    potential = pull * scale * (value - ground)
    return Roll(
        time=time,
        path=q,
        value=value,
        velocity=velocity,
        potential=potential,
        energy=0.5 * (np.sum(velocity**2, axis=1) + climb**2) + potential,
        gravity=weight,
        normal=gravity * upward,
        tangential=weight + gravity * upward,
        centripetal=bend[:, None] * upward,
        friction=friction,
        height_scale=scale,
        diverged=bool(gone.any()),
        left_at=float(time[gone.argmax()]) if gone.any() else np.nan,
        kinks=surface.expression is not None and not _is_smooth_along(surface.expression, q[~gone], surface.width),
    )


def _is_smooth_along(expression: Expression, path: np.ndarray, width: float) -> bool:
    """Whether ∇²f is certified to be finite on boxes around all pieces of the path, and a little beyond them: so near
    a pole, all digits of the energy are lost."""
    beyond = BESIDE * width
    ends = np.minimum(path[:-1], path[1:]) - beyond, np.maximum(path[:-1], path[1:]) + beyond
    return bool(np.isfinite(expression.hessian_range_on(np.stack(ends, axis=-1))).all())


def _check(friction: Number, duration: Number, frames: int, gravity: Number, kind: str, tolerance: float) -> None:
    ranges = {
        "friction": (friction, 0, 100),
        "duration": (duration, 1e-3, 600),
        "frames": (frames, 2, 5000),
        "gravity": (gravity, 1e-3, 1e3),
        "tolerance": (tolerance, 1e-12, 1e-2),
    }
    for name, (value, least, most) in ranges.items():
        if not least <= value <= most:
            raise ValueError(f"{name} must be in [{least:g}, {most:g}]; got {value}")
    if kind not in INERTIA:
        raise ValueError(f"kind must be one of {', '.join(INERTIA)}; got {kind!r}")
