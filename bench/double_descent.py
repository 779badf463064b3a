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
from core.double_descent import features_sweep, random_features, sizes_across

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
    away = np.abs(sizes - SAMPLES) > 0.1 * SAMPLES
    ours_stacked = np.vstack([curve.test, curve.train, curve.norm])
    difference = float(np.max((np.abs(ours_stacked - looped) / (1 + np.abs(looped)))[:, away]))
    return [
        Row(f"random features, {LARGEST} of them", preparing, "s"),
        Row(f"digits sweep of {len(sizes)} sizes", ours, "s"),
        Row("loop of scikit-learn fits", theirs, "s"),
        Row("digits sweep: loop / sweep", theirs / ours, "×", 10),
        Row("the same with the features counted on both sides", (theirs + preparing) / (ours + preparing), "×"),
        Row("largest relative difference away from the peak", difference, "", 1e-8, "less"),
    ]
