"""A step is stable only while η < 2/L, and momentum turns κ into √κ: what theory says about a quadratic ½xᵀAx.

    λ eigenvalue of A in [μ, L], κ = L/μ, η step size, β momentum, ρ spectral radius: distance shrinks by ρ per step.
    gradient descent  1 − ηλ                               stable η < 2/λ
    heavy ball        z² − (1 + β − ηλ)z + β = 0           stable η < 2(1 + β)/λ             (Polyak 1964)
    Nesterov          z² − (1 − ηλ)(1 + β)z + (1 − ηλ)β = 0  stable η < 2(1 + β)/((1 + 2β)λ)
                                                    (Lessard, Recht & Packard 2016, arXiv:1408.3595, Proposition 1)
    Newton            1 − η                                stable η < 2, whatever the curvature

Two equal roots (heavy ball at its optimum) decay like kρᵏ, not ρᵏ: ``measured_rate`` can take that k out.
"""

import math
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from core.bounds import affordable, whole
from core.gradient_descent.optimizers import METHODS
from core.surfaces.surface import Number, Surface

LINEAR = tuple(method.id for method in METHODS.values() if method.has_linear_rate)
RULES = ("quadratic_optimum", "start_curvature", "full_step", "domain_width", "surface_default")


def _check_linear(method: str) -> None:
    if method not in LINEAR:
        raise ValueError(f"method must have a linear rate ({', '.join(LINEAR)}); got {method!r}")


@np.errstate(over="ignore")  # a step size beyond all bounds is infinitely unstable, and that is the answer
def spectral_radius(curvature, method: str, step_size, momentum) -> np.ndarray:
    """The largest |z| of one mode of curvature λ, in closed form; all arguments broadcast."""
    _check_linear(method)
    curvature, step_size, momentum = (np.asarray(a, float) for a in (curvature, step_size, momentum))
    if method == "newton":
        return np.asarray(np.abs(1 - step_size) + 0 * (curvature + momentum))
    shrink = 1 - step_size * curvature
    if method == "gradient_descent":
        return np.asarray(np.abs(shrink) + 0 * momentum)
    shapes = {"heavy_ball": (shrink + momentum, momentum), "nesterov": (shrink * (1 + momentum), shrink * momentum)}
    trace, product = shapes[method]  # of the mode's 2 × 2 matrix
    discriminant = trace * trace - 4 * product
    real = 0.5 * (np.abs(trace) + np.sqrt(np.maximum(discriminant, 0)))
    return np.where(discriminant >= 0, real, np.sqrt(np.abs(product)))


def convergence_rate(
    eigenvalues: Float[np.ndarray, " d"], method: str, *, step_size: Number, momentum: Number
) -> float:
    """ρ: by how much the distance to the minimum shrinks per step in the end; above 1 it grows."""
    return float(spectral_radius(eigenvalues, method, step_size, momentum).max())


def stability_limit(curvature: Number, method: str, *, momentum: Number) -> float:
    """The step size up to which a mode of this curvature is stable; 0 for a negative one: no step size is."""
    _check_linear(method)
    if method == "newton":
        return 2.0
    if curvature <= 0:
        return 0.0 if curvature < 0 else math.inf
    factor = {"gradient_descent": 1.0, "heavy_ball": 1 + momentum, "nesterov": (1 + momentum) / (1 + 2 * momentum)}
    return 2 * factor[method] / curvature


def stability_map(
    eigenvalues: Float[np.ndarray, " d"],
    method: str,
    step_sizes: Float[np.ndarray, " a"],
    momenta: Float[np.ndarray, " b"],
) -> Float[np.ndarray, "b a"]:
    """ρ for every pair of step size and momentum; 1 is the edge of stability."""
    affordable("the map", len(momenta), len(step_sizes), whole("the number of eigenvalues", len(eigenvalues), 1, 10**6))
    radii = spectral_radius(eigenvalues, method, step_sizes[:, None], momenta[:, None, None])  # (b, a, d)
    return radii.max(axis=-1)


@dataclass(frozen=True)
class Tuning:
    """A method's own declared best setting, and the rule it comes from (an id of ``RULES``)."""

    step_size: float
    momentum: float
    rule: str


def tuning(on: Surface | np.ndarray, method: str, *, start: np.ndarray | None = None) -> Tuning:
    """Each method at its best: the quadratic optimum from the Hessians at the lowest minimizer and at the one nearest
    the start, or, for methods without such an optimum, a declared fraction of the width of the domain.

    Off a quadratic the curvature at the start counts as L where it is larger (rule ``start_curvature``). Given
    eigenvalues instead of a surface, only the methods with a linear rate have a tuning.
    """
    if not isinstance(on, Surface):
        return _quadratic_tuning(np.asarray(on, float), method, "quadratic_optimum")
    if method == "newton":
        return Tuning(1.0, 0.0, "full_step")
    if method not in LINEAR:
        return _width_tuning(on, method)
    if not len(on.minimizers):
        return Tuning(on.step_size, 0.9 if METHODS[method].uses_momentum else 0.0, "surface_default")
    nearest = 0 if start is None else int(np.argmin(np.linalg.norm(on.minimizers - start, axis=-1)))
    hessians = np.nan_to_num(on.hessian(on.minimizers[[0, nearest]]), posinf=0, neginf=0)
    eigenvalues, rule = np.linalg.eigvalsh(hessians).ravel(), "quadratic_optimum"
    if eigenvalues.min() <= 0:
        return Tuning(on.step_size, 0.9 if METHODS[method].uses_momentum else 0.0, "surface_default")
    if start is not None and not on.is_quadratic:
        largest = float(np.linalg.norm(np.nan_to_num(on.hessian(np.asarray(start, float))), 2))
        if largest > eigenvalues[-1]:
            eigenvalues, rule = np.append(eigenvalues, largest), "start_curvature"
    return _quadratic_tuning(eigenvalues, method, rule)


