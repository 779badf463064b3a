"""The support-vector machine: against scikit-learn and a quadratic program, its dual, hard cases, separability."""

import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize
from sklearn.svm import LinearSVC

from core.hard_margin import NORMS, hard_margin, norm_margin, norm_of, separability
from core.separable_data import DATA

pytestmark = pytest.mark.delicate

FIGURE_1 = DATA["figure_1"]().z
ONE_SUPPORT = np.array([(2.0, 1.0), (3.0, 2.5), (4.0, 0.5)])


def random_set(seed, d, n, distance=0.2):
    """Points of two classes that a plane through the origin separates, all at some distance from it."""
    rng = np.random.default_rng(seed)
    normal, x = rng.normal(size=d), rng.normal(size=(4 * n, d))
    reach = x @ normal / np.linalg.norm(normal)
    z = (x * np.sign(reach)[:, None])[np.abs(reach) > distance][:n]
    y = np.where(np.arange(len(z)) % 2, 1, -1)  # any labels: y·x is z again
    return z * y[:, None], y


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000), st.integers(2, 50), st.integers(2, 80))
def test_it_is_scikit_learns_and_a_quadratic_programs(seed, d, n):
    x, y = random_set(seed, d, n)
    z = x * y[:, None]
    found = hard_margin(z)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        theirs = LinearSVC(fit_intercept=False, loss="hinge", C=1e6, tol=1e-10, max_iter=1_000_000).fit(x, y).coef_[0]
    program = minimize(
        lambda w: w @ w / 2, 1.1 * found.w + 0.01, jac=lambda w: w, method="SLSQP",
        constraints={"type": "ineq", "fun": lambda w: z @ w - 1, "jac": lambda w: z},
        options={"ftol": 1e-15, "maxiter": 1000},
    ).x  # fmt: skip
    size = np.linalg.norm(found.w)
    assert np.linalg.norm(found.w - program) < 1e-6 * size
    assert np.linalg.norm(found.w - theirs) < 1e-6 * size


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10_000), st.integers(2, 50), st.integers(2, 200), st.floats(-6, 6))
def test_the_dual_is_feasible_at_every_scale(seed, d, n, decade):
    x, y = random_set(seed, d, n)
    z = x * y[:, None] * 10.0**decade
    found = hard_margin(z)
    reach = z @ found.w
    assert reach.min() == pytest.approx(1, abs=1e-9)
    assert (found.alpha >= 0).all() and not found.alpha[reach > 1 + 1e-6].any()
    np.testing.assert_allclose(z.T @ found.alpha, found.w, rtol=0, atol=1e-9 * np.linalg.norm(found.w))
    assert found.alpha.sum() == pytest.approx(found.w @ found.w, rel=1e-8)
    assert found.margin == pytest.approx((z @ found.unit).min(), rel=1e-9)
    assert found.support.tolist() == (reach < 1 + 1e-7).tolist()


@pytest.mark.parametrize("share", [1e-1, 1e-3, 1e-5, 1e-6])
def test_a_street_much_narrower_than_the_points_are_far(share):
    """Two points almost opposite: γ is known, and a millionth of the points' length."""
    z = np.array([(1.0, share), (-1.0, share), (0.3, 2.0), (-0.2, 1.0)])
    found = hard_margin(z)
    assert found.margin == pytest.approx(share, rel=1e-6) and separability(z) == "separable"
    np.testing.assert_allclose(found.unit, [0, 1], atol=1e-6)


@pytest.mark.parametrize("scale", [1e-6, 1.0, 1e6])
@pytest.mark.parametrize(
    ("rows", "w"),
    [
        ([(3.0, 4.0)], (0.12, 0.16)),  # one point
        ([(1.0, 0.0)] * 5, (1.0, 0.0)),  # copies
        ([(1.0, 1.0), (2.0, 2.0), (3.0, 3.0)], (0.5, 0.5)),  # on one line
        ([(0.5, 1.5), (1.5, 0.5)], (0.5, 0.5)),
        ([(2.0, 1.0), (3.0, 2.5), (4.0, 0.5)], (0.4, 0.2)),
    ],
)
def test_sets_small_enough_to_know_the_answer(rows, w, scale):
    found = hard_margin(scale * np.array(rows))
    np.testing.assert_allclose(found.w, np.array(w) / scale, rtol=1e-9)


def test_two_thousand_points_and_their_copies():
    x, y = random_set(0, 2, 1000)
    z = x * y[:, None]
    np.testing.assert_allclose(hard_margin(np.vstack([z, z])).w, hard_margin(z).w, rtol=1e-9)


