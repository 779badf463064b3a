"""Walks against torch's own derivatives, and against the claims of the specification."""

import importlib

import numpy as np
import pytest
import torch

from core.formulas.expressions import ExpressionError
from core.polyak_lojasiewicz import chain, section, study, system
from core.polyak_lojasiewicz.study import MOST_FRAMES
from core.polyak_lojasiewicz.walk import descend

TORCH = {
    "product": lambda w: w[0] * w[1],
    "circle": lambda w: w[0] ** 2 + w[1] ** 2,
    "own": lambda w: w[1] - torch.sin(2 * w[0]) * w[0],
}


def run(name="product", target=1.0, start=(2.5, -0.3), step_size=0.02, steps=300, **more):
    return study(name, target, start, step_size=step_size, steps=steps, **more)


@pytest.mark.parametrize("name", TORCH)
def test_slopes_and_curvatures_are_torchs(name):
    solved = system(name, 0.7, "y - sin(2*x)*x")
    for w in np.random.default_rng(0).uniform(-2, 2, (3, 2)):
        at = torch.tensor(w, dtype=torch.float64)
        loss = lambda w: 0.5 * (TORCH[name](w) - 0.7) ** 2  # noqa: E731
        np.testing.assert_allclose(solved.value(w), TORCH[name](at).item(), rtol=1e-13)
        np.testing.assert_allclose(solved.slope(w), torch.func.jacrev(TORCH[name])(at), rtol=1e-12, atol=1e-13)
        np.testing.assert_allclose(solved.curvature(w), torch.func.hessian(TORCH[name])(at), rtol=1e-11, atol=1e-12)
        np.testing.assert_allclose(solved.loss_curvature(w), torch.func.hessian(loss)(at), rtol=1e-11, atol=1e-11)


@pytest.mark.parametrize("name", TORCH)
def test_a_walk_is_torchs_sgd(name):
    w = torch.tensor([1.4, 0.9], dtype=torch.float64, requires_grad=True)
    optimiser = torch.optim.SGD([w], lr=0.03)
    found = descend(system(name, 0.7, "y - sin(2*x)*x"), (1.4, 0.9), 0.03, 40)
    way = 0.0
    for step in range(1, 41):
        before = w.detach().numpy().copy()
        optimiser.zero_grad()
        (0.5 * (TORCH[name](w) - 0.7) ** 2).backward()
        optimiser.step()
        way += np.hypot(*(w.detach().numpy() - before))
        np.testing.assert_allclose(found.path[step], w.detach().numpy(), rtol=1e-10)
        assert found.length[step] == pytest.approx(way, rel=1e-9)


def test_with_one_equation_pl_is_an_equality():
    """Claim 1, at every step that rounding leaves a loss to."""
    walk = run().walk
    seen = walk.loss > 1e-25
    x, y = walk.path[seen].T
    gradient = torch.func.vmap(torch.func.grad(lambda w: 0.5 * (w[0] * w[1] - 1) ** 2))(torch.tensor(walk.path[seen]))
    ratio = 0.5 * np.sum(gradient.numpy() ** 2, axis=1) / walk.loss[seen]
    np.testing.assert_allclose(ratio, x * x + y * y, atol=1e-10)
    np.testing.assert_allclose(walk.kernel[seen], x * x + y * y, atol=1e-14)


def test_the_late_slope_is_the_square():
    """Claim 2: steps 60 to 100."""
    found = run()
    measured = (found.walk.loss[100] / found.walk.loss[60]) ** (1 / 40)
    assert found.walk.kernel[-1] == pytest.approx(6.446, abs=1e-3)
    assert measured == pytest.approx(0.7587879, abs=2e-7) and found.slope == pytest.approx(0.7587860, abs=1e-7)
    assert abs(found.slope - measured) < 1e-4 and 1 - 0.02 * found.walk.kernel[-1] == pytest.approx(0.8711, abs=1e-4)


def test_the_saddle_stops_descent_for_ever():
    """Claim 8: the symmetry of x and −y is exact in floating point."""
    walk = run(start=(1.0, -1.0), steps=2000).walk
    assert walk.loss[-1] == pytest.approx(0.5, abs=1e-12) and np.abs(walk.path[-1]).max() < 1e-15
    assert (walk.path[:, 0] == -walk.path[:, 1]).all()


def test_a_thousandth_of_the_distance_takes_349_steps_more():
    """Claim 9: steps to L < ¼."""
    product = system("product", 1.0)
    needed = []
    for power in (3, 6, 9, 12):
        walk = descend(product, (1.0, -1.0 + 10.0**-power), 0.02, 2000)
        needed.append(int(np.argmax(walk.loss < 0.25)))
    assert needed == [345, 693, 1042, 1391]
    assert np.abs(np.diff(needed) - np.log(1000) / np.log1p(0.02)).max() < 2


def test_just_outside_of_the_valley_the_loss_is_not_convex():
    """Claim 10, at (2(1 + ε), ½): −2cr/(x² + y²) to the first order."""
    product = system("product", 1.0)
    for away, measured, predicted, near in ((1e-6, -4.70588e-7, -4.70587e-7, 1e-4), (0.1, -0.0448, -0.0393, 0.2)):
        w = np.array([2 * (1 + away), 0.5])
        least = np.linalg.eigvalsh(product.loss_curvature(w))[0]
        first = -2 * float(product.residual(w)) / float(product.kernel(w))
        assert least == pytest.approx(measured, rel=2e-3) and first == pytest.approx(predicted, rel=2e-3)
        assert least == pytest.approx(first, rel=near)