def _quadratic_tuning(eigenvalues: np.ndarray, method: str, rule: str) -> Tuning:
    _check_linear(method)
    mu, L = float(eigenvalues.min()), float(eigenvalues.max())
    if not 0 < mu <= L < math.inf:
        raise ValueError(f"eigenvalues must be positive and finite; got {eigenvalues.tolist()}")
    if method == "newton":
        return Tuning(1.0, 0.0, "full_step")
    if method == "gradient_descent":
        return Tuning(2 / (L + mu), 0.0, rule)
    if method == "heavy_ball":
        root = math.sqrt(L / mu)
        return Tuning(4 / (math.sqrt(L) + math.sqrt(mu)) ** 2, ((root - 1) / (root + 1)) ** 2, rule)
    root = math.sqrt(3 * L / mu + 1)
    return Tuning(4 / (3 * L + mu), (root - 2) / (root + 2), rule)


_WIDTHS = {"adam": 1 / 50, "rmsprop": 1 / 200, "random_search": 1 / 25, "simulated_annealing": 1 / 25}


def _width_tuning(surface: Surface, method: str) -> Tuning:
    if method not in _WIDTHS:
        raise ValueError(f"{method!r} has no step size to tune; allowed: {', '.join([*LINEAR, *_WIDTHS])}")
    return Tuning(surface.width * _WIDTHS[method], 0.0, "domain_width")


def measured_rate(
    distance: Float[np.ndarray, " steps"],
    *,
    double_root: bool = False,
    window: tuple[int, int] | None = None,
    floor: float = 1e-12,
) -> float:
    """The rate ρ per step of a decaying series, from peak to peak of its late half; nan where it is too short.

    Oscillation is met by comparing the highest point of the first and of the last third of the window. The window ends
    before the series falls below ``floor`` times its start (rounding), and is found here unless it is given.
    """
    ends = late_window(distance, floor) if window is None else window
    if ends is None:
        return math.nan
    first, last = ends
    third = max((last - first) // 3, 1)
    if window is None:
        first += int(np.argmax(distance[first : first + third]))
        last = last - third + int(np.argmax(distance[last - third : last + 1]))
    ratio = distance[last] / distance[first] * (first / last if double_root else 1.0)
    return float(ratio ** (1 / (last - first)))


def fitted_rate(series: Float[np.ndarray, " steps"], terms: int, noise: float = 1e-4) -> float:
    """|z| of the larger root of the recurrence of one or two terms that fits the series best.

    One coordinate along an eigenvector obeys such a recurrence exactly, so this also measures what oscillates and what
    has two equal roots. Steps count alike however small the series has become. ``noise``: what is smaller, relative to
    the rest, is no second term.
    """
    terms = whole("terms", terms, 1, 2)
    rows = np.stack([series[terms - 1 - i : len(series) - 1 - i] for i in range(terms)], axis=1)  # s_k, then s_{k-1}
    size = np.linalg.norm(rows, axis=1)
    if not size.all():
        return math.nan
    coefficients = np.linalg.lstsq(rows / size[:, None], series[terms:] / size, rcond=noise)[0]
    return float(np.abs(np.roots([1.0, *-coefficients])).max())


def late_window(distance: Float[np.ndarray, " steps"], floor: float = 1e-12) -> tuple[int, int] | None:
    """First and last step of the late half of a series, before it reaches rounding; None if that is too short."""
    if not len(distance):
        return None
    usable = np.isfinite(distance) & (distance > floor * distance[0])
    end = len(distance) - 1 if usable.all() else int(np.argmin(usable)) - 1
    return (end // 2, end) if end // 2 >= 3 else None


def escape_steps(
    distance: Number, start: Number, method: str, *, curvature: Number, step_size: Number, momentum: Number
) -> float:
    """Steps until |y| grows from ``start`` to ``distance`` along negative curvature; inf from exactly 0.

    y_k = y₀(A z₁ᵏ + (1 − A) z₂ᵏ) with the roots z of the mode and y₁ = (1 − ηλ)y₀, for every run begins at rest.
    """
    if curvature >= 0:
        raise ValueError(f"curvature must be negative to escape along it; got {curvature}")
    z1 = float(spectral_radius(curvature, method, step_size, momentum))
    if start == 0 or z1 <= 1:
        return math.inf
    first = 1 - step_size * curvature
    z2 = {"heavy_ball": momentum, "nesterov": momentum * first}.get(method, 0.0) / z1
    share = (first - z2) / (z1 - z2)
    goal = distance / abs(start)
    low, high = 0.0, max(math.log(goal / share) / math.log(z1), 0.0)  # the second term only helps: at high it is there
    for _ in range(60):
        middle = 0.5 * (low + high)
        reached = share * z1**middle + (1 - share) * z2**middle >= goal
        low, high = (low, middle) if reached else (middle, high)
    return high