def test_margins_of_the_three_norms():
    assert norm_margin(ONE_SUPPORT, "l2").margin == pytest.approx(np.sqrt(5))
    assert norm_margin(ONE_SUPPORT, "linf").margin == pytest.approx(3)
    assert norm_margin(ONE_SUPPORT, "l1").margin == pytest.approx(2)
    np.testing.assert_allclose(norm_margin(ONE_SUPPORT, "linf").w, [1, 1], atol=1e-9)
    np.testing.assert_allclose(norm_margin(ONE_SUPPORT, "l1").w, [1, 0], atol=1e-9)


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10_000), st.integers(2, 6), st.integers(2, 30), st.floats(-6, 6))
def test_no_direction_has_a_wider_street_than_the_widest(seed, d, n, decade):
    x, y = random_set(seed, d, n)
    z = x * y[:, None] * 10.0**decade
    tries = np.random.default_rng(seed).normal(size=(300, d))
    tries = np.vstack([tries, hard_margin(z).unit + 0.05 * tries])
    for norm in NORMS:
        best = norm_margin(z, norm)
        assert norm_of(best.w, norm) == pytest.approx(1)
        assert best.margin == pytest.approx((z @ best.w).min(), rel=1e-9) and best.margin > 0
        assert ((tries @ z.T).min(axis=1) / norm_of(tries, norm)).max() <= best.margin * (1 + 1e-7)


def half_plane(z):
    """Whether points of the plane lie strictly within a half-plane: exact, from whole numbers."""
    for a in z:
        for side in (1, -1):  # the boundary, turned infinitesimally off a point: its normal is perpendicular to it
            normal = (-side * a[1], side * a[0])
            reach = [normal[0] * b[0] + normal[1] * b[1] for b in z]
            along = [a[0] * b[0] + a[1] * b[1] for b in z]
            if all(r > 0 or (r == 0 and s > 0) for r, s in zip(reach, along, strict=True)):
                return True
    return False


@settings(max_examples=300, deadline=None)
@given(st.lists(st.tuples(st.integers(-5, 5), st.integers(-5, 5)), min_size=1, max_size=8))
def test_separability_is_exact(rows):
    z, kind = np.array(rows, float), separability(np.array(rows, float))
    assert (kind == "separable") == half_plane(rows)
    if kind != "separable":
        with pytest.raises(ValueError, match="separable"):
            hard_margin(z)
    if kind == "not":  # then nothing is gained in any direction without loss elsewhere
        turns = np.linspace(0, 2 * np.pi, 721)
        reach = z @ np.array([np.cos(turns), np.sin(turns)])
        assert ((reach.min(axis=0) < -1e-9) | (reach.max(axis=0) < 1e-9)).all()


@pytest.mark.parametrize(
    ("rows", "kind"),
    [
        ([(1, 0), (-1, 0)], "not"),  # opposite copies
        ([(1, 0), (-1, 0), (0, 1)], "partly"),
        ([(0, 0)], "not"),
        ([(0, 0), (1, 0)], "partly"),
        ([(1, 1e-6), (-1, 1e-6)], "separable"),
        ([(1, 1e-6), (-1, -1e-6), (0, 1)], "partly"),
        ([(1e6, 0), (1e-6, 1e-6)], "separable"),
        ([(1, 0), (0, 1), (-1, -1)], "not"),
    ],
)
def test_separability_of_borderline_sets(rows, kind):
    assert separability(np.array(rows, float)) == kind


def test_the_papers_figure_and_the_digits():
    found = hard_margin(FIGURE_1)
    np.testing.assert_allclose(found.w, [0.5, 0.5], atol=1e-12)
    assert found.margin == pytest.approx(np.sqrt(2)) and found.support.sum() == 4
    assert np.sort(FIGURE_1 @ found.w)[4] == pytest.approx(1.1536, abs=1e-4)
    z = DATA["digits"]().z
    found = hard_margin(z)
    assert z.shape == (365, 64) and found.support.sum() == 21 and (z @ found.w).min() == pytest.approx(1, abs=1e-9)
    np.testing.assert_allclose(z.T @ found.alpha, found.w, atol=1e-9)


@pytest.mark.parametrize(
    ("z", "message"),
    [
        (np.zeros((0, 2)), "from 1 to 5000 rows"),
        (np.zeros((6000, 2)), "6000 × 2"),
        (np.array([[1.0, np.nan]]), "finite, got nan in row 0"),
        (np.array([[1.0, 0.0], [np.inf, 1.0]]), "got inf in row 1"),
    ],
)
def test_bad_arguments_are_named(z, message):
    for function in (hard_margin, separability):
        with pytest.raises(ValueError, match=message):
            function(z)
    with pytest.raises(ValueError, match="norm must be one of l2, linf, l1; got 'l3'"):
        norm_margin(ONE_SUPPORT, "l3")
