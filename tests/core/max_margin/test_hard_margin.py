"""The support-vector machine: against scikit-learn and a quadratic program, its dual, hard cases, separability."""

import warnings
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize
from sklearn.svm import LinearSVC

from core.data.separable_data import DATA
from core.max_margin.hard_margin import hard_margin, separability, separation
from core.max_margin.norm_margin import NORMS, norm_margin, norm_of
from tests.sampling import examples

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


@settings(max_examples=examples(40), deadline=None)
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


@settings(max_examples=examples(60), deadline=None)
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


@settings(max_examples=examples(30), deadline=None)
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


@settings(max_examples=examples(300), deadline=None)
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


HARD = {
    "far and opposite": ([(1e9, 1), (-1e9, 0)], "separable", 0.5),
    "a street of 5e-10": ([(5, 1e-9), (-5, 0), (1, 2)], "separable", 5e-10),
    "closed by a hair": ([(1, 0), (-1, 1e-9), (0, -1e-9)], "not", None),
    "huge": ([(1e300, 2e300), (2e300, 1e300)], "separable", 1.5 * np.sqrt(2) * 1e300),
    "huge and opposite": ([(1e300, 1e300), (-1e300, -1e300)], "not", None),
    "huge against small": ([(1e300, 1.0), (-1e300, 1.0)], "separable", 1.0),
    "minute": ([(1e-300, 2e-300), (2e-300, 1e-300)], "separable", 1.5 * np.sqrt(2) * 1e-300),
    "the last digits": ([(1, 1), (-1, -1 + 2.0**-47)], "separable", 2.0**-47 / np.sqrt(8)),
    "the last digit": ([(1, 1), (-1, -1 + 2**-53)], "unclear", None),
    "one place with both labels": ([(1, 0.5), (-1, -0.5), (3, 1)], "partly", None),
    "xor": ([(1, 1), (-1, -1), (1, -1), (-1, 1)], "not", None),
    "a street no number is narrow enough for": ([(5e-324, 0)], "unclear", None),
}


@pytest.mark.parametrize(("rows", "kind", "width"), HARD.values(), ids=HARD)
def test_one_answer_where_it_is_hard(rows, kind, width):
    z = np.array(rows, float)
    for turned in (z, z[::-1], z[:, ::-1]):
        found = separation(turned)
        assert found.kind == kind and (found.margin is not None) == (kind == "separable")
        assert (found.tied is not None) == (kind == "partly")
        if width is not None:
            assert found.margin.margin == pytest.approx(width, rel=1e-12)
            for norm in NORMS:
                assert norm_margin(turned, norm).margin > 0


def exactly(values):
    return [[Fraction(float(v)) for v in row] for row in values]


def of_any_size(rng, d=2):
    """Few points that often cancel, copy, oppose or nearly oppose each other, at any scale."""
    x = rng.integers(-3, 4, (rng.integers(1, 7), d)).astype(float)
    kind = rng.integers(0, 5)
    if kind == 1:
        x = np.vstack([x, -x])
    elif kind == 2:
        x = np.vstack([x, -x[:1] * (1 + 10.0 ** -rng.integers(1, 17))])
    elif kind == 3:
        x = x * 10.0 ** rng.integers(-9, 10, (len(x), 1))
    elif kind == 4:
        x = np.vstack([x, -x[:1] + rng.normal(size=d) * 10.0 ** -rng.integers(1, 17)])
    return x * 10.0 ** rng.choice([-280, -9, 0, 0, 9, 280])


@settings(max_examples=examples(300), deadline=None)
@given(st.integers(0, 10**6))
@example(9134)  # the direction found first underflows
def test_the_answer_is_proved_and_the_two_agree(seed):
    """Against exact angles, at any scale, whatever the order of the points; ŵ is held against exact sums."""
    rng = np.random.default_rng(seed)
    z = of_any_size(rng)
    kind, exact = separability(z), exactly(z)
    assert (kind in ("separable", "unclear")) == half_plane(exact)
    if kind == "unclear":  # no floating-point number would do: two points are opposite to the last digits
        lengths = z / np.abs(z).max(axis=1)[:, None]
        assert np.abs(lengths[:, None] + lengths[None]).max(axis=2).min() < 1e-14
    order = rng.permutation(len(z))
    assert separability(z[order]) == separability(z[:, ::-1]) == kind
    if kind != "separable":
        with pytest.raises(ValueError, match=kind):
            hard_margin(z)
        return
    w = [Fraction(float(v)) for v in hard_margin(z).w]
    assert all(sum(a * b for a, b in zip(row, w, strict=True)) > 0 for row in exact)
    assert hard_margin(z[order]).margin == pytest.approx(hard_margin(z).margin, rel=1e-9)


@settings(max_examples=examples(40), deadline=None)
@given(st.integers(0, 10**6), st.sampled_from([3, 5, 9, 20]))
def test_more_dimensions(seed, d):
    """Random labels on many points overlap, which is proved in floating point; few points in many dimensions do not."""
    rng = np.random.default_rng(seed)
    assert separability(rng.normal(size=(8 * d, d))) == "not"
    assert separability(rng.normal(size=(d, d))) == "separable"
    x, y = random_set(seed, d, 6 * d)
    assert separability(x * y[:, None]) == "separable"


def test_what_cannot_be_proved_is_said_to_be_open():
    z = np.zeros((3, 9))
    z[0], z[1], z[2, 0] = 1.0, -1.0, 1.0  # opposite copies, which only exact arithmetic is sure of: nine are too many
    assert separability(z) == "unclear" and separability(z[:, :8]) == "partly"


@settings(max_examples=examples(60), deadline=None)
@given(st.integers(0, 10**6), st.sampled_from(["linf", "l1"]), st.floats(-14, -6))
def test_narrow_streets_in_other_norms(seed, norm, decade):
    """Two points almost opposite, which a solver's own tolerance would not part: no w near the widest is wider."""
    rng = np.random.default_rng(seed)
    a = rng.normal(size=2)
    z = np.vstack([a, -a + 10.0**decade * rng.normal(size=2), 10 * a + rng.normal(size=2)])
    if separability(z) != "separable":
        return
    best = norm_margin(z, norm)
    assert best.margin > 0 and norm_of(best.w, norm) == pytest.approx(1)
    exact = exactly(z)
    for corner in [[1, 1], [1, -1]] if norm == "linf" else [[1, 0], [0, 1]]:  # turned as far as the norm lets it
        for share in (1e-3, 1e-9):
            w = best.w + share * np.array(corner) * rng.choice([-1, 1])
            w = w / norm_of(w, norm)
            reach = min(sum(a * Fraction(float(b)) for a, b in zip(row, w, strict=True)) for row in exact)
            assert float(reach) <= best.margin * (1 + 1e-6) + 1e-16 * np.abs(z).max()


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
