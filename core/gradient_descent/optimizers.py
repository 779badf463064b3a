"""Every method is one update rule, x ↦ x⁺, with what it remembers between steps.

    g = ∇f(x), H = ∇²f(x), η step size, β momentum (Goh 2017 and Polyak 1964 write α for η), k = 1, 2, … the step.
    gradient descent     x⁺ = x − ηg
    heavy ball           v⁺ = βv + g,  x⁺ = x − ηv⁺            the same as x⁺ = x − ηg + β(x − x⁻)   (Polyak 1964)
    Nesterov             y = x + β(x − x⁻),  x⁺ = y − η∇f(y)    torch's parameter is y, not x          (Nesterov 1983)
    RMSProp              s⁺ = 0.99 s + 0.01 g²,  x⁺ = x − ηg/(√s⁺ + 1e-8)                (Tieleman & Hinton 2012, torch)
    Adam                 m, s: running means (0.9, 0.999) of g, g², bias-corrected; x⁺ = x − ηm̂/(√ŝ + 1e-8)
                         (Kingma & Ba 2014, arXiv:1412.6980, Algorithm 1)
    Newton               x⁺ = x − ηH⁻¹g
    random search        x⁺ = x + ηξ if that is lower, ξ ~ N(0, I)
    simulated annealing  x⁺ = x + ηξ with probability min(1, e^(−Δf/T)), T falling from T₀ to T₀/1000 over the run
                         (Kirkpatrick, Gelatt & Vecchi 1983)

The physical ball is in the map too, but it obeys a differential equation: see ``rolling_ball``.

A further method is a rule here and a line at the end of ``METHODS``; its own best in ``convergence`` (``_WIDTHS`` where
it has no optimum); a colour in ``charts.theme``: its name in ``SERIES`` and the colour in ``series``, light and dark;
its name in the text file ([words.methods]); a row against torch in ``tests/core/gradient_descent/test_descent.py``.
Where it has a linear rate: ``spectral_radius`` and ``stability_limit``, and the text ``check.rate_<method>``. Page,
race and basins find it by themselves; CHANGELOG counts the methods.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from core.surfaces.surface import Number, Surface

EPSILON = 1e-8  # of Adam and RMSProp, torch's default
RMSPROP_DECAY = 0.99
ADAM_DECAYS = 0.9, 0.999
MOST_STEPS = 5000
MOST_STEP_SIZE = 1e6
DIVERGED = 1e6  # domain widths from its centre

Memory = tuple[np.ndarray, ...]  # arrays shaped like x


@dataclass(frozen=True)
class Setting:
    """What an update rule may know besides the point: the same for every start of a batch."""

    step_size: Number
    momentum: Number
    step: int  # k, from 1
    steps: int  # in the whole run
    rng: np.random.Generator


Update = Callable[[Surface, np.ndarray, Memory, Setting], tuple[np.ndarray, Memory]]


@dataclass(frozen=True)
class Method:
    """One optimiser. ``update`` maps points (..., d) and memory to the next; None for the physical ball."""

    id: str
    update: Update | None
    memories: int = 0  # how many arrays shaped like x it carries from step to step, zero at first
    is_stochastic: bool = False
    uses_gradient: bool = True
    uses_hessian: bool = False
    uses_momentum: bool = False
    has_linear_rate: bool = False  # on quadratics, with a spectral radius known in closed form


def _gradient_descent(surface: Surface, x, memory: Memory, at: Setting):
    return x - at.step_size * surface.gradient(x), memory


def _heavy_ball(surface: Surface, x, memory: Memory, at: Setting):
    velocity = at.momentum * memory[0] + surface.gradient(x)
    return x - at.step_size * velocity, (velocity,)


def _nesterov(surface: Surface, x, memory: Memory, at: Setting):
    ahead = x + at.momentum * memory[0]
    new = ahead - at.step_size * surface.gradient(ahead)
    return new, (new - x,)


def _rmsprop(surface: Surface, x, memory: Memory, at: Setting):
    gradient = surface.gradient(x)
    square = RMSPROP_DECAY * memory[0] + (1 - RMSPROP_DECAY) * gradient * gradient
    return x - at.step_size * gradient / (np.sqrt(square) + EPSILON), (square,)


def _adam(surface: Surface, x, memory: Memory, at: Setting):
    gradient = surface.gradient(x)
    first, second = ADAM_DECAYS
    mean = first * memory[0] + (1 - first) * gradient
    square = second * memory[1] + (1 - second) * gradient * gradient
    rate = at.step_size / (1 - first**at.step)
    spread = np.sqrt(square) / np.sqrt(1 - second**at.step) + EPSILON
    return x - rate * mean / spread, (mean, square)


def _newton(surface: Surface, x, memory: Memory, at: Setting):
    return x - at.step_size * newton_direction(surface.hessian(x), surface.gradient(x)), memory


def newton_direction(hessian: np.ndarray, gradient: np.ndarray) -> np.ndarray:
    """H⁻¹g, (..., d); not finite where H is singular, so that such a step counts as divergence."""
    d = gradient.shape[-1]
    if hessian.shape[-2:] != (d, d):
        raise ValueError(f"the hessian must be {d} by {d}, as the gradient has it; got {hessian.shape}")
    if d == 1:
        return gradient / hessian[..., 0]
    if d == 2:
        a, b, c = hessian[..., 0, 0], hessian[..., 0, 1], hessian[..., 1, 1]
        g, h = gradient[..., 0], gradient[..., 1]
        determinant = a * c - b * b
        return np.moveaxis(np.stack([(c * g - b * h) / determinant, (a * h - b * g) / determinant]), 0, -1)
    return np.einsum("...ij,...j->...i", np.linalg.inv(hessian), gradient)


def _proposal(x: np.ndarray, at: Setting) -> np.ndarray:
    return x + at.step_size * at.rng.standard_normal(x.shape)


def _random_search(surface: Surface, x, memory: Memory, at: Setting):
    new = _proposal(x, at)
    lower = surface.value(new) < surface.value(x)
    return np.where(lower[..., None], new, x), memory


def _simulated_annealing(surface: Surface, x, memory: Memory, at: Setting):
    new = _proposal(x, at)
    temperature = 0.1 * surface.height * 1e-3 ** (at.step / at.steps)
    rise = surface.value(new) - surface.value(x)
    accepted = at.rng.random(rise.shape) < np.exp(-np.maximum(rise, 0.0) / temperature)
    return np.where(accepted[..., None], new, x), memory


METHODS: dict[str, Method] = {
    method.id: method
    for method in (
        Method("gradient_descent", _gradient_descent, has_linear_rate=True),
        Method("heavy_ball", _heavy_ball, 1, uses_momentum=True, has_linear_rate=True),
        Method("nesterov", _nesterov, 1, uses_momentum=True, has_linear_rate=True),
        Method("rmsprop", _rmsprop, 1),
        Method("adam", _adam, 2),
        Method("newton", _newton, uses_hessian=True, has_linear_rate=True),
        Method("physical_ball", None),
        Method("random_search", _random_search, is_stochastic=True, uses_gradient=False),
        Method("simulated_annealing", _simulated_annealing, is_stochastic=True, uses_gradient=False),
    )
}


def iterative(method: str) -> Method:
    """The method of that id; raises for an unknown one and for the ball, which has no step."""
    allowed = [m.id for m in METHODS.values() if m.update is not None]
    if method not in allowed:
        raise ValueError(f"method must be one of {', '.join(allowed)}; got {method!r}")
    return METHODS[method]


def check_settings(step_size: Number, momentum: Number, steps: int) -> None:
    """The ranges that hold for every run."""
    if not 0 < step_size <= MOST_STEP_SIZE:
        raise ValueError(f"step_size must be in (0, {MOST_STEP_SIZE:g}]; got {step_size}")
    if not 0 <= momentum < 1:
        raise ValueError(f"momentum must be in [0, 1); got {momentum}")
    if not 1 <= steps <= MOST_STEPS:
        raise ValueError(f"steps must be in [1, {MOST_STEPS}]; got {steps}")