@pytest.mark.parametrize(("name", "target"), [("product", 1.0), ("product", -2.0), ("circle", 2.0), ("own", 0.7)])
def test_a_section_is_flat_in_the_valley_and_hollow_on_one_side(name, target):
    found = run(name, target, (1.4, 0.9), 0.03, 1000, formula="y - sin(2*x)*x")
    assert found.landed
    cut = section(found.system, found.end)
    middle = len(cut.away) // 2
    assert abs(cut.smallest[middle]) < 1e-6 and cut.away[middle] == 0
    assert (cut.smallest[middle - 3] < 0) != (cut.smallest[middle + 3] < 0)
    near = slice(middle - 2, middle + 3)
    np.testing.assert_allclose(cut.smallest[near], cut.predicted[near], rtol=0.1, atol=1e-6)
    w = np.array(found.end) + cut.away[10] * found.system.slope(np.array(found.end)) / np.sqrt(found.walk.kernel[-1])
    assert cut.smallest[10] == pytest.approx(np.linalg.eigvalsh(found.system.loss_curvature(w))[0])
    assert section(system("product", 0.0), (0.0, 0.0)) is None
    with pytest.raises(ValueError, match="reach"):
        section(found.system, found.end, 2.0)


def test_in_space_the_slope_is_that_of_the_weakest_direction():
    """Claim 13, and what the flow keeps, to the order η."""
    found = chain()
    assert found.measured == pytest.approx(0.9748915522, abs=1e-9)
    assert found.predicted == pytest.approx(found.measured, abs=1e-8)
    assert found.eigenvalues == pytest.approx([0, 1.263, 5.221], abs=1e-3) and abs(found.eigenvalues[0]) < 1e-14
    x, y, z = found.path.T
    kept = x**2 + z**2 - y**2
    assert np.ptp(kept) < 0.05 * kept[0]
    np.testing.assert_allclose(found.curve[:, 0] * found.curve[:, 1], 1)
    np.testing.assert_allclose(found.curve[:, 1] * found.curve[:, 2], 2)
    w = torch.tensor(found.path[0], requires_grad=True)
    (0.5 * ((w[0] * w[1] - 1) ** 2 + (w[1] * w[2] - 2) ** 2)).backward()
    np.testing.assert_allclose(found.path[1], found.path[0] - 0.01 * w.grad.numpy(), rtol=1e-13)
    assert np.isnan(chain(steps=20).measured)
    assert len(chain((3.0, 3.0, 3.0), 0.2, 50).path) < 51, "it flies off and is not followed"
    for wrong in ({"step_size": 1.0}, {"steps": 0}, {"start": (9.0, 0.0, 0.0)}):
        with pytest.raises(ValueError, match="must be"):
            chain(**wrong)


def test_a_large_step_slides_along_the_valley():
    """Experiment 8: η = .23 comes to rest where K = 7.88, η = .3 where K = 3.25."""
    found = run(start=(3.0, 0.5), step_size=0.23)
    assert found.landed and found.walk.kernel[-1] == pytest.approx(7.88, abs=0.01)
    assert 2 / 0.23 < sum(v * v for v in found.flow) == pytest.approx(8.97, abs=0.01)
    assert run(start=(3.0, 0.5), step_size=0.3).walk.kernel[-1] == pytest.approx(3.25, abs=0.01)


def test_a_walk_ends_where_nothing_changes_or_all_is_lost():
    lost = run(start=(3.0, -3.0), step_size=0.5)
    assert lost.walk.lost and not lost.landed and np.abs(lost.walk.path).max() < 1e6
    arrived = run()
    assert arrived.walk.last < 300 and arrived.landed and not run(steps=20).landed
    assert run(start=(2.0, 0.5)).walk.last == 0, "it starts in the valley"
    outside = run("own", -4.0, (0.1, 0.0), 0.5, 50, formula="sqrt(x) + y")
    assert outside.walk.lost and np.isfinite(outside.walk.path).all()
    assert not run("own", 0.0, (1.0, 1.0), 0.5, 50, formula="exp(x)").walk.lost


def test_the_player_has_no_more_frames_than_a_picture_can_draw(monkeypatch):
    monkeypatch.setattr(importlib.import_module("core.polyak_lojasiewicz.study"), "MOST_OWN_STEPS", 40)
    walk = run(start=(1.0, -1.0), steps=2000)
    assert len(walk.frames) == MOST_FRAMES + 1 and walk.frames[[0, -1]].tolist() == [0, 2000]
    short = run(steps=20)
    assert short.frames.tolist() == list(range(21)) and short.end == tuple(short.walk.path[20])
    assert run("own", 1.0, steps=5000, formula="y + 0.001*x").steps == 40 and run(steps=2000).steps == 2000


def test_a_formula_without_a_value_at_the_start_is_refused():
    for formula, start in (
        ("log(x)", (-1.0, 0.0)),
        ("1/x", (0.0, 0.0)),
        ("sqrt(-1-x^2)", (1.0, 1.0)),
        ("x +", (1.0, 1.0)),
    ):
        with pytest.raises(ExpressionError):
            run("own", 1.0, start, formula=formula)
    assert run("own", 1.0, (1.0, 1.0), formula="x*y").text == "x*y" and run().text == ""
