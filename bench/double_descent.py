"""The digits sweep of the double-descent page against a loop of scikit-learn fits: same numbers, how much faster?

``python -m bench.double_descent``. Bar: at least 10×, and equal to 1e−8 outside n ± 10 %. Both in one process with one
BLAS thread, from the same features, and both give test risk, training risk and norm at every size. Computing the
features is listed beside them, and a second ratio counts it on both sides.
"""

import numpy as np
from sklearn.linear_model import LinearRegression
from threadpoolctl import threadpool_limits

from bench.row import Row, shortest
from core.data.datasets import digits, one_hot
from core.double_descent import digits_everywhere, features_sweep, penalty_sweep, random_features, sizes_across
from core.progress import finish

SAMPLES, TEST_SAMPLES, LARGEST, SIZES = 300, 1000, 3000, 60


def run() -> list[Row]:
    """Rows for the table."""
    split = digits(SAMPLES, seed=0)
    x_test, y_test = split.x_test[:TEST_SAMPLES], split.y_test[:TEST_SAMPLES]
    sizes = sizes_across(SAMPLES, LARGEST, SIZES)

    def loop() -> np.ndarray:
        """Test risk, training risk and norm (3, sizes) by one fit after another."""
        y, target = one_hot(split.y, split.classes), one_hot(y_test, split.classes)
        rows = []
        for size in sizes:
            model = LinearRegression(fit_intercept=False).fit(features.train[:, :size], y)
            test = np.sum((model.predict(features.test[:, :size]) - target) ** 2) / len(target)
            train = np.sum((model.predict(features.train[:, :size]) - y) ** 2) / len(y)
            rows.append((test, train, np.sqrt(size) * np.linalg.norm(model.coef_)))
        return np.array(rows).T

    with threadpool_limits(1):
        features, preparing = shortest(lambda: random_features(split.x, x_test, LARGEST), runs=3)
        curve, ours = shortest(lambda: features_sweep(features, split.y, y_test, sizes), runs=5)
        looped, theirs = shortest(loop, runs=3)
        plane, whole = shortest(lambda: finish(digits_everywhere(SAMPLES, 0.0, 1, 0, 0.0)), runs=2)
        y, target = (one_hot(labels, split.classes) for labels in (split.y, y_test))
        few = slice(0, 500)  # the page's test samples
        sides = features.train, features.test[few], y, target[few], sizes, plane.penalty[1:]
        squares, plain = shortest(lambda: penalty_sweep(*sides), runs=2)
    away = np.abs(sizes - SAMPLES) > 0.1 * SAMPLES
    ours_stacked = np.vstack([curve.test, curve.train, curve.norm])
    apart = float(np.max(np.abs(np.array([curve.test[0] for curve in plane.curves[1:]]) / squares.test - 1)))
    difference = float(np.max((np.abs(ours_stacked - looped) / (1 + np.abs(looped)))[:, away]))
    return [
        Row(f"random features, {LARGEST} of them", preparing, "s"),
        Row(f"digits sweep of {len(sizes)} sizes", ours, "s"),
        Row("loop of scikit-learn fits", theirs, "s"),
        Row("digits sweep: loop / sweep", theirs / ours, "×", 10),
        Row("the same with the features counted on both sides", (theirs + preparing) / (ours + preparing), "×"),
        Row("largest relative difference away from the peak", difference, "", 1e-8, "less"),
        Row("the page's plane of sizes and penalties, with its features", whole, "s"),
        Row("its ridges alone, n × n at every size and penalty by penalty", plain, "s"),
        Row("digits plane: n × n at every size / the smaller side", (plain + preparing + ours) / whole, "×"),
        Row("largest relative difference of a ridge's risk", apart, "", 1e-6, "less"),
    ]
