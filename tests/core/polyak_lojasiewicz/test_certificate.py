"""What the start promises, against the flow itself as SciPy integrates it, and against walks from many starts."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import solve_ivp

from core.polyak_lojasiewicz import PROOFS, plane_at, plane_of, system
from core.polyak_lojasiewicz.certificate import certify, margin
from core.polyak_lojasiewicz.landing import landing, nearest
from core.polyak_lojasiewicz.walk import descend
from tests.sampling import examples

PLACES = st.floats(-3, 3).map(lambda v: round(v, 3))
OWN = system("own", 0.5, "y - sin(2*x)")


def flow(solved, start, *, until=60.0):
    """Gradient flow with its length, as a third unknown."""

    def motion(t, state):
        slope = solved.residual(state[:2]) * solved.slope(state[:2])
        return [*-slope, np.hypot(*slope)]

    return solve_ivp(motion, (0, until), [*start, 0.0], "LSODA", rtol=1e-10, atol=1e-12).y[:, -1]


def test_the_certificate_of_the_specification():
    """Claims 3 and 4: h = .2162, R = .17441, μ = 8.220, and what descent then does."""
    found = certify(system("product", 1.0), (3.0, 0.5), 0.02)
    assert found.h == pytest.approx(8 / 37) and found.why is None
    assert found.radius == pytest.approx(0.17440, abs=5e-6) and found.mu == pytest.approx(8.2196, abs=1e-4)
    assert 1 - 0.02 * found.mu == pytest.approx(0.8356, abs=1e-4)
    walk = descend(system("product", 1.0), (3.0, 0.5), 0.02, 300)
    assert walk.length[-1] == pytest.approx(0.16573, abs=1e-5) and walk.loss[-1] < 1e-30
    seen = walk.loss[:-1] > 1e-26
    assert (walk.loss[1:][seen] / walk.loss[:-1][seen]).max() == pytest.approx(0.67487, abs=1e-5)
    assert np.hypot(*(walk.path - walk.path[0]).T).max() <= found.radius


def test_the_page_begins_with_round_numbers():
    found = certify(system("product", 2.0), (3.0, 0.0), 0.02)
    assert (found.h, found.radius, found.mu) == pytest.approx((8 / 9, 1, 4))
    assert found.smoothness == pytest.approx(16 + 2) and found.rate == pytest.approx(1 - 0.16 * (1 - 0.18))


@settings(max_examples=examples(25), deadline=None)
@given(x=PLACES, y=PLACES, c=st.floats(-4, 4).map(lambda v: round(v, 2)), proof=st.sampled_from(list(PROOFS)))
def test_the_flow_keeps_every_promise(x, y, c, proof):
    for solved in (system("product", c), system("circle", c)):
        found = certify(solved, (x, y), 0.0, proof)
        if found.why is None and found.radius > 1e-9:
            end = flow(solved, (x, y))
            assert end[2] <= found.radius * (1 + 1e-6) + 1e-7
            if found.mu > 0.05:
                assert abs(solved.residual(end[:2])) < 1e-4 and solved.kernel(end[:2]) >= found.mu * (1 - 1e-6)


@settings(max_examples=examples(20), deadline=None)
@given(x=PLACES, y=PLACES, eta=st.floats(1e-3, 0.5), proof=st.sampled_from(list(PROOFS)))
def test_descent_keeps_every_promise_also_with_long_steps(x, y, eta, proof):
    for solved in (system("product", 1.0), system("circle", 2.0), OWN):
        found = certify(solved, (x, y), eta, proof)
        if found.why is None:
            walk = descend(solved, (x, y), eta, 40)
            assert not walk.lost and walk.length[-1] <= found.radius * (1 + 1e-9) + 1e-12
            assert walk.kernel.min() >= found.mu * (1 - 1e-9)
            seen = walk.loss[:-1] > 1e-24
            assert (walk.loss[1:][seen] <= walk.loss[:-1][seen] * (found.rate + 1e-9)).all()


def test_with_a_weaker_bend_the_promise_would_be_broken():
    """That the tests above can fail: R with half of H is too small for some flow."""
    solved, start = system("circle", 2.0), (0.45, 0.0)
    bend, residual, sigma = 2.0, abs(0.45**2 - 2), 0.9
    needed = flow(solved, start)[2]
    assert needed == pytest.approx(np.sqrt(2) - 0.45, abs=1e-4), "where K grows on the way the walk is short"
    inward = flow(system("circle", 0.36), (1.0, 0.0))[2]
    sure = certify(system("circle", 0.36), (1.0, 0.0), 0.0, "along")
    assert sure.h == pytest.approx(2 * bend * 0.64 / 4) and inward == pytest.approx(sure.radius, rel=1e-5), (
        "inwards the proof along the walk is sharp: no smaller R is true"
    )
    assert residual / sigma > needed


def test_where_nothing_is_promised_the_certificate_says_why():
    product = system("product", 1.0)
    assert certify(product, (0.0, 0.0), 0.02).why == "kernel_singular"
    assert certify(product, (2.5, -0.3), 0.02).why == "certificate_above_one"
    assert certify(product, (2.5, -0.3), 0.02).h == pytest.approx(4 * 1.75 / 6.34)
    assert certify(product, (3.0, 0.5), 0.23).why == "step_too_large"
    assert certify(product, (3.0, 0.5), 0.15).why == "certificate_above_one"
    shorter, longer = (certify(product, (3.0, 0.4), eta) for eta in (0.02, 0.11))
    assert longer.why is None and longer.radius > 2 * shorter.radius, (
        "a step that may cross the valley has a larger disc"
    )
    assert certify(product, (3.0, 1 / 3), 0.02).radius == pytest.approx(0, abs=1e-15)


def test_the_better_proof_certifies_more_than_twice_as_many_starts():
    """26.3 % of the square are certified (claim of the specification), and along the walk where |x + y| ≥ √2c: the
    share (6 − √2)²/36 = 58.4 %."""
    axis = np.linspace(-3, 3, 200) * 199 / 200  # the middles of 200 equal parts
    w = np.stack(np.meshgrid(axis, axis), axis=-1)
    product = system("product", 1.0)
    uniform, along = (margin(product, w, proof)[0] <= 1 for proof in PROOFS)
    assert uniform.mean() == pytest.approx(0.263, abs=0.003) and along.mean() == pytest.approx(0.5842, abs=0.004)
    x, y = w[..., 0], w[..., 1]
    np.testing.assert_array_equal(uniform, x * x + y * y >= 4 * np.abs(x * y - 1))
    assert (along == ((x * y > 1) | (np.abs(x + y) >= np.sqrt(2)))).all()


def test_where_h_is_one_at_every_start_all_of_them_are_certified():
    """Of x² + y² = 0 every walk is as long as its R, in exact numbers: rounding must not choose among the starts."""
    found = plane_at("circle", 0.0, "along")
    assert found.certified.all() and found.border == ()
    start = (2.95, 1.3)
    assert certify(system("circle", 0.0), start, 0.0, "along").radius == pytest.approx(np.hypot(*start))


@pytest.mark.parametrize("start", [(2.0, 0.0), (1.15, -3.15), (-1.2, 3.2), (0.9, -2.9)])
def test_at_h_equal_to_one_along_the_walk_nothing_is_left_of_the_slope(start):
    """2·10⁻³¹ was printed, the square of a rounding."""
    x, y = start
    found = certify(system("product", round(x * y + (x * x + y * y) / 2, 6)), start, 0.02, "along")  # |r₀| = K/2, H = 1
    assert found.why is None and found.h == pytest.approx(1, abs=1e-15)
    assert (found.mu, found.rate) == (0, 1)


def test_nearly_all_of_them_arrive():
    """99.8 % within 3000 steps: all but the diagonal y = −x and its neighbours."""
    axis = np.linspace(-3, 3, 100)
    x, y = np.meshgrid(axis, axis)
    for _ in range(3000):
        r = 0.02 * (x * y - 1)
        x, y = x - r * y, y - r * x
    assert np.mean(np.abs(x * y - 1) < 1e-3) >= 0.985
    walks = [descend(system("product", 1.0), (float(a), float(b)), 0.02, 3000) for a, b in [(-3, 3), (1.2, 0.3)]]
    assert walks[0].loss[-1] == pytest.approx(0.5) and walks[1].loss[-1] < 1e-20


@pytest.mark.parametrize("formula", ["y - sin(2*x)", "x*y + 0.1*x^3", "exp(x/2) + y^2"])
def test_a_formulas_bend_is_certified_on_its_disc(formula):
    solved = system("own", 1.0, formula)
    rng = np.random.default_rng(0)
    w, reach = rng.uniform(-2, 2, (20, 2)), rng.uniform(0, 0.5, 20)
    bound = solved.bend_on(w, reach)
    inside = w + reach[:, None] * rng.uniform(-0.7, 0.7, (50, 20, 2))
    norms = np.linalg.norm(solved.curvature(inside), 2, axis=(-2, -1))
    assert (norms <= bound * (1 + 1e-12)).all() and (bound < 40).all()
    assert np.isfinite(margin(solved, w, "along")[0]).all()


def test_a_typed_product_has_the_named_ones_certificate():
    typed, named = system("own", 1.0, "x*y"), system("product", 1.0)
    w = np.random.default_rng(1).uniform(-3, 3, (30, 2))
    for proof in PROOFS:
        here, there = margin(typed, w, proof)[0], margin(named, w, proof)[0]
        np.testing.assert_allclose(here[here <= 1], there[here <= 1], rtol=1e-12)
        assert ((here <= 1) == (there <= 1)).all()


def test_what_cannot_be_certified_is_not():
    kinked = system("own", 0.0, "abs(x) + y")
    h, _ = margin(kinked, np.array([[0.1, 1.0], [2.0, 0.5]]), "uniform")
    assert h[0] == np.inf and h[1] == 0
    assert margin(system("own", 0.0, "3 + 0*x"), np.ones((1, 2)), "along")[0][0] == np.inf


@pytest.mark.parametrize("start", [(2.5, -0.3), (-0.4, 1.7), (-1.0, -2.0), (0.3, 2.2), (1.5, 1.5)])
@pytest.mark.parametrize("target", [1.0, -1.3, 0.0])
def test_the_flow_lands_where_its_conserved_quantity_says(start, target):
    solved = system("product", target)
    end = flow(solved, start, until=400.0)[:2]
    if abs(start[0]) == abs(start[1]) and target <= 0:
        assert np.isnan(landing(solved, start)).all()
    else:
        np.testing.assert_allclose(landing(solved, start), end, atol=2e-5)


def test_the_landing_of_the_specification():
    """Claim 5, and how near the nearest solution is, by a search along the hyperbola."""
    product, start = system("product", 1.0), (2.5, -0.3)
    assert landing(product, start) == pytest.approx((2.51362, 0.39783), abs=5e-6)
    walk = descend(product, start, 0.02, 300)
    np.testing.assert_allclose(walk.path[-1], (2.50734, 0.39883), atol=5e-6)
    assert np.hypot(*(np.array(landing(product, start)) - start)) == pytest.approx(0.6980, abs=5e-5)
    assert nearest(product, start) == pytest.approx(0.6919, abs=5e-5)
    for c, (x, y) in ((1.0, start), (-1.7, (0.3, 0.2)), (2.0, (-1.0, 0.5))):
        t = np.concatenate([-np.geomspace(0.05, 20, 200_000), np.geomspace(0.05, 20, 200_000)])
        assert nearest(system("product", c), (x, y)) == pytest.approx(np.hypot(t - x, c / t - y).min(), abs=1e-6)
    assert nearest(system("product", 0.0), (1.0, -0.2)) == 0.2
    assert nearest(system("circle", 2.0), (3.0, 4.0)) == pytest.approx(5 - np.sqrt(2))
    assert np.isnan(nearest(system("circle", -1.0), (1.0, 0.0))) and np.isnan(nearest(OWN, (1.0, 0.0)))
    assert landing(system("circle", 2.0), (3.0, 4.0)) == pytest.approx(np.sqrt(2) * np.array([0.6, 0.8]))
    for solved in (OWN, system("circle", -1.0), system("circle", 0.0)):
        assert np.isnan(landing(solved, (1.0, 0.5))).all()
    assert np.isnan(landing(product, (1.0, -1.0))).all() and np.isnan(landing(system("circle", 2.0), (0.0, 0.0))).all()


def test_the_plane_has_the_valley_the_border_and_the_saddle(monkeypatch):
    monkeypatch.setattr("core.polyak_lojasiewicz.plane.COARSE", 20)
    found = plane_at("product", 1.0)
    assert found.saddles.tolist() == [[0.0, 0.0]] and 0.2 < found.certified.mean() < 0.5
    for line in found.valley:
        np.testing.assert_allclose(line[:, 0] * line[:, 1], 1, atol=0.05)
    x, y = np.concatenate(found.border).T
    np.testing.assert_allclose((x * x + y * y) / np.abs(x * y - 1), 4, rtol=0.05)
    assert found.log_kernel.max() == pytest.approx(np.log10(4.4**2 + 3.2**2))
    assert plane_at("product", 1.0, "along").certified.mean() > 1.5 * found.certified.mean()
    assert plane_at("circle", -1.0).valley == () and len(plane_at("own", 0.0, "uniform", "sin(x)*sin(y)").saddles) >= 9
    assert plane_of(OWN).saddles.shape == (0, 2) and len(plane_at("own", 3.0, "along", "3 + 0*x").saddles) == 0


def test_arguments_that_make_no_sense_are_refused():
    product = system("product", 1.0)
    for call in (
        lambda: system("cube", 1.0),
        lambda: system("product", 4.1),
        lambda: certify(product, (9.0, 0.0), 0.02),
        lambda: certify(product, (1.0, 0.0), -1.0),
        lambda: certify(product, (1.0, 0.0), 0.02, "none"),
        lambda: descend(product, (1.0, np.nan), 0.02, 10),
        lambda: descend(product, (1.0, 0.0), 0.6, 10),
        lambda: descend(product, (1.0, 0.0), 0.02, 5001),
    ):
        with pytest.raises(ValueError, match=r"must be"):
            call()
