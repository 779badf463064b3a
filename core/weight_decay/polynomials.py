"""The same points under-, well and over-fitted: a line, the cubic that made them, and the largest degree.

Zhang, Lipton, Li & Smola, "Dive into Deep Learning": y = 5 + 1.2x − 3.4x²/2! + 5.6x³/3! + N(0, 0.1²).
"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from core.bounds import Real
from core.weight_decay.problems import MOST_DEGREE, TRUTH, polynomial, powers
from core.weight_decay.ridge import spectrum

DEGREES = (1, 3, MOST_DEGREE)
POSITIONS = 120  # of a drawn curve


@dataclass(frozen=True)
class PolynomialFit:
    """One degree, fitted by ridge regression."""

    degree: int
    x: Float[np.ndarray, " n"]  # training points
    y: Float[np.ndarray, " n"]
    at: Float[np.ndarray, " positions"]
    value: Float[np.ndarray, " positions"]  # the fit
    truth: Float[np.ndarray, " positions"]  # the cubic without its noise
    training_error: float  # mean square
    validation_error: float
    degrees_of_freedom: float


def polynomial_fits(n: int, penalty: Real, *, seed: int = 0) -> tuple[PolynomialFit, ...]:
    """The three fits to the same n points under the same penalty, 0 included."""
    return tuple(_fit(n, degree, penalty, seed) for degree in DEGREES)


def _fit(n: int, degree: int, penalty: Real, seed: int) -> PolynomialFit:
    problem = polynomial(n, seed=seed, degree=degree)
    found = spectrum(problem.x, problem.y, problem.before)
    w = found.coefficients(penalty)
    points = problem.x[:, 0] + problem.middle[0]
    everywhere = np.concatenate([points, problem.x_test[:, 0] + problem.middle[0]])
    at = np.linspace(everywhere.min(), everywhere.max(), POSITIONS)
    training, validation = (
        float(((x @ w - y) ** 2).mean()) for x, y in ((problem.x, problem.y), (problem.x_test, problem.y_test))
    )
    return PolynomialFit(
        degree=degree,
        x=points,
        y=problem.y + problem.y_middle,
        at=at,
        value=(powers(at, degree) - problem.middle) @ w + problem.y_middle,
        truth=powers(at, len(TRUTH) - 1) @ np.array(TRUTH[1:]) + TRUTH[0],
        training_error=training,
        validation_error=validation,
        degrees_of_freedom=float(found.kept(penalty).sum()),
    )
