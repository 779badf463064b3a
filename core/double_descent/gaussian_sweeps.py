"""Double descent measured where the answer is known: least squares on Gaussian features, by parameters and by samples.

    y = xᵀβ + ε, x ~ N(0, I), ε ~ N(0, σ²);  r² = ``signal`` = ‖β‖², σ² = ``noise``;  letters as in ``risk_formulas``

Features (or samples) are nested: the problem of size N is the first N columns (or rows) of one draw, so that one
factorisation per repetition serves all sizes. The risk of a fit is computed exactly from ‖β̂ − β‖², not sampled.
What of its chance is known beforehand is taken off in ``gaussian_chance``.
``best_ridge`` uses the penalty that theory calls optimal at each size, not the one that looks best afterwards.
"""

from collections.abc import Iterator, Sequence

import numpy as np
from jaxtyping import Float, Int

from core.bounds import Real, increasing, real, whole
from core.double_descent.gaussian_chance import Model, chance_of, controlled, law
from core.double_descent.reduced_problem import ReducedProblem, reduced_by_features, reduced_by_samples
from core.double_descent.risk_curve import RiskCurve
from core.double_descent.risk_formulas import RiskMap, expected_risk, optimal_ridge
from core.double_descent.sizes import beside
from core.linear_algebra.minimum_norm import nested_prefixes

MAX_SMALL_SIDE = 500  # the fixed one of n and p
MAX_SIZE = 4000  # the one that is swept
MAX_REPETITIONS = 400
MAX_DRAWS = 40_000_000  # repetitions · n · p: seconds rather than minutes
MAX_SIGNAL = MAX_NOISE = MAX_PENALTY = 1e3

Sizes = Sequence[int] | Int[np.ndarray, " sizes"]


def linear_sweep(
    n: int,
    sizes: Sizes,
    *,
    signal: Real = 1.0,
    noise: Real = 0.25,
    penalty: Real = 0.0,
    repetitions: int = 40,
    seed: int = 0,
    best_ridge: bool = False,
) -> RiskCurve:
    """Excess risk ‖β̂ − β‖² by number of parameters p; every p is a model of its own, with ‖β‖² = ``signal``."""
    n, sizes = whole("n", n, 2, MAX_SMALL_SIDE), increasing("sizes", sizes, 1, MAX_SIZE)
    (signal, noise), largest = _strengths(signal, noise), int(sizes[-1])

    def problems(rng: np.random.Generator) -> Iterator[ReducedProblem]:
        x, direction = rng.standard_normal((n, largest)), rng.standard_normal(largest)
        error = np.sqrt(noise) * rng.standard_normal(n)
        scale = np.sqrt(signal / np.cumsum(direction**2)[sizes - 1])  # (sizes,)
        responses = scale * _running_products(x, direction, sizes)  # (n, sizes)
        for j, prefix in enumerate(nested_prefixes(x, sizes)):
            yield reduced_by_features(prefix, scale[j] * direction[: sizes[j]], responses[:, j], error)

    model = Model("linear", sizes, n, sizes, signal, noise, 0.0, n, noise, problems)
    return _measure(model, n * largest, penalty, repetitions, seed, best_ridge)


def sample_sweep(
    sizes: Sizes,
    p: int,
    *,
    signal: Real = 1.0,
    noise: Real = 0.25,
    penalty: Real = 0.0,
    repetitions: int = 40,
    seed: int = 0,
    best_ridge: bool = False,
) -> RiskCurve:
    """Excess risk ‖β̂ − β‖² by number of samples n, with p parameters: near n = p more data hurts."""
    p, sizes = whole("p", p, 2, MAX_SMALL_SIDE), increasing("sizes", sizes, 1, MAX_SIZE)
    (signal, noise), largest = _strengths(signal, noise), int(sizes[-1])

    def problems(rng: np.random.Generator) -> Iterator[ReducedProblem]:
        columns, direction = rng.standard_normal((p, largest)), rng.standard_normal(p)  # columns = Xᵀ
        error = np.sqrt(noise) * rng.standard_normal(largest)
        beta = np.sqrt(signal) * direction / np.linalg.norm(direction)
        pulled = _running_products(columns, error, sizes)  # Xᵀε (p, sizes)
        for j, prefix in enumerate(nested_prefixes(columns, sizes)):
            yield reduced_by_samples(prefix, beta, pulled[:, j], error[: sizes[j]])

    model = Model("samples", sizes, sizes, p, signal, noise, 0.0, p, noise, problems)
    return _measure(model, p * largest, penalty, repetitions, seed, best_ridge)


