"""The landscapes of the literature, each with derivatives worked out by hand and its known minimizers.

    Quartic x⁴ − 40x² − 100x: f' = 4(x − 5)(x² + 5x + 5), f'' = 12x² − 80; global minimum at 5, local one at −(5+√5)/2.
    Quadratic ½Σλᵢxᵢ², λ from μ = 1 to L = κ in geometric steps.     Saddle ½(x² − y²): no minimum.

Gradients come back with each coordinate contiguous in memory, which makes large batches fast.
Sources: Rosenbrock 1960; Himmelblau 1972; Beale 1958; Rastrigin 1974; Styblinski & Tang 1990; the quartic: the notes.
"""

import numpy as np

from core.surfaces.surface import Number, Surface


def quadratic(condition_number: Number, dimension: int = 2) -> Surface:
    """½Σλᵢxᵢ² with λ from 1 to the condition number in geometric steps."""
    if not 1 <= condition_number <= 1e6:
        raise ValueError(f"condition_number must be in [1, 1e6]; got {condition_number}")
    curvatures = np.geomspace(1.0, condition_number, dimension)
    kappa = f"{condition_number:.6g}"
    return Surface(
        name="quadratic",
        formula=rf"\tfrac{{1}}{{2}}(x^2 + {kappa}\,y^2)" if dimension == 2 else r"\tfrac{1}{2}\sum\lambda_i x_i^2",
        domain=np.tile([-2.0, 2.0], (dimension, 1)),
        minimizers=np.zeros((1, dimension)),
        value=lambda p: 0.5 * np.sum(curvatures * p * p, axis=-1),
        gradient=lambda p: curvatures * p,
        hessian=lambda p: np.broadcast_to(np.diag(curvatures), (*p.shape, dimension)),
        start=np.array([1.6, 1.2]) if dimension == 2 else np.ones(dimension),
        step_size=1.0 / condition_number,
    )


def _vector(*coordinates) -> np.ndarray:
    """Coordinates (...) as points (..., d), each coordinate contiguous."""
    points = np.empty((len(coordinates), *np.shape(coordinates[0])))
    for i, coordinate in enumerate(coordinates):
        points[i] = coordinate
    return np.moveaxis(points, 0, -1)


def _matrix(xx, xy, yy) -> np.ndarray:
    """Second derivatives (...) as Hessians (..., 2, 2)."""
    entries = np.empty((2, 2, *np.shape(xx)))
    entries[0, 0], entries[0, 1], entries[1, 0], entries[1, 1] = xx, xy, xy, yy
    return np.moveaxis(entries, (0, 1), (-2, -1)) if entries.ndim > 2 else entries


def _planar(name: str, formula: str, domain, minimizers, value, gradient, hessian, start, step_size: float) -> Surface:
    """A surface from functions of x and y: f, (∂ₓf, ∂ᵧf) and (∂ₓₓf, ∂ₓᵧf, ∂ᵧᵧf)."""

    def quiet(function, gather):
        def at(p: np.ndarray) -> np.ndarray:
            with np.errstate(all="ignore"):
                return gather(function(p[..., 0], p[..., 1]))

        return at

    return Surface(
        name=name,
        formula=formula,
        domain=np.array(domain, float),
        minimizers=np.array(minimizers, float).reshape(-1, 2),
        value=quiet(value, np.asarray),
        gradient=quiet(gradient, lambda parts: _vector(*parts)),
        hessian=quiet(hessian, lambda parts: _matrix(*parts)),
        start=np.array(start, float),
        step_size=step_size,
    )


def quartic() -> Surface:
    def quiet(function):
        def at(p: np.ndarray) -> np.ndarray:
            with np.errstate(all="ignore"):
                return function(p)

        return at

    return Surface(
        name="quartic",
        formula="x^4 - 40x^2 - 100x",
        domain=np.array([[-6.5, 8.0]]),
        minimizers=np.array([[5.0], [-(5 + np.sqrt(5)) / 2]]),
        value=quiet(lambda p: ((p * p - 40) * p * p - 100 * p)[..., 0]),
        gradient=quiet(lambda p: (4 * p * p - 80) * p - 100),
        hessian=quiet(lambda p: (12 * p * p - 80)[..., None]),
        start=np.array([-0.5]),
        step_size=0.005,
    )


def rosenbrock() -> Surface:
    def gradient(x, y):
        above = y - x * x
        return 2 * (x - 1) - 400 * x * above, 200 * above

    return _planar(
        "rosenbrock",
        r"(1-x)^2 + 100\,(y-x^2)^2",
        [[-2, 2], [-1, 3]],
        [[1, 1]],
        lambda x, y: (1 - x) ** 2 + 100 * (y - x * x) ** 2,
        gradient,
        lambda x, y: (2 - 400 * y + 1200 * x * x, -400 * x, np.full_like(x, 200.0)),
        start=[-1.2, 1.0],
        step_size=1e-3,
    )


