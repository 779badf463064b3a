"""The limits: w̃, its constants and its rate, the direction of polynomial tails, the finite minimiser."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize, minimize_scalar

from core.data.separable_data import DATA
from core.max_margin.flow import gradient_flow
from core.max_margin.hard_margin import hard_margin
from core.max_margin.limits import law, limit_offset, minimiser, tail_limit
from core.max_margin.losses import EXPONENTIAL, LOSSES, loss_named, polynomial
from tests.sampling import examples

pytestmark = pytest.mark.delicate

FIGURE_1 = DATA["figure_1"]().z
ASYMMETRIC = np.array([(0.5, 1.5)] + [(1.5, 0.5)] * 3)


def law_of(z):
    return law(hard_margin(z), z)


def test_the_offset_is_fixed_by_the_support_vectors():
    found = law_of(ASYMMETRIC)
    np.testing.assert_allclose(found.offset, [1.517106, 0.418494], atol=1e-6)
    assert found.distance == pytest.approx(np.log(3), rel=1e-9)
    assert found.gap == pytest.approx(0.7768, abs=5e-5)
    for z in (ASYMMETRIC, FIGURE_1, DATA["blobs"]().z):
        margin = hard_margin(z)
        offset, held = limit_offset(margin, z), z[margin.support]
        np.testing.assert_allclose(np.exp(-held @ offset) @ held, margin.w, rtol=1e-9)


def test_it_is_shared_by_copies():
    """Multiplicity m: m e^{−zᵀw̃} = α."""
    for copies in (1, 2, 7):
        z = np.array([(0.5, 1.5)] + [(1.5, 0.5)] * copies)
        weight = np.exp(-z @ limit_offset(hard_margin(z), z))
        np.testing.assert_allclose([weight[0], weight[1:].sum()], [0.25, 0.25], rtol=1e-9)


def test_figure_1_is_symmetric_and_says_so():
    found = law_of(FIGURE_1)
    assert found.is_symmetric and not law_of(ASYMMETRIC).is_symmetric
    np.testing.assert_allclose(found.offset, np.log(8) / 2, rtol=1e-9)
    assert found.rate == pytest.approx(0.1536, abs=1e-4) and found.next_rate == pytest.approx(0.25)


def test_the_flow_ends_on_the_law():
    """Claim 2."""
    w = gradient_flow(ASYMMETRIC, EXPONENTIAL, np.array([1e12])).w
    predicted = law_of(ASYMMETRIC).w(np.array([1e12]))
    np.testing.assert_allclose(predicted[0], [15.332617, 14.234005], atol=2e-6)
    assert np.linalg.norm(w - predicted) < 1e-3


def test_what_is_left_falls_with_the_smallest_curvature():
    """As t^−1/4 on this set: the eigenvalues of Σ α z zᵀ are 1/4 and 1."""
    times = np.geomspace(1e6, 1e12, 7)
    left = np.linalg.norm(gradient_flow(ASYMMETRIC, EXPONENTIAL, times).w - law_of(ASYMMETRIC).w(times), axis=1)
    assert law_of(ASYMMETRIC).rate == pytest.approx(0.25)
    np.testing.assert_allclose(np.diff(np.log10(left)), -0.25, atol=2e-3)


@settings(max_examples=examples(25), deadline=None)
@given(st.integers(0, 10_000), st.floats(-6, 6))
def test_constants_change_with_the_unit_as_they_should(seed, decade):
    rng, scale = np.random.default_rng(seed), 10.0**decade
    z = np.abs(rng.normal(size=(6, 2))) + 0.1
    one, other = law_of(z), law_of(scale * z)
    assert (one.why_not is None) == (other.why_not is None)
    if one.why_not is None:
        assert other.rate == pytest.approx(one.rate, rel=1e-6) and other.distance == pytest.approx(
            one.distance, abs=1e-6
        )
        shift = one.margin.w * 2 * decade * np.log(10)
        np.testing.assert_allclose(other.offset * scale, one.offset - 0 + shift, rtol=1e-6, atol=1e-6)


def test_sets_without_an_offset_say_why():
    alone = law_of(np.array([(2.0, 1.0), (3.0, 2.5), (4.0, 0.5)]))
    assert alone.why_not == "support_does_not_span" and np.isnan(alone.offset).all() and np.isnan(alone.distance)
    idle = law_of(np.array([(1.0, 0.0), (1.0, 1.0)]))  # the second is on the margin, and carries nothing
    assert idle.why_not == "degenerate_support"
    assert law_of(DATA["digits"]().z).why_not == "support_does_not_span"
    assert law_of(np.array([(1.0, 2.0)] * 3)).why_not is None  # they span the line on which the data lies


@pytest.mark.parametrize("k", [1, 2, 3])
@pytest.mark.parametrize("z", [ASYMMETRIC, FIGURE_1, DATA["blobs"]().z], ids=["asymmetric", "figure 1", "blobs"])
def test_a_polynomial_tail_ends_where_the_regularisation_path_does(k, z):
    """Claim 7: growth 1/(k + 2), and the direction argmin Σ (zᵀv)⁻ᵏ over unit vectors, by a search over angles."""
    margin = hard_margin(z)
    middle = np.arctan2(*margin.w[::-1])

    def reach(angle):
        return z @ np.array([np.cos(angle), np.sin(angle)])

    def cost(angle):
        return (reach(angle) ** -k).sum() if reach(angle).min() > 0 else 1e9

    best = minimize_scalar(cost, bounds=(middle - 0.5, middle + 0.5), method="bounded", options={"xatol": 1e-10}).x
    limit = tail_limit(z, k, margin.w)
    assert np.arctan2(*limit[::-1]) == pytest.approx(best, abs=1e-6)
    times = np.array([1e10, 1e12])
    w = gradient_flow(z, polynomial(k), times).w
    grown = np.log(np.linalg.norm(w[1]) / np.linalg.norm(w[0])) / np.log(100)
    assert grown == pytest.approx(1 / (k + 2), abs=2e-4)
    assert np.arctan2(*w[1, ::-1]) == pytest.approx(best, abs=5e-4) and abs(best - middle) > 0.01
    np.testing.assert_allclose(w[1], limit * times[1] ** (1 / (k + 2)), rtol=2e-3)


@pytest.mark.parametrize("scale", [1e-6, 1.0, 1e6])
def test_the_tail_limit_at_every_scale(scale):
    for k in (1, 4):
        one, other = (tail_limit(s * FIGURE_1, k, np.array([1.0, 1.0])) for s in (1.0, scale))
        np.testing.assert_allclose(other * scale ** (k / (k + 2)), one, rtol=1e-8)
    with pytest.raises(ValueError, match=r"every zᵀw > 0, got -"):
        tail_limit(FIGURE_1, 1, np.array([-1.0, 0.0]))


@settings(max_examples=examples(25), deadline=None)
@given(st.integers(0, 10_000), st.integers(1, 5), st.sampled_from(LOSSES[:2]), st.floats(-5, 5))
def test_the_finite_minimiser_is_scipys(seed, d, name, decade):
    rng, loss = np.random.default_rng(seed), loss_named(name)
    z = rng.normal(size=(12 * d, d))
    z = np.vstack([z, -0.7 * z[:d]])  # opposite points: whatever the rest, no street
    found = minimiser(z * 10.0**decade, loss) * 10.0**decade

    def total(w):
        return loss.value(z @ w).sum()

    theirs = minimize(total, np.zeros(d), method="BFGS", options={"gtol": 1e-9})
    assert total(found) <= theirs.fun * (1 + 1e-12)
    np.testing.assert_allclose(np.exp(loss.log_slope(z @ found)) @ z, 0, atol=1e-6)


def test_the_flow_ends_at_the_minimiser():
    z = DATA["blobs"](1, 2.5).z
    for name in LOSSES:
        loss = loss_named(name, 2)
        np.testing.assert_allclose(gradient_flow(z, loss, np.array([1e12])).w[0], minimiser(z, loss), rtol=1e-6)
