"""The double-descent page's settings for each of its data, and the sweeps composed for its pictures."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Float, Int

from core.bounds import Real, whole
from core.double_descent.digits_plane import PENALTIES, DigitsPlane, digits_plane, grid_with
from core.double_descent.epochwise import COEFFICIENTS, SINGULAR_VALUES, EpochCurve, epochwise_run
from core.double_descent.gaussian_sweeps import linear_sweep, sample_sweep, weak_features_sweep
from core.double_descent.legendre import legendre_sweep
from core.double_descent.risk_curve import RiskCurve
from core.double_descent.risk_formulas import RiskMap, exact_bias, exact_variance, risk_map
from core.double_descent.sizes import sizes_across
from core.progress import Progress

POSITIONS = (0.0, *PENALTIES.tolist())  # of a slider for λ
SIZE_COUNT = 60
EPOCH_TIMES = 60
LAST_EPOCH = 300_000
EPOCH_STEP = 0.1
MAP_REACH = 200  # of n and of p on the map


@dataclass(frozen=True)
class Preset:
    """What the controls offer for one kind of data, and where they begin."""

    n: tuple[int, int, int]  # lowest, highest, step; with "samples" the number of parameters p
    default_n: int
    default_noise: float  # σ²
    noise: tuple[float, ...]
    repetitions: tuple[int, ...]
    default_repetitions: int

    @property
    def start(self) -> dict[str, float]:
        """The value of each control that another preset may have left elsewhere."""
        zero = {"label_noise": 0.0, "penalty": 0.0}
        own = {"noise": self.default_noise, "repetitions": self.default_repetitions}
        return {name: float(value) for name, value in ({"n": self.default_n, "p": self.default_n} | own | zero).items()}


NOISE = (0.0, 0.01, 0.02, 0.04, 0.06, 0.09, 0.12, 0.16, 0.2, 0.25, 0.3, 0.4, 0.5, 0.7, 1.0, 1.5, 2.0, 3.0, 4.0)
REPETITIONS = (1, 2, 5, 10, 20, 50, 100)
PRESETS = {
    "digits": Preset((100, 400, 50), 300, 0.0, NOISE, (1, 2, 3, 5), 1),
    "gaussian": Preset((20, 100, 5), 40, 0.25, NOISE, REPETITIONS, 20),
    "weak": Preset((20, 50, 5), 40, 0.04, NOISE, REPETITIONS, 20),
    "legendre": Preset((10, 40, 1), 20, 0.09, NOISE, REPETITIONS, 20),
    "samples": Preset((20, 100, 5), 50, 0.25, NOISE, REPETITIONS, 20),
    "map": Preset((20, 100, 5), 60, 0.25, NOISE, REPETITIONS, 20),
    "epochs": Preset((100, 1000, 50), 400, 8.0, (*NOISE, 6.0, 8.0, 10.0, 15.0, 20.0), REPETITIONS, 50),
}
DATA = ("digits", "gaussian", "weak", "legendre")
AGAINST = ("parameters", "samples", "epochs", "map")


def preset_of(against: str = "parameters", data: str = "digits", **_: object) -> str:
    """Which of ``PRESETS`` a page with these controls shows: only against parameters is there a choice of data."""
    return data if against == "parameters" else against


def sizes_around(threshold: int, largest: int, count: int = 30) -> Int[np.ndarray, " sizes"]:
    """Sizes evenly on a log axis, and close to the threshold all the nearer ones: a peak is narrow."""
    near = whole("threshold", threshold, 1, 1_000_000) + np.array([-8, -5, -3, -2, -1, 0, 1, 2, 3, 5, 8])
    every = np.concatenate([sizes_across(threshold, largest, count), near])
    return np.unique(every[(every >= 2) & (every <= largest)])


def sizes_of(preset: str, n: int, *, total_features: int = 100) -> Int[np.ndarray, " sizes"]:
    """The sizes that the page sweeps; ``n`` is what they are compared to."""
    n = whole("n", n, 1, 1_000_000)
    if preset == "digits":
        return sizes_across(n, 10 * n, SIZE_COUNT)
    if preset == "weak":
        return np.unique(np.append(sizes_around(n, total_features, 2), np.linspace(2, total_features, 24).astype(int)))
    if preset == "legendre":
        return sizes_around(n, min(50 * n, 1500), 40)
    if preset == "map":
        return sizes_around(n, MAP_REACH)
    return sizes_around(n, 4 * n if preset == "samples" else 10 * n)


def sweep(
    preset: str,
    n: int,
    *,
    noise: Real,
    penalty: Real = 0.0,
    repetitions: int = 20,
    seed: int = 0,
    best_ridge: bool = True,
    total_features: int = 100,
    scaling: str = "plain",
) -> RiskCurve:
    """The sweep of any preset but "digits" (``digits_everywhere``) and "epochs" (``epochs``)."""
    sizes, settings = sizes_of(preset, n, total_features=total_features), {"noise": noise, "penalty": penalty}
    return _sweeper(preset, n, total_features, scaling, best_ridge)(
        sizes, **settings, repetitions=repetitions, seed=seed
    )


def _sweeper(preset: str, n: int, total_features: int, scaling: str, best_ridge: bool) -> Callable[..., RiskCurve]:
    """From sizes and the common settings to a sweep."""
    sweepers = {
        "gaussian": lambda sizes, **s: linear_sweep(n, sizes, best_ridge=best_ridge, **s),
        "map": lambda sizes, **s: linear_sweep(n, sizes, best_ridge=best_ridge, **s),
        "weak": lambda sizes, **s: weak_features_sweep(n, total_features, sizes, best_ridge=best_ridge, **s),
        "samples": lambda sizes, **s: sample_sweep(sizes, n, best_ridge=best_ridge, **s),
        "legendre": lambda sizes, **s: legendre_sweep(sizes, n=n, scaling=scaling, **s),
    }
    if preset not in sweepers:
        raise ValueError(f"preset must be one of {', '.join(sweepers)}, got {preset!r}")
    return sweepers[preset]


def with_the_best_of(curve: RiskCurve, other: RiskCurve) -> RiskCurve:
    """The best ridge does not depend on the penalty that is on: taken over from the same sweep at another one."""
    names = ("best_ridge", "best_penalty", "best_ridge_theory")
    return replace(curve, **{name: getattr(other, name) for name in names})


def digits_everywhere(
    n: int, label_noise: Real, repetitions: int, seed: int, penalty: Real
) -> Iterator[Progress[DigitsPlane]]:
    """The plane of the digits, as long work; ``penalty`` only matters where it is not one of ``POSITIONS``."""
    grid = tuple(grid_with(penalty).tolist())
    sizes = sizes_of("digits", n)
    return digits_plane(n, sizes, label_noise=label_noise, repetitions=repetitions, seed=seed, penalties=grid)


def off_grid(penalty: float) -> float:
    """0 where the penalty is one of ``POSITIONS``, itself elsewhere: all of those share one cached plane."""
    return penalty if len(grid_with(penalty)) > len(POSITIONS) else 0.0


def epochs(n: int, *, noise: Real, design: str, repetitions: int, seed: int) -> EpochCurve:
    """Gradient descent on the two groups of modes, at times evenly spaced on a log axis."""
    times = np.unique(np.round(np.geomspace(1, LAST_EPOCH, EPOCH_TIMES)).astype(np.int64))
    settings = {"noise": noise, "step_size": EPOCH_STEP, "design": design, "repetitions": repetitions, "seed": seed}
    return epochwise_run(times, SINGULAR_VALUES, COEFFICIENTS, n=n, **settings)


@dataclass(frozen=True, eq=False)
class PenaltyProfile:
    """Test risk of one size at every penalty."""

    size: int
    penalty: Float[np.ndarray, " penalties"]  # λ > 0
    test: Float[np.ndarray, "repetitions penalties"]
    theory: Float[np.ndarray, " penalties"] | None
    ridgeless: float  # median risk at λ = 0


def profile(preset: str, n: int, size: int, *, total_features: int = 100, scaling: str = "plain", **settings):
    """``size`` fitted with every penalty of ``PENALTIES`` and with none; the same repetitions for each."""
    at = _sweeper(preset, n, total_features, scaling, False)
    curves = [at(np.array([size]), penalty=penalty, **settings) for penalty in PENALTIES]
    theory = None if curves[0].theory is None else np.array([float(curve.theory[0]) for curve in curves])
    ridgeless = float(at(np.array([size]), penalty=0.0, **settings).median()[0])
    return PenaltyProfile(size, PENALTIES, np.column_stack([c.test[:, 0] for c in curves]), theory, ridgeless)


def profile_of(plane: DigitsPlane, size: int) -> PenaltyProfile:
    """The same from the plane of the digits, at the swept size nearest to ``size``."""
    j = int(np.abs(plane.curves[0].sizes - whole("size", size, 1, 1_000_000)).argmin())
    test = np.column_stack([curve.test[:, j] for curve in plane.curves])
    ridgeless = float(np.median(test[:, 0]))
    return PenaltyProfile(int(plane.curves[0].sizes[j]), plane.penalty[1:], test[:, 1:], None, ridgeless)


def exact_parts(preset: str, curve: RiskCurve, n: int, *, signal: Real = 1.0) -> dict[str, np.ndarray]:
    """The exact bias, variance and sum at every size of a sweep, where they are known: isotropic and without ridge."""
    if preset not in ("gaussian", "samples", "map") or curve.penalty > 0:
        return {}
    pair = (curve.sizes, n) if preset == "samples" else (n, curve.sizes)  # (n, p)
    bias, variance = exact_bias(*pair, signal=signal), exact_variance(*pair, noise=curve.noise)
    return {"bias": bias, "variance": variance, "sum": bias + variance}


def map_of(noise: Real, penalty: Real) -> RiskMap:
    """The predicted risk for all n and p up to ``MAP_REACH``."""
    every = np.arange(2, MAP_REACH + 1)
    return risk_map(every, every, noise=noise, penalty=penalty)


def turning_points(values: Float[np.ndarray, " times"]) -> Int[np.ndarray, " turns"]:
    """The places strictly inside where a curve turns."""
    slope = np.sign(np.diff(values))
    return np.flatnonzero(slope[1:] * slope[:-1] < 0) + 1