def himmelblau() -> Surface:
    def gradient(x, y):
        a, b = x * x + y - 11, x + y * y - 7
        return 4 * x * a + 2 * b, 2 * a + 4 * y * b

    return _planar(
        "himmelblau",
        "(x^2+y-11)^2 + (x+y^2-7)^2",
        [[-6, 6], [-6, 6]],
        [
            [3, 2],
            [-2.805118086952745, 3.131312518250573],
            [-3.779310253377747, -3.283185991286170],
            [3.584428340330492, -1.848126526964404],
        ],
        lambda x, y: (x * x + y - 11) ** 2 + (x + y * y - 7) ** 2,
        gradient,
        lambda x, y: (12 * x * x + 4 * y - 42, 4 * (x + y), 12 * y * y + 4 * x - 26),
        start=[-0.5, -2.5],
        step_size=0.005,
    )


def beale() -> Surface:
    def residuals(x, y):
        return 1.5 - x + x * y, 2.25 - x + x * y * y, 2.625 - x + x * y * y * y

    def gradient(x, y):
        a, b, c = residuals(x, y)
        square = y * y
        return (
            2 * (a * (y - 1) + b * (square - 1) + c * (square * y - 1)),
            2 * x * (a + 2 * y * b + 3 * square * c),
        )

    def hessian(x, y):
        a, b, c = residuals(x, y)
        xx = 2 * ((y - 1) ** 2 + (y**2 - 1) ** 2 + (y**3 - 1) ** 2)
        along = a + 2 * y * b + 3 * y * y * c
        xy = 2 * along + 2 * x * ((y - 1) + 2 * y * (y**2 - 1) + 3 * y**2 * (y**3 - 1))
        yy = 2 * x * (x + 2 * b + 4 * x * y**2 + 6 * y * c + 9 * x * y**4)
        return xx, xy, yy

    return _planar(
        "beale",
        "(1.5-x+xy)^2 + (2.25-x+xy^2)^2 + (2.625-x+xy^3)^2",
        [[-4.5, 4.5], [-4.5, 4.5]],
        [[3, 0.5]],
        lambda x, y: sum(r * r for r in residuals(x, y)),
        gradient,
        hessian,
        start=[1.0, 1.5],
        step_size=0.01,
    )


def saddle() -> Surface:
    return _planar(
        "saddle",
        r"\tfrac{1}{2}\left(x^2 - y^2\right)",
        [[-2, 2], [-2, 2]],
        np.empty((0, 2)),
        lambda x, y: 0.5 * (x * x - y * y),
        lambda x, y: (1.0 * x, -y),
        lambda x, y: (np.ones_like(x), np.zeros_like(x), -np.ones_like(x)),
        start=[1.5, 1e-3],
        step_size=0.1,
    )


def _separable(name: str, formula: str, domain, roots, value, slope, curvature, start, step_size: float) -> Surface:
    """g(x) + g(y), whose minimizers are the pairs of those of g."""
    pairs = np.array([[a, b] for a in roots for b in roots])
    order = np.argsort([value(a) + value(b) for a, b in pairs], kind="stable")
    return _planar(
        name,
        formula,
        [domain, domain],
        pairs[order],
        lambda x, y: value(x) + value(y),
        lambda x, y: (slope(x), slope(y)),
        lambda x, y: (curvature(x), np.zeros_like(x), curvature(y)),
        start,
        step_size,
    )


def _newton_roots(guesses, slope, curvature) -> np.ndarray:
    x = np.array(guesses, float)
    for _ in range(50):
        x = x - slope(x) / curvature(x)
    return x


def rastrigin() -> Surface:
    turn = 2 * np.pi

    def slope(x):
        return 2 * x + 10 * turn * np.sin(turn * x)

    def curvature(x):
        return 2 + 10 * turn**2 * np.cos(turn * x)

    return _separable(
        "rastrigin",
        r"20 + x^2 + y^2 - 10\cos 2\pi x - 10\cos 2\pi y",
        [-5.12, 5.12],
        _newton_roots(0.995 * np.arange(-5, 6), slope, curvature),
        lambda x: x * x + 10 - 10 * np.cos(turn * x),
        slope,
        curvature,
        start=[3.3, -2.2],
        step_size=0.002,
    )


def styblinski_tang() -> Surface:
    def slope(x):
        return 2 * x * x * x - 16 * x + 2.5

    def curvature(x):
        return 6 * x * x - 16

    return _separable(
        "styblinski_tang",
        r"\tfrac{1}{2}\left(x^4-16x^2+5x + y^4-16y^2+5y\right)",
        [-5, 5],
        _newton_roots([-2.9, 2.7], slope, curvature),
        lambda x: 0.5 * (x * x * (x * x - 16) + 5 * x),
        slope,
        curvature,
        start=[0.3, 1.0],
        step_size=0.02,
    )
