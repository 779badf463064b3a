"""Ridge regression: the path, its degrees of freedom, and leaving one out, against scikit-learn and brute force."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.datasets import load_diabetes
from sklearn.linear_model import LinearRegression, Ridge, RidgeCV

from core.weight_decay import GRID, leave_one_out, left_out_by_force, problem, ridge_path
from core.weight_decay.checks import trace_of_hat
from core.weight_decay.problems import PATIENT_COLUMNS, patients
from core.weight_decay.ridge import spectrum
from tests.sampling import examples

pytestmark = pytest.mark.delicate

PENALTIES = np.array([0.0, 1e-4, 0.03, 1.0, 40.0, 1e3])


def drawn(n, d, seed=0, noise=0.7):
    rng = np.random.default_rng(seed)
    x = rng.standard_normal((n, d)) @ np.diag(np.linspace(0.3, 2, d))
    y = x @ rng.standard_normal(d) + noise * rng.standard_normal(n)
    return x - x.mean(axis=0), y - y.mean()


@pytest.mark.parametrize(("n", "d"), [(30, 8), (8, 30), (12, 12), (2, 3)])
def test_the_path_is_scikit_learns(n, d):
    x, y = drawn(n, d)
    path = ridge_path(x, y, PENALTIES[1:])
    for alpha, w in zip(path.alpha, path.coefficients, strict=True):
        theirs = Ridge(alpha=alpha, solver="svd", fit_intercept=False).fit(x, y).coef_
        np.testing.assert_allclose(w, theirs, rtol=0, atol=1e-12 * max(1, np.abs(theirs).max()))


def test_the_two_normalisations_differ_by_the_number_of_rows():
    x, y = drawn(30, 8)
    path = ridge_path(x, y, PENALTIES)
    np.testing.assert_array_equal(path.alpha, 30 * path.penalty)
    w = path.coefficients[3]
    np.testing.assert_allclose(x.T @ (x @ w - y) / 30 + path.penalty[3] * w, 0, atol=1e-12)  # the gradient of (M)
    np.testing.assert_allclose(2 * x.T @ (x @ w - y) + 2 * path.alpha[3] * w, 0, atol=1e-11)  # and of (S)


@pytest.mark.parametrize(("n", "d"), [(30, 8), (8, 30)])
def test_without_a_penalty_it_is_the_shortest_least_squares(n, d):
    x, y = drawn(n, d)
    np.testing.assert_allclose(ridge_path(x, y, np.zeros(1)).coefficients[0], np.linalg.pinv(x) @ y, atol=1e-11)
    if n > d:
        free = LinearRegression(fit_intercept=False).fit(x, y).coef_
        np.testing.assert_allclose(ridge_path(x, y, np.zeros(1)).coefficients[0], free, atol=1e-11)


def test_equal_columns_share_and_a_constant_column_gets_nothing():
    x, y = drawn(20, 3)
    x = np.column_stack([x, x[:, 0], np.zeros(20)])
    for w in ridge_path(x, y, PENALTIES).coefficients:
        assert w[0] == pytest.approx(w[3], abs=1e-12) and w[4] == 0.0
    assert spectrum(x, y).rank == 3


def test_the_norm_falls_strictly_and_ends_at_zero():
    x, y = drawn(30, 8)
    theta = ridge_path(x, y, np.array([0.0, *GRID, 1e9])).norm_squared
    assert (np.diff(theta) < 0).all() and theta[-1] < 1e-15
    assert theta[0] == pytest.approx(float(np.sum((np.linalg.pinv(x) @ y) ** 2)))


def test_training_error_is_that_of_the_coefficients():
    x, y = drawn(8, 30)
    path = ridge_path(x, y, PENALTIES)
    measured = ((path.coefficients @ x.T - y) ** 2).mean(axis=1)
    np.testing.assert_allclose(path.training_error, measured, atol=1e-12)


@pytest.mark.parametrize(("n", "d"), [(30, 8), (8, 30)])
def test_degrees_of_freedom_are_the_trace_of_the_hat_matrix(n, d):
    x, y = drawn(n, d)
    for penalty, df in zip(PENALTIES, ridge_path(x, y, PENALTIES).degrees_of_freedom, strict=True):
        assert trace_of_hat(x, penalty) == pytest.approx(df, rel=1e-9 if penalty < 1e-3 else 1e-12)
        if penalty:
            hat = x @ np.linalg.solve(x.T @ x + n * penalty * np.eye(d), x.T)
            assert np.trace(hat) == pytest.approx(df, rel=1e-9)


def test_degrees_of_freedom_are_how_much_the_fit_follows_the_noise():
    """Stein: Σ cov(ŷᵢ, yᵢ)/σ², by drawing the noise again and again."""
    x, _ = drawn(40, 10)
    rng = np.random.default_rng(1)
    mean, noise = x @ rng.standard_normal(10), rng.standard_normal((20_000, 40))
    found = spectrum(x, mean)
    hat = (found.left * found.kept(0.3)) @ found.left.T
    follows = ((mean + noise) @ hat.T * noise).sum(axis=1)
    error = follows.std() / np.sqrt(len(follows))
    assert abs(follows.mean() - found.kept(0.3).sum()) < 4 * error
    assert abs(follows.mean() - found.kept(0.3).sum() - 1) > 4 * error, "one more or less would be seen"


@pytest.mark.parametrize(("n", "d"), [(25, 6), (10, 30), (6, 6)])
@pytest.mark.parametrize("penalty", [1e-3, 0.2, 30.0])
def test_the_shortcut_is_leaving_each_row_out(n, d, penalty):
    x, y = drawn(n, d)
    x, y = x + 3, y + 5  # with an intercept, where the data is does not matter
    x, y = x - x.mean(axis=0), y - y.mean()
    short = leave_one_out(x, y, np.array([penalty]), intercept=True)
    forced = left_out_by_force(x, y, penalty, range(n))
    np.testing.assert_allclose(short.residual[:, 0], forced, rtol=1e-9, atol=1e-12)
    theirs = []
    for row in range(n):
        rest = np.delete(np.arange(n), row)
        fit = Ridge(alpha=n * penalty, solver="svd").fit(x[rest], y[rest])
        theirs.append(y[row] - fit.predict(x[row : row + 1])[0])
    np.testing.assert_allclose(forced, theirs, rtol=1e-9, atol=1e-12)
    assert short.error[0] == pytest.approx(np.mean(np.square(theirs)), rel=1e-9)


def test_the_shortcut_without_intercept_is_scikit_learns_ridge_cv():
    x, y = drawn(25, 6)
    alphas = np.array([0.1, 1.0, 10.0])
    theirs = RidgeCV(alphas=alphas, store_cv_results=True, fit_intercept=False).fit(x, y)
    ours = leave_one_out(x, y, alphas / 25)
    np.testing.assert_allclose(ours.residual**2, theirs.cv_results_, rtol=1e-9, atol=1e-14)


def test_generalised_cross_validation_is_near_and_not_the_same():
    x, y = drawn(60, 6)
    found = leave_one_out(x, y, PENALTIES, intercept=True)
    assert np.abs(found.generalised / found.error - 1).max() < 0.1
    assert np.abs(found.generalised / found.error - 1).max() > 1e-4


def test_a_fit_through_every_row_has_nothing_to_say_of_itself():
    x, y = drawn(8, 30)
    found = leave_one_out(x, y, np.array([0.0, 0.1]), intercept=True)
    assert np.isnan(found.error[0]) and np.isfinite(found.error[1])


@settings(max_examples=examples(60), deadline=None)
@given(st.integers(2, 15), st.integers(1, 15), st.integers(0, 10**6), st.floats(1e-3, 1e3), st.floats(1e-3, 1e3))
def test_more_penalty_means_shorter_worse_and_less_free(n, d, seed, one, other):
    x, y = drawn(n, d, seed)
    low, high = sorted((one, other))
    path = ridge_path(x, y, np.array([low, high]))
    slack = 1e-9 * (1 + path.norm_squared[0])
    assert path.norm_squared[1] <= path.norm_squared[0] + slack
    assert path.degrees_of_freedom[1] <= path.degrees_of_freedom[0] + slack <= min(n, d) + 2 * slack
    assert path.training_error[1] >= path.training_error[0] - slack


@pytest.mark.parametrize("penalty", [-1.0, np.nan, np.inf])
def test_a_penalty_that_is_none_is_refused(penalty):
    x, y = drawn(5, 2)
    with pytest.raises(ValueError, match="penalty must be a finite number from 0"):
        ridge_path(x, y, np.array([penalty]))


def test_data_that_is_not_finite_is_refused():
    x, y = drawn(5, 2)
    x[2, 1] = np.nan
    with pytest.raises(ValueError, match="finite"):
        spectrum(x, y)


@pytest.mark.parametrize("data", ["diabetes", "polynomial", "high_dimensional"])
def test_the_intercept_is_free(data):
    """Shifting the target, or a column, changes no coefficient: nothing of the intercept is penalised."""
    found = problem(data, n=30)
    assert np.abs(found.x.mean(axis=0)).max() < 1e-9 and abs(found.y.mean()) < 1e-9
    penalty = 0.2
    theirs = Ridge(alpha=30 * penalty, solver="svd").fit(found.x + 7, found.y - 3)
    ours = ridge_path(found.x, found.y, np.array([penalty])).coefficients[0]
    np.testing.assert_allclose(ours, theirs.coef_, atol=1e-9)


def test_the_patients_are_scikit_learns_and_it_is_not_imported_for_them():
    theirs = load_diabetes(scaled=False)
    x, y = patients()
    np.testing.assert_array_equal(x, theirs.data)
    np.testing.assert_array_equal(y, theirs.target)
    assert tuple(theirs.feature_names) == PATIENT_COLUMNS
    alone = "import sys; from core.weight_decay import problem; problem(); sys.exit('sklearn' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", alone], cwd=Path(__file__).parents[3]).returncode == 0


def test_the_data_sets_are_what_they_say():
    diabetes = problem("diabetes", n=60)
    assert diabetes.x.shape == (60, 10) and len(diabetes.y_test) == 442 - 60
    np.testing.assert_allclose(diabetes.x.std(axis=0), 1)
    np.testing.assert_allclose(diabetes.y.std(), 1)
    assert diabetes.columns[:3] == ("age", "sex", "bmi")
    cubic = problem("polynomial", n=200, degree=3)
    raw = np.linalg.lstsq(cubic.x, cubic.y, rcond=None)[0]
    np.testing.assert_allclose(raw, [1.2, -3.4, 5.6], atol=0.1)
    wide = problem("high_dimensional", n=400)
    np.testing.assert_allclose(np.linalg.lstsq(wide.x, wide.y, rcond=None)[0], 0.01, atol=0.01)
    assert problem("diabetes", n=60, seed=1).y[0] != diabetes.y[0]
    assert problem("diabetes", n=60).only((4, 5)).columns == ("s1", "s2")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"data": "nonsense"}, "data must be one of diabetes"),
        ({"n": 3}, "n must be a whole number from 4"),
        ({"data": "polynomial", "degree": 21}, "degree must be a whole number from 1 to 20"),
        ({"chosen": (0, 10)}, "column must be a whole number from 0 to 9"),
        ({"seed": -1}, "seed must be"),
    ],
)
def test_what_is_out_of_range_is_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        problem(**arguments)