def weak_features_sweep(
    n: int,
    total_features: int,
    sizes: Sizes,
    *,
    signal: Real = 1.0,
    noise: Real = 0.04,
    penalty: Real = 0.0,
    repetitions: int = 40,
    seed: int = 0,
    best_ridge: bool = False,
) -> RiskCurve:
    """*Total* risk, σ² included, by number p of the D features that are fitted; which p of them is random."""
    n, total = whole("n", n, 2, MAX_SMALL_SIDE), whole("total_features", total_features, 1, MAX_SIZE)
    sizes, (signal, noise) = increasing("sizes", sizes, 1, total), _strengths(signal, noise)

    def problems(rng: np.random.Generator) -> Iterator[ReducedProblem]:
        x, direction = rng.standard_normal((n, total)), rng.standard_normal(total)
        beta = np.sqrt(signal) * direction / np.linalg.norm(direction)
        y = x @ beta + np.sqrt(noise) * rng.standard_normal(n)
        responses = _running_products(x, beta, sizes)  # (n, sizes)
        for j, prefix in enumerate(nested_prefixes(x, sizes)):
            fitted, left_out = beta[: sizes[j]], beta[sizes[j] :]
            error = y - responses[:, j]
            yield reduced_by_features(prefix, fitted, responses[:, j], error, float(left_out @ left_out) + noise)

    share = sizes / total
    left_out = signal * (1 - share) + noise
    model = Model("weak_features", sizes, n, sizes, signal * share, left_out, left_out, n, noise, problems)
    return _measure(model, n * total, penalty, repetitions, seed, best_ridge)


def measured_risk_map(
    ns: Int[np.ndarray, " ns"],
    ps: Int[np.ndarray, " ps"],
    *,
    signal: Real = 1.0,
    noise: Real = 0.25,
    penalty: Real = 0.0,
    repetitions: int = 10,
    seed: int = 0,
) -> RiskMap:
    """The picture of ``risk_map`` measured: the median excess risk of one ``linear_sweep`` per row."""
    settings = {"signal": signal, "noise": noise, "penalty": penalty, "repetitions": repetitions, "seed": seed}
    ns, ps = increasing("ns", ns, 2, MAX_SMALL_SIDE), increasing("ps", ps, 1, MAX_SIZE)
    return RiskMap(ns, ps, np.array([linear_sweep(int(n), ps, **settings).median() for n in ns]))


def _measure(model: Model, draws: int, penalty: Real, repetitions: int, seed: int, best_ridge: bool) -> RiskCurve:
    """Fit every size of every repetition, with the penalty asked for and, if wanted, with the optimal one."""
    penalty, rngs = real("penalty", penalty, 0, MAX_PENALTY), _generators(repetitions, draws, seed)
    optimum, best_excess = optimal_ridge(model.n, model.p, signal=model.signal, noise=model.noise)
    far = ~beside(model.sizes, model.threshold)
    fits, best, chances = [], [], []
    for rng in rngs:
        for j, problem in enumerate(model.problems(rng)):
            fits.append(problem.fit(penalty))
            chances.append(chance_of(problem, fits[-1], penalty) if far[j] else (np.nan, np.nan))
            if best_ridge:
                best.append(problem.fit(float(optimum[j])).risk)
    shape = (len(rngs), len(model.sizes))
    quantities = ("train", "norm", "bias", "variance")
    theory = expected_risk(model.n, model.p, penalty, signal=model.signal, noise=model.noise)
    unseen, gain = (np.reshape(values, shape) for values in zip(*chances, strict=True))
    return RiskCurve(
        kind=model.kind,
        sizes=model.sizes,
        test=np.reshape([fit.risk for fit in fits], shape),
        **{name: np.reshape([getattr(fit, name) for fit in fits], shape) for name in quantities},
        threshold=model.threshold,
        penalty=penalty,
        noise=model.error_variance,
        theory=model.floor + theory,
        best_ridge=np.reshape(best, shape) if best_ridge else None,
        best_penalty=optimum if best_ridge else None,
        best_ridge_theory=model.floor + best_excess if best_ridge else None,
        controlled=controlled(model, penalty, unseen, gain, far),
        law=law(model) if penalty == 0 else None,
    )


def _running_products(
    a: Float[np.ndarray, "rows columns"], b: Float[np.ndarray, " columns"], sizes: Int[np.ndarray, " sizes"]
) -> Float[np.ndarray, "rows sizes"]:
    """The first N columns of a times the first N entries of b, for every N in ``sizes``."""
    starts = np.concatenate([[0], sizes[:-1]])
    return np.cumsum(np.add.reduceat(a[:, : sizes[-1]] * b[: sizes[-1]], starts, axis=1), axis=1)


def _strengths(signal: Real, noise: Real) -> tuple[float, float]:
    return real("signal", signal, 0, MAX_SIGNAL), real("noise", noise, 0, MAX_NOISE)


def _generators(repetitions: int, draws: int, seed: int) -> list[np.random.Generator]:
    """One independent stream per repetition, or ``ValueError`` where the sweep would take minutes."""
    whole("repetitions", repetitions, 1, min(MAX_REPETITIONS, max(1, MAX_DRAWS // draws)))
    return [np.random.default_rng([whole("seed", seed, 0, 2**63 - 1), i]) for i in range(repetitions)]
